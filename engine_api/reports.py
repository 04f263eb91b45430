"""What workers report: read in order, none lost over a restart, each moving the record that it is about."""

import asyncio
import json
from typing import Any

from connections.bus import speaking
from connections.correlation import CORRELATION
from connections.log import logger
from connections.record import Record, now
from connections.redis_keys import REPORTS
from connections.simulations import Simulations
from engine_api.metrics import Metrics
from plant.errors import PlantError, StaleVersion, Unavailable
from plant.lifecycle import Command

POSITION = "pde:reports:position"
AWAY = 0.2
_log = logger("reports")


async def follow_reports(simulations: Simulations, metrics: Metrics) -> None:
    """Carry out every report, for ever; the position is kept behind the last one that was."""
    redis = simulations.bus.redis
    with speaking():
        position = (await redis.get(POSITION) or b"0-0").decode()
    async for reached, message in simulations.bus.follow(REPORTS, position):
        while not await _done(simulations, metrics, json.loads(message), reached):  # noqa: ASYNC110
            await asyncio.sleep(AWAY)  # the database or Redis is away: its return can't be awaited


async def _done(simulations: Simulations, metrics: Metrics, report: dict[str, Any], reached: str) -> bool:
    CORRELATION.set(str(report.get("trace", "")))
    try:
        record = await carry_out(simulations, metrics, report)
        metrics.reports.labels(report["kind"], "taken" if record else "ignored").inc()
        with speaking():
            await simulations.bus.redis.set(POSITION, reached)
    except (Unavailable, StaleVersion) as error:
        _log.warning("report waits", error=str(error))
        return False
    except (PlantError, KeyError, ValueError, TypeError) as error:  # one that can't be read must not stop the rest
        _log.warning("report refused", error=repr(error), sim_id=report.get("sim_id"))
        metrics.reports.labels(report.get("kind", "?"), "refused").inc()
    return True


async def carry_out(simulations: Simulations, metrics: Metrics, report: dict[str, Any]) -> Record | None:
    """Move the record as the report says and announce it; None when it changed nothing."""
    kind = report["kind"]
    if kind == "progress":
        return None  # frames tell it sooner, and a record's version is for what users change
    if kind == "released":
        return await _restart(simulations, metrics, report)
    named = "begin" if kind == "began" else report["command"]
    command = Command(named) if named else None
    changes = _changes(report)
    record = await asyncio.to_thread(_move, simulations, report, command, changes)
    if record is not None:
        await simulations.announce(record)
    return record


def _move(
    simulations: Simulations, report: dict[str, Any], command: Command | None, changes: dict[str, Any]
) -> Record | None:
    known = simulations.records.get(report["sim_id"])
    if "started_at" in changes:
        changes = {"started_at": known.started_at or changes["started_at"]}
        if known.attempts <= 1:
            changes["cause"] = None
    if known.faults == changes.get("faults"):
        return None
    if not known.alive and known.epoch == report["epoch"] and known.tick < report["tick"]:
        return simulations.records.change(known.sim_id, known.version, **_reached(report) | {"cause": known.cause})
    return simulations.records.report(known.sim_id, report["epoch"], command, worker=report["worker"], **changes)


def _changes(report: dict[str, Any]) -> dict[str, Any]:
    match report["kind"]:
        case "began":
            return {"started_at": now()}
        case "faults":
            return {"faults": report["faults"]}
        case _:
            return _reached(report)


def _reached(report: dict[str, Any]) -> dict[str, Any]:
    names = ("cause", "simulation_time", "tick", "overruns")
    return {name: report[name] for name in names}


async def _restart(simulations: Simulations, metrics: Metrics, report: dict[str, Any]) -> Record | None:
    """A worker that ends gives its simulation back: the next attempt starts at once and is not held against it."""
    reached = {name: report[name] for name in ("simulation_time", "tick", "overruns")}
    apart = {"isolated": True} if report.get("isolate") else {}
    record = await asyncio.to_thread(
        simulations.records.report, report["sim_id"], report["epoch"], None, attempts=0, worker=None, **reached, **apart
    )
    if record is None:
        return None
    metrics.dispatches.labels("released").inc()
    return await simulations.dispatch(record, cause=f"worker {report['worker']} gave it back: {report['cause']}")
