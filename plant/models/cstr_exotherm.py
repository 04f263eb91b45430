"""The jacketed exothermic reactor of Seborg: three steady states at the same inputs, the middle one unstable.

A first-order reaction A -> B in a stirred tank of constant volume with an ideal jacket. Concentration CA in mol/L,
temperature T in K, coolant temperature Tc in K, feed q in L/min with CAi and Ti, time in minutes:

    r      = k0 exp(-(E/R)/T) CA
    dCA/dt = (q/V) (CAi - CA) - r
    dT/dt  = (q/V) (Ti - T) + (-dH)/(rho Cp) r + UA/(V rho Cp) (Tc - T)

with V = 100 L, rho = 1000 g/L, Cp = 0.239 J/(g K), -dH = 5e4 J/mol, E/R = 8750 K, k0 = 7.2e10 1/min and
UA = 5e4 J/(min K); nominal q = 100 L/min, CAi = 1 mol/L, Ti = 350 K, Tc = 300 K.

Published figures: at Tc = 300 K the steady states (CA, T) = (0.877, 324.5) stable, (0.500, 350.0) a saddle and
(0.209, 369.7) an unstable focus. All three exist only while Tc is between the folds at 298.08 and 303.23 K. At
Tc = 305 K the only steady state is unstable and the reactor oscillates between about 362 and 405 K.

Own choices: alarm limits and the trip at 400 K, which stops the feed (so the feed's range begins at 0) and cools as
hard as possible; a reset brings the nominal feed back, the coolant is the operator's. `protection_mode` puts the trip
out of service, as the limit cycle needs it. The tuning of the loop (checked in simulation). Instrument noise. The range
of the temperature holds an explosion with the trip out of service and the richest feed, some 650 K.
"""

from math import exp
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import STEADY, Model, Showing, Start
from plant.tags import Limits, Role, Tag

MINUTE = 60.0
VOLUME = 100.0
RATE_FACTOR, ACTIVATION = 7.2e10, 8750.0
HEAT_CAPACITY = 1000.0 * 0.239
"""J/(L K)."""
REACTION_HEAT = 5e4
HEAT_TRANSFER = 5e4
HEATING = REACTION_HEAT / HEAT_CAPACITY
COOLING = HEAT_TRANSFER / (VOLUME * HEAT_CAPACITY)
_COLDEST = 1.0
"""K; below that no trial state of the solver is believed."""
LOW_CONVERSION = (0.8772529460809678, 324.47544343159893)
MIDDLE = (0.4999182859586561, 350.0055286902127)
HIGH_CONVERSION = (0.20876137961455524, 369.70491342256054)
NOMINAL_INPUTS = (300.0, 100.0, 1.0, 350.0, 1.0)


def reaction(concentration: float, temperature: float) -> float:
    """The rate of A -> B in mol/(L min)."""
    return RATE_FACTOR * exp(-ACTIVATION / max(temperature, _COLDEST)) * concentration


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of concentration and temperature per minute; u: coolant, feed flow, its concentration and warmth."""
    converted, change = reaction(x[0], x[1]), u[1] / VOLUME
    dx[0] = change * (u[2] - x[0]) - converted
    dx[1] = change * (u[3] - x[1]) + HEATING * converted + COOLING * (u[0] - x[1])


def outputs(x: Any, u: Any, y: Any) -> None:
    """Concentration, temperature, and conversion of the feed's A in %."""
    y[0], y[1] = x[0], x[1]
    y[2] = min(max(100 * (1 - x[0] / u[2]), 0.0), 100.0)


def energy(x: Any, u: Any) -> float:
    """Heat and heat of reaction in the reactor, J."""
    return VOLUME * (HEAT_CAPACITY * float(x[1]) + REACTION_HEAT * float(x[0]))


def energy_gained(x: Any, u: Any) -> float:
    """What the feed brings more than the product takes, and what the jacket gives, J/min."""
    brought = u[1] * (HEAT_CAPACITY * (u[3] - x[1]) + REACTION_HEAT * (u[2] - x[0]))
    return float(brought + HEAT_TRANSFER * (u[0] - x[1]))


EQUATIONS = Equations(
    states=("concentration of A (mol/L)", "temperature (K)"),
    rates=rates,
    outputs=outputs,
    start=LOW_CONVERSION,
    solver=Solver(Method.DORMAND_PRINCE, longest=1.0, relative=1e-9, absolute=(1e-11, 1e-8)),
    balances=(Balance("energy", energy, energy_gained),),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 3)

_TAGS = (
    Tag("coolant_temperature", Role.INPUT, "K", 250, 350, 300, "Temperature of the coolant in the jacket", "TIC_TC", 2),
    Tag("feed_flow", Role.DISTURBANCE, "L/min", 0, 150, 100, "Feed to the reactor", "FI_Q", 1),
    Tag("feed_concentration", Role.DISTURBANCE, "mol/L", 0.5, 1.5, 1, "Reactant in the feed", "AI_CAI"),
    Tag("feed_temperature", Role.DISTURBANCE, "K", 330, 370, 350, "Temperature of the feed", "TI_FEED", 1),
    Tag("protection_mode", Role.PARAMETER, "", 0, 1, 1, "Whether the trip of the reactor is in service", digits=0,
        states=("off", "on")),
    Tag("reactant_concentration", Role.OUTPUT, "mol/L", 0, 1.5, _NOMINAL[0], "Reactant in the reactor", "AI_CA",
        noise=0.002),
    Tag("reactor_temperature", Role.OUTPUT, "K", 240, 700, _NOMINAL[1], "Temperature in the reactor", "TI_T", 2,
        Limits(high_high=380, high=365), noise=0.1),
    Tag("conversion", Role.OUTPUT, "%", 0, 100, _NOMINAL[2], "Part of the fed reactant that has reacted", "XI_CONV", 2),
)  # fmt: skip

MODEL = Model(
    id="cstr-exotherm",
    name="Exothermic stirred tank",
    description="A cooled reactor with three steady states: calm, unstable, or running away.",
    sources=(
        "D. E. Seborg, T. F. Edgar, D. A. Mellichamp: Process Dynamics and Control, Wiley",
        "M. A. Henson, D. E. Seborg: Nonlinear Process Control, Prentice Hall 1997",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("reactor_temperature", "coolant_temperature", 5.0, 0.5 * MINUTE, "own tuning, checked in simulation"),
    ),
    interlocks=(
        Interlock(
            "temperature_trip", "Reactor above 400 K: feed stopped, jacket as cold as possible",
            "reactor_temperature", 400.0, Side.HIGH, {"feed_flow": 0.0, "coolant_temperature": 250.0},
            returns={"feed_flow": 100.0}, armed_by="protection",
        ),
    ),
    starts=(
        STEADY,
        Start("middle", "The unstable steady state at 350 K, held by the loop in auto",
              {"reactor_temperature_mode": 1, "reactor_temperature_setpoint": 350.0}, (0.5, 350.0), holds=False),
        Start("middle-open-loop", "The unstable steady state, nobody holding it", states=MIDDLE, holds=False),
        Start("high-conversion", "The unstable focus of high conversion, nobody holding it", states=HIGH_CONVERSION,
              holds=False),
        Start("limit-cycle", "Coolant at 305 K, trip out of service: the temperature oscillates without end",
              {"coolant_temperature": 305.0, "protection_mode": 0}, (0.22, 370.5), holds=False),
        Start("start-up", "The tank holds solvent at 300 K, the feed has just begun", states=(0.0, 300.0),
              holds=False),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=1.0,
    longest_step=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Find the two folds: raise and lower the coolant temperature in steps of 0.5 K from 300 K and note where the "
        "reactor leaves the calm branch, and where it comes back.",
        "Begin at `middle-open-loop`, change the coolant by +0.1 K and then (after a reset) by -0.1 K. Explain why the "
        "reactor ends elsewhere each time, with the heat generation and removal curves.",
        "Begin at `middle` and lower the gain of the loop. Which is the smallest one that still holds 350 K, and why "
        "is there a smallest one at all?",
        "Measure period and amplitude of the limit cycle at `limit-cycle`, then end it with the loop alone.",
        "Make the feed 10 % richer at the calm steady state. Does the reactor trip, and could a controller prevent it?",
    ),
    showing=Showing("middle", "reactor_temperature_setpoint", 5.0, 600.0),
)  # fmt: skip
