"""Writes behind what another door has answered: its stop counts, though this one may not have heard of it yet."""

import pytest
from asyncua import Client, ua

from connections.simulations import Simulations
from plant.access import User
from plant.lifecycle import Command
from tests.system.opcua.rig import Twin, begin, keep_busy
from tests.waiting import until_async

CODES = ua.StatusCodes
TIMES = 4


async def write(client: Client, variant: ua.VariantType, *sim_ids: str) -> list[int]:
    """Write one number to each; Doubles go as arrays, others as objects."""
    asked = [
        ua.WriteValue(ua.NodeId.from_string(f"ns=2;s={sim_id}.reflux_flow"), ua.AttributeIds.Value,
                      Value=ua.DataValue(ua.Variant(2.5, variant)))
        for sim_id in sim_ids
    ]  # fmt: skip
    return [int(code.value) for code in await client.uaclient.write(ua.WriteParameters(asked))]


async def shown(client: Client, *twins: Twin) -> None:
    """Wait until the server takes Writes."""

    async def good() -> bool:
        codes = await write(client, ua.VariantType.Double, *(twin.sim_id for twin in twins))
        return not any(codes)

    await until_async(good, "the server knows the simulations")


@pytest.mark.parametrize("variant", [ua.VariantType.Double, ua.VariantType.Float])
async def test_nothing_is_accepted_behind_a_stop_that_was_answered(
    client: Client, simulations: Simulations, variant: ua.VariantType
) -> None:
    """Alone, and in one request with what goes on: that is written all the same, and once."""
    other = await begin(simulations)
    for number in range(TIMES):
        ending = await begin(simulations)
        asked = [ending.sim_id] if number % 2 else [other.sim_id, ending.sim_id]
        await shown(client, ending, other)
        before = [len(await twin.actions()) for twin in (ending, other)]
        await keep_busy(other)
        await simulations.command(ending.sim_id, Command.STOP, User.ENGINEER, "test")
        codes = await write(client, variant, *asked)
        assert codes == [0, CODES.BadInvalidState][-len(asked) :]
        after = [len(await twin.actions()) for twin in (ending, other)]
        assert [then - now for now, then in zip(before, after, strict=True)] == [1, len(asked) - 1], (
            "stop, and the other"
        )
