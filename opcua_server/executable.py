"""Whether a caller may call a method: what UserExecutable says, by the same rights that the calls ask for."""

from collections.abc import Mapping

from asyncua import ua

from opcua_server.alarms.vocabulary import FOLDER
from opcua_server.fault_methods import FAULTS
from opcua_server.names import SIMULATIONS
from opcua_server.space import Space
from plant.access import Right, Who, may
from plant.ownership import may_change

_RIGHTS: Mapping[str, Right] = dict.fromkeys(FAULTS, Right.ENGINEER)
"""Methods of a simulation that take more than the right to operate."""


def may_call(who: Who, node: ua.NodeId, space: Space) -> bool:
    """Whether the caller may ever call this method (the present state of its simulation aside).

    Methods of the standard and of types are everybody's: the object that they are called on decides.
    """
    if node.NamespaceIndex != SIMULATIONS:
        return True
    found = space.find(node)
    if found is None:
        return may(who, Right.OPERATE)
    live, path = found
    right = Right.OPERATE if path.startswith(f"{FOLDER}.") else _RIGHTS.get(path, Right.OPERATE)
    return may(who, right) and may_change(who, live.record)
