"""The Temperature Control Lab: two heaters and two sensors on a small board, as in its Python package and its course.

Variant "package", the simulated device in the TCLab package: heater temperatures H and sensor temperatures T in degrees
Celsius, heaters Q in %, time in seconds:

    H1' = P1 Q1/5720 + (Ta - H1)/20 - (H1 - H2)/100    T1' = (H1 - T1)/140
    H2' = P2 Q2/5720 + (Ta - H2)/20 + (H1 - H2)/100    T2' = (H2 - T2)/140

with Ta = 21, P1 = 200, P2 = 100 (largest power, 0 to 255). Its sensors have noise of 0.043 and cut their readings to
steps of 0.3223 degrees: on demand here. The package integrates with Euler's method in steps of 0.2 s.

Variant "physics", the energy balances of the course with radiation, in kelvin:

    m Cp T1' = U A (Ta - T1) + eps s A (Ta^4 - T1^4) + U As (T2 - T1) + eps s As (T2^4 - T1^4) + a1 Q1
    m Cp T2' = U A (Ta - T2) + eps s A (Ta^4 - T2^4) - U As (T2 - T1) - eps s As (T2^4 - T1^4) + a2 Q2

m = 0.004 kg, Cp = 500 J/(kg K), U = 10 W/(m2 K), A = 1.0e-3 m2, As = 2e-4 m2, eps = 0.9, s = 5.67e-8 W/(m2 K4),
a1 = 0.0100 W/%, a2 = 0.0075 W/%; the course's room has 23 degrees (start state `physics`).

Published figures: from 21 degrees with Q = (50, 0) the package shows T1 = 28.794231 and T2 = 21.890878 after 60 s.

Own choices: in the physics variant the heat is proportional to the largest powers as well, with a1 and a2 at 200 and
100, and the sensors show the heaters' temperature. A temperature above 80 degrees trips both heaters until a reset; the
LED then shines fully, else as bright as told. Tunings of the loops (checked in simulation), alarm limits.
"""

from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

POWER_SCALE = 5720.0
TO_ROOM, TO_OTHER, TO_SENSOR = 20.0, 100.0, 140.0
"""Time constants of the package in s."""
POWER_1, POWER_2 = 200.0, 100.0
KELVIN = 273.15
HEAT_CAPACITY = 0.004 * 500
"""J/K of a heater with its sensor."""
TRANSFER, RADIATION = 10.0, 0.9 * 5.67e-8
AREA, AREA_BETWEEN = 1.0e-3, 2e-4
HEAT_1, HEAT_2 = 0.0100, 0.0075
"""W per % at the nominal largest powers."""
_FOLLOWING = 1.0
"""s; how fast the unused heater temperatures of the physics variant follow, so that a change of variant is smooth."""
NOMINAL_INPUTS = (0.0, 0.0, 0.0, 21.0, POWER_1, POWER_2, 0.0, 0.0, 0.0)


def is_physics(u: Any) -> bool:
    """Whether the variant is the one with radiation."""
    return bool(u[6] > 0.5)


def exchanged(warm: float, cold: float) -> float:
    """Convection and radiation per area between two temperatures in kelvin, W/m2."""
    warmer, colder = warm * warm, cold * cold
    return TRANSFER * (warm - cold) + RADIATION * (warmer * warmer - colder * colder)


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of H1, H2, T1, T2 in K/s; u: Q1, Q2, LED, Ta, P1, P2, variant."""
    if is_physics(u):
        first, second, room = x[2] + KELVIN, x[3] + KELVIN, u[3] + KELVIN
        between = AREA_BETWEEN * exchanged(second, first)
        heat1, heat2 = HEAT_1 * u[0] * u[4] / POWER_1, HEAT_2 * u[1] * u[5] / POWER_2
        dx[2] = (AREA * exchanged(room, first) + between + heat1) / HEAT_CAPACITY
        dx[3] = (AREA * exchanged(room, second) - between + heat2) / HEAT_CAPACITY
        dx[0] = dx[2] + (x[2] - x[0]) / _FOLLOWING
        dx[1] = dx[3] + (x[3] - x[1]) / _FOLLOWING
    else:
        between = (x[0] - x[1]) / TO_OTHER
        dx[0] = u[4] * u[0] / POWER_SCALE + (u[3] - x[0]) / TO_ROOM - between
        dx[1] = u[5] * u[1] / POWER_SCALE + (u[3] - x[1]) / TO_ROOM + between
        dx[2] = (x[0] - x[2]) / TO_SENSOR
        dx[3] = (x[1] - x[3]) / TO_SENSOR


def outputs(x: Any, u: Any, y: Any) -> None:
    """Sensor temperatures in °C, brightness of the LED in %, heater temperatures in °C."""
    y[0], y[1] = x[2], x[3]
    y[2] = 100.0 if u[7] > 0 or u[8] > 0 else u[2]
    y[3], y[4] = x[0], x[1]


def warmth(x: Any, u: Any) -> float:
    """What the two heaters hold: K in the package's scale, J in the physics variant."""
    return HEAT_CAPACITY * float(x[2] + x[3]) if is_physics(u) else float(x[0] + x[1])


def warmth_gained(x: Any, u: Any) -> float:
    """Heating less loss to the room; what passes between the heaters is neither."""
    if not is_physics(u):
        return float((u[4] * u[0] + u[5] * u[1]) / POWER_SCALE + (2 * u[3] - x[0] - x[1]) / TO_ROOM)
    heating = HEAT_1 * u[0] * u[4] / POWER_1 + HEAT_2 * u[1] * u[5] / POWER_2
    room = u[3] + KELVIN
    return float(heating + AREA * (exchanged(room, x[2] + KELVIN) + exchanged(room, x[3] + KELVIN)))


EQUATIONS = Equations(
    states=("heater 1 (°C)", "heater 2 (°C)", "sensor 1 (°C)", "sensor 2 (°C)"),
    rates=rates,
    outputs=outputs,
    start=(21.0, 21.0, 21.0, 21.0),
    solver=Solver(Method.RUNGE_KUTTA, longest=0.5),
    balances=(Balance("heat", warmth, warmth_gained),),
)

_LIMITS = Limits(high_high=80, high=60)

_TAGS = (
    Tag("heater_1", Role.INPUT, "%", 0, 100, 0, "Power of heater 1", "TY_1", 1),
    Tag("heater_2", Role.INPUT, "%", 0, 100, 0, "Power of heater 2", "TY_2", 1),
    Tag("led_brightness", Role.INPUT, "%", 0, 100, 0, "Wanted brightness of the LED", "HS_LED", 0),
    Tag("ambient_temperature", Role.DISTURBANCE, "°C", 0, 40, 21, "Temperature of the room", "TI_A", 1),
    Tag("heater_1_power", Role.PARAMETER, "", 0, 255, POWER_1, "Largest power of heater 1 (0..255 as in the package)",
        "", 0),
    Tag("heater_2_power", Role.PARAMETER, "", 0, 255, POWER_2, "Largest power of heater 2 (0..255 as in the package)",
        "", 0),
    Tag("variant", Role.PARAMETER, "", 0, 1, 0, "Equations of the package, or energy balances with radiation",
        digits=0, states=("package", "physics")),
    Tag("temperature_1", Role.OUTPUT, "°C", 0, 120, 21, "Sensor at heater 1", "TI_1", 2, _LIMITS, noise=0.043,
        resolution=0.3223),
    Tag("temperature_2", Role.OUTPUT, "°C", 0, 120, 21, "Sensor at heater 2", "TI_2", 2, _LIMITS, noise=0.043,
        resolution=0.3223),
    Tag("led", Role.OUTPUT, "%", 0, 100, 0, "Brightness of the LED; full after a trip", "XI_LED", 0),
    Tag("heater_temperature_1", Role.STATE, "°C", 0, 150, 21, "Heater 1 itself", "", 2),
    Tag("heater_temperature_2", Role.STATE, "°C", 0, 150, 21, "Heater 2 itself", "", 2),
)  # fmt: skip

_OWN = "own tuning, checked in simulation"


def _trip(number: int) -> Interlock:
    return Interlock(
        f"temperature_{number}_trip", f"Sensor {number} above 80 °C: both heaters off", f"temperature_{number}", 80.0,
        Side.HIGH, {"heater_1": 0.0, "heater_2": 0.0},
    )  # fmt: skip


MODEL = Model(
    id="tclab",
    name="Temperature Control Lab",
    description="Two small heaters side by side: the pocket laboratory, simulated.",
    sources=(
        "J. C. Kantor and others: TCLab, Python package (Apache-2.0), class TCLabModel",
        "J. D. Hedengren: Temperature Control Lab, APMonitor course, energy balance with radiation",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("temperature_1", "heater_1", 5.0, 150.0, _OWN),
        Loop("temperature_2", "heater_2", 10.0, 150.0, _OWN),
    ),
    interlocks=(_trip(1), _trip(2)),
    starts=(
        Start("steady", "All at room temperature, heaters off"),
        Start("warm", "The steady state with heater 1 at 50 % and heater 2 at 40 %",
              {"heater_1": 50.0, "heater_2": 40.0}),
        Start("closed-loop", "From room temperature to 45 and 35 °C, both loops in auto",
              {"temperature_1_mode": 1, "temperature_1_setpoint": 45.0, "temperature_2_mode": 1,
               "temperature_2_setpoint": 35.0}, holds=False),
        Start("physics", "The course's energy balances in a room of 23 °C, heaters off",
              {"variant": 1, "ambient_temperature": 23.0}),
    ),
    time_unit="s",
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Step heater 1 by 50 % and fit a first-order model with dead time, then one of second order. Which error is "
        "left, and how large is the sensor's resolution beside it (quantisation on)?",
        "Tune a PI loop for temperature 1 from your model and compare with the shipped one, with noise level 1.",
        "Hold temperature 1 at 40 °C and step heater 2: how much does the other heater disturb, and what would a "
        "decoupler do?",
        "Switch the variant to physics and repeat the first exercise at 20 % and at 80 %: where does radiation show?",
        "Leave heater 1 at 100 %. When does the trip come, and what must be done to go on?",
    ),
    showing=Showing("steady", "heater_1", 50.0, 1200.0, ("temperature_1", "temperature_2")),
)  # fmt: skip
