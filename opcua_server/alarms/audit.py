"""Orders to alarms: what the audit is told of them, and the audit events that they are (OPC 10000-9 5.10)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from connections.audit import Entry
from opcua_server.alarms.vocabulary import FOLDER, condition_node, text
from opcua_server.door import DOOR
from plant.alarms.orders import LONGEST_COMMENT, Order

_TYPES, _IDS = ua.VariantType, ua.ObjectIds
_MILLISECONDS = 1000.0
_LONGEST_ID = 100
_SHELVING = "ShelvingState"


@dataclass(frozen=True, slots=True)
class _Method:
    """A method of alarms by its path, and the type of the event that tells of its calls."""

    path: str
    kind: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


_ORDERS: Mapping[Order, _Method] = {
    Order.ACKNOWLEDGE: _Method("Acknowledge", _IDS.AuditConditionAcknowledgeEventType),
    Order.CONFIRM: _Method("Confirm", _IDS.AuditConditionConfirmEventType),
    Order.COMMENT: _Method("AddComment", _IDS.AuditConditionCommentEventType),
    Order.ENABLE: _Method("Enable", _IDS.AuditConditionEnableEventType),
    Order.DISABLE: _Method("Disable", _IDS.AuditConditionEnableEventType),
    Order.TIMED_SHELVE: _Method(f"{_SHELVING}/TimedShelve", _IDS.AuditConditionShelvingEventType),
    Order.ONE_SHOT_SHELVE: _Method(f"{_SHELVING}/OneShotShelve", _IDS.AuditConditionShelvingEventType),
    Order.UNSHELVE: _Method(f"{_SHELVING}/Unshelve", _IDS.AuditConditionShelvingEventType),
}
_BY_WHAT: Mapping[str, _Method] = {
    **{str(order): method for order, method in _ORDERS.items()},
    **{method.name: method for method in _ORDERS.values()},
}
"""Other doors tell the order, this one the method."""


def order_facts(path: str, arguments: Sequence[ua.Variant]) -> dict[str, Any]:
    """What the audit is told of a call: the alarm, and its arguments as other doors name them."""
    facts: dict[str, Any] = {"alarm": path.removeprefix(f"{FOLDER}.").removesuffix(f".{_SHELVING}")}
    for value in (argument.Value for argument in arguments):
        if isinstance(value, bytes):
            facts["event_id"] = value[:_LONGEST_ID].hex()
        elif isinstance(value, ua.LocalizedText) and value.Text:
            facts["comment"] = value.Text[:LONGEST_COMMENT]
        elif isinstance(value, float) and math.isfinite(value):
            facts["seconds"] = value / _MILLISECONDS
    return facts


def order_event(entry: Entry) -> tuple[int, dict[str, ua.Variant]] | None:
    """The type and the fields of the event of an order to an alarm; None for an entry of anything else."""
    method, facts = _BY_WHAT.get(entry.what), entry.new
    if method is None or not entry.sim_id or not isinstance(facts, dict) or "alarm" not in facts:
        return None
    alarm, given = str(facts["alarm"]), _given(method, facts)
    return method.kind, {
        "SourceNode": ua.Variant(condition_node(entry.sim_id, alarm), _TYPES.NodeId),
        "SourceName": ua.Variant(f"{'Method' if entry.door == DOOR else 'Remote'}/{method.name}", _TYPES.String),
        "MethodId": ua.Variant(condition_node(entry.sim_id, alarm, *method.path.split("/")), _TYPES.NodeId),
        "InputArguments": ua.Variant(list(given.values()), _TYPES.Variant, is_array=True),
        **given,
    }


def _given(method: _Method, facts: Mapping[str, Any]) -> dict[str, ua.Variant]:
    """The arguments of the method, which are the fields of its event, in their order; null where nothing was given."""
    if method.kind == _IDS.AuditConditionEnableEventType:
        return {}
    if method.kind == _IDS.AuditConditionShelvingEventType:
        seconds = facts.get("seconds")
        return {} if seconds is None else {"ShelvingTime": ua.Variant(_MILLISECONDS * seconds, _TYPES.Double)}
    held, comment = facts.get("event_id"), facts.get("comment")
    return {
        "ConditionEventId": ua.Variant(bytes.fromhex(held), _TYPES.ByteString) if held else ua.Variant(),
        "Comment": ua.Variant(text(comment or ""), _TYPES.LocalizedText),
    }
