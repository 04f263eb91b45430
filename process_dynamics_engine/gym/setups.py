"""What an environment of each model is by default: start state, time between two actions, duration, economy."""

from collections.abc import Mapping
from dataclasses import dataclass

from plant.model import Model


@dataclass(frozen=True, slots=True)
class Economy:
    """The tag that says how good it is: more is better, or less (`sign` -1); `stock`: its growth counts."""

    tag: str
    sign: float = 1.0
    stock: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """`interval` between two actions and `duration` of an episode in simulated seconds; `start` empty: the default."""

    interval: float
    duration: float
    start: str = ""
    economy: Economy | None = None


SETUPS: Mapping[str, Setup] = {
    "wood-berry": Setup(60, 7200),
    "ethylene-oxidation": Setup(5, 600, economy=Economy("yield")),
    "column-a": Setup(60, 21_600, "level-control"),
    "quadruple-tank": Setup(5, 600),
    "tennessee-eastman": Setup(180, 36_000, "closed-loop", Economy("operating_cost", -1.0)),
    "cstr-exotherm": Setup(3, 600),
    "van-de-vusse": Setup(20, 3600, economy=Economy("yield")),
    "ph-neutralisation": Setup(10, 1800),
    "evaporator": Setup(60, 10_800, economy=Economy("operating_cost", -1.0)),
    "drum-boiler": Setup(5, 1200),
    "shell-hof": Setup(240, 43_200),
    "williams-otto": Setup(60, 7200, economy=Economy("profit")),
    "tclab": Setup(10, 1800),
    "poly-semibatch": Setup(30, 10_800, economy=Economy("polymer_mass", stock=True)),
    "cryst-batch": Setup(15, 1800, economy=Economy("mean_size", stock=True)),
    "penicillin-fedbatch": Setup(3600, 1_440_000, economy=Economy("penicillin_mass", stock=True)),
    "boiler-turbine": Setup(10, 1800),
    "heat-exchanger": Setup(5, 600),
    "dc-motor": Setup(0.1, 20),
    "surge-tank": Setup(10, 3600),
}
STEPS = 200
"""Actions in an episode of a model that is not in the table, ten in the shortest integral time of its loops."""


def setup_for(model: Model) -> Setup:
    """The setup of a model of the library, or one that follows from the loops of another."""
    if model.id in SETUPS:
        return SETUPS[model.id]
    shortest = min((loop.integral_time for loop in model.loops if loop.integral_time), default=0.0)
    interval = max(model.sample_time, shortest / 10)
    return Setup(interval, interval * STEPS)
