"""What the server says about itself: no null where a client expects a number."""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from asyncua import Server, ua

from opcua_server.aggregates import AGGREGATES
from opcua_server.alarms.filters import MOST_CLAUSES
from opcua_server.alarms.history import MOST_EVENTS
from opcua_server.limits import LIMITS
from opcua_server.names import standard
from opcua_server.nodes import ORGANIZES, Face
from opcua_server.values import stamped

_IDS, _TYPES = ua.AttributeIds, ua.VariantType
_PROFILES = ["http://opcfoundation.org/UA-Profile/Server/StandardUA2017"]
_CAPABILITIES: dict[str, tuple[Any, ua.VariantType]] = {
    "ServerProfileArray": (_PROFILES, _TYPES.String),
    "LocaleIdArray": (["en"], _TYPES.String),
    "MinSupportedSampleRate": (0.0, _TYPES.Double),
    "MaxBrowseContinuationPoints": (LIMITS.continuation_points, _TYPES.UInt16),
    "MaxQueryContinuationPoints": (0, _TYPES.UInt16),
    "MaxHistoryContinuationPoints": (LIMITS.continuation_points, _TYPES.UInt16),
    "SoftwareCertificates": ([], _TYPES.ExtensionObject),
    "MaxArrayLength": (LIMITS.array, _TYPES.UInt32),
    "MaxStringLength": (LIMITS.message_before_activation, _TYPES.UInt32),
    "MaxByteStringLength": (LIMITS.message_before_activation, _TYPES.UInt32),
    "MaxSessions": (LIMITS.sessions, _TYPES.UInt32),
    "MaxSubscriptions": (LIMITS.sessions * LIMITS.subscriptions_per_session, _TYPES.UInt32),
    "MaxMonitoredItems": (LIMITS.items, _TYPES.UInt32),
    "MaxSubscriptionsPerSession": (LIMITS.subscriptions_per_session, _TYPES.UInt32),
    "MaxMonitoredItemsPerSubscription": (LIMITS.items_per_subscription, _TYPES.UInt32),
    "MaxSelectClauseParameters": (MOST_CLAUSES, _TYPES.UInt32),
    "MaxWhereClauseParameters": (MOST_CLAUSES, _TYPES.UInt32),
    "MaxMonitoredItemsQueueSize": (LIMITS.queue, _TYPES.UInt32),
    "ConformanceUnits": ([], _TYPES.QualifiedName),
}
_NOT_CAPABLE = (
    "InsertDataCapability", "ReplaceDataCapability", "UpdateDataCapability", "DeleteRawCapability",
    "DeleteAtTimeCapability", "InsertEventCapability", "ReplaceEventCapability", "UpdateEventCapability",
    "DeleteEventCapability", "InsertAnnotationCapability", "ServerTimestampSupported",
)  # fmt: skip
_HISTORY: dict[str, tuple[Any, ua.VariantType]] = {
    "AccessHistoryDataCapability": (True, _TYPES.Boolean),
    "AccessHistoryEventsCapability": (True, _TYPES.Boolean),
    "MaxReturnDataValues": (LIMITS.history_values, _TYPES.UInt32),
    "MaxReturnEventValues": (MOST_EVENTS, _TYPES.UInt32),
    **dict.fromkeys(_NOT_CAPABLE, (False, _TYPES.Boolean)),
}  # fmt: skip
_SERVER: dict[str, tuple[Any, ua.VariantType]] = {
    "Auditing": (True, _TYPES.Boolean),
    "ServerRedundancy_RedundancySupport": (0, _TYPES.Int32),
    "ServerDiagnostics_EnabledFlag": (False, _TYPES.Boolean),
    "ServerDiagnostics_SubscriptionDiagnosticsArray": ([], _TYPES.ExtensionObject),
    "ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray": ([], _TYPES.ExtensionObject),
    "ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray": ([], _TYPES.ExtensionObject),
    "ServerStatus_SecondsTillShutdown": (0, _TYPES.UInt32),
    "ServerStatus_ShutdownReason": (ua.LocalizedText(""), _TYPES.LocalizedText),
}
_NOT_SERVED = ("MaxNodesPerHistoryUpdateData", "MaxNodesPerHistoryUpdateEvents",
               "MaxNodesPerNodeManagement")  # fmt: skip


async def fill(server: Server) -> None:
    """Write the capabilities, the limits and the build."""
    values = {f"Server_{name}": value for name, value in _SERVER.items()}
    values |= {f"Server_ServerCapabilities_{name}": value for name, value in _CAPABILITIES.items()}
    values |= {f"HistoryServerCapabilities_{name}": value for name, value in _HISTORY.items()}
    for name in vars(ua.ObjectIds):
        limit = name.removeprefix("Server_ServerCapabilities_OperationLimits_")
        if limit != name:
            values[name] = (0 if limit in _NOT_SERVED else LIMITS.nodes_per_request, _TYPES.UInt32)
    for role in vars(ua.ObjectIds):
        if role.startswith("WellKnownRole_") and role.endswith("_Identities"):
            values[role] = ([], _TYPES.ExtensionObject)
    for name, (value, variant) in values.items():
        await _write(server, name, ua.Variant(value, variant, is_array=isinstance(value, list)))
    _list_aggregates(server)
    number = version("process-dynamics-engine")
    await server.set_build_info(
        "urn:process-dynamics-engine", "Process Dynamics Engine contributors", "Process Dynamics Engine", number,
        number, datetime.now(UTC),
    )  # fmt: skip


async def _write(server: Server, name: str, value: ua.Variant) -> None:
    node = standard(int(getattr(ua.ObjectIds, name, 0)))
    if node in server.iserver.aspace._nodes:
        await server.write_attribute_value(node, stamped(value))


def _list_aggregates(server: Server) -> None:
    """Show which aggregates are served, where clients look for them (OPC 10000-13 4.2)."""
    space = server.iserver.aspace
    for above in ("Server_ServerCapabilities", "HistoryServerCapabilities"):
        folder = space[standard(int(getattr(ua.ObjectIds, f"{above}_AggregateFunctions")))]
        for number in AGGREGATES:
            function = space[standard(number)]
            said: Any = function.attributes
            name, shown = (said[one].value.Value.Value for one in (_IDS.BrowseName, _IDS.DisplayName))
            kind = standard(ua.ObjectIds.AggregateFunctionType)
            face = Face(function.nodeid, name, shown, ua.NodeClass.Object, kind)
            folder.references.append(face.reached_by(ORGANIZES))
