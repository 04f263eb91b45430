"""The alarms of all simulations as the OPC UA server tells of them: their present states, and live events."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any

from connections.alarm_bus import ALARMS
from connections.bus import Bus
from connections.historian.events import AlarmRow
from connections.log import logger
from connections.record import Record
from engine_api import alarm_shown
from engine_api.history import History
from engine_api.live import Live
from plant import catalog
from plant.alarms.condition import AlarmEvent, Condition, pristine
from plant.alarms.declared import Alarm, alarm_of, alarms_of
from plant.alarms.record import decode, decode_event
from plant.errors import PlantError, Unavailable, UnknownName

REPLAYED_MILLISECONDS = 10_000
"""What was told shortly before is heard again, so that nothing falls between the record and the stream."""
_COMPARED = 30.0
_log = logger("alarms")


class AlarmBoard:
    """The newest state of every alarm to which anything has happened. Not thread safe: for one event loop."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._states: dict[str, dict[str, Condition]] = {}

    def load(self, rows: Iterable[AlarmRow]) -> None:
        """Take over the record; what was heard since then stays. What it does not know any more is gone."""
        rows = list(rows)
        for sim_id in self._states.keys() - {row.sim_id for row in rows} - self._live.records.keys():
            del self._states[sim_id]
        for row in rows:
            try:
                _, alarm = alarm_of(catalog.find(row.model_id), row.alarm)
                self._put(row.sim_id, row.alarm, decode(alarm, row.content))
            except (UnknownName, ValueError, KeyError, TypeError) as error:
                _log.warning("alarm of another version ignored", alarm=f"{row.sim_id}.{row.alarm}", error=str(error))

    def hear(self, message: dict[str, Any]) -> None:
        """Take what the OPC UA server tells, and pass on what is new to whoever listens. Raises as `decode_event`."""
        sim_id, model_id = message["sim_id"], message["model_id"]
        if message["content"] is None:
            self._states.pop(sim_id, None)
            return
        _, alarm = alarm_of(catalog.find(model_id), message["alarm"])
        event = decode_event(sim_id, alarm, json.dumps(message["content"]))
        if self._put(sim_id, alarm.name, event.condition):
            self._live.tell(told(event, model_id))

    def of(self, record: Record) -> Iterator[tuple[Alarm, Condition]]:
        """All alarms of a simulation as they stand now."""
        states = self._states.get(record.sim_id, {})
        for alarm in alarms_of(catalog.find(record.model_id)):
            yield alarm, states.get(alarm.name) or pristine(alarm)

    def retained(self) -> Iterator[tuple[Record, Alarm, Condition]]:
        """Every alarm that is of interest to an operator."""
        for sim_id, states in self._states.items():
            record = self._live.records.get(sim_id)
            if record is not None and any(state.retain for state in states.values()):
                yield from ((record, alarm, state) for alarm, state in self.of(record) if state.retain)

    def _put(self, sim_id: str, name: str, state: Condition) -> bool:
        states = self._states.setdefault(sim_id, {})
        known = states.get(name)
        if known is not None and known.serial >= state.serial:
            return False
        states[name] = state
        return True


def told(event: AlarmEvent, model_id: str) -> dict[str, Any]:
    """The live message of an event: the alarm as REST shows it, and what has just happened to it."""
    shown = alarm_shown.alarm(event.sim_id, model_id, event.alarm, event.condition)
    return {
        "kind": "alarm", "sim_id": event.sim_id, "transition": str(event.transition), "message": event.message,
        "time": shown.time, "alarm": shown.model_dump(),
    }  # fmt: skip


async def follow_alarms(bus: Bus, board: AlarmBoard) -> None:
    """Keep the board as the OPC UA server tells, for ever."""
    newest = await bus.last_position(ALARMS)
    position = f"{max(0, int(newest.split('-')[0]) - REPLAYED_MILLISECONDS)}-0"
    async for _, message in bus.follow(ALARMS, position):
        try:
            board.hear(json.loads(message))
        except (PlantError, KeyError, ValueError, TypeError) as error:
            _log.warning("alarm of another version ignored", error=repr(error))


async def compare_alarms(history: History, board: AlarmBoard) -> None:
    """Compare the board with the record now and then, for ever: what was never heard is found there."""
    while True:
        try:
            board.load(await history.alarms())
        except Unavailable as error:
            _log.warning("alarms not compared", error=str(error))
        await asyncio.sleep(_COMPARED)
