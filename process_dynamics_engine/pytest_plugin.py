"""The pytest plugin: a fixture `pde`, a real engine for the tests of the session that ask for it.

It imports nothing but pytest until then.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from process_dynamics_engine import Engine


@pytest.fixture(scope="session")
def pde_settings() -> dict[str, str]:
    """Settings of the engine as environment variables; redefine it in your `conftest.py`."""
    return {"PDE_WORKERS": "1"}


@pytest.fixture(scope="session")
def pde(tmp_path_factory: pytest.TempPathFactory, pde_settings: dict[str, str]) -> "Iterator[Engine]":
    """An engine on free ports with a Redis and data of its own, started once and ended with the session."""
    from process_dynamics_engine import Engine  # noqa: PLC0415 - only who asks for an engine pays for it
    from process_dynamics_engine.engine_process import running_engine  # noqa: PLC0415

    with running_engine(tmp_path_factory.mktemp("pde"), pde_settings) as engine, Engine(engine.url) as client:
        yield client
