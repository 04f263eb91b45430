"""The Williams-Otto reactor: the standard of real-time optimisation, with prices and a profit.

    A + B -> C    C + B -> P + E    P + C -> G        P and E are sold, G is waste

A stirred tank of constant mass W; mass fractions x; feeds FA and FB in kg/s; temperature T in degrees Celsius; time in
seconds:

    FR = FA + FB    r1 = k1 xA xB W    r2 = k2 xB xC W    r3 = k3 xC xP W    k = k0 exp(-E/(T + 273.15))
    W xA' = FA - FR xA - r1             W xB' = FB - FR xB - r1 - r2    W xC' = -FR xC + 2 r1 - 2 r2 - r3
    W xP' = -FR xP + r2 - 0.5 r3        W xE' = -FR xE + 2 r2           W xG' = -FR xG + 1.5 r3
    profit = 1143.38 xP FR + 25.92 xE FR - 76.23 FA - 114.34 FB    in $/s

FA = 1.8275 kg/s, W = 2105.2 kg, k0 = 1.6599e6, 7.2117e8, 2.6745e12 1/s, E = 6666.7, 8333.3, 11111 K.

Published figures: with these prices the profit has its maximum of 190.98 $/s at FB = 4.787 kg/s and T = 89.70 degrees
(another code prints 4.7836 and 89.647: the optimum is flat). With the second set of prices in circulation (1043.38,
20.92, 79.23, 118.34 $/kg; start state `second-prices`) and the constraints xA <= 0.12 and xG <= 0.08 it is 75.8 $/s at
FB = 4.39 kg/s and T = 80.49 degrees (start state `constrained-optimum`).

Own choices: the temperature follows its target with a lag, a parameter of 60 s by default (below 1 s: none); the two
loops that hold the constraints, with their tunings (checked in simulation); alarm limits; instrument noise.
"""

from math import exp
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import STEADY, Model, Start
from plant.tags import Limits, Role, Tag

MASS = 2105.2
KELVIN = 273.15
RATE_1, RATE_2, RATE_3 = 1.6599e6, 7.2117e8, 2.6745e12
ACTIVATION_1, ACTIVATION_2, ACTIVATION_3 = 6666.7, 8333.3, 11111.0
SHORTEST_LAG = 1.0
"""s; a shorter lag of the temperature is none."""
_COLDEST = 100.0
"""K; below that no trial state of the solver is believed."""
NOMINAL_INPUTS = (4.7836, 89.647, 1.8275, 60.0, 1143.38, 25.92, 76.23, 114.34)
SECOND_PRICES = (1043.38, 20.92, 79.23, 118.34)


def temperature(x: Any, u: Any) -> float:
    """The temperature in the reactor: the lagged one, or the target itself without a lag."""
    return float(x[6] if u[3] >= SHORTEST_LAG else u[1])


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of xA, xB, xC, xP, xE, xG and T per second; u: FB, target of T, FA, lag, prices."""
    kelvin = max(temperature(x, u) + KELVIN, _COLDEST)
    r1 = RATE_1 * exp(-ACTIVATION_1 / kelvin) * x[0] * x[1]
    r2 = RATE_2 * exp(-ACTIVATION_2 / kelvin) * x[1] * x[2]
    r3 = RATE_3 * exp(-ACTIVATION_3 / kelvin) * x[2] * x[3]
    change = (u[2] + u[0]) / MASS
    dx[0] = u[2] / MASS - change * x[0] - r1
    dx[1] = u[0] / MASS - change * x[1] - r1 - r2
    dx[2] = -change * x[2] + 2 * r1 - 2 * r2 - r3
    dx[3] = -change * x[3] + r2 - 0.5 * r3
    dx[4] = -change * x[4] + 2 * r2
    dx[5] = -change * x[5] + 1.5 * r3
    dx[6] = (u[1] - x[6]) / max(u[3], SHORTEST_LAG)


def outputs(x: Any, u: Any, y: Any) -> None:
    """The six mass fractions, the temperature in °C, the product flow in kg/s, the profit in $/s."""
    for i in range(6):
        y[i] = x[i]
    flow = u[2] + u[0]
    y[6] = temperature(x, u)
    y[7] = flow
    y[8] = flow * (u[4] * x[3] + u[5] * x[4]) - u[6] * u[2] - u[7] * u[0]


def mass(x: Any, u: Any) -> float:
    """All species together, kg."""
    return MASS * float(x[0] + x[1] + x[2] + x[3] + x[4] + x[5])


def mass_gained(x: Any, u: Any) -> float:
    """Feeds less product, kg/s."""
    return float(u[2] + u[0]) * (1 - mass(x, u) / MASS)


EQUATIONS = Equations(
    states=("A", "B", "C", "P", "E", "G (mass fractions)", "temperature (°C)"),
    rates=rates,
    outputs=outputs,
    start=(0.08766252470, 0.38952539549, 0.01535246515, 0.10946783562, 0.29055811436, 0.10743366468, 89.647),
    solver=Solver(Method.RUNGE_KUTTA, longest=2.0),
    balances=(Balance("mass", mass, mass_gained),),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 9)


def _fraction(place: int, name: str, limits: Limits = Limits()) -> Tag:  # noqa: B008 - immutable
    return Tag(f"fraction_{name}", Role.OUTPUT, "", 0, 1, _NOMINAL[place], f"Mass fraction of {name.upper()}",
               f"AI_{name.upper()}", 4, limits, noise=0.0005)  # fmt: skip


def _price(place: int, name: str, highest: float, description: str) -> Tag:
    return Tag(f"price_{name}", Role.PARAMETER, "$/kg", 0, highest, NOMINAL_INPUTS[place], description, "", 2)


_TAGS = (
    Tag("feed_b_flow", Role.INPUT, "kg/s", 2, 8, 4.7836, "Feed of B", "FIC_FB", 4),
    Tag("temperature_target", Role.INPUT, "°C", 65, 105, 89.647, "Wanted temperature of the reactor", "TIC_TR", 3),
    Tag("feed_a_flow", Role.DISTURBANCE, "kg/s", 1.2, 2.4, 1.8275, "Feed of A", "FI_FA", 4),
    Tag("temperature_lag", Role.PARAMETER, "s", 0, 600, 60, "Lag of the temperature behind its target (below 1 s: "
        "none)", "", 1),
    _price(4, "p", 1500, "Price of the product P"),
    _price(5, "e", 100, "Price of the by-product E"),
    _price(6, "a", 200, "Cost of the feed A"),
    _price(7, "b", 200, "Cost of the feed B"),
    _fraction(0, "a", Limits(high=0.12)),
    _fraction(1, "b"),
    _fraction(2, "c"),
    _fraction(3, "p"),
    _fraction(4, "e"),
    _fraction(5, "g", Limits(high_high=0.15, high=0.12)),
    Tag("reactor_temperature", Role.OUTPUT, "°C", 60, 110, _NOMINAL[6], "Temperature in the reactor", "TI_R", 2,
        noise=0.05),
    Tag("product_flow", Role.OUTPUT, "kg/s", 0, 12, _NOMINAL[7], "What leaves the reactor", "FI_FR", 4, noise=0.01),
    Tag("profit", Role.OUTPUT, "$/s", -2500, 2500, _NOMINAL[8], "Sales less cost of the feeds, now", "JI_PROFIT", 2),
)  # fmt: skip

_OWN = "own tuning, checked in simulation"
_SECOND = dict(zip(("price_p", "price_e", "price_a", "price_b"), SECOND_PRICES, strict=True))

MODEL = Model(
    id="williams-otto",
    name="Williams-Otto reactor",
    description="Three reactions, two handles, one profit: the standard of real-time optimisation.",
    sources=(
        "T. J. Williams, R. E. Otto: A generalized chemical processing model for the investigation of computer "
        "control, AIEE Trans. 79 (1960) 458",
        "J. F. Forbes, T. E. Marlin: Design cost: a systematic approach to technology selection for model-based "
        "real-time optimization systems, Comput. Chem. Eng. 20 (1996) 717",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("fraction_a", "feed_b_flow", -20.0, 600.0, _OWN),
        Loop("fraction_g", "temperature_target", 100.0, 600.0, _OWN),
    ),
    starts=(
        STEADY,
        Start("second-prices", "The second set of prices, where the profit is not at its best", _SECOND),
        Start("constrained-optimum", "The best profit of the second prices with A below 0.12 and G below 0.08",
              {**_SECOND, "feed_b_flow": 4.3893580, "temperature_target": 80.494819}),
        Start("start-up", "The tank is full of the two feeds, cold and not reacted yet",
              states=(0.27643, 0.72357, 0.0, 0.0, 0.0, 0.0, 65.0), holds=False),
    ),
    time_unit="s",
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Climb to the best profit by trial steps of feed B and temperature, waiting for the steady state each time. "
        "How many steps do you need, and how flat is the top?",
        "Load `second-prices` and find the new optimum. Which price moved it?",
        "Keep A below 0.12 and G below 0.08 at the second prices: close the two loops on these limits and compare the "
        "profit with `constrained-optimum`. Why do two active constraints need no optimiser?",
        "Lower feed A by 10 % at the constrained optimum, with the loops on and off. What does each way cost per hour?",
        "Fit a model without C (two reactions) to step responses and optimise with it: where does it send the plant?",
    ),
)  # fmt: skip
