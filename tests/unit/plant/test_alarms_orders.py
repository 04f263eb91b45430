"""What operators do with alarms: laws of acknowledging, confirming, shelving and enabling; what is kept."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.alarms.condition import Condition, Shelving, Transition, pristine
from plant.alarms.declared import Level, alarm_of, alarms_of
from plant.alarms.identity import event_id, serial_of
from plant.alarms.orders import (
    Asked,
    NotNow,
    Order,
    OtherEvent,
    Reason,
    ShelvingTime,
    carry_out,
    expire,
)
from plant.alarms.record import decode, encode
from plant.alarms.watching import Reading, observe, retire
from plant.catalog import MODELS
from plant.errors import WrongType

SIM = "wood-berry-7"
_, ALARM = alarm_of(MODELS["wood-berry"], "bottoms_methanol")
SECOND = 1_000_000_000


def after_value(value: float, state: Condition | None = None) -> Condition:
    return observe(SIM, ALARM, pristine(ALARM) if state is None else state, Reading(value, 0, 0.0, 1))[0]


def ask(state: Condition, order: Order, **given: object) -> Condition:
    return carry_out(SIM, ALARM, state, Asked(order, "operator", 7 * SECOND, **given))[0]  # type: ignore[arg-type]


def test_a_high_alarm_is_done_when_acknowledged_and_normal() -> None:
    raised = after_value(1.5)
    after, event = carry_out(SIM, ALARM, raised, Asked(Order.ACKNOWLEDGE, "operator", 9, 1, "seen"))
    assert (after.acked, after.confirmed, after.comment, after.user, after.acked_at) == (
        True,
        True,
        "seen",
        "operator",
        9,
    )
    assert event.transition is Transition.ACKNOWLEDGED
    assert event.message == f"{SIM}.bottoms_methanol = 1.5 % is above 1 % (high); acknowledged by operator: seen"
    assert after.message == f"{SIM}.bottoms_methanol = 1.5 % is above 1 % (high)"
    assert after.retain
    assert not after_value(0.5, after).retain


def test_a_serious_alarm_is_also_confirmed() -> None:
    acked = ask(after_value(2.5), Order.ACKNOWLEDGE)
    assert (acked.acked, acked.confirmed) == (True, False)
    normal = after_value(0.5, acked)
    assert normal.retain
    assert not ask(normal, Order.CONFIRM).retain


@pytest.mark.parametrize(
    ("state", "order", "reason"),
    [
        (pristine(ALARM), Order.ACKNOWLEDGE, Reason.ALREADY_ACKNOWLEDGED),
        (pristine(ALARM), Order.CONFIRM, Reason.ALREADY_CONFIRMED),
        (after_value(2.5), Order.CONFIRM, Reason.ALREADY_CONFIRMED),
        (pristine(ALARM), Order.ENABLE, Reason.ALREADY_ENABLED),
        (pristine(ALARM), Order.UNSHELVE, Reason.NOT_SHELVED),
        (replace(pristine(ALARM), enabled=False), Order.DISABLE, Reason.ALREADY_DISABLED),
        (replace(after_value(2.5), enabled=False), Order.ACKNOWLEDGE, Reason.DISABLED),
        (replace(after_value(2.5), enabled=False), Order.COMMENT, Reason.DISABLED),
        (replace(pristine(ALARM), shelving=Shelving.ONE_SHOT), Order.ONE_SHOT_SHELVE, Reason.ALREADY_SHELVED),
        (replace(pristine(ALARM), shelving=Shelving.TIMED), Order.TIMED_SHELVE, Reason.ALREADY_SHELVED),
    ],
)
def test_orders_that_do_not_fit(state: Condition, order: Order, reason: Reason) -> None:
    with pytest.raises(NotNow) as refused:
        ask(state, order, seconds=10.0, comment="x")
    assert refused.value.reason is reason


def test_only_events_of_the_present_duty_can_be_acknowledged() -> None:
    raised = after_value(1.5)
    worse = after_value(2.5, ask(raised, Order.ACKNOWLEDGE))
    assert worse.serial == 3
    for serial in (0, 1, 2, 4, -1):
        with pytest.raises(OtherEvent):
            ask(worse, Order.ACKNOWLEDGE, serial=serial)
    better = after_value(1.5, worse)
    assert ask(better, Order.ACKNOWLEDGE, serial=3).acked  # what was raised then is still the duty of now
    with pytest.raises(OtherEvent):
        ask(ask(better, Order.ACKNOWLEDGE), Order.CONFIRM, serial=3)
    assert ask(better, Order.COMMENT, serial=1, comment="late").comment == "late"


def test_comments() -> None:
    raised = after_value(1.5)
    with pytest.raises(WrongType):
        ask(raised, Order.COMMENT)
    with pytest.raises(WrongType, match="1001 characters"):
        ask(raised, Order.COMMENT, comment="x" * 1001)
    noted = ask(raised, Order.COMMENT, comment="pump 2 checked")
    assert ask(noted, Order.ACKNOWLEDGE).comment == "pump 2 checked"
    assert ask(noted, Order.COMMENT, comment="").comment == ""


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 86_401, None])
def test_shelving_times(seconds: float | None) -> None:
    with pytest.raises(ShelvingTime):
        ask(after_value(1.5), Order.TIMED_SHELVE, seconds=seconds)


def test_shelving_ends_by_time_by_order_and_by_normal() -> None:
    timed = ask(after_value(1.5), Order.TIMED_SHELVE, seconds=60.0)
    assert timed.unshelve_at == 67 * SECOND
    assert expire(SIM, ALARM, timed, 67 * SECOND - 1) == (timed, None)
    over, event = expire(SIM, ALARM, timed, 67 * SECOND)
    assert (over.shelved, event and event.transition, over.serial) == (False, Transition.UNSHELVED, timed.serial + 1)
    assert not ask(timed, Order.UNSHELVE).shelved
    once = ask(timed, Order.ONE_SHOT_SHELVE)
    assert once.shelving is Shelving.ONE_SHOT
    assert not after_value(0.5, once).shelved
    assert after_value(0.5, timed).shelved


def test_a_disabled_alarm_is_not_watched_and_looks_anew_when_enabled() -> None:
    off = ask(after_value(1.5), Order.DISABLE)
    assert (off.enabled, off.retain, off.level) == (False, False, Level.NORMAL)
    assert after_value(2.5, off) is off
    on = ask(off, Order.ENABLE)
    assert after_value(2.5, on).level is Level.HIGH_HIGH
    assert not on.acked  # what was not acknowledged before it was disabled still is not


@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_laws_of_duties(chance: random.Random, steps: int) -> None:
    """Acknowledged and confirmed change only by their own orders or by a worse level; every step is one event."""
    state = pristine(ALARM)
    for i in range(steps):
        before = state
        if chance.random() < 0.5:
            reading = Reading(chance.choice([0.2, 0.99, 1.5, 1.7, 2.5]), 0, float(i), i * SECOND)
            state, event = observe(SIM, ALARM, state, reading)
            assert state.serial == before.serial + (event is not None)
            assert state.acked <= before.acked
            assert not (state.acked and state.confirmed < before.confirmed)
            continue
        order = chance.choice(list(Order))
        try:
            state, told = carry_out(SIM, ALARM, state, Asked(order, "o", i, None, "c", 60.0))
        except NotNow:
            assert state is before
            continue
        assert (state.serial, told.condition) == (before.serial + 1, state)
        assert (state.acked != before.acked) == (order is Order.ACKNOWLEDGE)
        assert state.confirmed == before.confirmed or order in (Order.ACKNOWLEDGE, Order.CONFIRM)
        assert (state.enabled != before.enabled) == (order in (Order.ENABLE, Order.DISABLE))
        assert decode(ALARM, encode(state)) == state


def test_a_record_of_other_limits_begins_as_normal() -> None:
    trip = alarms_of(MODELS["wood-berry"])[-1]
    kept = decode(trip, encode(after_value(2.5)))
    assert (kept.level, kept.active, kept.acked, kept.retain) == (Level.NORMAL, (False,), False, True)


@given(st.text(max_size=20), st.integers(0, 2**63))
def test_event_ids_name_their_alarm(name: str, serial: int) -> None:
    held = event_id(SIM, name, serial)
    assert (len(held), serial_of(SIM, name, held)) == (16, serial)
    assert serial_of("other-1", name, held) is None
    assert serial_of(SIM, name, held[:-1]) is None


def test_every_state_tells_since_when_it_is_so() -> None:
    raised = observe(SIM, ALARM, pristine(ALARM), Reading(2.5, 0, 0.0, 1))[0]
    assert (raised.acked, raised.acked_since, raised.acked_at) == (False, 1, 0)
    acked = carry_out(SIM, ALARM, raised, Asked(Order.ACKNOWLEDGE, "operator", 2))[0]
    assert (acked.acked_since, acked.confirmed, acked.confirmed_at) == (2, False, 2)
    normal = observe(SIM, ALARM, acked, Reading(0.2, 0, 1.0, 3))[0]
    assert (normal.active_at, normal.acked_since, normal.confirmed_at) == (3, 2, 2)
    again = observe(SIM, ALARM, normal, Reading(2.5, 0, 2.0, 4))[0]
    assert (again.acked_since, again.acked_at, again.confirmed, again.confirmed_at) == (4, 2, True, 4)
    disabled = carry_out(SIM, ALARM, again, Asked(Order.DISABLE, "operator", 5))[0]
    assert (disabled.level, disabled.active_at, disabled.level_at) == (Level.NORMAL, 5, 5)
    ended = retire(SIM, ALARM, again, 6, "is stopped")[0]
    assert (ended.active_at, ended.acked_since) == (6, 6)
    assert decode(ALARM, encode(again)) == again
