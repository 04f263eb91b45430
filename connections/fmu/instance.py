"""One running FMU, whatever its kind: set, start, step, get, save, load. Lives in the child process only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connections.fmu.plan import Plan, Variable

_ROUNDS = 100


def make(plan: Plan, folder: str) -> "Instance":
    """A fresh instance of the FMU that is unpacked in the folder."""
    from fmpy import fmi2, fmi3  # noqa: PLC0415 - an extra

    kinds = {"fmi2-cs": fmi2.FMU2Slave, "fmi2-me": fmi2.FMU2Model, "fmi3-cs": fmi3.FMU3Slave}
    fmu = kinds[plan.kind](
        guid=plan.guid, modelIdentifier=plan.identifier, unzipDirectory=folder, instanceName="pde",
        libraryPath=f"{folder}/{plan.binary}", requireFunctions=False,
    )  # fmt: skip
    fmu.instantiate()
    return Exchange(fmu, plan) if plan.kind == "fmi2-me" else Instance(fmu, plan)


@dataclass
class Instance:
    """A co-simulation FMU."""

    fmu: Any
    plan: Plan

    def start(self, values: Sequence[float]) -> None:
        """Initialise with these inputs."""
        if self.plan.kind.startswith("fmi2"):
            self.fmu.setupExperiment(startTime=0.0)
            self.set(values)
            self.fmu.enterInitializationMode()
        else:
            self.set(values)
            self.fmu.enterInitializationMode(startTime=0.0)
        self.set(values)
        self.fmu.exitInitializationMode()

    def step(self, time: float, step: float) -> None:
        """Move on from `time`."""
        answer = self.fmu.doStep(currentCommunicationPoint=time, communicationStepSize=step)
        if isinstance(answer, tuple) and answer[1]:
            raise RuntimeError("the FMU ended the simulation")

    def set(self, values: Sequence[float]) -> None:
        """Put the inputs in effect."""
        for variable, value in zip(self.plan.inputs, values, strict=True):
            setter = getattr(self.fmu, f"set{_type(self.plan, variable)}")
            setter([variable.reference], [variable.typed(value)])

    def get(self) -> list[float]:
        """The outputs."""
        return [
            float(getattr(self.fmu, f"get{_type(self.plan, variable)}")([variable.reference])[0])
            for variable in self.plan.outputs
        ]

    def save(self) -> bytes:
        """Its whole state."""
        state = self.fmu.getFMUState()
        try:
            return bytes(self.fmu.serializeFMUState(state))
        finally:
            self.fmu.freeFMUState(state)

    def load(self, saved: bytes) -> None:
        """Go on from a state."""
        state = self.fmu.deserializeFMUState(saved)
        self.fmu.setFMUState(state)
        self.fmu.freeFMUState(state)


def _type(plan: Plan, variable: Variable) -> str:
    return (
        variable.type
        if plan.kind == "fmi3-cs"
        else {"Float64": "Real", "Int32": "Integer"}.get(variable.type, variable.type)
    )


@dataclass
class Exchange(Instance):
    """A model-exchange FMU, integrated by the classic Runge-Kutta method; state events located by halving."""

    def start(self, values: Sequence[float]) -> None:
        """Initialise, take the first events."""
        super().start(values)
        self._next = float("inf")
        self._events()
        self._time = 0.0

    def step(self, time: float, step: float) -> None:
        """Integrate over the step in parts, up to each event."""
        self.fmu.enterEventMode()
        self._events()  # inputs may have changed
        self._time, end = time, time + step
        for _ in range(1_000_000):
            if self._time >= end - 1e-12 * max(1.0, end):
                return
            part = min(self.plan.longest, end - self._time, max(self._next - self._time, 1e-12))
            self._part(part)
        raise RuntimeError("the FMU has too many events in one step")

    def _part(self, part: float) -> None:
        before, signs = self._states(), self._signs()
        self._move(before, part)
        if self._signs() != signs:
            low, high = 0.0, part
            for _ in range(40):
                middle = 0.5 * (low + high)
                self._move(before, middle)
                low, high = (low, middle) if self._signs() != signs else (middle, high)
            self._move(before, high)
            part = high
            event = True
        else:
            event = self._next <= self._time + part + 1e-12
        self._time += part
        asked, ended = self.fmu.completedIntegratorStep()
        if ended:
            raise RuntimeError("the FMU ended the simulation")
        if event or asked:
            self.fmu.enterEventMode()
            self._events()

    def _move(self, start: list[float], part: float) -> None:
        time = self._time
        k1 = self._rates(start, time)
        k2 = self._rates([x + 0.5 * part * k for x, k in zip(start, k1, strict=True)], time + 0.5 * part)
        k3 = self._rates([x + 0.5 * part * k for x, k in zip(start, k2, strict=True)], time + 0.5 * part)
        k4 = self._rates([x + part * k for x, k in zip(start, k3, strict=True)], time + part)
        slopes = zip(start, k1, k2, k3, k4, strict=True)
        self._put([x + part / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in slopes], time + part)

    def _rates(self, states: list[float], time: float) -> list[float]:
        self._put(states, time)
        rates = self._vector(len(states))
        self.fmu.getDerivatives(rates, len(states))
        return list(rates)

    def _put(self, states: list[float], time: float) -> None:
        self.fmu.setTime(time)
        if states:
            self.fmu.setContinuousStates(self._vector(len(states), states), len(states))

    def _states(self) -> list[float]:
        states = self._vector(self.plan.states)
        if self.plan.states:
            self.fmu.getContinuousStates(states, self.plan.states)
        return list(states)

    def _signs(self) -> list[bool]:
        indicators = self._vector(self.plan.indicators)
        if self.plan.indicators:
            self.fmu.getEventIndicators(indicators, self.plan.indicators)
        return [value > 0 for value in indicators]

    def _events(self) -> None:
        for _ in range(_ROUNDS):
            more, ended, _, _, timed, at = self.fmu.newDiscreteStates()
            self._next = at if timed else float("inf")
            if ended:
                raise RuntimeError("the FMU ended the simulation")
            if not more:
                self.fmu.enterContinuousTimeMode()
                return
        raise RuntimeError("the events of the FMU do not come to rest")

    @staticmethod
    def _vector(size: int, values: Sequence[float] = ()) -> Any:
        import ctypes  # noqa: PLC0415

        return (ctypes.c_double * size)(*values)
