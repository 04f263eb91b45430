# Where built parts live, and how a part gets there whole or not at all. Sourced by the scripts beside it.
# shellcheck shell=bash

set -euo pipefail

parts_folder="${PDE_PARTS:-${XDG_CACHE_HOME:-$HOME/.cache}/pde-parts}"

# build_part NAME VERSION TOOLS [--path]
# Prints the folder of the part on standard output. Unless it is there, or only its path was asked for, the function
# `build` of the calling script makes it first: it is given the folder to fill and runs in a new folder of its own.
build_part() {
  local part="$parts_folder/$1-$2"
  if [ ! -d "$part" ] && [ "${4:-}" != --path ]; then
    # shellcheck disable=SC2086  # TOOLS is a list of words
    need "$1" $3
    mkdir -p "$parts_folder"
    building="$(mktemp -d "$parts_folder/.building-$1-XXXXXX")"
    trap 'rm -rf "$building"' EXIT
    mkdir "$building/part" "$building/work"
    cd "$building/work"
    echo "building $1 $2" >&2
    build "$building/part" >&2
    echo "built $1 $2 in $SECONDS s" >&2
    # Another builder may have been faster: its part is as good as this one.
    mv -T "$building/part" "$part" 2>/dev/null || [ -d "$part" ]
  fi
  echo "$part"
}

need() {
  local part="$1" missing="" tool
  shift
  for tool in "$@"; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
  [ -z "$missing" ] && return
  echo "cannot build $part, not on the PATH:$missing" >&2
  exit 3
}

# The version of a part whose source is in this repository: a change of its files makes another part.
source_version() {
  (cd "$1" && find . -type f ! -path '*/node_modules/*' ! -path '*/target/*' | LC_ALL=C sort | xargs sha256sum) |
    sha256sum | cut -c1-12
}
