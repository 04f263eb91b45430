"""What is asked of faults: every problem at once, in the words of whoever asks."""

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.catalog import find
from plant.errors import PlantError
from plant.faults import Fault, Kind
from plant.faults_check import MOST_FAULTS, check_faults

TANK = find("quadruple-tank")
COLUMN = find("wood-berry")


def checked(**words: Any) -> Fault:
    (fault,) = check_faults(TANK, [words])
    return fault


def test_what_is_not_given_has_its_default() -> None:
    fault = checked(tag="level_1", kind="bias", size=0.5)
    assert fault == Fault("level_1", Kind.BIAS, 0.5, None, 0.0, math.inf, 60.0, 1)
    assert checked(tag="level_1", kind="open_circuit").size == -1.0
    assert checked(tag="level_1", kind="out_of_range").size == 1.0
    assert checked(tag="pump_1_voltage", kind="loss").size == 0.0


def test_a_supply_is_lost_down_to_the_end_of_its_range() -> None:
    low = COLUMN.tag("feed_flow").low
    assert check_faults(COLUMN, [{"tag": "feed_flow", "kind": "loss"}])[0].size == max(low, 0.0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"kind": "bias", "size": 1}, "name of a tag"),
        ({"tag": "level_9", "kind": "bias", "size": 1}, "no tag 'level_9'"),
        ({"tag": "level_1", "size": 1}, "nothing is no kind of fault (there is: bias, drift,"),
        ({"tag": "level_1", "kind": "rust", "size": 1}, "'rust' is no kind of fault"),
        ({"tag": "level_1", "kind": 3, "size": 1}, "what is not a text is no kind of fault"),
        ({"tag": "pump_1_voltage", "kind": "bias", "size": 1}, "of role input, this kind needs output"),
        ({"tag": "level_1", "kind": "stuck"}, "of role output, this kind needs input"),
        ({"tag": "valve_1_split", "kind": "loss"}, "of role parameter, this kind needs disturbance or input"),
        ({"tag": "level_1_signal_setpoint", "kind": "stuck"}, "belongs to a controller"),
        ({"tag": "level_1", "kind": "bias"}, "takes a size"),
        ({"tag": "level_1", "kind": "bias", "size": math.nan}, "size = nan is not a finite number"),
        ({"tag": "level_1", "kind": "bias", "size": 10**400}, "not a finite number"),
        ({"tag": "level_1", "kind": "bias", "size": True}, "takes a number"),
        ({"tag": "level_1", "kind": "bias", "size": "much"}, "takes a number"),
        ({"tag": "level_1", "kind": "noise", "size": 0}, "takes a size above 0"),
        ({"tag": "level_1", "kind": "freeze", "size": 1}, "takes no size"),
        ({"tag": "level_1", "kind": "open_circuit", "size": 3}, "takes 1 (upper end) or -1"),
        ({"tag": "pump_1_voltage", "kind": "leak", "size": 11}, "size = 11 V, but it takes a size inside"),
        ({"tag": "level_1", "kind": "bias", "size": 1, "start": -1}, "start = -1 s is outside"),
        ({"tag": "level_1", "kind": "bias", "size": 1, "duration": 0}, "duration = 0 s is outside"),
        ({"tag": "level_1", "kind": "bias", "size": 1, "ramp": math.inf}, "ramp = inf is not a finite"),
        ({"tag": "level_1", "kind": "drift", "size": 1, "ramp": 5}, "it has no ramp"),
        ({"tag": "level_1", "kind": "bias", "size": 1, "ending": 5}, "a fault has no 'ending'"),
    ],
)
def test_what_does_not_fit_is_told(words: dict[str, Any], told: str) -> None:
    with pytest.raises(PlantError) as caught:
        check_faults(TANK, [words], "quadruple-tank-3")
    assert told in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    asked: list[dict[str, Any]] = [
        {"tag": "level_1", "kind": "bias", "size": math.inf, "start": -5.0},
        {"tag": "level_9", "kind": "rust"},
        {"tag": "level_2", "kind": "bias", "size": 1.0},
    ]
    with pytest.raises(PlantError) as caught:
        check_faults(TANK, asked)
    assert len(caught.value.problems) == 4
    assert all("level_2" not in problem for problem in caught.value.problems)


def test_too_many_are_refused() -> None:
    asked = [{"tag": "level_1", "kind": "freeze"}] * 3
    assert len(check_faults(TANK, asked, present=MOST_FAULTS - 3)) == 3
    with pytest.raises(PlantError, match=f"would have {MOST_FAULTS + 1} faults"):
        check_faults(TANK, asked, present=MOST_FAULTS - 2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2),
)


@given(
    st.dictionaries(st.sampled_from(["size", "start", "ramp", "duration", "interval", "number"]), JSON),
    st.sampled_from([tag.name for tag in TANK.tags]) | JSON,
    st.sampled_from(Kind) | JSON,
)
def test_anything_is_taken_or_told(words: dict[str, Any], tag: Any, kind: Any) -> None:
    with suppress(PlantError):
        (fault,) = check_faults(TANK, [{**words, "tag": tag, "kind": kind}])
        assert Fault.from_words(fault.words()) == fault
