"""What a session does not see: private simulations of others are not there for it, in any service."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua

from opcua_server.names import SIMULATIONS, node_id
from opcua_server.space import Space
from plant.access import Who
from plant.ownership import may_see, supervises

_NOWHERE = node_id("Hidden", "nowhere")
"""A node that is not there: what is hidden is answered exactly as what does not exist."""


class Sight:
    """Compares nodes with what their simulation's owner shares."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def whole(self, who: Who) -> bool:
        """Whether nothing is hidden from the caller; nearly always so, and found without looking at nodes."""
        simulations, private = self._space.simulations, self._space.private
        return not private or supervises(who) or all(may_see(who, simulations[sim_id].record) for sim_id in private)

    def sees(self, who: Who, node: ua.NodeId) -> bool:
        """Whether the node is there for the caller."""
        if node.NamespaceIndex != SIMULATIONS or not isinstance(node.Identifier, str):
            return True
        sim_id = node.Identifier.partition(".")[0]
        return sim_id not in self._space.private or may_see(who, self._space.simulations[sim_id].record)

    def reports(self, who: Who, sim_id: str) -> bool:
        """Whether the caller is told what a simulation has reported: of one that is shown no more, engineers are."""
        live = self._space.simulations.get(sim_id)
        return supervises(who) or (live is not None and may_see(who, live.record))

    def masked(self, who: Who, asked: Sequence[Any] | None, path: str) -> None:
        """Have a request's operations ask for nothing where they ask for what is hidden.

        `path` names the attribute with the NodeId, such as `ItemToMonitor.NodeId`.
        """
        if self.whole(who):
            return
        *above, last = path.split(".")
        for one in asked or ():
            for name in above:
                one = getattr(one, name)  # noqa: PLW2901 - walks down to what holds the NodeId
            if not self.sees(who, getattr(one, last)):
                setattr(one, last, _NOWHERE)

    def shown(self, who: Who, references: list[ua.ReferenceDescription] | None) -> list[ua.ReferenceDescription] | None:
        """The references that lead to what is there for the caller."""
        if references is None or self.whole(who):
            return references
        return [one for one in references if self.sees(who, one.NodeId)]

    def targets(self, who: Who, results: list[ua.BrowsePathResult]) -> list[ua.BrowsePathResult]:
        """Browse paths that lead to hidden nodes lead nowhere."""
        for result in [] if self.whole(who) else results:
            found = [one for one in result.Targets or () if self.sees(who, one.TargetId)]
            if result.Targets and not found:
                result.StatusCode = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadNoMatch))
            result.Targets = found
        return results
