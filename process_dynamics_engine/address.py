"""The address of an engine, and how it is reached."""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Address:
    """`url` without a slash at its end; `context` is None unless it is https."""

    url: str
    context: ssl.SSLContext | None = None

    @property
    def live(self) -> str:
        """The address of the live socket."""
        return "ws" + self.url.removeprefix("http") + "/api/live"

    @property
    def local(self) -> bool:
        """Whether it is this machine: then no proxy is asked."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def address(url: str, certificates: str | Path | None = None) -> Address:
    """The address; `certificates` is a file with those that are trusted, the system's by default.

    Raises ValueError for what is no address, OSError for a file that can't be read.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"'{url}' is no address of an engine, such as {DEFAULT_URL}")
    if parts.username or parts.password:
        raise ValueError("give user and password as arguments, not in the address")
    context = ssl.create_default_context(cafile=certificates) if parts.scheme == "https" else None
    return Address(url.rstrip("/"), context)
