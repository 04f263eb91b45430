"""Many plants at once: each as it would be alone, and new episodes by gymnasium's rules."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import process_dynamics_engine.gym as pde_gym

TANK: dict[str, Any] = {
    "model": "cstr-exotherm", "setpoints": {"reactor_temperature": (318.0, 330.0)}, "disturbances": 0.1, "noise": 1.0,
    "duration": 30,
}  # fmt: skip
COUNT, STEPS = 4, 35


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_as_gymnasiums_own_vector_of_single_plants(mode: AutoresetMode) -> None:
    plants = pde_gym.make_vec(num_envs=COUNT, autoreset_mode=mode, **TANK)
    others = SyncVectorEnv([lambda: pde_gym.make(**TANK)] * COUNT, autoreset_mode=mode)
    assert plants.observation_space == others.observation_space
    assert plants.action_space == others.action_space
    seen, _ = plants.reset(seed=5)
    np.testing.assert_array_equal(seen, others.reset(seed=5)[0])
    plants.action_space.seed(1)
    for _ in range(STEPS):
        actions = plants.action_space.sample()
        *mine, info = plants.step(actions)
        *theirs, other = others.step(actions)
        for one, two in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(info["simulation_time"], other["simulation_time"])
        assert ("final_obs" in info) == ("final_obs" in other)
        if "final_obs" in info:
            np.testing.assert_array_equal(np.stack(info["final_obs"]), np.stack(other["final_obs"]))


def test_each_plant_ends_by_itself() -> None:
    plants = pde_gym.make_vec("surge-tank", 2, duration=20_000)
    plants.reset(seed=1)
    actions = plants.holding.copy()
    actions[1] = 1.0, -1.0
    while True:
        _, rewards, terminated, truncated, info = plants.step(actions)
        if terminated.any():
            break
    assert terminated.tolist() == [False, True]
    assert not truncated.any()
    assert (info["cause"][1], info["_cause"].tolist()) == ("overfill_trip", [False, True])
    assert rewards[0] == pytest.approx(0, abs=1e-6)
    _, rewards, terminated, _, info = plants.step(actions)
    assert (rewards[1], terminated[1], info["simulation_time"][1]) == (0.0, False, 0.0), "a step begins the next one"
    assert info["simulation_time"][0] > 0


def test_who_resets_himself_is_not_reset() -> None:
    plants = pde_gym.make_vec(num_envs=2, autoreset_mode="Disabled", **TANK)
    plants.reset(seed=1)
    for _ in range(10):
        _, _, _, truncated, _ = plants.step(plants.holding)
    assert truncated.all()
    with pytest.raises(ValueError, match=r"episodes of \[0, 1\] have ended"):
        plants.step(plants.holding)
    plants.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(ValueError, match=r"\[1\]"):
        plants.step(plants.holding)


def test_gymnasium_makes_it_by_name() -> None:
    plants = gymnasium.make_vec("pde/TennesseeEastman-v0", 2, duration=360)
    assert isinstance(plants, pde_gym.PlantVectorEnv)
    plants.reset(seed=1)
    _, _, _, truncated, _ = [plants.step(plants.holding) for _ in range(2)][-1]
    assert truncated.all()
    plants.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"seed": [1]}, "1 seeds for 2 plants"),
        ({"options": {"reset_mask": np.array([1, 0])}}, "takes 2 booleans"),
        ({"options": {"reset_mask": np.zeros(2, bool)}}, "takes 2 booleans"),
    ],
)
def test_what_is_refused(words: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        pde_gym.make_vec(num_envs=2, **TANK).reset(**words)
    with pytest.raises(ValueError, match="less than 1"):
        pde_gym.make_vec(num_envs=0, **TANK)
