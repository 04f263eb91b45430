"""A surge tank: the first model of everyone, with a valve below it or a pump.

Level h in m, flows in m³/s, outlet u from 0 to 1, time in seconds:

    A h' = qin - Cv u sqrt(h)        drained through a valve
    A h' = qin - Cv u                pumped out: a pure integrator

with A = 2 m² and Cv = 0.02 m^2.5/s (m³/s for the pump). With qin = 0.01 and u = 0.5 the level rests at 1 m. The valve
drains the closed-off tank by Torricelli's law, sqrt(h) = sqrt(h0) - Cv u t/(2 A); the pumped tank moves by
(qin - Cv u) t/A.

Own choices: operating point, height of 2 m, above which the tank overflows, the trips, loops, alarm limits and noise. A
pump that finds no water delivers what runs in. Overflowing or running dry falls inside a sub-step of at most 1 s: there
the level is good to 0.1 mm.
"""

from math import sqrt
from typing import Any

from plant.control import AUTO
from plant.equations import Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Start
from plant.tags import Limits, Role, Tag

AREA, COEFFICIENT, HEIGHT = 2.0, 0.02, 2.0
NOMINAL_INPUTS = (0.01, 0.5, 0.0, 0.0, 0.0)


def outflow(level: float, u: Any) -> float:
    """What leaves below, m³/s."""
    if level <= 0:
        return float(min(u[0], COEFFICIENT * u[1])) if u[2] != 0 else 0.0
    return float(COEFFICIENT * u[1] * (1.0 if u[2] != 0 else sqrt(level)))


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rate of the level, m/s."""
    rate = (u[0] - outflow(x[0], u)) / AREA
    dx[0] = 0.0 if x[0] >= HEIGHT and rate > 0 else rate


def outputs(x: Any, u: Any, y: Any) -> None:
    """Level, outflow, overflow, volume."""
    y[0] = min(max(x[0], 0.0), HEIGHT)
    y[1] = outflow(x[0], u)
    y[2] = max(u[0] - y[1], 0.0) if x[0] >= HEIGHT else 0.0
    y[3] = AREA * y[0]


EQUATIONS = Equations(
    states=("level (m)",),
    rates=rates,
    outputs=outputs,
    start=(1.0,),
    solver=Solver(Method.RUNGE_KUTTA, longest=1.0),
)

_TAGS = (
    Tag("inflow", Role.INPUT, "m³/s", 0, 0.03, 0.01, "What runs in", "FI_IN", 4),
    Tag("outlet", Role.INPUT, "", 0, 1, 0.5, "Position of the valve, or speed of the pump", "LV_OUT"),
    Tag("outlet_kind", Role.PARAMETER, "", 0, 1, 0, "What is below the tank", "", 0, states=("valve", "pump")),
    Tag("level", Role.OUTPUT, "m", 0, HEIGHT, 1.0, "Level of the tank", "LI_TANK", 3,
        Limits(high_high=1.8, high=1.6, low=0.4, low_low=0.2), noise=0.002),
    Tag("outflow", Role.OUTPUT, "m³/s", 0, 0.03, 0.01, "What leaves below", "FI_OUT", 4, noise=2e-5),
    Tag("overflow", Role.STATE, "m³/s", 0, 0.03, 0.0, "What runs over the rim", "", 4),
    Tag("volume", Role.OUTPUT, "m³", 0, AREA * HEIGHT, AREA, "Water in the tank", "", 3),
)  # fmt: skip

MODEL = Model(
    id="surge-tank",
    name="Surge tank",
    description="One level, one outlet: self-regulating with a valve, integrating with a pump; for first loops.",
    sources=("Torricelli's law; any textbook of process control",),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(Loop("level", "outlet", -2.0, 300.0, "own tuning, checked in simulation"),),
    interlocks=(
        Interlock(
            "dry_run_trip", "The tank is nearly empty: the outlet is closed", "level", 0.02, Side.LOW, {"outlet": 0.0}
        ),
        Interlock(
            "overfill_trip", "The tank is nearly full: the inflow is stopped", "level", 1.95, Side.HIGH, {"inflow": 0.0}
        ),
    ),
    starts=(
        Start("steady", "At rest at 1 m with the valve half open, the loop in manual"),
        Start("pumped", "At rest at 1 m, pumped out, the loop in manual", {"outlet_kind": 1.0}),
        Start("closed-loop", "At rest at 1 m with the valve, the loop in auto", {"level_mode": AUTO}),
        Start("nearly-empty", "5 cm of water, the valve closed", {"outlet": 0.0}, (0.05,), holds=False),
    ),
    time_unit="s",
    sample_time=1.0,
    kind="starter",
    documentation=__doc__ or "",
    exercises=(
        "Open outlet by 0.05 with the valve, then from the start pumped: which tank finds a new level by itself?",
        "Drain the tank (inflow 0, outlet 1): is the level a straight line? Plot its root.",
        "With the loop in auto on the pumped tank, set a setpoint of 1.9 for ten minutes with the inflow at 0.002, "
        "then 1: what would integral windup do here?",
        "Averaging level control: let the inflow jump between 0.008 and 0.012 every minute, and lower level_gain until "
        "the outflow hardly moves while the level keeps its alarm limits.",
    ),
)
