"""What live messages make of a snapshot."""

import math
from typing import Any

import pytest

from process_dynamics_engine import errors
from process_dynamics_engine.answers import Value
from process_dynamics_engine.snapshot import LiveView

META = {
    "op": "meta", "id": 1,
    "tags": [
        {"h": 0, "tag": "wood-berry-7.reflux_flow", "unit": "lb/min", "states": []},
        {"h": 3, "tag": "wood-berry-7.top_mode", "unit": "", "states": ["manual", "auto"]},
    ],
}  # fmt: skip
STATE = {"status": "running", "simulation_time": 12.0, "source_time": 1795240516540}


def data(values: dict[str, Any], qualities: dict[str, str] | None = None, **state: Any) -> dict[str, Any]:
    message = {"op": "data", "seq": 1, "time": 1, "v": values, "q": qualities or {}}
    return message | ({"s": {"wood-berry-7": STATE | state}} if state else {})


def view(*messages: dict[str, Any]) -> LiveView:
    made = LiveView("wood-berry-7")
    assert made.request(0.05) == {"op": "sub", "id": 1, "tags": ["wood-berry-7.*"], "rate_ms": 50}
    for message in messages:
        made.take(message)
    return made


def test_values_with_quality_and_text() -> None:
    now = view({"op": "hello", "version": 1}, META).take(data({"0": 1.95, "3": 1.0}, tick=12))
    assert now is not None
    assert (now["reflux_flow"], now.status, now.simulation_time, len(now)) == (1.95, "running", 12.0, 2)
    assert now.tags["top_mode"].text == "auto"
    assert now.tags["reflux_flow"].good
    assert str(now.tags["reflux_flow"]) == "reflux_flow = 1.95 lb/min"


def test_only_what_changed_comes_and_the_rest_is_as_fresh() -> None:
    live = view(META, data({"0": 1.0, "3": 0.0}, tick=1))
    now = live.take(data({"0": None}, {"0": "BadSensorFailure"}, simulation_time=20.0))
    assert now is not None
    assert math.isnan(now["reflux_flow"])
    assert not now["reflux_flow"] > 0
    assert (now.tags["reflux_flow"].status_code, now.tags["top_mode"].simulation_time) == (0x808C0000, 20.0)
    with pytest.raises(errors.BadQuality, match="reflux_flow is BadSensorFailure"):
        float(now.tags["reflux_flow"])


def test_a_sign_of_life_changes_nothing() -> None:
    live = view(META, data({"0": 1.0}, tick=1))
    now = live.take({"op": "data", "seq": 2, "time": 2, "v": {}})
    assert now is not None
    assert now["reflux_flow"] == 1.0
    assert view(META).take({"op": "data", "seq": 1, "time": 1, "v": {}}) is None


def test_the_end_comes_as_an_event() -> None:
    live = view(META, data({"0": 1.0}, tick=1))
    event = {"kind": "lifecycle", "sim_id": "wood-berry-7", "status": "stopped", "cause": None, "time": "x"}
    assert live.take({"op": "event", "event": event | {"sim_id": "wood-berry-8"}}).status == "running"  # type: ignore[union-attr]
    now = live.take({"op": "event", "event": event})
    assert now is not None
    assert now.ended


def test_a_refused_subscription_is_told() -> None:
    problem = {"type": "urn:process-dynamics-engine:problem:unknown-name", "status": 404, "detail": "no such"}
    with pytest.raises(errors.UnknownName, match="no such"):
        view().take({"op": "error", "id": 1, "problem": problem})


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"op": "data", "s": {"wood-berry-7": {}}},
        data({"9": 1.0}, tick=1),
        {"op": "meta", "tags": [{}]},
        {"op": "data", "s": 1, "v": {}},
    ],
)
def test_what_can_not_be_understood(message: dict[str, Any]) -> None:
    with pytest.raises(errors.BadAnswer, match="can't be understood"):
        view(META).take(message)


def test_a_value_shows_its_doubt() -> None:
    value = Value("level", 3.0, "m", "UncertainLastUsableValue", 0x40900000, None, 1.0)
    assert not value.good
    assert float(value) == 3.0
    assert str(value) == "level = 3 m (UncertainLastUsableValue)"
