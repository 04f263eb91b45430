# %% [markdown]
# # A controller of your own in the loop
#
# The plant stands still while the controller thinks: a paused simulation takes exactly the steps that it is told.
# First two PI controllers, then a dynamic matrix controller (DMC), both over REST, on the Wood-Berry column. The task:
# the top product from 96.25 % to 96.75 % while the bottoms stay at 0.5 %.

# %%
import os
from collections.abc import Callable

import numpy as np

from process_dynamics_engine import Engine

engine = Engine(os.environ.get("PDE_URL", "http://127.0.0.1:8000"))
INPUTS, OUTPUTS = ["reflux_flow", "steam_flow"], ["distillate_methanol", "bottoms_methanol"]
model = engine.model("wood-berry")
LOW = np.array([model.tag(name).low for name in INPUTS])
HIGH = np.array([model.tag(name).high for name in INPUTS])
U0 = np.array([model.tag(name).nominal for name in INPUTS])
Y0 = np.array([model.tag(name).nominal for name in OUTPUTS])
WANTED = Y0 + [0.5, 0.0]
PERIOD, MOVES = 60, 45  # simulated seconds between two moves, and how many
Controller = Callable[[np.ndarray], np.ndarray]


def closed_loop(controller: Controller) -> float:
    """The mean distance from the setpoints, and a look at the end."""
    distance = 0.0
    with engine.start("wood-berry") as plant:
        plant.pause()
        now = plant.snapshot()
        for _ in range(MOVES):
            y = np.array([now[name] for name in OUTPUTS])
            distance += float(np.abs(y - WANTED).sum()) / MOVES
            plant.write(dict(zip(INPUTS, np.clip(controller(y), LOW, HIGH), strict=True)))
            now = plant.step(PERIOD)
        print(f"  after {now.simulation_time:.0f} s:", {name: round(now[name], 3) for name in OUTPUTS})
    return distance


# %% [markdown]
# Two PI loops with the tuning of Luyben (1986), BLT: gains 0.375 and -0.075, integral times 8.29 and 23.6 min.


# %%
class PI:
    """Two PI controllers, each output by the input of the same place."""

    def __init__(self) -> None:
        self.gain, self.integral_time = np.array([0.375, -0.075]), np.array([8.29, 23.6]) * 60
        self.sum = np.zeros(2)

    def __call__(self, y: np.ndarray) -> np.ndarray:
        """The inputs for these outputs."""
        error = WANTED - y
        self.sum += error * PERIOD
        return U0 + self.gain * (error + self.sum / self.integral_time)


with_pi = closed_loop(PI())
print(f"PI:  mean distance {with_pi:.3f} %")

# %% [markdown]
# DMC: predict with step responses, correct by what is measured, choose the moves of least squares, do the first one.


# %%
def step_response(gain: float, lag: float, dead: float, count: int) -> np.ndarray:
    """A first-order model with dead time (minutes), sampled at every period."""
    t = np.arange(1, count + 1) * PERIOD / 60
    return gain * (1 - np.exp(-np.clip(t - dead, 0, None) / lag))


class DMC:
    """Dynamic matrix control of a square plant, without constraints but the inputs' own."""

    def __init__(self, horizon: int = 30, moves: int = 4, settle: int = 120, weight: float = 2.0) -> None:
        parts = [[(12.8, 16.7, 1), (-18.9, 21, 3)], [(6.6, 10.9, 7), (-19.4, 14.4, 3)]]
        self.responses = np.array([[step_response(*part, settle) for part in row] for row in parts])
        dynamic = np.zeros((2 * horizon, 2 * moves))
        for i, row in enumerate(self.responses):
            for j, response in enumerate(row):
                for move in range(moves):
                    dynamic[i * horizon + move : (i + 1) * horizon, j * moves + move] = response[: horizon - move]
        square = dynamic.T @ dynamic + weight * np.eye(2 * moves)
        self.gain = np.linalg.solve(square, dynamic.T)[[0, moves]]
        self.horizon, self.free, self.u = horizon, np.tile(Y0[:, None], settle), U0.copy()

    def __call__(self, y: np.ndarray) -> np.ndarray:
        """The inputs for these outputs."""
        self.free += (y - self.free[:, 0])[:, None]
        error = (WANTED[:, None] - self.free[:, 1 : self.horizon + 1]).ravel()
        move = np.clip(self.u + self.gain @ error, LOW, HIGH) - self.u
        self.u = self.u + move
        self.free = self.free + np.einsum("ijk,j->ik", self.responses, move)
        self.free = np.concatenate([self.free[:, 1:], self.free[:, -1:]], axis=1)
        return self.u


with_dmc = closed_loop(DMC())
print(f"DMC: mean distance {with_dmc:.3f} %")
assert with_dmc < with_pi
