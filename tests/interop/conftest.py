"""Fixtures of the interoperability tests: clients of other makers, a real InfluxDB."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.interop.foreign_client import ForeignClient, open_client
from tests.interop.influxdb import InfluxDB, run_influxdb
from tests.interop.parts import built_now

OpenClient = Callable[..., Awaitable[ForeignClient]]


@pytest.fixture(scope="session")
def node_command() -> list[str]:
    """The command line of the node-opcua client."""
    return ["node", "--no-warnings", str(built_now("node-client") / "client.mjs")]


@pytest.fixture(scope="session")
def milo_command() -> list[str]:
    """The command line of the Eclipse Milo client."""
    return ["java", "-Xmx256m", "-cp", f"{built_now('milo-client')}/*", "pde.MiloClient"]


@pytest.fixture
async def node_client(node_command: list[str]) -> AsyncIterator[OpenClient]:
    """`client = await node_client(endpoint)`; `policy=`, `mode=`, `user=`, `password=` as needed."""
    async with AsyncExitStack() as opened:
        yield _opener(opened, node_command)


@pytest.fixture
async def milo_client(milo_command: list[str]) -> AsyncIterator[OpenClient]:
    """`client = await milo_client(endpoint)`; `policy=`, `mode=`, `user=`, `password=` as needed."""
    async with AsyncExitStack() as opened:
        yield _opener(opened, milo_command)


def _opener(opened: AsyncExitStack, command: list[str]) -> OpenClient:
    async def open_one(endpoint: str, **options: str) -> ForeignClient:
        return await opened.enter_async_context(open_client(command, endpoint, options))

    return open_one


@pytest.fixture(scope="module")
def influxdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxDB]:
    """A real InfluxDB for the tests of one module."""
    folder: Path = tmp_path_factory.mktemp("influxdb")
    with run_influxdb(folder) as running:
        yield running
