# Made by scripts/client of process_dynamics_engine/aio/engine.py: change that.
"""An engine: its models, and the simulations that it runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from process_dynamics_engine import authentication, calls
from process_dynamics_engine.address import DEFAULT_URL, address
from process_dynamics_engine.answers import Alarm, Model, Sharing, Speed, System
from process_dynamics_engine.calls import Setting, Start
from process_dynamics_engine.sync.simulation import Simulation
from process_dynamics_engine.sync.transport import Transport

BEGINS_WITHIN = 60.0


class Engine:
    """An engine at an address.

    `token`, `api_key`, or `user` and `password` tell who calls. `timeout` are seconds for one answer. `certificates` is
    a file of those that an https address is trusted by, the system's by default.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, token: str | None = None, api_key: str | None = None,
        user: str | None = None, password: str | None = None, timeout: float = 30.0,
        certificates: str | Path | None = None,
    ) -> None:  # fmt: skip
        where = address(url, certificates)
        who = authentication.chosen(where.url, token, api_key, user, password)
        self.url, self._transport = where.url, Transport(where, who, timeout)

    def __repr__(self) -> str:
        return f"<engine at {self.url}>"

    def system(self) -> System:
        """Version, capacity, machines, the address of the OPC UA server."""
        return self._transport.do(calls.system())

    def models(self) -> tuple[Model, ...]:
        """Every model that can be started."""
        return (self._transport.do(calls.models())).models

    def model(self, model_id: str) -> Model:
        """One model: tags, start states, documentation."""
        return self._transport.do(calls.model(model_id))

    def start(
        self, model_id: str, *, inputs: Mapping[str, Setting] | None = None, speed: Speed = 1.0,
        duration: float | None = None, start: str | None = None, seed: int | None = None,
        sample_time: float | None = None, name: str | None = None, machine: str | None = None,
        faults: Sequence[Mapping[str, Any]] = (), sharing: Sharing | None = None, queue: bool = False,
        begins_within: float = BEGINS_WITHIN,
    ) -> Simulation:  # fmt: skip
        """Start a simulation; it runs, and has its first values, when this answers.

        `inputs` are tag values in effect from the start, `speed` a factor of real time or `max`, `duration` its life in
        simulated seconds (24 h by default), `start` the name of a start state, `faults` planned ones, `sharing` what
        others may do. With `queue` it waits for a slot when all are in use, and this answers at once. Raises TimedOut
        when it has not begun after `begins_within` seconds.
        """
        how = Start(
            name, start, inputs or {}, speed, duration, sample_time, seed, machine, tuple(faults), queue, sharing
        )  # fmt: skip
        simulation = Simulation(self._transport, self._transport.do(calls.start(model_id, how)))
        if not queue:
            simulation.wait("begun", begins_within)
        return simulation

    def run(
        self, model_id: str, duration: float, *, inputs: Mapping[str, Setting] | None = None,
        start: str | None = None, seed: int | None = None, sample_time: float | None = None,
        name: str | None = None, machine: str | None = None, faults: Sequence[Mapping[str, Any]] = (),
        timeout: float | None = None,
    ) -> Simulation:  # fmt: skip
        """Compute `duration` simulated seconds as fast as possible; the finished simulation, for its history.

        Waits for a slot when all are in use. Raises SimulationEnded when it ended otherwise, TimedOut after `timeout`
        seconds of wall time (it goes on then).
        """
        simulation = self.start(
            model_id, inputs=inputs, speed="max", duration=duration, start=start, seed=seed, sample_time=sample_time,
            name=name, machine=machine, faults=faults, queue=True,
        )  # fmt: skip
        simulation.wait("finished", timeout)
        return simulation

    def simulations(self) -> tuple[Simulation, ...]:
        """Every simulation that the engine knows, ended ones too."""
        records = (self._transport.do(calls.simulations())).simulations
        return tuple(Simulation(self._transport, record) for record in records)

    def simulation(self, sim_id: str) -> Simulation:
        """One that runs already, such as `wood-berry-7`."""
        return Simulation(self._transport, self._transport.do(calls.simulation(sim_id)))

    def alarms(self) -> tuple[Alarm, ...]:
        """The alarm list of all simulations: what is active, unacknowledged or unconfirmed."""
        return (self._transport.do(calls.alarms())).alarms

    def close(self) -> None:
        """Close the connections; simulations go on."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
