"""Orders to alarms as audit events, whichever door they came through."""

import json

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st

from connections.audit import Entry
from opcua_server.alarms.audit import order_event, order_facts
from opcua_server.door import DOOR
from plant.alarms.orders import Order

IDS, TYPES = ua.ObjectIds, ua.VariantType
ACKNOWLEDGE, SHELVING = IDS.AuditConditionAcknowledgeEventType, IDS.AuditConditionShelvingEventType


@pytest.mark.parametrize(
    ("order", "method", "kind", "path"),
    [
        (Order.ACKNOWLEDGE, "Acknowledge", ACKNOWLEDGE, "Acknowledge"),
        (Order.CONFIRM, "Confirm", IDS.AuditConditionConfirmEventType, "Confirm"),
        (Order.COMMENT, "AddComment", IDS.AuditConditionCommentEventType, "AddComment"),
        (Order.ENABLE, "Enable", IDS.AuditConditionEnableEventType, "Enable"),
        (Order.DISABLE, "Disable", IDS.AuditConditionEnableEventType, "Disable"),
        (Order.TIMED_SHELVE, "TimedShelve", SHELVING, "ShelvingState.TimedShelve"),
        (Order.ONE_SHOT_SHELVE, "OneShotShelve", SHELVING, "ShelvingState.OneShotShelve"),
        (Order.UNSHELVE, "Unshelve", SHELVING, "ShelvingState.Unshelve"),
    ],
)
def test_every_order_has_its_type_of_event(order: Order, method: str, kind: int, path: str) -> None:
    for what, door, source in ((method, DOOR, "Method"), (str(order), "rest", "Remote")):
        found = order_event(Entry(what, "eva", door, sim_id="wood-berry-1", new={"alarm": "top"}))
        assert found is not None
        assert found[0] == kind
        fields = {name: found[1][name].Value for name in ("SourceNode", "SourceName", "MethodId")}
        assert fields["SourceName"] == f"{source}/{method}"
        assert fields["SourceNode"].to_string() == "ns=2;s=wood-berry-1.Alarms.top"
        assert fields["MethodId"].to_string() == f"ns=2;s=wood-berry-1.Alarms.top.{path}"


@given(st.binary(min_size=1, max_size=32), st.text(max_size=20))
def test_what_was_acknowledged_and_why_is_told(event: bytes, comment: str) -> None:
    arguments = [ua.Variant(event, TYPES.ByteString), ua.Variant(ua.LocalizedText(comment), TYPES.LocalizedText)]
    facts = json.loads(json.dumps(order_facts("Alarms.top", arguments)))
    found = order_event(Entry("Acknowledge", "eva", DOOR, sim_id="wood-berry-1", new=facts))
    assert found is not None
    assert (found[1]["ConditionEventId"].Value, found[1]["Comment"].Value.Text) == (event, comment)
    assert found[1]["InputArguments"].Value[0].Value == event


@given(st.floats())
def test_how_long_it_is_shelved_is_told(milliseconds: float) -> None:
    facts = order_facts("Alarms.top.ShelvingState", [ua.Variant(milliseconds, TYPES.Double)])
    assert facts["alarm"] == "top"
    json.dumps(facts, allow_nan=False)
    found = order_event(Entry("TimedShelve", "eva", DOOR, sim_id="wood-berry-1", new=facts))
    assert found is not None
    if "seconds" in facts:
        assert found[1]["ShelvingTime"].Value == pytest.approx(milliseconds)


def test_other_entries_are_none() -> None:
    for entry in (
        Entry("pause", "eva", DOOR, sim_id="wood-berry-1", new={"alarm": "top"}),
        Entry("Enable", "eva", DOOR, new={"alarm": "top"}), Entry("enable", "eva", "rest", sim_id="wood-berry-1"),
    ):  # fmt: skip
        assert order_event(entry) is None
