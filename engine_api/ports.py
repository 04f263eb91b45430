"""Ports: whether one is free, and in the user's words who holds it and which option changes it."""

import socket

import psutil

from plant.errors import Unavailable


def require_free(host: str, port: int, what: str, option: str) -> None:
    """Raise Unavailable when `port` is taken; port 0 is always free (the system chooses)."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            holder = _holder(port)
            raise Unavailable(
                f"{what} can't listen on {host}:{port}: {holder or error.strerror}; choose another port with {option}"
            ) from None


def free_port(host: str) -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _holder(port: int) -> str | None:
    """Who listens there, where the system lets us see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                return _name(connection.pid)
    except psutil.AccessDenied:
        return None
    return None


def _name(pid: int | None) -> str | None:
    if pid is None:
        return None
    try:
        return f"it is held by {psutil.Process(pid).name()} (process {pid})"
    except psutil.NoSuchProcess:
        return None
