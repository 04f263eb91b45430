"""A model as a Gymnasium environment, in this process: no server, no clock."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from plant.model import Model
from process_dynamics_engine.gym.plants import Plants
from process_dynamics_engine.gym.task import Task, task

Action = NDArray[np.float32]
Observation = NDArray[np.float32]


def spaces(chosen: Task) -> tuple[Any, Any]:
    """The boxes of what is seen and what is moved: each -1..1 of the tag's range."""
    seen = len(chosen.seen) + len(chosen.tracked)
    return Box(-1.0, 1.0, (seen,), np.float32), Box(-1.0, 1.0, (len(chosen.moved),), np.float32)


class PlantEnv(gymnasium.Env[Observation, Action]):
    """One plant. Arguments are those of `process_dynamics_engine.gym.task.task`.

    Observations are outputs, then setpoints, and actions are inputs, each as -1..1 of the tag's range. The episode is
    truncated by its duration and terminated by a trip or by equations that fail; `info["cause"]` then says which.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as gymnasium declares it

    def __init__(self, model: str | Model, *, render_mode: str | None = None, **words: Any) -> None:
        if render_mode is not None:
            raise ValueError(f"render_mode = '{render_mode}': nothing is rendered here, look at it in the HMI")
        self.render_mode = None
        self.task = task(model, **words)
        self.observation_space, self.action_space = spaces(self.task)
        self._plants = Plants(self.task, 1)

    @property
    def observed(self) -> list[str]:
        """What stands where in an observation."""
        return [*self.task.names(self.task.seen), *(f"{name} wanted" for name in self.task.names(self.task.tracked))]

    @property
    def moved(self) -> list[str]:
        """What stands where in an action."""
        return self.task.names(self.task.moved)

    @property
    def readings(self) -> dict[str, float]:
        """All values by tag, in their units."""
        return self._plants.readings(0)

    @property
    def setpoints(self) -> dict[str, float]:
        """The wanted values of this episode, in their units."""
        return dict(zip(self.task.names(self.task.tracked), self._plants.setpoints[0].tolist(), strict=True))

    @property
    def holding(self) -> Action:
        """The action that leaves all inputs as they are."""
        action: Action = self._plants.holding()[0]
        return action

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode; equal seeds, equal episodes."""
        super().reset(seed=seed, options=options)
        self._plants.begin(0, self.np_random)
        return self._plants.observe()[0], {"simulation_time": 0.0}

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Hold an action until the next one is due."""
        outcome = self._plants.move(np.asarray(action, np.float64)[None], [0])
        info: dict[str, Any] = {"simulation_time": self._plants.time(0)}
        if outcome.causes:
            info["cause"] = outcome.causes[0]
        seen = self._plants.observe()[0]
        return seen, float(outcome.rewards[0]), bool(outcome.terminated[0]), bool(outcome.truncated[0]), info
