# The source of open62541, as the Rust package open62541-sys carries it, unchanged. Sourced by the scripts beside it.
# shellcheck shell=bash

open62541_version=1.5.10
open62541_crate=0.6.6
open62541_source="vendor/open62541-sys-$open62541_crate/open62541"

# Puts it into the present folder.
fetch_open62541() {
  cat >Cargo.toml <<TOML
[package]
name = "fetch"
version = "0.0.0"
edition = "2021"
[lib]
path = "nothing.rs"
[dependencies]
open62541-sys = "=$open62541_crate"
TOML
  touch nothing.rs
  cargo vendor --versioned-dirs vendor
}
