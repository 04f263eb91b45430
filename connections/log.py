"""Structured logs: readable on a terminal, one JSON object a line otherwise."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from connections.correlation import correlated

_QUIET = {
    "asyncua": logging.WARNING,
    "rq": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
}
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    correlated,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def set_up_log(process: str, level: str) -> None:
    """Send structlog's and the standard library's records through one format to stderr; names the process."""
    shared = (*_SHARED, _named(process))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_rendering(), foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def _named(process: str) -> Processor:
    """Says which process tells it, in all of its threads."""

    def name(_: Any, __: str, line: Any) -> Any:
        line.setdefault("process", process)
        return line

    return name


def _rendering() -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if sys.stderr.isatty():
        return [strip, structlog.dev.ConsoleRenderer()]
    return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def logger(name: str) -> FilteringBoundLogger:
    """A logger; give facts as keywords: `log.info("started", sim_id=...)`."""
    log: FilteringBoundLogger = structlog.get_logger(name)
    return log
