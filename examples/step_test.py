# %% [markdown]
# # Step tests and identification
#
# Steps of both inputs of the Wood-Berry column, computed as fast as the engine can, and a first-order model with dead
# time fitted to each response. The column is declared by such models (Wood and Berry, 1973): the fit must find them.

# %%
import os
from math import isclose

import numpy as np
from scipy.optimize import curve_fit

from process_dynamics_engine import Engine

engine = Engine(os.environ.get("PDE_URL", "http://127.0.0.1:8000"))
OUTPUTS = ["distillate_methanol", "bottoms_methanol"]
nominal = {tag.name: tag.nominal for tag in engine.model("wood-berry").tags}


# %%
def step_response(tag: str, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Minutes, and the change of both outputs for one unit of the input."""
    run = engine.run("wood-berry", 7200, inputs={tag: nominal[tag] + size})
    times, values = run.history(OUTPUTS).to_numpy()
    return times / 60, (values - values[0]) / size


def first_order(t: np.ndarray, gain: float, lag: float, dead: float) -> np.ndarray:
    """The response of `gain exp(-dead s) / (lag s + 1)` to a unit step."""
    return gain * (1 - np.exp(-np.clip(t - dead, 0, None) / lag))


# %%
PUBLISHED = {
    ("reflux_flow", "distillate_methanol"): (12.8, 16.7, 1.0),
    ("reflux_flow", "bottoms_methanol"): (6.6, 10.9, 7.0),
    ("steam_flow", "distillate_methanol"): (-18.9, 21.0, 3.0),
    ("steam_flow", "bottoms_methanol"): (-19.4, 14.4, 3.0),
}
for tag in ("reflux_flow", "steam_flow"):
    minutes, change = step_response(tag, 0.02)
    for column, output in enumerate(OUTPUTS):
        guess = (change[-1, column], 10.0, 2.0)
        fit, _ = curve_fit(first_order, minutes, change[:, column], guess)
        published = PUBLISHED[tag, output]
        print(
            f"{tag:12} {output:20} gain {fit[0]:7.2f}  lag {fit[1]:5.2f} min  dead time {fit[2]:4.2f} min  {published}"
        )
        assert all(isclose(a, b, rel_tol=0.03, abs_tol=0.05) for a, b in zip(fit, published, strict=True))
