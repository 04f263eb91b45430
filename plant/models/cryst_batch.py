"""A batch crystalliser of potassium sulphate that is cooled: the size distribution of the crystals by its moments.

Time in minutes, temperature T in °C (TK = T + 273.15), concentration c in g/mL; m0..m3 are the moments of the size
distribution:

    Ceq = -686.2686 + 3.579165 TK - 0.00292874 TK²   [g/L]         S = 1000 c - Ceq
    B0 = ka exp(kb/TK) S^kc m3^kd                    nucleation
    G  = kg exp(k1/TK) S^k2                          growth
    m0' = B0
    m1' = 1e4 G (a m0 + 1e-4 b m1)
    m2' = 2e8 G (1e-4 a m1 + 1e-8 b m2)
    m3' = 3e12 G (1e-8 a m2 + 1e-12 b m3)
    c'  = -0.5 rho al G (1e-8 a m2 + 1e-12 b m3)

with ka = 0.923714966, kb = -6754.878558, kc = 0.92229965554, kd = 1.341205945, kg = 48.07514464, k1 = -4921.261419,
k2 = 1.871281405, a = 0.50523693, b = 7.271241375, al = 7.510905767, rho = 2.658. The coefficient of variation of the
sizes is sqrt(m2 m0/m1² - 1), the mean size Ln = m1/m0. A batch takes 30 min; its aims are a coefficient of variation of
1 and a mean size of 15 µm.

At the start T = 39 °C and c = 0.1586 g/mL: the mean size is 15.558640, the coefficient of variation 2.008329, the
solubility 145.598292 g/L and the supersaturation 13.016941 g/L. What the crystals gain the solution loses:
c + rho al m3/6e12 stays as it is.

Own choices: in an undersaturated solution nothing grows, nucleates or dissolves (the public code takes |S|, the same as
long as it is supersaturated). The jacket follows the wanted temperature at 1 K/min at most, exactly, unless
`cooling_limit` is off; then at once. The loop, the instruments' noise. The range of the mean size ends at 40 µm, not
30: without the limit 36 µm can be reached. The states span ten decades, so each has a tolerance of
its own; stiff they are not (no rate is faster than 1/min at any temperature), so the method is explicit.
"""

from math import exp, sqrt
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

MINUTE = 60.0
BATCH = 30.0
FASTEST = 1.0
KELVIN = 273.15
KA, KB, KC, KD = 0.923714966, -6754.878558, 0.92229965554, 1.341205945
KG, K1, K2 = 48.07514464, -4921.261419, 1.871281405
A, B = 0.50523693, 7.271241375
SHAPE, DENSITY = 7.510905767, 2.658
START = (1478.00986666666, 22995.8230590611, 1800863.24079725, 248516167.940593, 0.15861523304, 39.0, 0.0)
NOMINAL_INPUTS = (39.0, 1.0)

_CONCENTRATION, _TEMPERATURE, _TIME = 4, 5, 6
_WANTED, _DIRECTION = 7, 8
"""Behind the states: the temperature that the jacket goes to in this step, and whether up, down or not at all."""


def solubility(temperature: float) -> float:
    """Ceq in g/L."""
    kelvin = temperature + KELVIN
    return -686.2686 + kelvin * (3.579165 - 0.00292874 * kelvin)


def present(x: Any, u: Any) -> float:
    """The temperature in °C: on its way to the wanted one, or there."""
    if u[1] == 0:
        return float(u[0])
    if x[8] > 0:
        return float(min(x[5], x[7]))
    if x[8] < 0:
        return float(max(x[5], x[7]))
    return float(x[5])


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per minute of the moments, the concentration, the temperature and the time."""
    temperature = present(x, u)
    excess = 1000 * x[4] - solubility(temperature)
    growth, nucleation = 0.0, 0.0
    if excess > 0:
        kelvin = temperature + KELVIN
        growth = KG * exp(K1 / kelvin) * excess**K2
        nucleation = KA * exp(KB / kelvin) * excess**KC * abs(x[3]) ** KD
    surface = A * x[2] * 1e-8 + B * x[3] * 1e-12
    dx[0] = nucleation
    dx[1] = 1e4 * growth * (A * x[0] + B * x[1] * 1e-4)
    dx[2] = 2e8 * growth * (A * x[1] * 1e-4 + B * x[2] * 1e-8)
    dx[3] = 3e12 * growth * surface
    dx[4] = -0.5 * DENSITY * SHAPE * growth * surface
    dx[5] = x[8] * FASTEST if x[8] != 0 else min(max(u[0] - x[5], -FASTEST), FASTEST)
    dx[6] = 1.0


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """Take the temperature that was reached, and see where the jacket goes next."""
    x[5] = present(x, u)
    x[7] = u[0]
    x[8] = 1.0 if u[0] > x[5] else (-1.0 if u[0] < x[5] else 0.0)


def outputs(x: Any, u: Any, y: Any) -> None:
    """Temperature, concentrations, sizes, time and moments."""
    y[0], y[1] = present(x, u), x[4]
    y[2] = solubility(y[0])
    y[3] = 1000 * x[4] - y[2]
    y[4] = sqrt(max(x[2] * x[0] / (x[1] * x[1]) - 1, 0.0))
    y[5] = x[1] / x[0]
    y[6] = 0.5 * DENSITY * SHAPE * x[3] / 3e12
    y[7] = x[6]
    y[8] = y[4] if x[6] >= BATCH - 1e-6 else 0.0
    for i in range(4):
        y[9 + i] = x[i]


def solute(x: Any, u: Any) -> float:
    """In the solution and in the crystals, g/mL."""
    return float(x[4] + 0.5 * DENSITY * SHAPE * x[3] / 3e12)


def nothing(x: Any, u: Any) -> float:
    """A batch has no inflow."""
    return 0.0


EQUATIONS = Equations(
    states=(
        "moment 0", "moment 1", "moment 2", "moment 3", "concentration (g/mL)", "jacket temperature (°C)",
        "batch time (min)",
    ),
    rates=rates,
    outputs=outputs,
    prepare=prepare,
    start=START,
    memory=(39.0, 0.0),
    solver=Solver(
        Method.DORMAND_PRINCE, longest=1.0, relative=1e-10, absolute=(1e-6, 1e-5, 1e-3, 0.1, 1e-12, 1e-10, 1e-10)
    ),
    steady=False,
    balances=(Balance("potassium sulphate", solute, nothing),),
)  # fmt: skip
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 13)

_TAGS = (
    Tag("jacket_temperature", Role.INPUT, "°C", 10, 40, 39.0, "Wanted temperature of the jacket", "TIC_JACKET", 2),
    Tag("cooling_limit", Role.PARAMETER, "", 0, 1, 1, "Whether the jacket moves by 1 K/min at most", "", 0,
        states=("off", "on")),
    Tag("temperature", Role.OUTPUT, "°C", 5, 45, _NOMINAL[0], "Temperature of the suspension", "TI_CR", 2, noise=0.05),
    Tag("concentration", Role.OUTPUT, "g/mL", 0, 0.5, _NOMINAL[1], "Potassium sulphate in the solution", "AI_CONC", 5,
        noise=1e-4),
    Tag("solubility", Role.OUTPUT, "g/L", 80, 160, _NOMINAL[2], "Concentration of the saturated solution", "XI_CEQ",
        2),
    Tag("supersaturation", Role.OUTPUT, "g/L", -60, 80, _NOMINAL[3], "Concentration above that of saturation",
        "SI_SUPERSAT", 3, Limits(high=25)),
    Tag("coefficient_of_variation", Role.OUTPUT, "", 0, 3, _NOMINAL[4], "Spread of the sizes over their mean", "XI_CV",
        4),
    Tag("mean_size", Role.OUTPUT, "µm", 0, 40, _NOMINAL[5], "Mean size of the crystals", "SI_LN", 3),
    Tag("crystals", Role.OUTPUT, "g/mL", 0, 0.5, _NOMINAL[6], "Crystals in the suspension", "AI_CRYSTALS", 5),
    Tag("batch_time", Role.OUTPUT, "min", 0, 1e4, _NOMINAL[7], "Time since the start of the batch", "KI_BATCH", 2),
    Tag("final_coefficient_of_variation", Role.OUTPUT, "", 0, 3, _NOMINAL[8],
        "Spread of the sizes over their mean from the end of the batch at 30 min on; 0 before", "XI_CV_END", 4,
        Limits(high=1.5)),
    Tag("moment_0", Role.STATE, "", 0, 2e6, _NOMINAL[9], "Number of the crystals (m0)", "", 1),
    Tag("moment_1", Role.STATE, "", 0, 1e8, _NOMINAL[10], "First moment of their sizes (m1)", "", 1),
    Tag("moment_2", Role.STATE, "", 0, 1e9, _NOMINAL[11], "Second moment of their sizes (m2)", "", 1),
    Tag("moment_3", Role.STATE, "", 0, 1e11, _NOMINAL[12], "Third moment of their sizes (m3)", "", 1),
)  # fmt: skip

MODEL = Model(
    id="cryst-batch",
    name="Batch cooling crystalliser",
    description="Cool too fast and fine crystals appear: a batch whose product is the distribution of sizes.",
    sources=(
        "Parameters as published in Ind. Eng. Chem. Res. (2023), doi 10.1021/acs.iecr.3c00739, and used by the package "
        "pcgym",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(Loop("supersaturation", "jacket_temperature", -0.4, 2 * MINUTE, "own tuning, checked in simulation"),),
    starts=(
        Start("batch", "A seeded, supersaturated batch at 39 °C", holds=False),
        Start(
            "saturated",
            "The same crystals in a solution just saturated at 40 °C: nothing happens until it is cooled",
            {"jacket_temperature": 40.0},
            (*START[:4], 0.001 * solubility(40.0), 40.0, 0.0),
            holds=False,
        ),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=1.0,
    longest_step=10.0,
    kind="batch",
    showing=Showing(seconds=BATCH * MINUTE),
    documentation=__doc__ or "",
    exercises=(
        "Leave jacket_temperature at 39 for 30 min: how far are final_coefficient_of_variation and mean_size from the "
        "aims 1 and 15?",
        "Compare cooling at 1 K/min from the start, linear cooling over the whole batch, and a slow start with a fast "
        "end. Which gives the narrowest distribution, and why?",
        "Put the loop of supersaturation in auto with a setpoint of 8 g/L. What shape has the temperature?",
        "Switch cooling_limit off and drop jacket_temperature to 20. Find the moment of the nucleation burst in the "
        "coefficient_of_variation.",
        "From the start saturated find the cooling that ends with the most crystals while the "
        "final_coefficient_of_variation stays below 1.5.",
    ),
)
