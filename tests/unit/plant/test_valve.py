"""Valves: stiction, lag, rate limit, characteristics, fail positions; split range and rate limits."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plant.blocks import valve
from plant.blocks.rate_limit import limited
from plant.blocks.split_range import opening

PERCENT = st.floats(0, 100)
KINDS = st.sampled_from([valve.LINEAR, valve.EQUAL_PERCENTAGE, valve.QUICK_OPENING])


@given(PERCENT, PERCENT, st.floats(0, 20))
def test_stiction_holds_inside_its_band_and_lets_go_beyond(held, command, band):
    followed = valve.sticking(held, command, band)
    assert followed == (held if abs(command - held) <= band else command)
    assert abs(followed - command) <= band


@given(PERCENT, PERCENT)
def test_a_valve_without_stiction_follows(held, command):
    assert valve.sticking(held, command, 0.0) == command


@given(st.lists(PERCENT, min_size=2, max_size=50), st.floats(0.1, 10))
def test_a_sticking_valve_moves_only_in_jumps_larger_than_its_band(commands, band):
    held = commands[0]
    for command in commands:
        followed = valve.sticking(held, command, band)
        assert followed == held or abs(followed - held) > band
        held = followed


@given(PERCENT, PERCENT, st.floats(0.5, 100), st.floats(0, 10))
def test_travel_goes_towards_the_command_and_never_faster_than_allowed(position, command, lag, fastest):
    rate = valve.travel(position, command, lag, fastest)
    assert rate * (command - position) >= 0
    assert abs(rate) <= abs(command - position) / lag
    if fastest > 0:
        assert abs(rate) <= fastest


def test_travel_without_limit_is_the_lag():
    assert valve.travel(40.0, 50.0, 5.0, 0.0) == 2.0


@given(KINDS, st.floats(0, 1), st.floats(0, 1), st.floats(2, 100))
def test_characteristics_rise_from_shut_to_full_flow(kind, one, other, rangeability):
    low, high = sorted((one, other))
    assert 0 <= valve.characteristic(kind, low, rangeability) <= valve.characteristic(kind, high, rangeability) <= 1
    assert valve.characteristic(kind, 0.0, rangeability) == valve.characteristic(kind, -1.0, rangeability) == 0
    assert valve.characteristic(kind, 1.0, rangeability) == valve.characteristic(kind, 2.0, rangeability) == 1


@given(st.floats(0.01, 0.8), st.floats(0.01, 0.19), st.floats(2, 100))
def test_equal_steps_of_an_equal_percentage_valve_change_the_flow_by_equal_parts(at, step, rangeability):
    ratio = valve.characteristic(valve.EQUAL_PERCENTAGE, at + step, rangeability) / valve.characteristic(
        valve.EQUAL_PERCENTAGE, at, rangeability
    )
    assert ratio == pytest.approx(rangeability**step, rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(5, 100))
def test_quick_opening_is_above_linear_and_equal_percentage_below(x, rangeability):
    assert valve.characteristic(valve.QUICK_OPENING, x, rangeability) > x
    assert valve.characteristic(valve.LINEAR, x, rangeability) == x
    assume(x > 2 / rangeability)
    assert valve.characteristic(valve.EQUAL_PERCENTAGE, x, rangeability) < max(x, 2 / rangeability) * 1.001


@pytest.mark.parametrize(
    ("fails", "goes"), [(valve.FAIL_CLOSED, 0.0), (valve.FAIL_OPEN, 100.0), (valve.FAIL_IN_PLACE, 37.0)]
)
def test_without_air_a_valve_goes_where_it_fails_to(fails, goes):
    assert valve.failing(80.0, 37.0, True, fails) == goes
    assert valve.failing(80.0, 37.0, False, fails) == 80.0


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0, 50), st.floats(0, 50), st.floats(0.01, 60))
def test_a_rate_limit_is_never_exceeded(before, wanted, up, down, step):
    after = limited(before, wanted, up, down, step)
    assert before - down * step <= after <= before + up * step
    assert min(before, wanted) <= after <= max(before, wanted)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0.5, 50), st.floats(0.5, 60))
def test_a_rate_limited_signal_arrives(before, wanted, rate, step):
    for _ in range(int(2000 / (rate * step)) + 2):
        before = limited(before, wanted, rate, rate, step)
    assert before == wanted


@given(st.floats(1, 99), PERCENT, st.floats(0.001, 1))
def test_split_range_covers_both_outputs_without_gap(middle, signal, change):
    """Whatever the signal, a change of it moves one of the two valves, and both are never open together."""
    cooling, heating = opening(signal, middle, 0.0), opening(signal, middle, 100.0)
    assert 0 <= cooling <= 100
    assert 0 <= heating <= 100
    assert cooling == 0 or heating == 0
    after = min(signal + change, 100.0)
    moved = (opening(after, middle, 0.0), opening(after, middle, 100.0))
    assert after == signal or moved != (cooling, heating)
    assert moved[0] <= cooling
    assert moved[1] >= heating


@given(st.floats(-100, 200), st.floats(0, 100), st.floats(0, 100))
def test_an_opening_ends_where_its_range_ends(signal, shut_at, open_at):
    assume(abs(shut_at - open_at) > 1e-6)
    assert 0 <= opening(signal, shut_at, open_at) <= 100
    assert opening(shut_at, shut_at, open_at) == 0
    assert opening(open_at, shut_at, open_at) == 100
