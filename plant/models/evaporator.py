"""The forced-circulation evaporator of Newell and Lee: three interacting loops, one of them on an integrating level.

Feed liquor is mixed into a large circulation, heated by steam and separated; the vapour is condensed by cooling water.
Time in minutes, flows F in kg/min, compositions X in %, temperatures T in °C, pressures P in kPa, heat flows Q in kW,
the level L2 of the separator in m:

    20 L2' = F1 - F4 - F2
    20 X2' = F1 X1 - F2 X2
     4 P2' = F4 - F5
    T2 = 0.5616 P2 + 0.3126 X2 + 48.43        T3 = 0.507 P2 + 55        T100 = 0.1538 P100 + 90
    Q100 = 0.16 (F1 + F3) (T100 - T2)         F100 = Q100/36.6
    F4 = (Q100 - 0.07 F1 (T2 - T1))/38.5
    Q200 = 6.84 (T3 - T200)/(1 + 6.84/(0.14 F200))
    T201 = T200 + Q200/(0.07 F200)            F5 = Q200/38.5

F1 is the feed, F2 the product, F3 the circulation, F4 the vapour, F5 the condensate, P100 the steam pressure, F200 the
cooling water. The operating point is X2 = 25 %, P2 = 50.5 kPa with F1 = 10, F2 = 2, F3 = 50; the steam pressure and the
cooling water that hold it exactly (published rounded as 194.7 kPa and 208 kg/min) are computed. The level integrates.

The operating cost in $/h is that of Kariwala, Cao and Janardhanan (2008):

    J = 600 F100 + 0.6 F200 + 1.009 (F2 + F3) + 0.2 F1 - 4800 F2

Its least value with X2 >= 35.5, 40 <= P2 <= 80, P100 <= 400, F200 <= 400, F1 <= 20 and F3 <= 100 is -582.23 $/h, at
F1 = 9.469, F3 = 24.72, P100 = 400, F200 = 217.74, P2 = 51.41, F2 = 1.334; the start `optimum` is there.

Own choices: the separator is empty at 0 m and runs over at 2 m; the product can't hold more than 100 % and the pressure
is never below 0. Q200 and T201 are written so that they have their limits at F200 = 0. Low level stops the product pump
and high pressure the steam. Readings hold what the allowed inputs can reach, a heat flow back into the steam included.
"""

from typing import Any

from plant.control import AUTO
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

MINUTE = 60.0
HOLDUP, CAPACITY = 20.0, 4.0
HEIGHT = 2.0
STEAM_HEAT, VAPOUR_HEAT, HEAT_CAPACITY = 36.6, 38.5, 0.07
CONDENSER = 6.84

_F2, _P100, _F200, _F3, _F1, _X1, _T1, _T200 = range(8)


def product_temperature(pressure: float, composition: float) -> float:
    """T2 in °C."""
    return 0.5616 * pressure + 0.3126 * composition + 48.43


def heating(x: Any, u: Any) -> float:
    """Q100 in kW."""
    return float(0.16 * (u[4] + u[3]) * (0.1538 * u[1] + 90.0 - product_temperature(x[2], x[1])))


def vapour(x: Any, u: Any) -> float:
    """F4 in kg/min."""
    warming = HEAT_CAPACITY * u[4] * (product_temperature(x[2], x[1]) - u[6])
    return float((heating(x, u) - warming) / VAPOUR_HEAT)


def cooling(x: Any, u: Any) -> float:
    """Q200 in kW."""
    water = 2 * HEAT_CAPACITY * u[2]
    return float(CONDENSER * (0.507 * x[2] + 55.0 - u[7]) * water / (water + CONDENSER))


def held(value: float, rate: float, low: float, high: float) -> float:
    """The rate of something that stays inside its bounds."""
    if (value <= low and rate < 0) or (value >= high and rate > 0):
        return 0.0
    return rate


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per minute of level, composition and pressure."""
    boiled, condensed = vapour(x, u), cooling(x, u) / VAPOUR_HEAT
    dx[0] = held(x[0], (u[4] - boiled - u[0]) / HOLDUP, 0.0, HEIGHT)
    dx[1] = held(x[1], (u[4] * u[5] - u[0] * x[1]) / HOLDUP, 0.0, 100.0)
    dx[2] = held(x[2], (boiled - condensed) / CAPACITY, 0.0, 1e3)


def outputs(x: Any, u: Any, y: Any) -> None:
    """Level, composition, pressure, what is computed from them, and the cost."""
    y[0] = min(max(x[0], 0.0), HEIGHT)
    y[1], y[2] = x[1], x[2]
    y[3] = product_temperature(x[2], x[1])
    y[4] = 0.507 * x[2] + 55.0
    y[5], y[6] = vapour(x, u), cooling(x, u) / VAPOUR_HEAT
    y[7] = 0.1538 * u[1] + 90.0
    y[9] = heating(x, u)
    y[8] = y[9] / STEAM_HEAT
    y[10] = u[7] + 2 * CONDENSER * (y[4] - u[7]) / (2 * HEAT_CAPACITY * u[2] + CONDENSER)
    y[11] = cooling(x, u)
    y[12] = 600 * y[8] + 0.6 * u[2] + 1.009 * (u[0] + u[3]) + 0.2 * u[4] - 4800 * u[0]


def operating_point(
    feed: float, composition: float, pressure: float, steam_pressure: float = 0.0, circulation: float = 0.0
) -> tuple[float, ...]:
    """The inputs that hold this product, either for a steam pressure or for a circulation; feed of 5 %, 40 °C, 25 °C.

    Order: product, steam pressure, cooling water, circulation, feed and its composition and temperature, water inlet.
    """
    product = feed * 5.0 / composition
    boiled, boiling = feed - product, product_temperature(pressure, composition)
    heat = VAPOUR_HEAT * boiled + HEAT_CAPACITY * feed * (boiling - 40.0)
    if circulation:
        steam_pressure = (boiling + heat / (0.16 * (feed + circulation)) - 90.0) / 0.1538
    else:
        circulation = heat / (0.16 * (0.1538 * steam_pressure + 90.0 - boiling)) - feed
    ratio = VAPOUR_HEAT * boiled / (CONDENSER * (0.507 * pressure + 55.0 - 25.0))
    water = CONDENSER / (2 * HEAT_CAPACITY) * ratio / (1 - ratio)
    return product, steam_pressure, water, circulation, feed, 5.0, 40.0, 25.0


NOMINAL_INPUTS = operating_point(10.0, 25.0, 50.5, circulation=50.0)
OPTIMUM_INPUTS = operating_point(9.469, 35.5, 51.41, steam_pressure=400.0)


def liquid(x: Any, u: Any) -> float:
    """Liquor in the separator, kg."""
    return HOLDUP * float(x[0])


def liquid_flow(x: Any, u: Any) -> float:
    """What enters and does not leave, kg/min."""
    return float(u[4] - vapour(x, u) - u[0])


def solute(x: Any, u: Any) -> float:
    """What is dissolved in the constant holdup of the balance of X2, kg."""
    return 0.01 * HOLDUP * float(x[1])


def solute_flow(x: Any, u: Any) -> float:
    """What enters dissolved and does not leave, kg/min."""
    return 0.01 * float(u[4] * u[5] - u[0] * x[1])


EQUATIONS = Equations(
    states=("level (m)", "product composition (%)", "pressure (kPa)"),
    rates=rates,
    outputs=outputs,
    start=(1.0, 25.0, 50.5),
    solver=Solver(Method.RUNGE_KUTTA, longest=0.2),
    balances=(Balance("liquor", liquid, liquid_flow), Balance("solute", solute, solute_flow)),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 13)

_TAGS = (
    Tag("product_flow", Role.INPUT, "kg/min", 0, 10, NOMINAL_INPUTS[_F2], "Product drawn from the separator (F2)",
        "FIC_F2"),
    Tag("steam_pressure", Role.INPUT, "kPa", 0, 400, NOMINAL_INPUTS[_P100], "Pressure of the steam (P100)",
        "PIC_P100", 2),
    Tag("cooling_water_flow", Role.INPUT, "kg/min", 0, 400, NOMINAL_INPUTS[_F200],
        "Cooling water to the condenser (F200)", "FIC_F200", 2),
    Tag("circulation_flow", Role.INPUT, "kg/min", 0, 100, NOMINAL_INPUTS[_F3], "Circulated liquor (F3)", "FIC_F3"),
    Tag("feed_flow", Role.DISTURBANCE, "kg/min", 0, 20, NOMINAL_INPUTS[_F1], "Feed (F1)", "FI_F1"),
    Tag("feed_composition", Role.DISTURBANCE, "%", 2, 10, 5.0, "Solute in the feed (X1)", "AI_X1"),
    Tag("feed_temperature", Role.DISTURBANCE, "°C", 20, 60, 40.0, "Temperature of the feed (T1)", "TI_T1", 2),
    Tag("cooling_water_temperature", Role.DISTURBANCE, "°C", 10, 40, 25.0,
        "Temperature of the cooling water at the inlet (T200)", "TI_T200", 2),
    Tag("level", Role.OUTPUT, "m", 0, HEIGHT, _NOMINAL[0], "Level of the separator (L2)", "LI_L2", 3,
        Limits(high_high=1.8, high=1.5, low=0.5, low_low=0.2), noise=0.002),
    Tag("product_composition", Role.OUTPUT, "%", 0, 100, _NOMINAL[1], "Solute in the product (X2)", "AI_X2", 3,
        Limits(high=30, low=23), noise=0.05),
    Tag("pressure", Role.OUTPUT, "kPa", 0, 100, _NOMINAL[2], "Pressure in the evaporator (P2)", "PI_P2", 2,
        Limits(high=80, low=40), noise=0.1),
    Tag("product_temperature", Role.OUTPUT, "°C", 40, 140, _NOMINAL[3], "Temperature of the product (T2)", "TI_T2", 2,
        noise=0.1),
    Tag("vapour_temperature", Role.OUTPUT, "°C", 40, 110, _NOMINAL[4], "Temperature of the vapour (T3)", "TI_T3", 2,
        noise=0.1),
    Tag("vapour_flow", Role.OUTPUT, "kg/min", -40, 60, _NOMINAL[5], "Vapour from the separator (F4)", "FI_F4"),
    Tag("condensate_flow", Role.OUTPUT, "kg/min", 0, 20, _NOMINAL[6], "Condensate from the condenser (F5)", "FI_F5"),
    Tag("steam_temperature", Role.OUTPUT, "°C", 80, 160, _NOMINAL[7], "Temperature of the steam (T100)", "TI_T100", 2),
    Tag("steam_flow", Role.OUTPUT, "kg/min", -40, 60, _NOMINAL[8], "Steam consumed (F100)", "FI_F100"),
    Tag("heater_duty", Role.OUTPUT, "kW", -1000, 2000, _NOMINAL[9], "Heat from the steam (Q100)", "JI_Q100", 1),
    Tag("cooling_water_outlet_temperature", Role.OUTPUT, "°C", 0, 210, _NOMINAL[10],
        "Temperature of the cooling water at the outlet (T201)", "TI_T201", 2),
    Tag("condenser_duty", Role.OUTPUT, "kW", 0, 700, _NOMINAL[11], "Heat to the cooling water (Q200)", "JI_Q200", 1),
    Tag("operating_cost", Role.OUTPUT, "$/h", -50_000, 50_000, _NOMINAL[12],
        "Steam, water and pumping less the value of the product (J)", "JI_COST", 2),
)  # fmt: skip

_OWN = "pairing of the literature, own tuning, checked in simulation"
_AUTO = {"level_mode": AUTO, "product_composition_mode": AUTO, "pressure_mode": AUTO}
_OPTIMUM = dict(zip((tag.name for tag in _TAGS[:8]), OPTIMUM_INPUTS, strict=True))

MODEL = Model(
    id="evaporator",
    name="Newell-Lee evaporator",
    description="A forced-circulation evaporator: level, product and pressure interact; its optimum lies on limits.",
    sources=(
        "R. B. Newell, P. L. Lee: Applied Process Control: A Case Study (Prentice Hall 1989)",
        "V. Kariwala, Y. Cao, S. Janardhanan: Local self-optimizing control with average loss minimization, "
        "Ind. Eng. Chem. Res. 47 (2008) 1150",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("level", "product_flow", -4.0, 20 * MINUTE, _OWN),
        Loop("product_composition", "steam_pressure", 8.0, 12 * MINUTE, _OWN),
        Loop("pressure", "cooling_water_flow", -15.0, 15 * MINUTE, _OWN),
    ),
    interlocks=(
        Interlock(
            "level_trip",
            "The separator is nearly empty: the product pump is stopped",
            "level",
            0.05,
            Side.LOW,
            {"product_flow": 0.0},
        ),
        Interlock(
            "pressure_trip",
            "The pressure is too high: the steam is shut off",
            "pressure",
            95.0,
            Side.HIGH,
            {"steam_pressure": 0.0},
        ),
    ),
    starts=(
        Start("steady", "The published operating point, all loops in manual: the level integrates"),
        Start("closed-loop", "The published operating point, all loops in auto", _AUTO),
        Start("optimum", "The operating point of least cost, all loops in manual", _OPTIMUM, (1.0, 35.5, 51.41)),
        Start(
            "start-up",
            "The separator holds feed liquor of 5 %; all loops in auto",
            _AUTO,
            (1.0, 5.0, 50.5),
            holds=False,
        ),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Leave all loops in manual and raise feed_flow by 5 %. Which of the three outputs never settles? Explain it by "
        "the balances.",
        "With only the level loop in auto, step steam_pressure and cooling_water_flow and find the 2x2 gains for "
        "product_composition and pressure. Is the shipped pairing the one of the relative gain array?",
        "From closed-loop raise feed_flow to 16: cooling_water_flow reaches its end. What do the three outputs do, and "
        "how fast does the pressure loop come back when the feed returns? Which part of the controller sees to that?",
        "Start at optimum. Which limits are active? Move feed_flow, circulation_flow and cooling_water_flow one by one "
        "(and the product so that the level holds): does operating_cost go up each time?",
        "From optimum raise cooling_water_temperature to 30. Which variable would you hold constant so that the cost "
        "stays near its new least value?",
    ),
    showing=Showing("closed-loop", "feed_flow", 1.0, 10_800.0, ("level", "product_composition", "pressure")),
)
