"""Published figures of the Wood-Berry column."""

import cmath
from functools import cache
from math import log10, pi

import numpy as np
from scipy.optimize import brentq

from plant.models.wood_berry import EQUATIONS, MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_WOOD = "Wood, Berry (1973), by Luyben (1986)"
_LUYBEN = "Luyben (1986)"
_SETTINGS = "Luyben (1986), from rounded ultimate gains and periods"
_EXACT = "exact solution of the published transfer functions"
OUTPUTS = ("distillate_methanol_unclipped", "bottoms_methanol_unclipped")
INPUTS = ("reflux_flow", "steam_flow", "feed_flow")


def reflux(minutes: int, name: str) -> float:
    """Some time after R + 0.1 lb/min."""
    simulation = Simulation(MODEL, 1.0, {"reflux_flow": 2.05})
    simulation.advance(60 * minutes)
    return float(simulation.values[MODEL.index(name)])


@cache
def gain(target: int, source: int) -> float:
    """Steady gain in %/(lb/min), read from a step of 0.01 lb/min."""
    simulation = Simulation(MODEL, 60.0, {INPUTS[source]: MODEL.tag(INPUTS[source]).nominal + 0.01})
    simulation.advance(1000)
    name = OUTPUTS[target]
    return float(simulation.values[MODEL.index(name)] - MODEL.tag(name).nominal) / 0.01


def relative_gain() -> float:
    """Lambda 11 of the steady gains of reflux and steam."""
    gains = np.array([[gain(0, 0), gain(0, 1)], [gain(1, 0), gain(1, 1)]])
    return float((gains * np.linalg.inv(gains).T)[0, 0])


def niederlinski() -> float:
    """Niederlinski's index of the pairing in use."""
    return (gain(0, 0) * gain(1, 1) - gain(0, 1) * gain(1, 0)) / (gain(0, 0) * gain(1, 1))


def response(target: int, source: int, frequency: float) -> complex:
    """The transfer function of one channel at a frequency in 1/min."""
    (channel,) = (c for c in EQUATIONS.channels if (c.target, c.source) == (target, source))
    s = 1j * frequency
    return channel.gain * cmath.exp(-channel.dead_time * s) / (channel.lag * s + 1)


def ultimate(loop: int) -> tuple[float, float]:
    """Ultimate gain and period (min) of a loop alone."""
    sign = 1 if loop == 0 else -1
    frequency = brentq(lambda w: cmath.phase(-sign * response(loop, loop, w)), 0.2 if loop else 0.8, 1.0 if loop else 2)
    return sign / abs(response(loop, loop, frequency)), 2 * pi / frequency


def log_modulus() -> float:
    """Biggest log modulus in dB of the column with the shipped tunings of both loops."""
    moduli = []
    for frequency in np.logspace(-3, 1, 20001).tolist():
        plant = np.array([[response(i, j, frequency) for j in (0, 1)] for i in (0, 1)])
        controllers = [
            loop.gain * (1 + 1 / (loop.integral_time / MODEL.seconds_per_unit * 1j * frequency)) for loop in MODEL.loops
        ]
        w = -1 + np.linalg.det(np.eye(2) + plant @ np.diag(controllers))
        moduli.append(20 * log10(abs(w / (1 + w))))
    return max(moduli)


_GAINS = {(0, 0): 12.8, (0, 1): -18.9, (0, 2): 3.8, (1, 0): 6.6, (1, 1): -19.4, (1, 2): 4.9}
_PRODUCTS, _MOVED = ("distillate", "bottoms"), ("reflux", "steam", "feed")

FIGURES = (
    *(Figure(f"Steady gain of the {_PRODUCTS[i]} by the {_MOVED[j]} (%/(lb/min))", number, 1e-6, _WOOD,
             lambda i=i, j=j: gain(i, j)) for (i, j), number in _GAINS.items()),
    Figure("Relative gain", 2.01, 5e-3, _LUYBEN, relative_gain),
    Figure("Niederlinski's index", 0.498, 5e-4, "from the published gains", niederlinski),
    Figure("Reflux +0.1 lb/min: distillate after 30 min (%)", 97.304552, 5e-7, _EXACT,
           lambda: reflux(30, "distillate_methanol")),
    Figure("Reflux +0.1 lb/min: bottoms after 30 min (%)", 1.079990, 5e-7, _EXACT,
           lambda: reflux(30, "bottoms_methanol")),
    Figure("Reflux +0.1 lb/min: distillate finally (%)", 97.53, 1e-6, _EXACT,
           lambda: reflux(1000, "distillate_methanol")),
    Figure("Reflux +0.1 lb/min: bottoms finally (%)", 1.16, 1e-6, _EXACT, lambda: reflux(1000, "bottoms_methanol")),
    Figure("Ziegler-Nichols gain of the distillate loop (lb/min per %)", 0.96, 0.01, _SETTINGS,
           lambda: ultimate(0)[0] / 2.2),
    Figure("Ziegler-Nichols integral time of the distillate loop (min)", 3.25, 0.01, _SETTINGS,
           lambda: ultimate(0)[1] / 1.2),
    Figure("Ziegler-Nichols gain of the bottoms loop (lb/min per %)", -0.19, 5e-3, _SETTINGS,
           lambda: ultimate(1)[0] / 2.2),
    Figure("Ziegler-Nichols integral time of the bottoms loop (min)", 9.2, 0.1, _SETTINGS,
           lambda: ultimate(1)[1] / 1.2),
    Figure("Biggest log modulus with the BLT tuning (dB)", 4.0, 0.05, _LUYBEN, log_modulus),
)  # fmt: skip
