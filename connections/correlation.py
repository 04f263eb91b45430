"""The id that a request has on its way from the door to the worker and back: one word finds every log line about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CORRELATION: ContextVar[str] = ContextVar("correlation", default="")
"""The id of the request that is being carried out; empty where nobody asked."""
NAME = "trace_id"
"""What it is called in log lines, problems and messages."""


@contextmanager
def carrying(known: str) -> Iterator[None]:
    """Have log lines and messages carry this id meanwhile."""
    before = CORRELATION.set(known)
    try:
        yield
    finally:
        CORRELATION.reset(before)


def correlated(_: Any, __: str, line: Any) -> Any:
    """Add the id to a log line (a processor of structlog)."""
    if known := CORRELATION.get():
        line.setdefault(NAME, known)
    return line
