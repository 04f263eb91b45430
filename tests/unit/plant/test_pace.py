"""Which steps are due: arithmetic only."""

from hypothesis import given
from hypothesis import strategies as st

from plant.pace import FASTEST, SLOWEST, UNLIMITED, Pace

steps = st.floats(0.05, 60)
speeds = st.floats(SLOWEST, FASTEST)
clocks = st.floats(0, 1e6)
ticks = st.integers(0, 10**6)


@given(steps, speeds, clocks, ticks, st.integers(0, 1000))
def test_a_tick_is_due_at_its_time(step, speed, origin, tick, ahead):
    pace = Pace(step, speed, origin, tick)
    moment = pace.due_at(tick + ahead)
    assert pace.due(tick, moment + 1e-3 * pace.period) == ahead
    if ahead:
        assert pace.due(tick, moment - 0.5 * pace.period) == ahead - 1


@given(steps, speeds, clocks, ticks, clocks)
def test_never_a_negative_number_of_steps(step, speed, origin, tick, now):
    pace = Pace(step, speed, origin, tick)
    assert pace.due(tick, now) >= 0
    assert pace.due(tick + 5, now) == max(0, pace.due(tick, now) - 5)


@given(steps, speeds, st.lists(st.floats(0, 10), min_size=1, max_size=30))
def test_steps_taken_one_beat_after_the_other_add_up(step, speed, waits):
    """However often the clock is asked, no step is taken twice and none is lost."""
    pace, tick, now = Pace(step, speed, 100.0), 0, 100.0
    for wait in waits:
        now += wait
        tick += pace.due(tick, now)
    assert tick == pace.due(0, now)


@given(steps, speeds, speeds, ticks, clocks)
def test_another_speed_starts_a_whole_period_away(step, speed, other, tick, now):
    pace = Pace(step, speed, 0.0).with_speed(other, tick, now)
    assert pace.due(tick, now) == 0
    assert pace.due(tick, now + 1.001 * pace.period) == 1
    assert pace.period == step / other


@given(steps, speeds, ticks, clocks)
def test_lateness_is_forgotten_on_restart(step, speed, tick, now):
    assert Pace(step, speed, 0.0).restarted(tick, now).due(tick, now) == 0


@given(steps, ticks, clocks)
def test_as_fast_as_possible_is_always_due(step, tick, now):
    pace = Pace(step, UNLIMITED, 0.0)
    assert pace.due(tick, now) == 1
    assert pace.period == 0.0


@given(steps, speeds, clocks, st.integers(0, 10**9), st.integers(0, 10**9))
def test_due_and_due_at_agree_to_the_last_bit(step, speed, origin, tick, ahead):
    """Woken exactly when a tick is due, the clock's holder finds it due, also after months of fast ticks."""
    pace = Pace(step, speed, origin, tick)
    moment = pace.due_at(tick + ahead)
    due = pace.due(tick, moment)
    assert due >= ahead
    assert pace.due_at(tick + due) <= moment


@given(steps, st.lists(st.tuples(speeds, st.floats(0, 5)), min_size=1, max_size=20))
def test_changes_of_speed_neither_lose_nor_repeat_ticks(step, changes):
    """Between two changes exactly the ticks of that stretch are due; none is due twice, none is skipped."""
    pace, tick, now = Pace(step, 1.0, 0.0), 0, 0.0
    for speed, wait in changes:
        pace = pace.with_speed(speed, tick, now)
        assert pace.due(tick, now) == 0
        now += wait
        count = pace.due(tick, now)
        assert count == 0 or pace.due_at(tick + count) <= now
        assert pace.due_at(tick + count + 1) > now
        tick += count
