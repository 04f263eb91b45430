"""The arithmetic of a loop alone: its output's range and no windup, for any gain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plant.loops import AUTO, STATES_PER_LOOP, Wiring, control

WIRING = Wiring(measurement=0, output=1, setpoint=2, low=0.0, high=4.0)
gains = st.floats(0.01, 50) | st.floats(-50, -0.01)


def begun(gain: float, setpoint: float, integral_time: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Measurement 0, output 2, then the five settings of a loop in auto; and its state."""
    values = np.array([0.0, 2.0, setpoint, AUTO, gain, integral_time, 0.0])
    return values, np.zeros(STATES_PER_LOOP)


@given(gains, st.floats(0.1, 100), st.integers(1, 50))
def test_no_windup_however_long_the_limit_lasts(gain, error, longer):
    """At the limit the integral stands still: the way back is the same after 1000 and after many more executions."""
    answers = []
    for count in (1000, 1000 + longer):
        values, state = begun(gain, error, integral_time=0.1)
        for _ in range(count):
            control(WIRING, values, state, 1.0)
        assert values[1] == (4.0 if gain > 0 else 0.0)
        values[2] = -error
        control(WIRING, values, state, 1.0)
        answers.append(values[1])
    assert answers[0] == answers[1]
    assert answers[0] < 4.0 if gain > 0 else answers[0] > 0.0


@given(gains, st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 20)), max_size=30))
def test_the_output_never_leaves_its_range(gain, moments):
    values, state = begun(gain, 0.0)
    for values[0], values[2], values[6] in moments:
        control(WIRING, values, state, 1.0)
        assert 0.0 <= values[1] <= 4.0
        assert np.isfinite(state).all()
