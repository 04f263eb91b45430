"""Models as environments: gymnasium's own checker, seeds, rewards, ends, and what is refused."""

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import process_dynamics_engine.gym as pde_gym
from plant.catalog import BUILT_IN
from plant.errors import PlantError
from process_dynamics_engine.gym.setups import SETUPS

TANK: dict[str, Any] = {"setpoints": {"reactor_temperature": (318.0, 330.0)}, "disturbances": 0.1, "noise": 1.0}


@pytest.mark.parametrize("model_id", BUILT_IN)
def test_gymnasiums_own_checker_finds_nothing(model_id: str) -> None:
    env = gymnasium.make(pde_gym.environment_id(model_id), duration=10 * SETUPS[model_id].interval)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        check_env(env.unwrapped)
    assert not told


def test_the_names_are_those_that_gymnasium_knows() -> None:
    assert pde_gym.environment_id("cstr-exotherm") == "pde/CstrExotherm-v0"
    assert {pde_gym.environment_id(model) for model in BUILT_IN} <= set(gymnasium.registry)
    assert set(SETUPS) == set(BUILT_IN)


def episode(env: pde_gym.PlantEnv, seed: int, policy: Any) -> tuple[list[float], dict[str, Any]]:
    env.action_space.seed(seed)
    seen, _ = env.reset(seed=seed)
    rewards: list[float] = []
    while True:
        seen, reward, terminated, truncated, info = env.step(policy(env, seen))
        rewards.append(reward)
        assert env.observation_space.contains(seen)
        if terminated or truncated:
            return rewards, info | {"terminated": terminated}


def at_random(env: pde_gym.PlantEnv, _: Any) -> Any:
    return env.action_space.sample()


def test_equal_seeds_equal_episodes() -> None:
    env, other = pde_gym.make("cstr-exotherm", **TANK), pde_gym.make("cstr-exotherm", **TANK)
    first, second = episode(env, 7, at_random), episode(other, 7, at_random)
    assert first == second
    assert episode(env, 7, at_random) == first, "a used environment begins as a new one"
    assert episode(env, 8, at_random) != first


def test_holding_a_steady_state_costs_nothing_and_lasts_the_whole_duration() -> None:
    rewards, info = episode(pde_gym.make("wood-berry", duration=1200), 1, lambda env, _: env.holding)
    assert sum(rewards) == pytest.approx(0, abs=1e-6)
    assert (len(rewards), info["simulation_time"], info["terminated"]) == (20, 1200.0, False)


def test_the_reward_is_the_distance_in_shares_of_the_range() -> None:
    env = pde_gym.make("surge-tank", setpoints={"level": 1.0}, duration=100)
    env.reset(seed=1)
    tag = env.task.model.tag("level")
    _, reward, *_ = env.step(env.holding)
    assert reward == pytest.approx(-abs(env.readings["level"] - 1.0) / (tag.high - tag.low))


def test_a_trip_ends_the_episode_and_never_pays() -> None:
    env = pde_gym.make("surge-tank", duration=20_000)
    rewards, info = episode(env, 1, lambda env, _: np.array([1.0, -1.0], np.float32))
    assert info["terminated"]
    assert info["cause"] == "overfill_trip"
    assert sum(rewards) < -(env.task.actions - len(rewards)), "at least one for every action that was left"


def test_economic_rewards_are_the_models_own() -> None:
    env = pde_gym.make("williams-otto", reward="economic", duration=600)
    env.reset(seed=1)
    tag = env.task.model.tag("profit")
    _, reward, *_ = env.step(env.holding)
    assert reward == pytest.approx(env.readings["profit"] / (tag.high - tag.low))
    batch = pde_gym.make("penicillin-fedbatch", duration=360_000)
    rewards, _ = episode(batch, 1, lambda env, _: env.holding)
    mass = batch.task.model.tag("penicillin_mass")
    assert sum(rewards) == pytest.approx(batch.readings["penicillin_mass"] / (mass.high - mass.low))


def test_a_function_sees_all_values() -> None:
    env = pde_gym.make("cstr-exotherm", reward=lambda values: values["conversion"])
    env.reset(seed=1)
    assert env.step(env.holding)[1] == env.readings["conversion"]


def test_disturbances_are_drawn_again_and_again() -> None:
    env = pde_gym.make("cstr-exotherm", disturbances={"feed_flow": (90.0, 110.0)}, redraw=30)
    env.reset(seed=1)
    flows = []
    for _ in range(40):
        env.step(env.holding)
        flows.append(env.readings["feed_flow"])
    assert len(set(flows)) == 4
    assert all(90 <= flow <= 110 for flow in flows)


def test_loops_in_auto_are_moved_by_their_setpoints() -> None:
    env = pde_gym.make("wood-berry", start="closed-loop")
    assert env.moved == ["distillate_methanol_setpoint", "bottoms_methanol_setpoint"]


def test_what_is_seen_and_wanted() -> None:
    env = pde_gym.make("cstr-exotherm", observations=["conversion"], setpoints={"reactor_temperature": 350.0})
    seen, _ = env.reset(seed=1)
    tag = env.task.model.tag("reactor_temperature")
    assert env.observed == ["conversion", "reactor_temperature wanted"]
    assert env.setpoints == {"reactor_temperature": 350.0}
    assert seen[1] == pytest.approx((350 - tag.low) / (tag.high - tag.low) * 2 - 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"model": "cstr"}, "no model 'cstr'"),
        ({"actions": ["coolant"]}, "no tag 'coolant'"),
        ({"actions": ["conversion"]}, "can't be written"),
        ({"start": "middle", "actions": ["coolant_temperature"]}, "moved by the loop of reactor_temperature"),
        ({"setpoints": {"reactor_temperature": 9000.0}}, "outside 240..700"),
        ({"setpoints": {"reactor_temperature": (350.0, 340.0)}}, "no range"),
        ({"setpoints": {"reactor_temperature": float("nan")}}, "not a finite number"),
        ({"setpoints": {}, "reward": "tracking"}, "no loops"),
        ({"reward": "economic"}, "what its operation is worth"),
        ({"reward": "fun"}, "neither tracking nor economic"),
        ({"disturbances": 2.0}, "outside 0..1"),
        ({"disturbances": {"coolant_temperature": (290.0, 300.0)}}, "an action and a disturbance"),
        ({"interval": -1.0}, "no length of time"),
        ({"duration": float("nan")}, "no length of time"),
        ({"sample_time": 1e-6}, "outside 0.05..60"),
        ({"model": "column-a", "noise": 1.0, "start": "elsewhere"}, "no start state 'elsewhere'"),
        ({"inputs": {"feed_flow": "much"}}, "takes a number"),
    ],
)
def test_what_is_refused_is_told(words: dict[str, Any], told: str) -> None:
    with pytest.raises(PlantError, match=told):
        pde_gym.make(**({"model": "cstr-exotherm"} | words))


def test_actions_are_clipped_and_never_nan() -> None:
    env = pde_gym.make("cstr-exotherm")
    env.reset(seed=1)
    env.step(np.array([7.0], np.float32))
    assert env.readings["coolant_temperature"] == 350
    with pytest.raises(ValueError, match="not a finite number"):
        env.step(np.array([np.nan], np.float32))
    with pytest.raises(ValueError, match="nothing is rendered"):
        pde_gym.make("cstr-exotherm", render_mode="human")
