"""What an attribute says to one caller: the one rule for Read and for monitored items."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from asyncua import ua

from opcua_server.executable import may_call
from opcua_server.space import Space
from plant.access import Who, may_write
from plant.lifecycle import ENDED
from plant.ownership import may_change

_READ, _WRITE = 0x01, 0x02
Rule = Callable[[Any, ua.NodeId, Who, Space], Any]


def shown(held: ua.DataValue, node: ua.NodeId, attribute: ua.AttributeIds, who: Who, space: Space) -> ua.DataValue:
    """What the node holds, as the caller is to see it; a value that is the same for everybody is `held` itself."""
    rule = _RULES.get(attribute)
    if rule is None or held.Value is None or held.Value.Value is None:
        return held
    value = rule(held.Value.Value, node, who, space)
    return held if value == held.Value.Value else replace(held, Value=ua.Variant(value, held.Value.VariantType))


def _access(level: int, node: ua.NodeId, who: Who, space: Space) -> int:
    """Nobody writes what role or owner forbid, nor anything of a simulation that has ended.

    What is no tag of a simulation, such as those of types, can only be read.
    """
    found = space.find_tag(node)
    if found is None:
        return level & _READ
    live, index = found
    may = may_write(who, live.template.model.tags[index]) and may_change(who, live.record) and live.state not in ENDED
    return level if may else level & ~_WRITE


def _executable(executable: bool, node: ua.NodeId, who: Who, space: Space) -> bool:
    return executable and may_call(who, node, space)


_RULES: Mapping[ua.AttributeIds, Rule] = {
    ua.AttributeIds.UserAccessLevel: _access, ua.AttributeIds.UserExecutable: _executable,
}  # fmt: skip
DIFFERENT = frozenset(_RULES)
"""The attributes that differ from caller to caller; UserWriteMask does not: nobody writes any but values."""
