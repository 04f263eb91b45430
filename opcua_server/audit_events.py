"""What the audit hears, as OPC UA audit events of the Server object: writes, method calls, sessions of every door."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing, suppress
from typing import Any

from asyncua import ua

from connections.audit import DONE, Entry
from connections.bus import Bus, speaking
from connections.faults import CLEAR
from connections.log import logger
from connections.passwords import SIGN_IN
from connections.pki.application import APPLICATION_URI
from connections.simulations import WRITE
from connections.told import entries
from connections.trail import TRAIL
from opcua_server.alarms.audit import order_event
from opcua_server.alarms.notifier import Notifier
from opcua_server.alarms.occurrence import PlainOccurrence, server_event
from opcua_server.alarms.vocabulary import moment
from opcua_server.door import DOOR
from opcua_server.life_methods import LIFE
from opcua_server.names import ENGINE_NODE, node_id
from opcua_server.refusals import CREATE_SESSION, OPEN_CHANNEL, URL_MISMATCH
from opcua_server.snapshot_methods import SNAPSHOTS
from plant.errors import Unavailable

_TYPES, _KINDS = ua.VariantType, ua.ObjectIds
_QUIET, _LOUD = 100, 500
"""Severities of what was done and of what was refused."""
_METHODS: Mapping[str, str] = {
    **{str(life.command): name for name, life in reversed(list(LIFE.items()))},
    **{what: name for name, what in SNAPSHOTS.items()}, "inject_fault": "InjectFault", CLEAR: "ClearFaults",
}  # fmt: skip
_START = "start"
_LOOK = 0.5
"""Seconds after which a listener is noticed; it misses nothing."""
_log = logger(__name__)
_Fields = dict[str, ua.Variant]


async def follow_audit(bus: Bus, notifier: Notifier) -> None:
    """Tell what every door does from now on, for ever, to those who may hear it."""
    while True:
        async with aclosing(bus.follow(TRAIL, await _attended(bus, notifier))) as messages:
            async for _, message in messages:
                if not notifier.audited:
                    break
                _tell(message, notifier)


async def _attended(bus: Bus, notifier: Notifier) -> str:
    """Where the trail was before somebody listened: while nobody does, what is told need not even be read."""
    while not notifier.audited:  # noqa: ASYNC110 - sessions make it true
        await asyncio.sleep(_LOOK)
    while True:
        with suppress(Unavailable), speaking():
            seconds, microseconds = await bus.redis.time()  # by which entries get their places
            return f"{int(1e3 * (seconds - 2 * _LOOK)) + microseconds // 1000}-0"
        await asyncio.sleep(_LOOK)  # Redis is away: its return can't be awaited


def _tell(message: bytes, notifier: Notifier) -> None:
    try:
        for event in (event for entry in entries(message) for event in occurrences(entry)):
            notifier.tell_audit(event)
    except (ValueError, TypeError) as error:
        _log.warning("entry of another version ignored", cause=repr(error))


def occurrences(entry: Entry) -> Iterator[PlainOccurrence]:
    """The events of an entry: one for each tag that was written; none where OPC UA has no type for it."""
    if entry.what == WRITE and isinstance(entry.new, dict):
        for name, value in entry.new.items():
            yield _event(_KINDS.AuditWriteUpdateEventType, entry, _write(entry, name, value))
    elif entry.what == SIGN_IN:
        if entry.door == DOOR:
            fields = {"SourceName": _text("Session/ActivateSession")}
            yield _event(_KINDS.AuditActivateSessionEventType, entry, fields)
    elif entry.what == OPEN_CHANNEL:
        yield _event(_KINDS.AuditOpenSecureChannelEventType, entry, _channel(entry))
    elif entry.what == CREATE_SESSION:
        yield _event(_KINDS.AuditCreateSessionEventType, entry, _session(entry))
    elif entry.what == URL_MISMATCH:
        yield _event(_KINDS.AuditUrlMismatchEventType, entry, _mistaken(entry))
    elif (order := order_event(entry)) is not None:
        yield _event(order[0], entry, order[1])
    elif entry.sim_id or entry.what == _START:
        yield _event(_KINDS.AuditUpdateMethodEventType, entry, _call(entry))


def _event(kind: int, entry: Entry, fields: _Fields) -> PlainOccurrence:
    done = entry.outcome == DONE
    at = ua.Variant(moment(entry.at), _TYPES.DateTime)
    words = (entry.what, entry.sim_id, "by", entry.user, "through", entry.door, entry.outcome)
    text = " ".join(word for word in words if word)
    text += f": {entry.detail}" if entry.detail else ""
    return server_event(kind, text, _QUIET if done else _LOUD, {
        "Time": at,
        "ActionTimeStamp": at,
        "Status": ua.Variant(done, _TYPES.Boolean),
        "ServerId": _text(APPLICATION_URI),
        "ClientAuditEntryId": _text(""),
        "ClientUserId": _text(entry.user),
        **fields,
    })  # fmt: skip


def _write(entry: Entry, name: str, value: Any) -> _Fields:
    old = entry.old.get(name) if isinstance(entry.old, dict) else None
    node = node_id(entry.sim_id, name) if entry.sim_id else ua.NodeId()
    return {
        "SourceNode": ua.Variant(node, _TYPES.NodeId),
        "SourceName": _text("Attribute/Write"),
        "AttributeId": ua.Variant(int(ua.AttributeIds.Value), _TYPES.UInt32),
        "IndexRange": _text(""),
        "OldValue": _plain(old),
        "NewValue": _plain(value),
    }


def _call(entry: Entry) -> _Fields:
    method = _METHODS.get(entry.what)
    source, called = ENGINE_NODE, node_id("Engine", "StartSimulation")
    if entry.what != _START:
        source = node_id(str(entry.sim_id))
        called = node_id(str(entry.sim_id), method) if method else ua.NodeId()
    given = entry.new.items() if isinstance(entry.new, dict) else ()
    return {
        "SourceNode": ua.Variant(source, _TYPES.NodeId),
        "SourceName": _text("Attribute/Call"),
        "MethodId": ua.Variant(called, _TYPES.NodeId),
        "InputArguments": ua.Variant([f"{name}={value}" for name, value in given], _TYPES.String, is_array=True),
    }


def _channel(entry: Entry) -> _Fields:
    """A channel that was not opened has neither number nor life."""
    facts = entry.new if isinstance(entry.new, dict) else {}
    return {
        **_refused(entry, facts),
        "SourceName": _text("SecureChannel/OpenSecureChannel"),
        "RequestType": ua.Variant(int(ua.SecurityTokenRequestType.Issue), _TYPES.Int32),
        "SecurityPolicyUri": _text(str(facts.get("policy", ""))),
        "SecurityMode": ua.Variant(int(ua.MessageSecurityMode.Invalid), _TYPES.Int32),
        "RequestedLifetime": ua.Variant(0.0, _TYPES.Double),
    }


def _session(entry: Entry) -> _Fields:
    """A session that was not created has neither id nor time."""
    return {
        **_refused(entry, entry.new if isinstance(entry.new, dict) else {}),
        "SourceName": _text("Session/CreateSession"),
        "SessionId": ua.Variant(ua.NodeId(), _TYPES.NodeId),
        "RevisedSessionTimeout": ua.Variant(0.0, _TYPES.Double),
    }


def _mistaken(entry: Entry) -> _Fields:
    """A session that was created although its client meant another host."""
    facts = entry.new if isinstance(entry.new, dict) else {}
    return {
        **_session(entry),
        "EndpointUrl": _text(str(facts.get("url", ""))),
        "SessionId": ua.Variant(ua.NodeId.from_string(str(facts.get("session", "i=0"))), _TYPES.NodeId),
        "RevisedSessionTimeout": ua.Variant(float(facts.get("timeout", 0)), _TYPES.Double),
        "StatusCodeId": ua.Variant(ua.StatusCode(), _TYPES.StatusCode),
    }


def _refused(entry: Entry, facts: Mapping[str, Any]) -> _Fields:
    """Why a client was refused; its certificate nobody keeps."""
    code = getattr(ua.StatusCodes, entry.detail.partition(",")[0], ua.StatusCodes.BadSecurityChecksFailed)
    return {
        "StatusCodeId": ua.Variant(ua.StatusCode(ua.UInt32(code)), _TYPES.StatusCode),
        "SecureChannelId": _text(""),
        "ClientCertificateThumbprint": _text(str(facts.get("sha1", ""))),
    }


def _plain(value: Any) -> ua.Variant:
    if value is None:
        return ua.Variant()
    if isinstance(value, int | float):
        return ua.Variant(float(value), _TYPES.Double)
    return _text(str(value))


def _text(value: str) -> ua.Variant:
    return ua.Variant(value, _TYPES.String)
