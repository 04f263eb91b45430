# %% [markdown]
# # Reinforcement learning on a plant, without a server
#
# The exothermic stirred tank as a Gymnasium environment, many at once in this process. Each episode wants another
# temperature, and its feed is disturbed. A random policy, doing nothing, and a linear policy found by the cross-entropy
# method.

# %%
import numpy as np

import process_dynamics_engine.gym as pde_gym

COUNT, ROUNDS, ELITE = 32, 10, 6
plants = pde_gym.make_vec(
    "cstr-exotherm", COUNT, setpoints={"reactor_temperature": (315.0, 335.0)}, disturbances=0.05, duration=300
)
print("an observation:", plants.single_observation_space, "an action:", plants.single_action_space)


# %%
def returns(policy, seed):
    """The sum of rewards of one episode of each plant; `policy` maps all observations to all actions."""
    seen, _ = plants.reset(seed=seed)
    total, alive = np.zeros(COUNT), np.ones(COUNT, bool)
    while alive.any():
        seen, rewards, terminated, truncated, _ = plants.step(policy(seen))
        total += np.where(alive, rewards, 0.0)
        alive &= ~(terminated | truncated)
    return total


random = np.random.default_rng(1)
actions = plants.single_action_space.shape[0]
by_chance = returns(lambda seen: random.uniform(-1, 1, (COUNT, actions)).astype(np.float32), 1).mean()
by_holding = returns(lambda seen: plants.holding, 1).mean()
print(f"random {by_chance:.2f}, holding {by_holding:.2f}")

# %% [markdown]
# Each plant tries a policy of its own in the same two episodes: an action is a weighted sum of the distance from the
# wanted temperature, of that temperature and of one. The best of a round are the centre of the next.

# %%
plant = pde_gym.make("cstr-exotherm")
TEMPERATURE, WANTED = plant.observed.index("reactor_temperature"), plant.observed.index("reactor_temperature wanted")


def features(seen):
    """What the policy looks at; 50 makes a tenth of the temperature's range something like one."""
    wanted, error = seen[:, WANTED], seen[:, WANTED] - seen[:, TEMPERATURE]
    return np.column_stack([50 * error, 5 * wanted, np.ones(COUNT)])


centre, spread = np.zeros((3, actions)), np.full((3, actions), 0.5)
for number in range(ROUNDS):
    tried = centre + spread * random.standard_normal((COUNT, 3, actions))

    def linear(seen, weights=tried):
        return np.clip(np.einsum("ni,nia->na", features(seen), weights), -1, 1)

    results = np.mean([returns(linear, [10 * number + episode] * COUNT) for episode in range(2)], axis=0)
    best = tried[np.argsort(results)[-ELITE:]]
    centre, spread = best.mean(axis=0), best.std(axis=0) + 0.05
    print(f"round {number + 1:2}: best {results.max():.2f}, mean {results.mean():.2f}")

learned = returns(lambda seen: np.clip(features(seen) @ centre, -1, 1), 1).mean()
print(f"learned {learned:.2f}")
assert learned > by_holding > by_chance
