"""What calls about alarms are addressed to: an alarm or its shelving, by a method that it has (OPC 10000-9)."""

from collections.abc import Mapping

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.alarms.groups import Group
from opcua_server.alarms.nodes import AlarmNodes
from opcua_server.alarms.parts import METHODS
from opcua_server.alarms.vocabulary import condition_node
from opcua_server.names import SIMULATIONS, standard

_CODES, _IDS = ua.StatusCodes, ua.ObjectIds
REFRESH, REFRESH_2 = standard(_IDS.ConditionType_ConditionRefresh), standard(_IDS.ConditionType_ConditionRefresh2)
_REFRESHES = (REFRESH, REFRESH_2)
_CONDITION_TYPE = standard(_IDS.ConditionType)
_PATHS: Mapping[str, str] = {path.rpartition("/")[2]: path for path in METHODS}
"""Where a condition has its methods, by their names."""


class Targets:
    """Finds what a call means."""

    def __init__(self, nodes: AlarmNodes) -> None:
        self._nodes = nodes

    def concerns(self, request: ua.CallMethodRequest) -> bool:
        """Whether the call is about alarms."""
        node = request.ObjectId
        return request.MethodId in _REFRESHES or self._nodes.find(node) is not None or self._is_type(node)

    def find(self, request: ua.CallMethodRequest, name: str) -> tuple[Group, int]:
        """The alarm whose method of this name is called. Raises ServiceError."""
        if self._is_type(request.ObjectId):
            raise ServiceError(_CODES.BadNodeIdInvalid if name in _PATHS else _CODES.BadMethodInvalid)
        found = self._nodes.find(request.ObjectId)
        if found is None:
            raise ServiceError(_CODES.BadNodeIdUnknown)
        group, place = found
        path, sim_id, alarm = _PATHS.get(name), group.live.record.sim_id, group.declared.alarms[place].name
        if path is None or request.ObjectId not in _owners(sim_id, alarm, path):
            raise self._stranger(request.ObjectId)
        own = condition_node(sim_id, alarm, *path.split("/"))
        if request.MethodId.NamespaceIndex == SIMULATIONS and request.MethodId != own:
            raise ServiceError(_CODES.BadMethodInvalid)
        return group, place

    def check_refresh(self, node: ua.NodeId) -> None:
        """A refresh is asked for at the type of conditions. Raises ServiceError."""
        if not self._is_type(node):
            raise self._stranger(node)

    def _stranger(self, node: ua.NodeId) -> ServiceError:
        return ServiceError(_CODES.BadMethodInvalid if self._nodes.exists(node) else _CODES.BadNodeIdUnknown)

    def _is_type(self, node: ua.NodeId) -> bool:
        return node.NamespaceIndex == 0 and self._nodes.types.is_a(node, _CONDITION_TYPE)


def _owners(sim_id: str, alarm: str, path: str) -> tuple[ua.NodeId, ...]:
    """The objects at which a method may be called: the condition itself, and the part of it that has the method."""
    above = path.rpartition("/")[0]
    condition = condition_node(sim_id, alarm)
    return (condition, condition_node(sim_id, alarm, above)) if above else (condition,)
