"""Many plants as one Gymnasium vector environment, in this process."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.utils.seeding import np_random
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from plant.model import Model
from process_dynamics_engine.gym.environment import Action, Observation, spaces
from process_dynamics_engine.gym.plants import Flags, Outcome, Plants
from process_dynamics_engine.gym.task import Array, task

Info = dict[str, Any]


class PlantVectorEnv(VectorEnv[Observation, Action, NDArray[Any]]):
    """`num_envs` plants of one task; arguments are those of `PlantEnv`.

    After the end of an episode the next one begins by gymnasium's rules: with the next step (the default), in the same
    step (`info["final_obs"]`), or by `reset(options={"reset_mask": ...})` (disabled).
    """

    def __init__(
        self, model: str | Model, num_envs: int = 1, *, autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None, **words: Any,
    ) -> None:  # fmt: skip
        if render_mode is not None:
            raise ValueError(f"render_mode = '{render_mode}': nothing is rendered here, look at it in the HMI")
        if num_envs < 1:
            raise ValueError(f"num_envs = {num_envs} is less than 1")
        self.num_envs, self.render_mode = num_envs, None
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        self.task = task(model, **words)
        self.single_observation_space, self.single_action_space = spaces(self.task)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._plants = Plants(self.task, num_envs)
        self._generators: list[np.random.Generator | None] = [None] * num_envs
        self._ended: Flags = np.zeros(num_envs, np.bool_)

    @property
    def holding(self) -> Action:
        """The actions that leave all inputs as they are."""
        return self._plants.holding()

    def readings(self, number: int) -> dict[str, float]:
        """All values of one plant by tag, in their units."""
        return self._plants.readings(number)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: Info | None = None
    ) -> tuple[Observation, Info]:
        """Begin episodes, of those in `options["reset_mask"]` or of all; seed s gives plant i the seed s + i."""
        chosen = self._masked(options)
        for number, own in enumerate(self._seeds(seed)):
            if chosen[number]:
                self._begin(number, own)
        self._ended[chosen] = False
        return self._plants.observe(), self._times(chosen)

    def step(self, actions: Action) -> tuple[Observation, Array, Flags, Flags, Info]:
        """Hold an action of each plant until the next ones are due."""
        again = self._ended.nonzero()[0].tolist()
        if again and self.autoreset_mode is AutoresetMode.DISABLED:
            raise ValueError(f"the episodes of {again} have ended: reset them with options['reset_mask']")
        for number in again:
            self._begin(number, None)
        outcome = self._plants.move(np.asarray(actions, np.float64), np.flatnonzero(~self._ended).tolist())
        outcome.rewards[again] = 0.0
        self._ended = outcome.terminated | outcome.truncated
        info = self._info(outcome)
        if self.autoreset_mode is AutoresetMode.SAME_STEP and self._ended.any():
            info = self._begun_again(info)
        return self._plants.observe(), outcome.rewards, outcome.terminated, outcome.truncated, info

    def _begun_again(self, info: Info) -> Info:
        """The last observations of those that ended, and their next episodes."""
        ended, last = self._ended.copy(), self._plants.observe()
        final = np.full(self.num_envs, None, object)
        for number in ended.nonzero()[0].tolist():
            final[number] = last[number]
            self._begin(number, None)
        self._ended[:] = False
        every = np.ones(self.num_envs, np.bool_)
        return {**self._times(every), "final_obs": final, "_final_obs": ended, "final_info": info, "_final_info": ended}

    def _begin(self, number: int, seed: int | None) -> None:
        generator = self._generators[number]
        if generator is None or seed is not None:
            generator = self._generators[number] = np_random(seed)[0]
        self._plants.begin(number, generator)

    def _seeds(self, seed: int | Sequence[int | None] | None) -> Sequence[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + number for number in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(f"{len(seed)} seeds for {self.num_envs} plants")
        return seed

    def _masked(self, options: Info | None) -> Flags:
        if options is None or "reset_mask" not in options:
            return np.ones(self.num_envs, np.bool_)
        mask = np.asarray(options["reset_mask"])
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise ValueError(f"reset_mask takes {self.num_envs} booleans, one of them true")
        return mask

    def _times(self, mask: Flags) -> Info:
        times = np.array([self._plants.time(number) for number in range(self.num_envs)])
        return {"simulation_time": times, "_simulation_time": mask.copy()}

    def _info(self, outcome: Outcome) -> Info:
        info = self._times(np.ones(self.num_envs, np.bool_))
        if outcome.causes:
            causes = np.full(self.num_envs, None, object)
            causes[list(outcome.causes)] = list(outcome.causes.values())
            info |= {"cause": causes, "_cause": outcome.terminated.copy()}
        return info
