"""The safe path that every door uses: start a simulation, command it, act on it."""

import asyncio
import math
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from connections import tails
from connections.action import Action
from connections.arguments import check_speed, check_steps, finite
from connections.audit import Entry
from connections.bus import Bus, connect
from connections.checkpoint import Checkpoint
from connections.checkpoints import Checkpoints, Copy, give_back, put
from connections.log import logger
from connections.machines import Machines
from connections.placement import Seat, place, refusal, slots
from connections.queue import JobQueue, assignment
from connections.record import Record
from connections.records import Also, Records
from connections.redis_keys import EVENTS
from connections.requests import REQUEST, Requests, mark
from connections.settings import Settings
from connections.start import Start, new_record
from connections.tails import Tails
from connections.trail import Trail, open_trail
from plant import access, catalog
from plant.errors import NoCapacity, PlantError, Unavailable
from plant.lifecycle import ALIVE, Command, State
from plant.ownership import require_change, require_on

WRITE = "write"
"""What the audit calls a control action."""
FAR = 2**62
"""A wall time that never comes: a checkpoint due then goes on whenever it is restored."""
WAITS = "waits"
"""How the cause of a queued simulation begins when it only says why it waits."""

_log = logger(__name__)


class _Changed(Exception):  # noqa: N818 - not an error: the caller asks again in another way
    """A record may have changed since it was looked at."""


@dataclass(frozen=True, slots=True)
class Simulations:
    """Records, bus and queue of one engine, used together."""

    settings: Settings
    records: Records
    bus: Bus
    queue: JobQueue
    machines: Machines
    checkpoints: Checkpoints
    tails: Tails
    requests: Requests
    trail: Trail = field(default_factory=Trail)

    async def start(self, start: Start, user: access.Who, door: str = "") -> Record:
        """Check, record, queue and announce a new simulation.

        Raises UnknownName, InvalidValue or InvalidRequest for bad requests, NotAllowed, Duplicate, and NoCapacity when
        every slot is in use and `start.wait` is false. A record whose queueing fails is queued by the reconciler as
        soon as Redis answers.
        """
        with self.trail.attempt(told_by("start", user, door)) as facts:
            facts["new"] = {"model_id": start.model_id, "inputs": dict(start.inputs), "faults": list(start.faults)}
            access.require(user, access.Right.OPERATE, "starting a simulation")
            record = new_record(start, self.settings.life, user)
            if not start.wait:
                await self._require_slot(start.machine)
            begun = await self._begin(record)
            facts["sim_id"] = begun.sim_id
        return begun

    async def branch(self, start: Start, origin: str, checkpoint: Checkpoint, user: access.Who) -> Record:
        """Start a simulation that begins where the checkpoint is; otherwise as `start`."""
        access.require(user, access.Right.OPERATE, "starting a simulation")
        record = replace(new_record(start, self.settings.life, user), origin=origin)
        if not start.wait:
            await self._require_slot(start.machine)
        first = replace(
            checkpoint, epoch=0, tick=0, action=0, sequence=0, wall_time=0, due=FAR, speed=finite(record.speed),
            paused=False, pending=0, overruns=0, touched=0,
        )  # fmt: skip
        content = first.encode()
        return await self._begin(record, lambda connection, made: put(connection, [Copy(made.sim_id, first, content)]))

    async def _begin(self, record: Record, also: Also | None = None) -> Record:
        """Record and queue it; a request that has come again goes on with what it started."""
        known = await self._done()
        if known is None:
            record = await asyncio.to_thread(self.records.create, record, _both(mark(REQUEST.get()), also))
        else:
            record = await asyncio.to_thread(self.records.get, known)
            if record.status is not State.PENDING:
                return record
        try:
            record = await self.dispatch(record)
        except Unavailable:
            return record
        return record

    async def _done(self) -> str | None:
        """What an earlier try of the request that is under way has started or changed."""
        request = REQUEST.get()
        return None if request is None else await asyncio.to_thread(self.requests.done, request)

    async def dispatch(self, record: Record, cause: str | None = None, isolated: bool = False) -> Record:
        """Queue the next attempt of a record under a new epoch and announce it.

        A Redis that has forgotten the simulation gets back what was kept of it; `isolated` gives it a process of its
        own from now on. Raises Unavailable, or StaleVersion
        when the record is not any more as it was read.
        """
        command = Command.ENQUEUE if record.status is State.PENDING else Command.REQUEUE
        if record.epoch > 0 or record.origin is not None:
            await give_back(self.bus, self.checkpoints, record.sim_id)
            await tails.give_back(self.bus, self.tails, record.sim_id)
        record = await asyncio.to_thread(
            self.records.command, record.sim_id, command, record.version,
            epoch=record.epoch + 1, attempts=record.attempts + 1, cause=cause,
            worker=None, isolated=record.isolated or isolated,
        )  # fmt: skip
        await self.enqueue(record)
        await self.announce(record)
        return record

    async def enqueue(self, record: Record) -> None:
        """Put the job of the present attempt where a worker will find it, if any machine takes simulations."""
        seats = [Seat.of(beat) for beat in await self.bus.workers()]
        where = place(seats, await asyncio.to_thread(self.machines.draining), record.machine)
        if where.waits is None:
            await asyncio.to_thread(self.queue.enqueue, assignment(record), where.machine)

    async def command(
        self, sim_id: str, command: Command, user: access.Who, door: str,
        argument: float | None = None, version: int | None = None,
    ) -> Record:  # fmt: skip
        """Carry out a door's command: check it, record it, tell the worker, announce it.

        `argument` is the number of steps of `step` or the factor of `speed` (infinite: as fast as possible).
        Raises UnknownName, NotAllowed, WrongState, StaleVersion, InvalidValue, Unavailable.
        """
        new = None if argument is None else {"argument": finite(argument)}
        with self.trail.attempt(told_by(str(command), user, door, sim_id=sim_id, new=new)):
            return await self._command(sim_id, command, user, door, argument, version)

    async def _command(
        self, sim_id: str, command: Command, user: access.Who, door: str, argument: float | None, version: int | None
    ) -> Record:
        known = await asyncio.to_thread(self.records.get, sim_id)
        require_on(user, access.Right.OPERATE, known, f"'{command}' on {sim_id}")
        changes = {"speed": check_speed(argument)} if command is Command.SPEED else {}
        if command is Command.STEP:
            argument = check_steps(argument)
        await self.bus.alive()
        request = REQUEST.get()
        if await self._done() is not None:
            record = known  # an earlier try has recorded it
        else:
            record = await asyncio.to_thread(self.records.command, sim_id, command, version, mark(request), **changes)
        await self.bus.append_action(
            sim_id,
            Action(str(user), door, time.time_ns(), command=str(command), argument=finite(argument)),
            request,
        )
        if not record.alive:
            await asyncio.to_thread(self.queue.withdraw_waiting, assignment(record).job_id)
        await self.announce(record)
        return record

    async def act(
        self, record: Record, actions: Mapping[str, object], values: "list[float]", user: access.Who, door: str,
        key: str | None = None,
    ) -> tuple[int, dict[str, float]]:  # fmt: skip
        """Pass a whole request through the gate and append it: its number and the floats accepted.

        `values` are the present values of all tags, in the order of the model. Raises as `access.check_writes`
        and `require_change`.
        """
        with self.trail.attempt(told_by(WRITE, user, door, sim_id=record.sim_id, new=dict(actions))) as facts:
            checked, told = _checked(record, actions, values, user)
            facts.update(told)
            action = Action(str(user), door, time.time_ns(), values=checked)
            number, _ = await self.bus.append_action(record.sim_id, action, key or REQUEST.get())
        return number, checked

    async def act_unless_changed(
        self, record: Record, actions: Mapping[str, object], values: "list[float]", user: access.Who, door: str,
        event: str,
    ) -> tuple[int, dict[str, float]] | None:  # fmt: skip
        """The same on a record as it was when `event` was the newest position of EVENTS, without asking the store.

        None, with nothing done or told, where the request is refused or anything may have changed since: what another
        door has answered already is heeded. Raises Unavailable.
        """
        try:
            checked, told = _checked(record, actions, values, user)
        except PlantError:
            return None
        entry = told_by(WRITE, user, door, sim_id=record.sim_id, **told)
        with suppress(_Changed), self.trail.attempt(entry):
            action = Action(str(user), door, time.time_ns(), values=checked)
            number = await self.bus.append_unless_changed(record.sim_id, action, event)
            if number is None:
                raise _Changed
            return number, checked
        return None

    async def actions(self, sim_id: str, count: int) -> list[Action]:
        """The newest accepted actions, newest first: from Redis, and from what was kept for good when it has less."""
        newest = await self.bus.read_actions(sim_id, count)
        if len(newest) == count:
            return newest
        kept = await asyncio.to_thread(self.tails.newest, sim_id, count)
        known = {action.number: action for action in (*kept, *newest)}
        return [known[number] for number in sorted(known, reverse=True)[:count]]

    async def announce(self, record: Record) -> None:
        """Tell every follower of EVENTS what a record is now; what Redis holds of an ended one goes after a day."""
        _log.info("lifecycle", sim_id=record.sim_id, status=str(record.status), version=record.version)
        await self.bus.publish(EVENTS, {"kind": "lifecycle", "record": record.message()})
        if not record.alive:
            await self.bus.retire(record.sim_id)

    async def _require_slot(self, machine: str | None) -> None:
        seats = [Seat.of(beat) for beat in await self.bus.workers()]
        draining = await asyncio.to_thread(self.machines.draining)
        counts = await asyncio.to_thread(self.records.counts)
        there = await asyncio.to_thread(self.records.alive, machine) if machine is not None else 0
        reason = refusal(seats, draining, machine, sum(counts[state] for state in ALIVE), there, self._spare(seats))
        if reason is not None:
            raise NoCapacity(reason)

    def _spare(self, seats: Sequence[Seat]) -> int:
        """Slots of the workers that the local pool still may start."""
        if self.settings.workers != "auto":
            return 0
        own = self.settings.machine or socket.gethostname()
        return max(0, self.settings.pool * self.settings.worker.slots - slots(seats, own))


def _checked(
    record: Record, actions: Mapping[str, object], values: "list[float]", user: access.Who
) -> tuple[dict[str, float], dict[str, Any]]:
    """The floats of a request that passes the gate, and what the audit is told of it."""
    require_change(user, record)
    model = catalog.find(record.model_id)
    checked = access.check_writes(record.sim_id, model, record.status, user, actions, values)
    old = {name: finite_or_none(values[model.index(name)]) for name in checked}
    return checked, {"old": old, "new": checked}


def told_by(what: str, user: access.Who, door: str, **facts: Any) -> Entry:
    """An entry of the audit about what a caller does."""
    return Entry(what, str(user), door, address=access.caller(user).address, **facts)


def finite_or_none(value: float) -> float | None:
    """A number as JSON can tell it."""
    return value if math.isfinite(value) else None


def _both(first: Also, second: Also | None) -> Also:
    def both(connection: Connection, record: Record) -> None:
        first(connection, record)
        if second is not None:
            second(connection, record)

    return both


@asynccontextmanager
async def open_simulations(settings: Settings) -> AsyncIterator[Simulations]:
    """The safe path on the settings' database and Redis; `settings.redis_url` must be known."""
    if settings.redis_url is None:
        raise Unavailable("no Redis is known: start the engine with `pde up` or set PDE_REDIS_URL")
    records, queue = Records(settings.sql_url), JobQueue(settings.redis_url)
    checkpoints = Checkpoints(settings.sql_url)
    try:
        async with connect(settings.redis_url) as bus:
            machines, tail, requests = Machines(records), Tails(records), Requests(records)
            async with open_trail(bus) as trail:
                yield Simulations(settings, records, bus, queue, machines, checkpoints, tail, requests, trail)
    finally:
        checkpoints.close()
        queue.close()
        records.close()
