"""A real PostgreSQL for tests: a cluster of its own on a private socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_FOLDERS = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),)
_OPTIONS = "-c listen_addresses='' -c fsync=off -c unix_socket_directories="


@contextmanager
def run_postgres() -> Iterator[str]:
    """Yield the URL of an empty database. Skips without PostgreSQL, fails where everything is required."""
    binaries = _binaries()
    with TemporaryDirectory(prefix="pde-pg-") as folder:
        as_user = _owner(folder)
        cluster = f"{folder}/cluster"
        _run(binaries / "initdb", "-D", cluster, "-U", "pde", "-A", "trust", "--no-sync", user=as_user)
        options = f"{_OPTIONS}{folder}"
        _run(binaries / "pg_ctl", "-D", cluster, "-w", "-l", f"{folder}/log", "-o", options, "start", user=as_user)
        try:
            yield f"postgresql+psycopg://pde@/postgres?host={folder}"
        finally:
            _run(binaries / "pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop", user=as_user)


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    for folder in (*(() if on_path is None else (Path(on_path).parent,)), *_FOLDERS):
        if (folder / "pg_ctl").exists():
            return folder
    if os.environ.get("PDE_REQUIRE_ALL"):
        pytest.fail("PostgreSQL is required here and not installed")
    pytest.skip("PostgreSQL is not installed")


def _owner(folder: str) -> str | None:
    """PostgreSQL refuses to run as root: then the folder and the processes are those of its own user."""
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def _run(*command: object, user: str | None) -> None:
    done = subprocess.run([str(c) for c in command], user=user, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr + done.stdout
