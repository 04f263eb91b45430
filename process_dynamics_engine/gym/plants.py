"""Simulations side by side under one task, their values in one matrix: everything but their steps is vectorised."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.errors import SolverFailed
from plant.simulation import Simulation
from process_dynamics_engine.gym.task import Array, Task, seed_of

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one action led to, for each simulation; `causes` say by number why an episode was terminated."""

    rewards: Array
    terminated: Flags
    truncated: Flags
    causes: dict[int, str]


class Plants:
    """`count` simulations. `values` has a row for each, in the order of the model's tags."""

    def __init__(self, task: Task, count: int) -> None:
        self.task, self._count = task, count
        self.values: Array = np.zeros((count, len(task.model.tags)))
        self.setpoints: Array = np.zeros((count, len(task.tracked)))
        self.taken = np.zeros(count, np.int64)
        self._simulations = [
            Simulation(task.model, task.step, dict(task.inputs), task.start) for _ in range(count)
        ]  # fmt: skip
        self._generators: list[np.random.Generator | None] = [None] * count
        self._moved, self._trips = task.moved, task.trips
        self._low, self._high = task.limits(task.moved)
        self._seen = np.concatenate([task.seen, task.tracked])
        self._seen_low, seen_high = task.limits(self._seen)
        self._seen_span = seen_high - self._seen_low
        low, high = task.limits(task.tracked)
        self._tracked_span = high - low
        self._names = [tag.name for tag in task.model.tags]
        self._before = self._economy()

    def begin(self, number: int, generator: np.random.Generator) -> None:
        """Start an episode with what this generator draws: setpoints, disturbances, noise."""
        task, simulation = self.task, self._simulations[number]
        self._generators[number] = generator
        self.setpoints[number] = [generator.uniform(low, high) for low, high in task.setpoints]
        drawn = self._drawn(generator)
        simulation.reset({**task.inputs, **seed_of(generator, task.model), **drawn})
        self.values[number] = simulation.values
        self.taken[number] = 0
        self._before[number] = self._economy()[number]

    def move(self, actions: Array, active: Sequence[int]) -> Outcome:
        """Take these actions (-1..1, clipped) until the next ones are due. Raises ValueError for NaN."""
        if not np.isfinite(actions[active]).all():
            raise ValueError("an action is not a finite number")
        settings = self._low + (np.minimum(np.maximum(actions, -1.0), 1.0) + 1.0) / 2.0 * (self._high - self._low)
        causes: dict[int, str] = {}
        for number in active:
            self._disturb(number)
            self._advance(number, settings[number], causes)
        self.taken[active] += 1
        return self._outcome(causes)

    def observe(self) -> NDArray[np.float32]:
        """What agents see, in -1..1 of each tag's range: outputs, then setpoints."""
        read = self.values[:, self._seen]
        read[:, len(self.task.seen) :] = self.setpoints
        share = (read - self._seen_low) / self._seen_span * 2.0 - 1.0
        scaled: NDArray[np.float32] = np.minimum(np.maximum(share, -1.0), 1.0).astype(np.float32)
        return scaled

    def holding(self) -> NDArray[np.float32]:
        """The actions that leave all inputs as they are."""
        share = (self.values[:, self._moved] - self._low) / (self._high - self._low)
        actions: NDArray[np.float32] = np.clip(share * 2.0 - 1.0, -1.0, 1.0).astype(np.float32)
        return actions

    def readings(self, number: int) -> dict[str, float]:
        """All values of one simulation by tag, in their units."""
        return dict(zip(self._names, self.values[number].tolist(), strict=True))

    def time(self, number: int) -> float:
        """Simulated seconds of one simulation."""
        return self._simulations[number].time

    def _drawn(self, generator: np.random.Generator) -> dict[str, float]:
        model = self.task.model
        drawn = {name: generator.uniform(low, high) for name, (low, high) in self.task.disturbances.items()}
        return {name: float(round(value)) if model.tag(name).states else value for name, value in drawn.items()}

    def _disturb(self, number: int) -> None:
        taken, generator = int(self.taken[number]), self._generators[number]
        if generator is not None and self.task.redraw and taken and taken % self.task.redraw == 0:
            for name, value in self._drawn(generator).items():
                self._simulations[number].set(name, value)

    def _advance(self, number: int, settings: Array, causes: dict[int, str]) -> None:
        simulation = self._simulations[number]
        simulation.values[self._moved] = settings
        try:
            simulation.advance(self.task.steps_per_action)
        except SolverFailed as error:
            causes[number] = str(error)
        self.values[number] = simulation.values

    def _outcome(self, causes: dict[int, str]) -> Outcome:
        self._add_trips(causes)
        terminated = np.zeros(self._count, np.bool_)
        left, rewards = self.task.actions - self.taken, self._rewards()
        if causes:
            terminated[list(causes)] = True
            rewards -= self.task.trip_penalty * np.where(terminated, left, 0)
        return Outcome(rewards, terminated, (left <= 0) & ~terminated, causes)

    def _add_trips(self, causes: dict[int, str]) -> None:
        tripped = self.values[:, self._trips]
        if tripped.any():
            for number, which in zip(*np.nonzero(tripped), strict=True):
                causes.setdefault(int(number), self._names[self._trips[which]])

    def _rewards(self) -> Array:
        reward = self.task.reward
        if callable(reward):
            return np.array([float(reward(self.readings(number))) for number in range(self._count)])
        if reward == "economic":
            now, before = self._economy(), self._before
            self._before = now
            gain: Array = now - before if self.task.economy and self.task.economy.stock else now.copy()
            return gain
        distances = np.abs(self.values[:, self.task.tracked] - self.setpoints) / self._tracked_span
        tracking: Array = distances.sum(axis=1) / -len(self.task.tracked)
        return tracking

    def _economy(self) -> Array:
        """What the operation is worth now, as a share of its range."""
        economy = self.task.economy
        if economy is None:
            return np.zeros(self._count)
        tag = self.task.model.tag(economy.tag)
        worth: Array = economy.sign * self.values[:, self.task.model.index(tag.name)] / (tag.high - tag.low)
        return worth
