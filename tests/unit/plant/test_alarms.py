"""Alarms: which a model has, and laws that hold whatever a value does."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.alarms import declared
from plant.alarms.condition import AlarmEvent, Condition, Shelving, Transition, pristine
from plant.alarms.declared import Alarm, Kind, Level, alarm_of, alarms_of
from plant.alarms.watching import Reading, band, observe, retire
from plant.catalog import MODELS
from plant.errors import UnknownName
from plant.quality import Quality
from plant.tags import Limits, Role, Tag

SIM = "column-1"
SECOND = 1_000_000_000


def tag(limits: Limits, states: tuple[str, ...] = (), role: Role = Role.OUTPUT) -> Tag:
    return Tag("level", role, "%", 0, 100, 50, "A level", limits=limits, states=states)


def alarm(**limits: float) -> Alarm:
    found = declared._of_tag(0, tag(Limits(**limits)))
    assert found is not None
    return found


ALL = {"low_low": 10.0, "low": 20.0, "high": 80.0, "high_high": 90.0, "hysteresis": 2.0}


def follow(
    one: Alarm, readings: list[Reading], state: Condition | None = None
) -> list[tuple[Condition, AlarmEvent | None]]:
    state = pristine(one) if state is None else state
    steps = []
    for reading in readings:
        state, event = observe(SIM, one, state, reading)
        steps.append((state, event))
    return steps


def second_by_second(values: list[float], status: int = 0) -> list[Reading]:
    return [Reading(value, status, float(i), i * SECOND) for i, value in enumerate(values)]


def levels(one: Alarm, values: list[float]) -> list[Level]:
    return [state.level for state, _ in follow(one, second_by_second(values))]


def test_every_model_has_an_alarm_for_each_tag_with_limits_and_one_for_its_worker() -> None:
    for model in MODELS.values():
        names = [one.name for one in alarms_of(model)]
        watched = [t.name for t in model.tags if any(v is not None for v in (t.limits.high_high, t.limits.high,
                   t.limits.low, t.limits.low_low)) or (t.states[:1] == ("normal",) and not t.writable)]  # fmt: skip
        assert names == [*watched, "worker"]
        assert [alarm_of(model, name)[0] for name in names] == list(range(len(names)))
    with pytest.raises(UnknownName, match=r"wood-berry-7 has no alarm 'nope'"):
        alarm_of(MODELS["wood-berry"], "nope", "wood-berry-7")


def test_discrete_outputs_are_off_normal_and_discrete_inputs_are_not_watched() -> None:
    trip = declared._of_tag(3, tag(Limits(), ("normal", "tripped")))
    assert trip is not None
    assert (trip.kind, trip.index) == (Kind.OFF_NORMAL, 3)
    for states, role in ((("manual", "auto"), Role.INPUT), (("batch", "fed-batch"), Role.STATE)):
        assert declared._of_tag(3, tag(Limits(), states, role)) is None
    (raised, event), (_, back) = follow(trip, second_by_second([1, 0]))
    assert event is not None
    assert back is not None
    assert (raised.level, event.message) == (Level.HIGH, "column-1.level is tripped, normally normal")
    assert back.message == "column-1.level is normal again"


@pytest.mark.parametrize(
    "limits",
    [Limits(high=2, low=3), Limits(high=5, high_high=4), Limits(high=1, hysteresis=-1), Limits(high=1, on_delay=-1)],
)
def test_impossible_limits_are_refused(limits: Limits) -> None:
    with pytest.raises(ValueError, match="level"):
        declared._of_tag(0, tag(limits))


def test_levels_with_hysteresis() -> None:
    one = alarm(**ALL)
    values = [50, 80, 80.1, 78.1, 78, 90.1, 88.1, 88, 78.5, 78, 20, 19, 21.9, 22, 9, 11.9, 12, 22]
    assert levels(one, values) == [0, 0, 1, 1, 0, 2, 2, 1, 1, 0, 0, -1, -1, 0, -2, -2, -1, 0]


def test_messages_say_what_an_operator_wants_to_know() -> None:
    column = MODELS["wood-berry"]
    _, bottoms = alarm_of(column, "bottoms_methanol")
    messages = [event.message for _, event in follow(bottoms, second_by_second([1.2, 2.5, 1.2, 0.4])) if event]
    name = "column-1.bottoms_methanol"
    assert messages == [
        f"{name} = 1.2 % is above 1 % (high)", f"{name} = 2.5 % is above 2 % (high high)",
        f"{name} = 1.2 % is above 1 % (high)", f"{name} = 0.4 % is normal again",
    ]  # fmt: skip
    ((_, event),) = follow(bottoms, second_by_second([1.000001]))
    assert event is not None
    assert event.message == f"{name} = 1.000001 % is above 1 % (high)"


def test_delays_are_simulated_time_without_a_break() -> None:
    one = alarm(high=80.0, hysteresis=2.0, on_delay=3.0, off_delay=2.0)
    assert levels(one, [81, 81, 81, 79, 81, 81, 81, 81, 70, 81, 70, 70, 70]) == [0] * 7 + [1] * 5 + [0]


def test_a_reset_begins_delays_anew() -> None:
    one = alarm(high=80.0, on_delay=3.0)
    times = [100.0, 102.0, 0.0, 2.0, 3.0]
    readings = [Reading(81, 0, time, i) for i, time in enumerate(times)]
    assert [state.level for state, _ in follow(one, readings)] == [0, 0, 0, 0, 1]


def test_bad_quality_neither_raises_nor_clears() -> None:
    one = alarm(**ALL)
    bad = [Reading(v, Quality.BAD_SENSOR_FAILURE, float(i), i) for i, v in enumerate([99.0, math.nan, 5.0])]
    assert [(s.level, e) for s, e in follow(one, bad)] == [(0, None)] * 3
    raised, _ = observe(SIM, one, pristine(one), Reading(95, 0, 0, 0))
    steps = follow(one, bad, raised)
    assert {state.level for state, _ in steps} == {Level.HIGH_HIGH}
    assert [event and event.transition for _, event in steps] == [Transition.QUALITY, None, None]
    assert steps[0][0].quality == Quality.BAD_SENSOR_FAILURE
    assert steps[0][0].retain


def test_the_other_side_takes_over_at_once() -> None:
    one = alarm(**ALL, off_delay=60.0)
    assert levels(one, [95, 5, 95]) == [Level.HIGH_HIGH, Level.LOW_LOW, Level.HIGH_HIGH]


def test_worse_is_to_be_acknowledged_anew_and_better_is_not() -> None:
    one = alarm(**ALL)
    state, _ = observe(SIM, one, pristine(one), Reading(85, 0, 0, 0))
    assert (state.acked, state.severity) == (False, 500)
    state = replace(state, acked=True)
    worse, _ = observe(SIM, one, state, Reading(95, 0, 1, 1))
    assert (worse.acked, worse.severity, worse.last_severity) == (False, 800, 500)
    better, _ = observe(SIM, one, replace(worse, acked=True), Reading(85, 0, 2, 2))
    assert (better.acked, better.level) == (True, Level.HIGH)
    other, _ = observe(SIM, one, better, Reading(15, 0, 3, 3))
    assert other.acked is False


def test_an_ended_simulation_leaves_nothing_to_do() -> None:
    one = alarm(**ALL)
    state, _ = observe(SIM, one, pristine(one), Reading(85, 0, 0, 0))
    over, event = retire(SIM, one, replace(state, shelving=Shelving.TIMED), 5, "has ended")
    assert event is not None
    assert (over.retain, over.level, over.shelved, event.transition) == (False, 0, False, Transition.RETIRED)
    assert retire(SIM, one, over, 6, "has ended") == (over, None)
    assert retire(SIM, one, pristine(one), 6, "has ended") == (pristine(one), None)


sensible = st.floats(-10, 110).map(lambda x: round(x, 1))
delays = st.sampled_from([None, 0.0, 1.0, 2.5])
limits = st.builds(
    lambda lows, highs, hysteresis, on, off: Limits(
        low_low=lows[0], low=lows[1], high=highs[0], high_high=highs[1], hysteresis=hysteresis, on_delay=on,
        off_delay=off,
    ),
    st.tuples(st.sampled_from([None, 5.0]), st.sampled_from([None, 5.0, 20.0])),
    st.tuples(st.sampled_from([70.0, 80.0]), st.sampled_from([None, 80.0, 95.0])),
    st.sampled_from([None, 0.0, 3.0, 30.0]), delays, delays,
)  # fmt: skip
watched = limits.map(lambda found: declared._of_tag(0, tag(found)))
codes = st.sampled_from([0, 0, 0, 0, int(Quality.UNCERTAIN_LAST_USABLE_VALUE), int(Quality.BAD_SENSOR_FAILURE)])
paths = st.lists(st.tuples(sensible, codes, st.sampled_from([0.0, 0.5, 1.0])), max_size=60)


def walked(steps: list[tuple[float, int, float]]) -> list[Reading]:
    readings, time = [], 0.0
    for i, (value, status, pause) in enumerate(steps):
        time += pause
        readings.append(Reading(value, status, time, i * SECOND))
    return readings


@given(watched, paths)
def test_every_transition_makes_exactly_one_event(one: Alarm, path: list[tuple[float, int, float]]) -> None:
    before = pristine(one)
    for state, event in follow(one, walked(path)):
        assert state.serial == before.serial + (event is not None)
        assert (state.level != before.level) == (
            event is not None and event.transition in (Transition.RAISED, Transition.CHANGED, Transition.CLEARED)
        )
        assert event is None or event.condition is state
        before = state


@given(watched, paths)
def test_what_is_raised_waits_for_an_acknowledgement(one: Alarm, path: list[tuple[float, int, float]]) -> None:
    before = pristine(one)
    for state, event in follow(one, walked(path)):
        assert not (state.acked and not before.acked)
        if event is not None and event.transition is Transition.RAISED:
            assert not state.acked
            assert state.unacked_from == state.serial
        assert state.retain == (state.level != 0 or not state.acked)
        before = state


@given(watched, paths)
def test_a_value_inside_the_band_moves_nothing_and_one_outside_does(
    one: Alarm, path: list[tuple[float, int, float]]
) -> None:
    before = pristine(one)
    for reading in walked(path):
        low, high = band(one, before)
        state, event = observe(SIM, one, before, reading)
        if reading.status == before.quality and reading.usable:
            if low <= reading.value <= high:
                assert event is None
                assert (state.level, state.active, state.since) == (before.level, before.active, before.since)
            elif all(since is None for since in before.since):
                assert (state.active, state.since) != (before.active, before.since)
        before = state


@given(watched, paths)
def test_each_limit_holds_its_hysteresis_and_its_delays(one: Alarm, path: list[tuple[float, int, float]]) -> None:
    """Whatever the latches do, a bound goes on only after its limit was exceeded for the whole delay, and off only
    after the value was back for the whole delay (or when the other side is raised)."""
    readings = [reading for reading in walked(path) if reading.usable]
    states = [state for state, _ in follow(one, readings)]
    for place, bound in enumerate(one.bounds):
        for i, (was, now) in enumerate(pairwise([pristine(one), *states])):
            if now.active[place] == was.active[place]:
                continue
            holds = bound.beyond if now.active[place] else bound.back
            delay = one.on_delay if now.active[place] else one.off_delay
            run = i
            while run > 0 and holds(readings[run - 1].value):
                run -= 1
            other_side = any(on and (b.level > 0) != (bound.level > 0)
                             for b, on in zip(one.bounds, now.active, strict=True))  # fmt: skip
            waited = readings[i].time - readings[run].time
            assert (holds(readings[i].value) and waited >= delay) or (was.active[place] and other_side)


@given(watched, st.floats(0.01, 0.99), st.lists(st.booleans(), max_size=20))
def test_nothing_chatters_inside_the_hysteresis(one: Alarm, part: float, path: list[bool]) -> None:
    for bound in one.bounds:
        sign = 1 if bound.level > 0 else -1
        raised = levels_after(one, bound.limit + sign * 0.001)
        if raised.level is not bound.level or not bound.hysteresis:
            continue
        inside = bound.limit - sign * part * bound.hysteresis
        values = [bound.limit if on else inside for on in path]
        readings = [Reading(v, 0, 1000.0 + i, i) for i, v in enumerate(values)]
        assert all(event is None for _, event in follow(one, readings, raised))


def levels_after(one: Alarm, value: float) -> Condition:
    return follow(one, [Reading(value, 0, time, 0) for time in (0.0, 50.0)])[-1][0]
