"""An industrial semi-batch polymerisation: feed as fast as the heat allows, and no faster than safety does.

A reactor with a jacket and an external heat exchanger (EHE) through which a part of the contents circulates. Masses of
water mW, monomer mA and polymer mP in kg, temperatures in K of the reactor TR, its steel TS, the jacket TM, the product
in the EHE TEK and the EHE's coolant TAWT, feed F in kg/h, time in hours, heat in kJ:

    U = mP/(mA + mP)    mg = mW + mA + mP    kk = 4 (1 - U) + 32 U    kK = (17280 mW + 3600 mA + 360 mP)/mg
    k1 = k0 exp(-8500/(8.314 TR)) kk         k2 = k0 exp(-8500/(8.314 TEK)) kk
    rR = k1 (mA - 200 mA/mg)                 rE = k2 200 mA/mg
    mW' = 0.333 F    mA' = 0.667 F - rR - rE    mP' = rR + rE    accumulated feed' = F
    TR'   = [3.0 F (298.15 - TR) - 65 kK (TR - TS) - 20000*5 (TR - TEK) + dH rR]/(5 mg)
    TS'   = [65 kK (TR - TS) - 65 kK (TS - TM)]/(0.47*39000)
    TM'   = [300000*4.2 (TinM - TM) + 65 kK (TS - TM)]/(4.2*5000)
    TEK'  = [20000*5 (TR - TEK) - alfa (TEK - TAWT) + dH rE]/(5*200)
    TAWT' = [100000*4.2 (TinEK - TAWT) - alfa (TAWT - TEK)]/(4.2*1000)
    Tad   = dH mA/(5 mg) + TR        what the reactor would reach if all cooling were lost

alfa = 5*20e4*3.6 kJ/(h K), dH = 950 kJ/kg and k0 = 7 1/h, both known to 30 % and parameters here.

Published: start mW = 10000, mA = 853, mP = 26.5 kg, TR = TS = TM = 363.15, TEK = TAWT = 308.15 K, 300 kg fed already;
feed 0 to 30000 kg/h until 30000 kg, both inlets 333.15 to 373.15 K; TR = 363.15 +- 2 K, Tad <= 382.15 K. A constant
feed of 20000 kg/h breaks these limits (start state `constant-feed`).

Own choices. Recipe in auto: the feed ends at 30000 kg exactly, then the batch is held until 50 kg of monomer are left;
in manual only the vessel's size ends it (35000 kg). Inlets in split range: a cooling demand of 0..50 % moves the
jacket's inlet and 50..100 % that of the EHE from 373.15 down to 333.15 K; in direct they are as written. Protection:
the feed is cut back from Tad = 380 K on and ends at 382 K, and a trip stops it at 390 K. Tuning of the loop (checked in
simulation), alarm limits, instrument noise; the ranges of the temperatures hold a reaction of everything fed at once.
"""

from math import exp
from typing import Any

from plant.blocks.split_range import opening
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

HOUR = 3600.0
ACTIVATION = 8500 / 8.314
IN_EXCHANGER = 200.0
"""kg of the contents that are in the EHE."""
HEAT_CAPACITY = 5.0
"""kJ/(kg K) of the contents."""
CIRCULATION = 20000 * HEAT_CAPACITY
EXCHANGER = HEAT_CAPACITY * 20e4 * 3.6
STEEL, JACKET, JACKET_FLOW = 0.47 * 39000, 4.2 * 5000, 300000 * 4.2
COOLANT, COOLANT_FLOW = 4.2 * 1000, 100000 * 4.2
FEED_CAPACITY, FEED_TEMPERATURE = 3.0, 298.15
COLDEST_INLET, HOTTEST_INLET = 333.15, 373.15
FEED_TOTAL, VESSEL = 30000.0, 35000.0
CUT_FROM, CUT_UNTIL = 380.0, 382.0
SPENT = 50.0
"""kg of monomer at which the batch is finished."""
_TINY = 1e-6
_COLDEST = 100.0
"""K; below that no trial state of the solver is believed."""
FEED, DEMAND, JACKET_INLET, EXCHANGER_INLET, RECIPE, INLETS, PROTECTION, HEAT, RATE = range(9)
"""Places among the inputs."""
ALLOWED = 9
"""Place in the memory of what may still flow over this step, kg/h."""
MANUAL, FEEDING, HOLDING, FINISHED = range(4)
NOMINAL_INPUTS = (0.0, 22.0, 363.15, 338.15, 1.0, 1.0, 1.0, 950.0, 7.0, 0.0)


def adiabatic(x: Any, u: Any) -> float:
    """The temperature in K after a loss of all cooling."""
    return float(u[HEAT] * x[1] / (HEAT_CAPACITY * (x[0] + x[1] + x[2])) + x[3])


def feed(x: Any, u: Any) -> float:
    """What flows into the reactor in kg/h: the wanted feed, less what protection and recipe keep back."""
    part = 1.0
    if u[PROTECTION] > 0.5:
        part = min(max((CUT_UNTIL - adiabatic(x, u)) / (CUT_UNTIL - CUT_FROM), 0.0), 1.0)
    return float(min(part * u[FEED], x[ALLOWED]))


def feed_end(u: Any) -> float:
    """The accumulated feed in kg at which no more flows."""
    return FEED_TOTAL if u[RECIPE] > 0.5 else VESSEL


def inlet(u: Any, direct: float, first: float, last: float) -> float:
    """The temperature of a coolant's inlet in K: as written, or by its part of the cooling demand."""
    if u[INLETS] < 0.5:
        return direct
    return HOTTEST_INLET - (HOTTEST_INLET - COLDEST_INLET) * 0.01 * opening(u[DEMAND], first, last)


def speed(x: Any, u: Any, temperature: float) -> float:
    """The rate constant in 1/h; the polymer makes it faster."""
    polymer = x[2] / (x[1] + x[2])
    return float(u[RATE] * exp(-ACTIVATION / max(temperature, _COLDEST)) * (4 * (1 - polymer) + 32 * polymer))


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """What may still flow over the step, so that the recipe's feed ends exactly."""
    left = feed_end(u) - x[8]
    x[ALLOWED] = left / step if left > _TINY else 0.0


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per hour of mW, mA, mP, TR, TS, TM, TEK, TAWT and the accumulated feed."""
    whole, flow = x[0] + x[1] + x[2], feed(x, u)
    outside = IN_EXCHANGER * x[1] / whole
    in_reactor = speed(x, u, x[3]) * (x[1] - outside)
    in_exchanger = speed(x, u, x[6]) * outside
    wall = 65 * (17280 * x[0] + 3600 * x[1] + 360 * x[2]) / whole
    dx[0] = 0.333 * flow
    dx[1] = 0.667 * flow - in_reactor - in_exchanger
    dx[2] = in_reactor + in_exchanger
    warming = FEED_CAPACITY * flow * (FEED_TEMPERATURE - x[3])
    circulated = CIRCULATION * (x[3] - x[6])
    dx[3] = (warming - wall * (x[3] - x[4]) - circulated + u[HEAT] * in_reactor) / (HEAT_CAPACITY * whole)
    dx[4] = wall * (x[3] - 2 * x[4] + x[5]) / STEEL
    dx[5] = (JACKET_FLOW * (inlet(u, u[JACKET_INLET], 0.0, 50.0) - x[5]) + wall * (x[4] - x[5])) / JACKET
    cooled = EXCHANGER * (x[6] - x[7])
    dx[6] = (circulated - cooled + u[HEAT] * in_exchanger) / (HEAT_CAPACITY * IN_EXCHANGER)
    dx[7] = (COOLANT_FLOW * (inlet(u, u[EXCHANGER_INLET], 50.0, 100.0) - x[7]) + cooled) / COOLANT
    dx[8] = flow


def phase(x: Any, u: Any) -> int:
    """Where the recipe is."""
    if u[RECIPE] < 0.5:
        return MANUAL
    if x[8] < FEED_TOTAL - 0.5:
        return FEEDING
    return HOLDING if x[1] > SPENT else FINISHED


def outputs(x: Any, u: Any, y: Any) -> None:
    """The nine states; Tad in K, conversion in %, feed in kg/h, the two inlets in K, the phase."""
    for i in range(9):
        y[i] = x[i]
    y[9] = adiabatic(x, u)
    y[10] = 100 * x[2] / (x[1] + x[2])
    y[11] = feed(x, u)
    y[12] = inlet(u, u[JACKET_INLET], 0.0, 50.0)
    y[13] = inlet(u, u[EXCHANGER_INLET], 50.0, 100.0)
    y[14] = phase(x, u)


def mass(x: Any, u: Any) -> float:
    """What is in the reactor, kg."""
    return float(x[0] + x[1] + x[2])


EQUATIONS = Equations(
    states=("water (kg)", "monomer (kg)", "polymer (kg)", "reactor (K)", "steel (K)", "jacket (K)",
            "product in the EHE (K)", "coolant of the EHE (K)", "accumulated feed (kg)"),
    rates=rates,
    outputs=outputs,
    start=(10000.0, 853.0, 26.5, 363.15, 363.15, 363.15, 308.15, 308.15, 300.0),
    solver=Solver(Method.DORMAND_PRINCE, longest=0.02, relative=1e-8, absolute=1e-6),
    memory=(1e9,),
    prepare=prepare,
    steady=False,
    balances=(Balance("mass", mass, feed),),
)  # fmt: skip
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 15)


def _mass(place: int, name: str, highest: float, description: str, label: str) -> Tag:
    return Tag(name, Role.OUTPUT, "kg", 0, highest, _NOMINAL[place], description, label, 1, noise=highest / 10_000)


def _temperature(place: int, name: str, description: str, label: str, limits: Limits = Limits()) -> Tag:  # noqa: B008
    return Tag(name, Role.OUTPUT, "K", 280, 550, _NOMINAL[place], description, label, 2, limits, noise=0.05)


_TAGS = (
    Tag("feed_flow", Role.INPUT, "kg/h", 0, 30000, 0, "Wanted feed of monomer and water", "FIC_FEED", 0),
    Tag("cooling_demand", Role.INPUT, "%", 0, 100, 22, "Signal that moves both inlets in split range", "TY_R", 2),
    Tag("jacket_inlet", Role.INPUT, "K", COLDEST_INLET, HOTTEST_INLET, 363.15,
        "Temperature of the jacket's inlet, used in direct", "TIC_JACKET", 2),
    Tag("exchanger_inlet", Role.INPUT, "K", COLDEST_INLET, HOTTEST_INLET, 338.15,
        "Temperature of the inlet of the heat exchanger's coolant, used in direct", "TIC_EHE", 2),
    Tag("recipe_mode", Role.INPUT, "", 0, 1, 1, "Whether the recipe ends the feed", digits=0,
        states=("manual", "auto")),
    Tag("inlet_mode", Role.INPUT, "", 0, 1, 1, "Whether the inlets are as written or follow the cooling demand",
        digits=0, states=("direct", "split range")),
    Tag("protection_mode", Role.PARAMETER, "", 0, 1, 1, "Whether override and trip of the feed are in service",
        digits=0, states=("off", "on")),
    Tag("reaction_heat", Role.PARAMETER, "kJ/kg", 665, 1235, 950, "Heat of the polymerisation, known to 30 %", "", 1),
    Tag("reaction_rate", Role.PARAMETER, "1/h", 4.9, 9.1, 7, "Factor k0 of the rate, known to 30 %", "", 3),
    _mass(0, "water_mass", 30000, "Water in the reactor", "WI_MW"),
    _mass(1, "monomer_mass", 30000, "Monomer in the reactor", "WI_MA"),
    _mass(2, "polymer_mass", 30000, "Polymer in the reactor", "WI_MP"),
    _temperature(3, "reactor_temperature", "Temperature in the reactor", "TI_R",
                 Limits(high_high=370, high=365.15, low=361.15)),
    _temperature(4, "steel_temperature", "Temperature of the reactor's steel", "TI_S"),
    _temperature(5, "jacket_temperature", "Temperature in the jacket", "TI_M", Limits(high=400)),
    _temperature(6, "exchanger_temperature", "Temperature of the product in the heat exchanger", "TI_EK",
                 Limits(high=400)),
    _temperature(7, "exchanger_coolant_temperature", "Temperature of the heat exchanger's coolant", "TI_AWT"),
    _mass(8, "accumulated_feed", 36000, "All that has been fed, first charge included", "WQ_ACC"),
    _temperature(9, "adiabatic_temperature", "What the reactor would reach if all cooling were lost", "TI_ADIAB",
                 Limits(high_high=390, high=382.15)),
    Tag("conversion", Role.OUTPUT, "%", 0, 100, _NOMINAL[10], "Polymer per polymer and monomer", "XI_CONV", 2),
    Tag("reactor_feed", Role.OUTPUT, "kg/h", 0, 30000, _NOMINAL[11], "What flows into the reactor", "FI_FEED", 0,
        noise=20),
    Tag("jacket_inlet_temperature", Role.OUTPUT, "K", 330, 376, _NOMINAL[12], "Inlet of the jacket", "TI_INM", 2),
    Tag("exchanger_inlet_temperature", Role.OUTPUT, "K", 330, 376, _NOMINAL[13],
        "Inlet of the heat exchanger's coolant", "TI_INEK", 2),
    Tag("phase", Role.OUTPUT, "", 0, 3, _NOMINAL[14], "Where the recipe is", digits=0,
        states=("manual", "feeding", "holding", "finished")),
)  # fmt: skip

MODEL = Model(
    id="poly-semibatch",
    name="Semi-batch polymerisation",
    description="A batch that wants to be fed fast and must never hold more monomer than its cooling can forgive.",
    sources=(
        "S. Lucia, J. A. E. Andersson, H. Brandt, M. Diehl, S. Engell: Handling uncertainty in economic nonlinear "
        "model predictive control: a comparative case study, J. Process Control 24 (2014) 1247",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("reactor_temperature", "cooling_demand", -40.0, 300.0, "own tuning, checked in simulation"),
    ),
    interlocks=(
        Interlock("feed_trip", "Adiabatic temperature above 390 K: feed stopped", "adiabatic_temperature", 390.0,
                  Side.HIGH, {"feed_flow": 0.0}, armed_by="protection"),
    ),
    starts=(
        Start("charged", "The reactor is charged and hot; the feed waits for the operator", holds=False),
        Start("recipe", "The whole batch by itself: feed as fast as protection lets, temperature in auto",
              {"feed_flow": 20000.0, "reactor_temperature_mode": 1}, holds=False),
        Start("constant-feed", "The published run with 20000 kg/h, nothing in auto: it breaks the limits",
              {"feed_flow": 20000.0, "inlet_mode": 0, "protection_mode": 0}, holds=False),
    ),
    time_unit="h",
    seconds_per_unit=HOUR,
    sample_time=1.0,
    longest_step=10.0,
    kind="batch",
    documentation=__doc__ or "",
    exercises=(
        "Run `recipe` and note the batch time. Which constraint limits the feed at first, which one later?",
        "Run `constant-feed`: when does each published limit break, and which feed keeps them all?",
        "Raise the heat of reaction by 30 % at `recipe`. Is the batch still safe, and how much longer does it take?",
        "Put protection out of service and feed by hand, as fast as you dare. How close to 382.15 K can you stay?",
        "Write a feed profile that beats the override's batch time without passing 382.15 K.",
    ),
    showing=Showing(
        "recipe", seconds=10_800.0,
        outputs=("reactor_temperature", "adiabatic_temperature", "polymer_mass", "reactor_feed"),
    ),
)  # fmt: skip
