"""Use an engine from Python: `Engine` for scripts and notebooks, `AsyncEngine` for asynchronous code.

What is here is imported when it is first used, so that the pytest plugin costs nobody anything.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from process_dynamics_engine.aio.engine import AsyncEngine
    from process_dynamics_engine.aio.simulation import AsyncSimulation
    from process_dynamics_engine.answers import Alarm, Fault, Model, Record, Value
    from process_dynamics_engine.errors import EngineError, Problem, SimulationEnded, TimedOut
    from process_dynamics_engine.history import History, Series
    from process_dynamics_engine.snapshot import Snapshot
    from process_dynamics_engine.sync.engine import Engine
    from process_dynamics_engine.sync.simulation import Simulation

__all__ = [
    "Alarm",
    "AsyncEngine",
    "AsyncSimulation",
    "Engine",
    "EngineError",
    "Fault",
    "History",
    "Model",
    "Problem",
    "Record",
    "Series",
    "Simulation",
    "SimulationEnded",
    "Snapshot",
    "TimedOut",
    "Value",
]
_HOMES = {
    "aio.engine": ("AsyncEngine",),
    "aio.simulation": ("AsyncSimulation",),
    "answers": ("Alarm", "Fault", "Model", "Record", "Value"),
    "errors": ("EngineError", "Problem", "SimulationEnded", "TimedOut"),
    "history": ("History", "Series"),
    "snapshot": ("Snapshot",),
    "sync.engine": ("Engine",),
    "sync.simulation": ("Simulation",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'") from None
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
