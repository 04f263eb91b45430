"""The arithmetic of loops alone: range, windup, changes of mode, cascade, both forms, periods."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.control import AUTO, CASCADE, MANUAL, STATES_PER_LOOP, control
from plant.loops import Form, Loop, wire
from plant.tags import Role, Tag

FORMS = pytest.mark.parametrize("form", list(Form))
gains = st.floats(0.01, 50) | st.floats(-50, -0.01)


class Rig:
    """A measurement in -100..100, an output in 0..4, one loop or a cascade of two, and their executions."""

    def __init__(self, *loops: Loop) -> None:
        own = (
            Tag("level", Role.OUTPUT, "m", -100, 100, 0, "Level"),
            Tag("flow", Role.OUTPUT, "m³/h", -10, 10, 0, "Flow"),
            Tag("valve", Role.INPUT, "%", 0, 4, 2, "Valve"),
        )
        moved = {loop.manipulated for loop in loops}
        named = {tag.name: tag for tag in own}
        tags = (*own, *(t for loop in loops for t in loop.tags(named[loop.controlled], loop.setpoint_name in moved)))
        self.at = {tag.name: place for place, tag in enumerate(tags)}
        self.wired = wire(loops, tags, self.at)
        self.values = np.array([tag.nominal for tag in tags], np.float64)
        self.state = np.zeros(STATES_PER_LOOP * len(loops))
        self.time = 0.0

    def __setitem__(self, name: str, value: float) -> None:
        self.values[self.at[name]] = value

    def __getitem__(self, name: str) -> float:
        return float(self.values[self.at[name]])

    def execute(self, count: int = 1, step: float = 1.0) -> None:
        for _ in range(count):
            control(self.values, self.state, self.wired.whole, self.wired.numbers, self.time, step)
            self.time += step


def single(form: Form = Form.POSITIONAL, gain: float = 1.0, integral_time: float = 10.0, **settings: float) -> Rig:
    return Rig(Loop("level", "valve", gain, integral_time, "test", form=form, **settings))


@FORMS
@given(gain=gains, error=st.floats(0.1, 100), longer=st.integers(1, 50))
def test_no_windup_however_long_the_limit_lasts(form, gain, error, longer):
    """At the limit nothing piles up: the way back is the same after 1000 and after many more executions."""
    answers = []
    for count in (1000, 1000 + longer):
        rig = single(form, gain, 0.1)
        rig["level_mode"], rig["level_setpoint"] = AUTO, error
        rig.execute(count)
        assert rig["valve"] == (4.0 if gain > 0 else 0.0)
        rig["level_setpoint"] = -error
        rig.execute()
        answers.append(rig["valve"])
    assert answers[0] == answers[1]
    assert answers[0] < 4.0 if gain > 0 else answers[0] > 0.0


@FORMS
@given(gains, st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 20)), max_size=30))
def test_the_output_never_leaves_its_range(form, gain, moments):
    rig = single(form, gain)
    rig["level_mode"] = AUTO
    for level, setpoint, derivative_time in moments:
        rig["level"], rig["level_setpoint"], rig["level_derivative_time"] = level, setpoint, derivative_time
        rig.execute()
        assert 0.0 <= rig["valve"] <= 4.0
        assert np.isfinite(rig.state).all()


@FORMS
@given(gain=st.floats(-1, 1).filter(bool), output=st.floats(0, 4), error=st.floats(-10, 10))
def test_manual_to_auto_moves_the_output_by_one_integral_action(form, gain, output, error):
    rig = single(form, gain)
    rig["valve"], rig["level_setpoint"] = output, error
    rig.execute(5)
    assert rig["valve"] == output
    rig["level_mode"] = AUTO
    rig.execute()
    assert rig["valve"] == pytest.approx(min(max(output + gain * error / 10.0, 0.0), 4.0), abs=1e-12)


@FORMS
def test_both_forms_are_the_same_law(form):
    """Away from limits increments add up to the position: gain * (error + its integral over Ti)."""
    rig = single(form, 0.1)
    rig["level_mode"] = AUTO
    rig.execute()
    integral = 0.0
    for number in range(20):
        rig["level"] = np.sin(number)
        rig.execute()
        integral -= np.sin(number) / 10.0
        assert rig["valve"] == pytest.approx(2.0 + 0.1 * (-np.sin(number) + integral))


@FORMS
def test_without_integral_time_there_is_no_integral(form):
    rig = single(form, 0.1, 0.0)
    rig["level_mode"], rig["level"] = AUTO, 0.0
    rig.execute()
    rig["level"] = 3.0
    rig.execute(50)
    assert rig["valve"] == pytest.approx(2.0 - 0.3)


@FORMS
def test_the_derivative_acts_on_the_measurement_alone(form):
    """A ramp of the measurement shifts the output by gain * Td * slope; a step of the setpoint gives no kick."""
    rig = single(form, 0.1, 0.0)
    rig["level_mode"], rig["level_derivative_time"] = AUTO, 2.0
    rig.execute()
    for number in range(1, 6):
        rig["level"] = 0.5 * number
        rig.execute()
    assert rig["valve"] == pytest.approx(2.0 - 0.1 * 2.5 - 0.1 * 2.0 * 0.5)
    rig["level_setpoint"] = 1.0
    rig["level"] = 3.0
    rig.execute()
    assert rig["valve"] == pytest.approx(2.0 - 0.1 * 2.0 - 0.1)


def test_a_loop_with_a_period_waits_for_it():
    rig = single(Form.VELOCITY, 0.1, 0.0, period=3.0)
    rig["level_mode"] = AUTO
    moments = []
    for number in range(12):
        rig["level"], before = float(number), rig["valve"]
        rig.execute()
        if rig["valve"] != before:
            moments.append(number)
    assert moments == [3, 6, 9]


def test_the_setpoint_tracks_in_manual():
    rig = single(tracks=True)
    rig["level"] = 7.0
    rig.execute()
    assert rig["level_setpoint"] == 7.0
    rig["level_mode"], rig["level"] = AUTO, 8.0
    rig.execute()
    assert rig["level_setpoint"] == 7.0


def cascade() -> Rig:
    inner = Loop("flow", "valve", 0.1, 5.0, "test")
    return Rig(Loop("level", "flow_setpoint", 0.5, 20.0, "test"), inner)


def test_the_outer_loop_moves_the_setpoint_while_the_inner_one_is_in_cascade():
    rig = cascade()
    rig["level_mode"], rig["flow_mode"], rig["level_setpoint"] = AUTO, CASCADE, 2.0
    rig.execute(10)
    assert rig["flow_setpoint"] > 0
    assert rig["valve"] > 2.0


@pytest.mark.parametrize("inner", [MANUAL, AUTO])
def test_the_outer_loop_waits_else_and_takes_over_without_a_bump(inner):
    rig = cascade()
    rig["level_mode"], rig["flow_mode"], rig["level_setpoint"] = AUTO, inner, 2.0
    rig["flow_setpoint"] = 1.5
    rig.execute(10)
    assert rig["flow_setpoint"] == 1.5
    rig["flow_mode"] = CASCADE
    rig.execute()
    assert rig["flow_setpoint"] == pytest.approx(1.5 + 0.5 * 2.0 / 20.0)


def test_only_an_inner_loop_knows_cascade():
    outer, inner = Loop("level", "flow_setpoint", 0.5, 20.0, "test"), Loop("flow", "valve", 0.1, 5.0, "test")
    level = Tag("level", Role.OUTPUT, "m", -100, 100, 0, "Level")
    assert outer.tags(level)[1].states == ("manual", "auto")
    assert inner.tags(level, cascaded=True)[1].states == ("manual", "auto", "cascade")
