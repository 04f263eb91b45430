"""What is recorded of alarms: states of before a restart are taken over, changes are collected for the record."""

from collections.abc import Iterable

from connections.historian.events import AlarmRow, Changes, EventRow
from connections.log import logger
from opcua_server.alarms.groups import Group
from plant.alarms.condition import AlarmEvent
from plant.alarms.record import decode, encode, encode_event

_log = logger(__name__)


class States:
    """Between the alarms and their record."""

    def __init__(self) -> None:
        self._kept: dict[str, list[AlarmRow]] = {}
        self._changes = Changes()

    def restore(self, rows: Iterable[AlarmRow]) -> None:
        """Take over the states of before a restart, for the simulations that come from now on."""
        for row in rows:
            self._kept.setdefault(row.sim_id, []).append(row)

    def forget_strangers(self) -> None:
        """Forget restored states of simulations that are not there any more."""
        self._changes.gone.extend(self._kept)
        self._kept.clear()

    def forget(self, sim_id: str) -> None:
        """Forget the states of a simulation that goes."""
        self._changes = self._changes.followed_by(Changes(gone=[sim_id]))

    def take_changes(self) -> Changes:
        """What is to be recorded since the last time."""
        changes, self._changes = self._changes, Changes()
        return changes

    def fill(self, group: Group) -> list[int]:
        """Give a simulation that comes its states of before; the places that are shelved."""
        rows = self._kept.pop(group.live.record.sim_id, ())
        return [place for row in rows if (place := _taken_over(group, row)) is not None]

    def note(self, group: Group, event: AlarmEvent) -> EventRow:
        """Keep the event and the state that it led to for the record."""
        record, name, state = group.live.record, event.alarm.name, encode(event.condition)
        self._changes.states[record.sim_id, name] = AlarmRow(record.sim_id, name, record.model_id, state)
        content = encode_event(event, state)
        row = EventRow(event.condition.at, record.sim_id, record.model_id, name, content)
        self._changes.events.append(row)
        return row


def _taken_over(group: Group, row: AlarmRow) -> int | None:
    """Give an alarm its state; its place if it is shelved."""
    for place, alarm in enumerate(group.declared.alarms):
        if alarm.name == row.alarm:
            try:
                state = group.conditions[place] = decode(alarm, row.content)
            except (ValueError, KeyError, TypeError) as error:
                _log.error("alarm of another version ignored", alarm=f"{row.sim_id}.{row.alarm}", cause=str(error))
                return None
            return place if state.shelved else None
    return None
