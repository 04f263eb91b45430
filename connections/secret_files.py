"""Secrets in files that only their owner can read, made where there are none."""

import os
import secrets
from pathlib import Path

from plant.errors import Unavailable

_BYTES = 32


def kept_key(path: Path) -> bytes:
    """The key in this file; two processes that make it at once keep one. Raises Unavailable."""
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"the key {path} can't be used: {error.strerror}") from error
    if len(key) < _BYTES:
        raise Unavailable(f"the key {path} is damaged: remove it, and everybody has to sign in again")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        write_secret(part, secrets.token_bytes(_BYTES))
        path.hardlink_to(part)
    except FileExistsError:
        return  # another process was first
    finally:
        part.unlink(missing_ok=True)


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, from the beginning."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
