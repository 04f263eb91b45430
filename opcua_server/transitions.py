"""ProgramTransitionEvents: every simulation tells when its program goes from one state to another (OPC 10000-10)."""

from asyncua import ua

from opcua_server.alarms.notifier import Notifier, notifiers_of
from opcua_server.alarms.occurrence import PlainOccurrence, server_event
from opcua_server.alarms.vocabulary import text
from opcua_server.live import Live, program_node, transition
from opcua_server.names import node_id

_TYPES = ua.VariantType
_SEVERITY = 100


class Transitions:
    """Sends them from the simulation, its folders and the Server object."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    def tell(self, live: Live) -> None:
        """Tell the last transition."""
        name = transition(live)
        if name is not None:
            record = live.record
            self._notifier.tell(_event(live, name), notifiers_of(record.sim_id, record.model_id))


def _event(live: Live, name: str) -> PlainOccurrence:
    sim_id, (before, after) = live.record.sim_id, name.split("To")
    states = (("Transition", name), ("FromState", before), ("ToState", after))
    fields = {path: ua.Variant(text(state), _TYPES.LocalizedText) for path, state in states}
    fields |= {f"{path}/Id": ua.Variant(program_node(state), _TYPES.NodeId) for path, state in states}
    fields |= {
        "SourceNode": ua.Variant(node_id(sim_id), _TYPES.NodeId),
        "SourceName": ua.Variant(sim_id, _TYPES.String),
        "Transition/TransitionTime": ua.Variant(live.moved_at, _TYPES.DateTime),
    }
    message = f"{sim_id} is {live.state}: from {before} to {after}"
    return server_event(ua.ObjectIds.ProgramTransitionEventType, message, _SEVERITY, fields)
