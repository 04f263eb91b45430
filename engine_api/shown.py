"""Records, tags and machines as the API shows them."""

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence

from connections.machines import Machine
from connections.queue import assignment
from connections.record import Record
from engine_api.catalogue_schemas import MachineAnswer, MachineState
from engine_api.engine import Engine
from engine_api.held import Present
from engine_api.moments import moment, moment_of, remaining
from engine_api.schemas import SimulationAnswer, SimulationLinks, TagAnswer
from plant.export.grafana import dashboard_uid
from plant.lifecycle import State
from plant.model import Model
from plant.ownership import Sharing
from plant.quality import is_bad, quality_name


async def simulation(engine: Engine, record: Record) -> SimulationAnswer:
    """One record as it stands now."""
    return (await simulations(engine, [record]))[0]


async def simulations(engine: Engine, records: Sequence[Record]) -> list[SimulationAnswer]:
    """Records as they stand now, with their places in the queues."""
    machines = {record.machine for record in records if record.status is State.QUEUED}
    if machines:
        machines |= {None, *(beat["machine"] for beat in await engine.simulations.bus.workers())}
    places: dict[str, int] = {}
    for machine in machines:
        places |= await asyncio.to_thread(engine.simulations.queue.positions, machine)
    return [_simulation(engine, record, places) for record in records]


def _simulation(engine: Engine, record: Record, places: dict[str, int]) -> SimulationAnswer:
    frame = engine.live.frame(record.sim_id)
    ahead = frame is not None and frame.tick >= record.tick
    time, tick, overruns = (
        (frame.sim_time, frame.tick, int(frame.overruns))
        if frame is not None and (ahead or record.alive)
        else (record.simulation_time, record.tick, record.overruns)
    )
    return SimulationAnswer(
        sim_id=record.sim_id, model_id=record.model_id, status=str(record.status), node_id=record.node_id,
        links=_links(engine, record), name=record.name, number=record.number, cause=record.cause,
        owner=record.owner, sharing=Sharing(record.sharing).value, version=record.version, epoch=record.epoch,
        attempts=record.attempts, machine=record.machine, worker=record.worker,
        speed="max" if math.isinf(record.speed) else record.speed, sample_time=record.sample_time,
        duration=record.duration, remaining=remaining(record, time), ends_at=moment(record.ends_at), idle=record.idle,
        stall=record.stall, resume=record.resume, isolated=record.isolated, origin=record.origin, start=record.start,
        seed=record.seed, simulation_time=time,
        tick=tick, overruns=overruns, created_at=moment(record.created_at) or "",
        started_at=moment(record.started_at), ended_at=moment(record.ended_at),
        updated_at=moment(record.updated_at) or "",
        queue_position=places.get(assignment(record).job_id) if record.status is State.QUEUED else None,
    )  # fmt: skip


def _links(engine: Engine, record: Record) -> SimulationLinks:
    base = f"/api/sims/{record.sim_id}"
    grafana = engine.settings.grafana_url
    return SimulationLinks(
        self=base, tags=f"{base}/all", history=f"{base}/history", actions=f"{base}/actions",
        faults=f"{base}/faults", live="/api/live",
        grafana=grafana and f"{grafana.rstrip('/')}/d/{dashboard_uid(record.model_id)}?var-sim={record.sim_id}",
    )  # fmt: skip


def tags(model: Model, present: Present, names: Iterable[str] | None = None) -> list[TagAnswer]:
    """These tags (all by default) as they stand now."""
    wanted = [one.name for one in model.tags] if names is None else list(names)
    return [tag(model, present, model.index(name)) for name in wanted]


def tag(model: Model, present: Present, place: int) -> TagAnswer:
    """The tag at this place of the model as it stands now."""
    shown, code = model.tags[place], int(present.status[place])
    value = None if is_bad(code) else float(present.values[place])
    return TagAnswer(
        tag=shown.name, value=value, unit=shown.symbol, quality=quality_name(code), status_code=code,
        source_time=moment_of(present.source_time), simulation_time=present.simulation_time,
        text=shown.states[int(value)] if shown.states and value is not None else None,
    )  # fmt: skip


def machine_id(machine: str) -> int | str:
    """A machine's id as it was given: a number where it is one."""
    return int(machine) if machine.isdecimal() and str(int(machine)) == machine else machine


async def machines(engine: Engine) -> list[MachineAnswer]:
    """Every machine that was ever named, with what its living workers report."""
    beats = await engine.simulations.bus.workers()
    known = await asyncio.to_thread(engine.simulations.machines.all)
    new = {beat["machine"]: Machine(beat["machine"], beat["machine_name"], None, 1) for beat in beats}
    every = new | known
    return [machine(every[name], [b for b in beats if b["machine"] == name]) for name in sorted(every)]


def machine(known: Machine, beats: Sequence[Mapping[str, str]]) -> MachineAnswer:
    """One machine with the heartbeats of its workers."""
    hosted = sum(int(b["hosted"]) for b in beats)
    return MachineAnswer(
        machine_id=machine_id(known.machine_id), name=known.name,
        cores=max((int(b["cores"]) for b in beats), default=0),
        slots=sum(int(b["slots"]) for b in beats), hosted=hosted, workers=len(beats),
        load=max((float(b["load"]) for b in beats), default=0.0),
        heartbeat=moment_of(max((int(b["heartbeat"]) for b in beats), default=0) * 1_000_000 or None),
        state=_machine_state(known, len(beats), hosted), version=known.version,
    )  # fmt: skip


def _machine_state(known: Machine, workers: int, hosted: int) -> MachineState:
    if known.draining is not None:
        return "draining" if hosted else "drained"
    return "in_service" if workers else "away"
