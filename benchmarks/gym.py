"""Actions in a second of one core: one plant, many, and many by gymnasium's own vector."""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from gymnasium.vector import SyncVectorEnv

import process_dynamics_engine.gym as pde_gym

MODELS = ("cstr-exotherm", "wood-berry", "quadruple-tank", "column-a", "tennessee-eastman")
COUNT, SECONDS, ROUNDS = 64, 0.5, 3


def rate(step: Callable[[], None], plants: int) -> float:
    """The median of some rounds."""
    return statistics.median(_round(step) * plants for _ in range(ROUNDS))


def _round(step: Callable[[], None]) -> float:
    taken, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < SECONDS:
        step()
        taken += 1
    return taken / spent


def single(model: str) -> Callable[[], None]:
    """One plant, which begins again when its episode has ended."""
    env = pde_gym.make(model)
    env.reset(seed=1)

    def step() -> None:
        _, _, terminated, truncated, _ = env.step(env.holding)
        if terminated or truncated:
            env.reset()

    return step


def vector(model: str) -> Callable[[], None]:
    """Many plants at once."""
    plants = pde_gym.make_vec(model, COUNT)
    plants.reset(seed=1)
    actions = plants.holding
    return lambda: (plants.step(actions), None)[1]


def gymnasiums(model: str) -> Callable[[], None]:
    """The same number by gymnasium's own vector."""
    plants = SyncVectorEnv([lambda: pde_gym.make(model)] * COUNT)
    plants.reset(seed=1)
    actions = np.stack([env.unwrapped.holding for env in plants.envs])  # type: ignore[attr-defined]
    return lambda: (plants.step(actions), None)[1]


def table() -> Iterator[str]:
    """Markdown."""
    yield "| model | steps of the model in an action | one plant | 64 plants | 64 by gymnasium's own vector |"
    yield "|---|---|---|---|---|"
    for model in MODELS:
        steps = pde_gym.make(model).task.steps_per_action
        rates = rate(single(model), 1), rate(vector(model), COUNT), rate(gymnasiums(model), COUNT)
        yield f"| {model} | {steps} | " + " | ".join(f"{value:,.0f}/s" for value in rates) + " |"


if __name__ == "__main__":
    for line in table():
        print(line)
