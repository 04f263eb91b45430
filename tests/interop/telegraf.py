"""A real Telegraf for a test, with the configuration files or addresses that the test names."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.interop.child import Child, run_child
from tests.interop.parts import built


@contextmanager
def run_telegraf(
    folder: Path,
    configs: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    watch_interval: str | None = None,
) -> Iterator[Child]:
    """Run Telegraf on `configs` (files or URLs, together); its output goes to `folder`/telegraf.log.

    `environment` is added to that of the test. `watch_interval` (`"1s"`) is how often a URL is asked for news.
    """
    command: list[str | Path] = [built("telegraf") / "telegraf"]
    for config in configs:
        command += ["--config", config]
    if watch_interval is not None:
        command += ["--config-url-watch-interval", watch_interval]
    with run_child(command, folder / "telegraf.log", {**os.environ, **(environment or {})}) as child:
        yield child
