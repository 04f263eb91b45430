"""Events as subscriptions see them: a type, and fields by their path."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from asyncua import ua

from opcua_server.alarms.fields import View
from opcua_server.alarms.vocabulary import TYPE_IDS, moment, text
from opcua_server.names import standard

_TYPES = ua.VariantType
SERVER = standard(ua.ObjectIds.Server)


class Occurrence(Protocol):
    """Something that happened."""

    @property
    def kind(self) -> ua.NodeId:
        """The event type."""

    def value(self, path: str) -> ua.Variant:
        """The field with this path (`AckedState/Id`); null where the event has none."""


@dataclass(frozen=True, slots=True)
class AlarmOccurrence:
    """An event of an alarm."""

    view: View

    @property
    def kind(self) -> ua.NodeId:
        """The alarm's type."""
        return TYPE_IDS[self.view.alarm.kind]

    def value(self, path: str) -> ua.Variant:
        """A field of the alarm."""
        return self.view.value(path)


@dataclass(frozen=True, slots=True)
class PlainOccurrence:
    """An event with fields that are given."""

    kind: ua.NodeId
    fields: Mapping[str, ua.Variant]

    def value(self, path: str) -> ua.Variant:
        """A field."""
        return self.fields.get(path) or ua.Variant()


def server_event(kind: int, message: str, severity: int, fields: Mapping[str, ua.Variant] = {}) -> PlainOccurrence:
    """An event of the Server object itself."""
    now = moment(time.time_ns())
    return PlainOccurrence(standard(kind), {
        "EventId": ua.Variant(uuid4().bytes, _TYPES.ByteString),
        "EventType": ua.Variant(standard(kind), _TYPES.NodeId),
        "SourceNode": ua.Variant(SERVER, _TYPES.NodeId),
        "SourceName": ua.Variant("Server", _TYPES.String),
        "Time": ua.Variant(now, _TYPES.DateTime),
        "ReceiveTime": ua.Variant(now, _TYPES.DateTime),
        "Message": ua.Variant(text(message), _TYPES.LocalizedText),
        "Severity": ua.Variant(severity, _TYPES.UInt16),
        **fields,
    })  # fmt: skip
