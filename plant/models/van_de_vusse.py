"""The van de Vusse reactor of Klatt and Engell: its gain changes sign and it answers the wrong way first.

A -> B -> C and 2 A -> D in a stirred tank whose jacket has an energy balance of its own; B is wanted. Concentrations in
mol/L, temperatures of reactor T and jacket TK in degrees Celsius, dilution rate F = flow / volume in 1/h, heat QK put
into the jacket in kJ/h (negative: cooling), time in hours:

    cA' = F (cA0 - cA) - k1 cA - k3 cA^2
    cB' = -F cB + k1 cA - k2 cB
    T'  = F (Tin - T) - [k1 cA dH1 + k2 cB dH2 + k3 cA^2 dH3]/(rho Cp) + kw AR (TK - T)/(rho Cp VR)
    TK' = (QK + kw AR (T - TK))/(mK CpK)
    k1 = beta k10 exp(-9758.3/(T + 273.15))    k2 = k10 exp(-9758.3/(T + 273.15))
    k3 = k30 exp(-alpha 8560/(T + 273.15))

k10 = 1.287e12 1/h, k30 = 9.043e9 L/(mol h); dH1, dH2, dH3 = 4.2, -11.0, -41.85 kJ/mol; rho = 0.9342 kg/L,
Cp = 3.01 kJ/(kg K), kw = 4032 kJ/(h m2 K), AR = 0.215 m2, VR = 10 L, mK = 5 kg, CpK = 2 kJ/(kg K).

The variants in use are parameters: some codes have VR = 10.01 L; the uncertain factors alpha (of the activation energy
of the side reaction) and beta (of the first reaction), 1 in the benchmark, are those of robust control studies. The
feed of 130 degrees that the benchmark's first version has is inside the range of its tag (published bounds 100..115).

Published figures: at F = 14.19 1/h, QK = -1113.5 kJ/h, cA0 = 5.10 mol/L, Tin = 104.9 degrees the steady state
cA = 2.14, cB = 1.09, T = 114.2, TK = 112.9 (Chen, Kremling, Allgöwer 1995); at F = 18.83 1/h, QK = -4495.7 kJ/h and
Tin = 130 degrees cA = 1.235, cB = 0.90, T = 134.14, TK = 128.95 (Engell and Klatt 1993). Bounds of the inputs:
3 <= F <= 35 1/h, -9000 <= QK <= 0 kJ/h, 4.5 <= cA0 <= 5.7 mol/L.

Own choices: the tuning of the loop (checked in simulation), alarm limits, instrument noise. The temperatures' ranges
begin at -30 and -40 degrees, where the strongest cooling of the smallest flow leads.
"""

from math import exp
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import STEADY, Model, Showing, Start
from plant.tags import Limits, Role, Tag

HOUR = 3600.0
KELVIN = 273.15
RATE_FACTOR, ACTIVATION = 1.287e12, 9758.3
SIDE_RATE_FACTOR, SIDE_ACTIVATION = 9.043e9, 8560.0
HEAT_1, HEAT_2, HEAT_3 = 4.2, -11.0, -41.85
HEAT_CAPACITY = 0.9342 * 3.01
"""kJ/(L K)."""
HEAT_TRANSFER = 4032 * 0.215
JACKET_CAPACITY = 5.0 * 2.0
_COLDEST = 100.0
"""K; below that no trial state of the solver is believed."""
NOMINAL_INPUTS = (14.19, -1113.5, 104.9, 5.10, 10.0, 1.0, 1.0)
OPERATING_POINT = (2.1402105301319465, 1.0903043613295518, 114.1910844205971, 112.90659291081488)


def speed(factor: float, activation: float, temperature: float) -> float:
    """Arrhenius' law for a temperature in degrees Celsius."""
    return factor * exp(-activation / max(temperature + KELVIN, _COLDEST))


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of cA, cB, T, TK per hour; u: F, QK, Tin, cA0, VR, alpha, beta."""
    k2 = speed(RATE_FACTOR, ACTIVATION, x[2])
    first, second = u[6] * k2 * x[0], k2 * x[1]
    side = speed(SIDE_RATE_FACTOR, u[5] * SIDE_ACTIVATION, x[2]) * x[0] * x[0]
    heat = first * HEAT_1 + second * HEAT_2 + side * HEAT_3
    passed = HEAT_TRANSFER * (x[2] - x[3])
    dx[0] = u[0] * (u[3] - x[0]) - first - side
    dx[1] = first - second - u[0] * x[1]
    dx[2] = u[0] * (u[2] - x[2]) - heat / HEAT_CAPACITY - passed / (HEAT_CAPACITY * u[4])
    dx[3] = (u[1] + passed) / JACKET_CAPACITY


def outputs(x: Any, u: Any, y: Any) -> None:
    """The states; yield of B in % of the fed A; B made in mol/h."""
    for i in range(4):
        y[i] = x[i]
    y[4] = 100 * x[1] / u[3]
    y[5] = u[0] * u[4] * x[1]


def energy(x: Any, u: Any) -> float:
    """Heat and heat of reaction (A to B to C) in reactor and jacket, kJ, without the side reaction."""
    bound = (HEAT_1 + HEAT_2) * x[0] + HEAT_2 * x[1]
    return float(u[4] * (HEAT_CAPACITY * x[2] - bound) + JACKET_CAPACITY * x[3])


def energy_gained(x: Any, u: Any) -> float:
    """What flows in and out and what the side reaction gives, kJ/h."""
    side = speed(SIDE_RATE_FACTOR, u[5] * SIDE_ACTIVATION, x[2]) * x[0] * x[0]
    brought = HEAT_CAPACITY * (u[2] - x[2]) - (HEAT_1 + HEAT_2) * (u[3] - x[0]) + HEAT_2 * x[1]
    return float(u[4] * (u[0] * brought + (HEAT_1 + HEAT_2 - HEAT_3) * side) + u[1])


EQUATIONS = Equations(
    states=("reactant A (mol/L)", "product B (mol/L)", "reactor temperature (°C)", "jacket temperature (°C)"),
    rates=rates,
    outputs=outputs,
    start=OPERATING_POINT,
    solver=Solver(Method.RUNGE_KUTTA, longest=5e-4),
    balances=(Balance("energy", energy, energy_gained),),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 6)

_TAGS = (
    Tag("dilution_rate", Role.INPUT, "1/h", 3, 35, 14.19, "Feed flow per volume of the reactor", "FIC_F", 2),
    Tag("jacket_heat", Role.INPUT, "kJ/h", -9000, 0, -1113.5, "Heat put into the jacket; negative: cooling", "QIC_QK",
        1),
    Tag("feed_temperature", Role.DISTURBANCE, "°C", 100, 130, 104.9, "Temperature of the feed", "TI_IN", 1),
    Tag("feed_concentration", Role.DISTURBANCE, "mol/L", 4.5, 5.7, 5.10, "Reactant A in the feed", "AI_CA0", 2),
    Tag("reactor_volume", Role.PARAMETER, "L", 9, 11, 10, "Volume of the reactor", "", 2),
    Tag("side_activation_factor", Role.PARAMETER, "", 0.95, 1.05, 1,
        "Uncertain factor of the activation energy of 2 A -> D (alpha)", "", 4),
    Tag("reaction_rate_factor", Role.PARAMETER, "", 0.8, 1.2, 1, "Uncertain factor of the rate of A -> B (beta)", "",
        3),
    Tag("reactant_concentration", Role.OUTPUT, "mol/L", 0, 6, _NOMINAL[0], "Reactant A in the reactor", "AI_CA",
        noise=0.005),
    Tag("product_concentration", Role.OUTPUT, "mol/L", 0, 2, _NOMINAL[1], "Product B in the reactor", "AI_CB", 4,
        Limits(low=0.9), noise=0.002),
    Tag("reactor_temperature", Role.OUTPUT, "°C", -30, 180, _NOMINAL[2], "Temperature in the reactor", "TI_R", 2,
        Limits(high_high=125, high=118, low=108), noise=0.05),
    Tag("jacket_temperature", Role.OUTPUT, "°C", -40, 180, _NOMINAL[3], "Temperature in the jacket", "TI_K", 2,
        noise=0.05),
    Tag("yield", Role.OUTPUT, "%", 0, 50, _NOMINAL[4], "Product B per reactant A in the feed", "XI_YIELD", 2),
    Tag("production", Role.OUTPUT, "mol/h", 0, 1000, _NOMINAL[5], "Product B leaving the reactor", "FI_B", 1),
)  # fmt: skip

MODEL = Model(
    id="van-de-vusse",
    name="Van de Vusse reactor",
    description="A jacketed reactor whose product passes through a maximum: the gain changes its sign there.",
    sources=(
        "H. Chen, A. Kremling, F. Allgöwer: Nonlinear predictive control of a benchmark CSTR, "
        "Proc. 3rd European Control Conference (1995) 3247",
        "K.-U. Klatt, S. Engell: Gain-scheduling trajectory control of a continuous stirred tank reactor, "
        "Comput. Chem. Eng. 22 (1998) 491",
        "S. Engell, K.-U. Klatt: Nonlinear control of a non-minimum-phase CSTR, Proc. American Control Conference "
        "(1993) 2941",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("reactor_temperature", "jacket_heat", 900.0, 0.08 * HOUR, "own tuning, checked in simulation"),
    ),
    starts=(
        STEADY,
        Start("closed-loop", "The nominal steady state, the temperature in auto", {"reactor_temperature_mode": 1}),
        Start("hot-feed", "The operating point of Engell and Klatt (1993) with a feed of 130 °C",
              {"dilution_rate": 18.83, "jacket_heat": -4495.7, "feed_temperature": 130.0,
               "reactor_temperature_setpoint": 134.14}),
        Start("right-of-maximum", "A flow beyond the maximum of the product: there the gain has the other sign",
              {"dilution_rate": 25.0}),
        Start("start-up", "The reactor is full of fresh feed, nothing has reacted yet", states=(5.1, 0.0, 104.9, 104.9),
              holds=False),
    ),
    time_unit="h",
    seconds_per_unit=HOUR,
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Record the steady product over the dilution rate from 5 to 35 1/h at constant jacket heat. Where is the "
        "maximum, and what does it mean for a PI controller that moves the flow?",
        "Raise the dilution rate by 2 1/h at 10 1/h, then at `right-of-maximum`, and compare the first minutes of the "
        "product with where it ends: which one answers the wrong way first?",
        "Close the temperature loop and repeat: does the maximum move?",
        "Change the reaction rate factor to 0.9 and the side activation factor to 1.02 and find the flow of the best "
        "yield again, by trial steps only.",
        "Which cooling keeps 114.2 °C when the feed comes at 115 °C? Compare the loop's answer with the heat balance.",
    ),
    showing=Showing("steady", "dilution_rate", 5.81, 1800.0),
)  # fmt: skip
