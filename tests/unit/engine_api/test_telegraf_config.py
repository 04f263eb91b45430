"""The list for Telegraf: what runs, changed at most every five seconds."""

from dataclasses import replace

from engine_api.telegraf import TelegrafConfig
from plant.lifecycle import State
from tests.unit.engine_api.test_live_table import RECORD

ENDPOINT = "opc.tcp://127.0.0.1:4840/pde"


def test_only_what_runs_is_listed_and_changes_wait() -> None:
    times = iter([100.0, 102.0, 104.9, 105.0, 200.0, 201.0])
    config = TelegrafConfig(lambda: next(times))
    two = [RECORD, replace(RECORD, sim_id="wood-berry-2", number=2)]
    first = config.serve(ENDPOINT, two[:1])
    assert "wood-berry-1.reflux_flow" in first.text
    assert config.serve(ENDPOINT, two) is first
    assert config.serve(ENDPOINT, two) is first
    second = config.serve(ENDPOINT, two)
    assert second.since == 105.0
    assert "wood-berry-2.reflux_flow" in second.text
    assert config.serve(ENDPOINT, two[::-1]) is second
    ended = config.serve(ENDPOINT, [replace(record, status=State.FINISHED) for record in two])
    assert "reflux_flow" not in ended.text
