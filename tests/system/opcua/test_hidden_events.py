"""What is hidden from a user does not come to him as history of events either, on no node and with no filter."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from asyncua import Client

from connections.simulations import Simulations
from tests.system.opcua.rig import Served, Twin, begin
from tests.system.opcua.test_alarms import shows
from tests.system.opcua.test_alarms_events import LONG_AGO, read_events, rows, soon
from tests.system.opcua.test_viewers import shared, signed_in, users
from tests.waiting import until_async

__all__ = ["users"]  # a fixture
PLACES = ("i=2253", "ns=2;s=Simulations", "ns=2;s=Simulations.wood-berry")


@pytest.fixture
async def clients(served: Served) -> AsyncIterator[dict[str, Client]]:
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(signed_in(served, name)) for name in ("olga", "otto", "emil")}


async def told(client: Client, place: str, count: int = 0) -> set[str]:
    """The simulations of which a whole history of events tells, read in pages of `count`."""
    found: set[str] = set()
    point: bytes | None = None
    while True:
        page = await read_events(client, place, LONG_AGO, soon(), count, point=point)
        found |= {str(row["SourceName"]).partition(".")[0] for row in rows(page)}
        point = page.ContinuationPoint
        if not point:
            return found


async def test_the_history_of_what_is_hidden_is_not_told(
    clients: dict[str, Client], simulations: Simulations, twin: Twin
) -> None:
    other = await begin(simulations)
    both = {twin.sim_id, other.sim_id}
    for one in (twin, other):
        await shows(one, 1.2)
    for sharing, olgas in (("open", both), ("private", {other.sim_id}), ("shared", both)):
        await shared(simulations, twin, owner="otto", sharing=sharing)
        for name, seen in (("olga", olgas), ("otto", both), ("emil", both)):
            for place in PLACES:
                for count in (0, 1):

                    async def as_wanted() -> bool:
                        return (await told(clients[name], place, count)) & both == seen  # noqa: B023 - awaited at once

                    await until_async(as_wanted, f"{name} hears of {sharing} simulations on {place}")
