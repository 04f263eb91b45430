"""Fixtures: one server for each module, one client and one simulation for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from asyncua import Client

from connections.simulations import Simulations
from tests.system.opcua.rig import Served, Twin, begin, opened, prepared, serving
from tests.waiting import until_async


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("opcua")
    with prepared(folder) as settings, serving(settings) as running:
        yield running


@pytest.fixture
async def simulations(served: Served) -> AsyncIterator[Simulations]:
    async with opened(served.settings) as path:
        yield path


@pytest.fixture
async def client(served: Served) -> AsyncIterator[Client]:
    async with Client(served.url, timeout=20) as connected:
        yield connected


@pytest.fixture
async def twin(simulations: Simulations, client: Client) -> Twin:
    """A running simulation whose first frame the server has taken."""
    begun = await begin(simulations)
    first = client.get_node(f"ns=2;s={begun.sim_id}.reflux_flow")

    async def shown() -> bool:
        value = await first.read_data_value(raise_on_bad_status=False)
        return value.StatusCode is not None and value.StatusCode.is_good()

    await until_async(shown, "the first frame is shown")
    return begun
