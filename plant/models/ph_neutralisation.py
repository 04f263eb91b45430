"""The pH neutralisation tank of Henson and Seborg: a static nonlinearity whose gain varies more than tenfold.

Acid (HNO3) q1, buffer (NaHCO3) q2 and base (NaOH) q3 in mL/s meet in a stirred tank with level h in cm; time in
seconds. Wa and Wb in mol/L are the charge and the carbonate that no reaction changes:

    A h'    = q1 + q2 + q3 - Cv (h + z)^n
    A h Wa' = q1 (Wa1 - Wa) + q2 (Wa2 - Wa) + q3 (Wa3 - Wa)
    A h Wb' = q1 (Wb1 - Wb) + q2 (Wb2 - Wb) + q3 (Wb3 - Wb)
    Wa + 10^(pH-14) - 10^(-pH) + Wb (1 + 2 10^(pH-pK2))/(1 + 10^(pK1-pH) + 10^(pH-pK2)) = 0

A = 207 cm2, z = 11.5 cm, n = 0.607, Cv = 4.5860777 mL/(s cm^n), pK1 = 6.35, pK2 = 10.25; Wa1, Wa2, Wa3 = 3e-3, -0.03,
-3.05e-3 and Wb1, Wb2, Wb3 = 0, 0.03, 5e-5 mol/L. Cv follows from the nominal level of 14.0 cm; texts that print 8.75
contradict their own level. The last equation is monotone in the pH: bisection, then Newton's method, each a fixed
number of times, so that a step always costs the same.

Published figures: at q = (16.6, 0.55, 15.6) mL/s the level is 14.0 cm, Wa = -4.32e-4, Wb = 5.28e-4 mol/L (rounded) and
the pH 7.0.

Own choices: the probe's lag, 0 to 120 s, is a parameter; it is 0 by default, so that the shown pH is the tank's, and
15 s fits a usual probe. The tank never runs emptier than 0.1 cm: then no more flows out than in. The tank has no rim,
as in the papers: at the largest flows the level ends at 62 cm. Alarm limits, instrument noise, and the tuning of the
loop (checked in simulation; it survives the loss of the buffer).
"""

from math import exp, log
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import STEADY, Model, Start
from plant.tags import Limits, Role, Tag

AREA = 207.0
HEAD, EXPONENT, VALVE = 11.5, 0.607, 4.5860777
PK1, PK2 = 6.35, 10.25
WA1, WA2, WA3 = 3e-3, -0.03, -3.05e-3
WB1, WB2, WB3 = 0.0, 0.03, 5e-5
EMPTY = 0.1
SHORTEST_LAG = 1.0
"""s; a shorter lag of the probe is none."""
NOMINAL_INPUTS = (15.6, 16.6, 0.55, 0.0)
_LOWEST, _HIGHEST = -2.0, 16.0
_HALVINGS, _IMPROVEMENTS = 12, 4
_LN10 = log(10.0)
_WATER = 1e-14
_FIRST: float = 10.0**PK1
_SECOND: float = 10.0**-PK2


def charge(wa: float, wb: float, ph: float) -> float:
    """The sum of all charges in mol/L, zero at the pH of the solution; it rises with the pH."""
    power = exp(_LN10 * ph)
    second = power * _SECOND
    return wa + power * _WATER - 1 / power + wb * (1 + 2 * second) / (1 + _FIRST / power + second)


def charge_slope(wb: float, ph: float) -> float:
    """How steeply `charge` rises, in mol/L per pH."""
    power = exp(_LN10 * ph)
    first, second = _FIRST / power, power * _SECOND
    whole = 1 + first + second
    return _LN10 * (power * _WATER + 1 / power + wb * (first + second + 4 * first * second) / (whole * whole))


def acidity(wa: float, wb: float) -> float:
    """The pH of a solution."""
    low, high = _LOWEST, _HIGHEST
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if charge(wa, wb, middle) > 0:
            high = middle
        else:
            low = middle
    ph = 0.5 * (low + high)
    for _ in range(_IMPROVEMENTS):
        ph = min(max(ph - charge(wa, wb, ph) / charge_slope(wb, ph), low), high)
    return ph


def outflow(level: float) -> float:
    """What runs out of the tank in mL/s."""
    return float(VALVE * (max(level, 0.0) + HEAD) ** EXPONENT)


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """Keep a probe without lag at the tank's pH, so that it begins to lag from there.

    Also in the first step with a lag: what the probe had at the beginning of the step before is old then.
    """
    if u[3] < SHORTEST_LAG or x[4] != 0:
        x[3] = acidity(x[1], x[2])
    x[4] = 1.0 if u[3] < SHORTEST_LAG else 0.0


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of level, Wa, Wb and the probe; u: base, acid and buffer in mL/s, lag of the probe in s."""
    inflow, level = u[0] + u[1] + u[2], max(x[0], EMPTY)
    rise = (inflow - outflow(level)) / AREA
    dx[0] = max(rise, 0.0) if x[0] <= EMPTY else rise
    dx[1] = (u[1] * WA1 + u[2] * WA2 + u[0] * WA3 - inflow * x[1]) / (AREA * level)
    dx[2] = (u[1] * WB1 + u[2] * WB2 + u[0] * WB3 - inflow * x[2]) / (AREA * level)
    dx[3] = (acidity(x[1], x[2]) - x[3]) / u[3] if u[3] >= SHORTEST_LAG else 0.0


def outputs(x: Any, u: Any, y: Any) -> None:
    """The pH as the probe shows it, the level in cm, what leaves in mL/s; the tank's own pH, Wa and Wb."""
    ph = acidity(x[1], x[2])
    y[0] = x[3] if u[3] >= SHORTEST_LAG else ph
    y[1] = max(x[0], EMPTY)
    y[2] = outflow(y[1])
    y[3], y[4], y[5] = ph, x[1], x[2]


def volume(x: Any, u: Any) -> float:
    """What is in the tank, mL."""
    return AREA * float(x[0])


def volume_gained(x: Any, u: Any) -> float:
    """What flows in less what flows out, mL/s."""
    return float(u[0] + u[1] + u[2]) - outflow(float(x[0]))


def carbonate(x: Any, u: Any) -> float:
    """Carbonate in the tank, mmol."""
    return AREA * float(x[0] * x[2])


def carbonate_gained(x: Any, u: Any) -> float:
    """Carbonate that flows in less what flows out, mmol/s."""
    return float(u[1] * WB1 + u[2] * WB2 + u[0] * WB3) - outflow(float(x[0])) * float(x[2])


_FLOW = 15.6 + 16.6 + 0.55
_START = (
    (_FLOW / VALVE) ** (1 / EXPONENT) - HEAD,
    (16.6 * WA1 + 0.55 * WA2 + 15.6 * WA3) / _FLOW,
    (16.6 * WB1 + 0.55 * WB2 + 15.6 * WB3) / _FLOW,
)
_ACID = (16.6 * WA1 + 0.55 * WA2) / (16.6 + 0.55), 0.55 * WB2 / (16.6 + 0.55)
"""Acid and buffer without base."""

EQUATIONS = Equations(
    states=("level (cm)", "Wa (mol/L)", "Wb (mol/L)", "probe (pH)"),
    rates=rates,
    outputs=outputs,
    start=(*_START, acidity(_START[1], _START[2])),
    solver=Solver(Method.DORMAND_PRINCE, longest=20.0, relative=1e-9, absolute=(1e-8, 1e-12, 1e-12, 1e-8)),
    memory=(0.0,),
    prepare=prepare,
    balances=(Balance("volume", volume, volume_gained), Balance("carbonate", carbonate, carbonate_gained)),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 6)

_TAGS = (
    Tag("base_flow", Role.INPUT, "mL/s", 0, 30, 15.6, "Base (NaOH) to the tank", "FIC_BASE", 2),
    Tag("acid_flow", Role.DISTURBANCE, "mL/s", 5, 30, 16.6, "Acid (HNO3) to the tank", "FI_ACID", 2),
    Tag("buffer_flow", Role.DISTURBANCE, "mL/s", 0, 2, 0.55, "Buffer (NaHCO3) to the tank", "FI_BUF", 2),
    Tag("probe_lag", Role.PARAMETER, "s", 0, 120, 0, "Lag of the pH probe (below 1 s: none)", "", 1),
    Tag("ph", Role.OUTPUT, "pH", 0, 14, _NOMINAL[0], "pH as the probe shows it", "AI_PH", 3,
        Limits(high_high=10, high=8, low=6, low_low=4), noise=0.02),
    Tag("level", Role.OUTPUT, "cm", 0, 65, _NOMINAL[1], "Level of the tank", "LI_H", 2, Limits(high=20, low=8),
        noise=0.02),
    Tag("effluent_flow", Role.OUTPUT, "mL/s", 0, 70, _NOMINAL[2], "What leaves the tank", "FI_OUT", 2, noise=0.1),
    Tag("tank_ph", Role.STATE, "pH", -2, 16, _NOMINAL[3], "pH of the tank, before the probe"),
    Tag("charge_invariant", Role.STATE, "mol/L", -0.03, 0.003, _NOMINAL[4], "Wa: charge that no reaction changes", "",
        7),
    Tag("carbonate_invariant", Role.STATE, "mol/L", 0, 0.03, _NOMINAL[5], "Wb: carbonate in all its forms", "", 7),
)  # fmt: skip

MODEL = Model(
    id="ph-neutralisation",
    name="pH neutralisation",
    description="Acid, buffer and base meet in a tank: the steeper the titration curve, the harder the control.",
    sources=(
        "M. A. Henson, D. E. Seborg: Adaptive nonlinear control of a pH neutralization process, "
        "IEEE Trans. Control Syst. Technol. 2 (1994) 169",
        "M. A. Henson, D. E. Seborg: Nonlinear Process Control, Prentice Hall 1997, 207-210",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(Loop("ph", "base_flow", 0.6, 90.0, "own tuning, checked in simulation"),),
    starts=(
        STEADY,
        Start("closed-loop", "The nominal steady state, pH in auto, the probe with a lag of 15 s",
              {"ph_mode": 1, "probe_lag": 15.0}),
        Start("little-buffer", "The nominal pH with a fifth of the buffer: the curve is steep there",
              {"buffer_flow": 0.11, "base_flow": 16.362}),
        Start("start-up", "The tank holds acid and buffer, the base has just been opened",
              states=(_START[0], *_ACID, acidity(*_ACID)), holds=False),
    ),
    time_unit="s",
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Record the titration curve: the steady pH for base flows from 10 to 20 mL/s. Where is the gain largest, and "
        "by which factor does it vary?",
        "Close the loop and move the setpoint to 8, 9 and 10, then to 6, 5 and 4. Explain the different answers with "
        "the titration curve, and schedule the gain.",
        "Take the buffer away (buffer flow 0) in auto. How far does the pH fall, and what does the loop do after?",
        "Give the probe a lag of 15 s, then 60 s. Which gain keeps the loop calm each time?",
        "Control Wa instead of the pH (compute it from the flows): why does a linear controller suffice then?",
    ),
)  # fmt: skip
