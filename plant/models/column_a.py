"""Column A of Skogestad: a binary distillation column of 41 stages with all its nonlinearity, levels and interaction.

Constant relative volatility and molar overflow, a total condenser, linear tray hydraulics. Stage 1 is the reboiler, 21
the feed stage, 41 the condenser with its drum. Time in minutes, flows in kmol/min, holdups M in kmol, compositions x
and y as mole fractions of the light component:

    y_i = a x_i/(1 + (a - 1) x_i)                                              stages 1..40
    V_i = VB below the feed (i < 21), VB + (1 - qF) F from the feed stage on
    L_i = L0b + (M_i - M0)/tau                                                 2 <= i <= 21
    L_i = L0  + (M_i - M0)/tau,  L_41 = LT                                     22 <= i <= 40
    M_i'       = L_{i+1} - L_i + V_{i-1} - V_i                                 2 <= i <= 40, stage 21 adds F
    (M_i x_i)' = L_{i+1} x_{i+1} - L_i x_i + V_{i-1} y_{i-1} - V_i y_i         stage 21 adds F zF
    M_1'  = L_2 - VB - B,       (M_1 x_1)'   = L_2 x_2 - VB y_1 - B x_1
    M_41' = V_40 - LT - D,      (M_41 x_41)' = V_40 y_40 - (LT + D) x_41
    T_i = 341.9 x_i + 355.4 (1 - x_i)                                          K

with a = 1.5, tau = 0.063 min, M0 = 0.5 kmol, L0 = 2.70629, L0b = 3.70629 (the effect of the vapour on the liquid flows,
lambda, is zero in the published data). At the operating point LT = 2.70629, VB = 3.20629, D = B = 0.5, F = 1, zF = 0.5,
qF = 1 the products are 99 % and 1 %. Without level loops the plant has two integrators; the start `level-control`
closes them (the LV configuration: D and B hold the holdups).

Published figures: slowest pole -5.156e-3 1/min (194 min); steady gains of the LV configuration for (yD, xB): reflux
0.8754, 1.0846; boilup -0.8618, -1.0982; feed 0.394, 0.586; feed composition 0.881, 1.119; a change of the feed reaches
the sump after 20 x 0.063 = 1.26 min. With the printed flows the exact equilibrium is 0.98999996 and 0.01000004.

Own choices: the two analysers show the composition of `analyser_dead_time` ago (1 min in the published control study)
from samples that are at least a second apart; liquid and vapour flows can't turn negative; the composition of a vessel
goes on as if it held 5 mol when it holds less (the trips come before that). `reboiler_holdup_factor` and
`condenser_holdup_factor` make the two vessels that many times as large, at the same level (the study's realistic 10 and
32.1 kmol are 20 and 64.2 times the 0.5 kmol): the tags of the holdups, their alarms and their loops stay on the scale
of 0.5 kmol. A holdup has no upper bound in the equations; its reading ends at 2 kmol, as the published range does. The
readings of the compositions hold all of 0..1, not only the published 0.9..1 and 0..0.1.
"""

from math import ceil, floor
from typing import Any

from plant.control import AUTO
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

MINUTE = 60.0
STAGES, FEED_STAGE = 41, 21
VOLATILITY = 1.5
HYDRAULIC_LAG = 0.063
NOMINAL_HOLDUP = 0.5
LIQUID_ABOVE, LIQUID_BELOW = 2.70629, 3.70629
BOILING_LIGHT, BOILING_HEAVY = 341.9, 355.4
LEAST_MIXED = 0.005
NOMINAL_INPUTS = (2.70629, 3.20629, 0.5, 0.5, 1.0, 0.5, 1.0, 1.0, 1.0, 60.0)
PROFILE = (
    0.010000040392373302, 0.014260969098308745, 0.019723666161810465, 0.026693366058177577, 0.035531258895479104,
    0.0466510739053165, 0.06050556671689496, 0.07755805205806, 0.09823447360474397, 0.1228541786137525,
    0.15154370090659625, 0.18414745698386736, 0.22015969911348263, 0.2587074145485327, 0.2986070662778785,
    0.33849660764424944, 0.37701536024261223, 0.4129835130866157, 0.445533172257958, 0.4741639526479355,
    0.49872493909813526, 0.52649469608608, 0.5577637653967152, 0.5921603919906472, 0.6290388937493604,
    0.6675064064300955, 0.7064980320136447, 0.744889778833718, 0.7816251950978235, 0.8158263807562,
    0.8468660007268272, 0.8743907400302094, 0.8983013195116648, 0.9187036829675884, 0.9358482553486582,
    0.9500709787761088, 0.9617443531330032, 0.9712415643558816, 0.9789132409115797, 0.9850745668784845,
    0.9899999596076267,
)  # fmt: skip
"""Steady composition of the stages from the reboiler to the condenser."""

N = 2 * STAGES
_TOP, _TOP_COMPOSITION = N - 2, N - 1
SAMPLES = 303
_BEGUN, _READINGS, _RING = N, N + 1, N + 3
"""Behind the states: whether the analysers have begun, their two readings, their samples in pairs."""


def equilibrium(x: float) -> float:
    """The vapour over a liquid."""
    return VOLATILITY * x / (1 + (VOLATILITY - 1) * x)


def liquid(holdup: float, base: float) -> float:
    """What runs down from a tray, kmol/min."""
    return max(base + (holdup - NOMINAL_HOLDUP) / HYDRAULIC_LAG, 0.0)


def top_vapour(u: Any) -> float:
    """The vapour above the feed stage, kmol/min."""
    return float(max(u[1] + (1 - u[6]) * u[4], 0.0))


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per minute of holdup and composition, stage by stage from the reboiler up."""
    boilup, feed = u[1], u[4]
    entering = liquid(x[2], LIQUID_BELOW)
    y_below, vapour_below = equilibrium(x[1]), boilup
    dx[0] = (entering - boilup - u[3]) / u[7]
    dx[1] = (entering * (x[3] - x[1]) - boilup * (y_below - x[1])) / (u[7] * max(x[0], LEAST_MIXED))
    for stage in range(1, STAGES - 1):
        i = 2 * stage
        here, leaving = x[i + 1], entering
        y, vapour = equilibrium(here), vapour_below
        if stage == STAGES - 2:
            entering = u[0]
        elif stage + 1 < FEED_STAGE:
            entering = liquid(x[i + 2], LIQUID_BELOW)
        else:
            entering = liquid(x[i + 2], LIQUID_ABOVE)
        net, light = entering - leaving, entering * (x[i + 3] - here)
        if stage + 1 == FEED_STAGE:
            vapour = top_vapour(u)
            net += feed
            light += feed * (u[5] - here)
        dx[i] = net + vapour_below - vapour
        dx[i + 1] = (light + vapour_below * (y_below - here) - vapour * (y - here)) / x[i]
        y_below, vapour_below = y, vapour
    dx[_TOP] = (vapour_below - u[0] - u[2]) / u[8]
    dx[_TOP_COMPOSITION] = vapour_below * (y_below - x[_TOP_COMPOSITION]) / (u[8] * max(x[_TOP], LEAST_MIXED))


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """Sample the products now and then; the readings of the end of the step are those of the dead time before it."""
    each = ceil(1 / (MINUTE * step) * (1 - 1e-9))
    number = floor(time / step + 0.5)
    newest = number // each
    if number % each == 0:
        place = _RING + 2 * (newest % SAMPLES)
        x[place], x[place + 1] = x[_TOP_COMPOSITION], x[1]
    past = ((number + 1) - u[9] / (MINUTE * step)) / each
    past = min(max(past, 0.0), 1.0 * newest)
    before = min(int(past), max(newest - 1, 0))
    part = past - before
    first, second = _RING + 2 * (before % SAMPLES), _RING + 2 * (min(before + 1, newest) % SAMPLES)
    for i in range(2):
        x[_READINGS + i] = x[first + i] + part * (x[second + i] - x[first + i])
    x[_BEGUN] = 1.0


def outputs(x: Any, u: Any, y: Any) -> None:
    """Products, analysers, holdups, temperatures, compositions."""
    y[0], y[1] = x[_TOP_COMPOSITION], x[1]
    live = x[_BEGUN] == 0 or u[9] == 0
    y[2] = y[0] if live else x[_READINGS]
    y[3] = y[1] if live else x[_READINGS + 1]
    y[4], y[5] = x[_TOP], x[0]
    for stage in range(STAGES):
        light = x[2 * stage + 1]
        y[6 + stage] = BOILING_LIGHT * light + BOILING_HEAVY * (1 - light)
        y[6 + STAGES + stage] = light


def mass(x: Any, u: Any) -> float:
    """All that the column holds, kmol."""
    total = u[7] * x[0] + u[8] * x[_TOP]
    for stage in range(1, STAGES - 1):
        total += x[2 * stage]
    return float(total)


def mass_flow(x: Any, u: Any) -> float:
    """What enters and does not leave, kmol/min."""
    return float(u[4] - u[2] - u[3])


def light(x: Any, u: Any) -> float:
    """What the column holds of the light component, kmol."""
    total = u[7] * x[0] * x[1] + u[8] * x[_TOP] * x[_TOP_COMPOSITION]
    for stage in range(1, STAGES - 1):
        total += x[2 * stage] * x[2 * stage + 1]
    return float(total)


def light_flow(x: Any, u: Any) -> float:
    """What enters of the light component and does not leave, kmol/min."""
    return float(u[4] * u[5] - u[2] * x[_TOP_COMPOSITION] - u[3] * x[1])


def interleaved(holdups: float, compositions: tuple[float, ...]) -> tuple[float, ...]:
    """The states: holdup and composition of every stage."""
    return tuple(number for composition in compositions for number in (holdups, composition))


EQUATIONS = Equations(
    states=tuple(text for stage in range(1, STAGES + 1) for text in (f"holdup {stage} (kmol)", f"composition {stage}")),
    rates=rates,
    outputs=outputs,
    prepare=prepare,
    start=interleaved(NOMINAL_HOLDUP, PROFILE),
    memory=(0.0,) * (3 + 2 * SAMPLES),
    solver=Solver(Method.ROSENBROCK, longest=10.0, relative=1e-7, absolute=1e-9, band=(2, 2)),
    balances=(Balance("mass", mass, mass_flow), Balance("light component", light, light_flow)),
)

_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 6 + 2 * STAGES)
_HOLDUP = Limits(high_high=1.2, high=0.75, low=0.25, low_low=0.1)
_NOISE = 1e-4
"""Standard deviation of the analysers, own choice."""


def _stages(name: str, role: Role, symbol: str, low: float, high: float, first: int, what: str) -> tuple[Tag, ...]:
    label = "TI_" if role is Role.OUTPUT else ""
    return tuple(
        Tag(f"{name}_{n}", role, symbol, low, high, _NOMINAL[first + n - 1], f"{what} {n}{_PLACES.get(n, '')}",
            f"{label}{n}" if label else "", 2 if label else 5, noise=0.1 if label else 0.0)
        for n in range(1, STAGES + 1)
    )  # fmt: skip


_PLACES = {1: " (reboiler)", FEED_STAGE: " (feed)", STAGES: " (condenser)"}

_TAGS = (
    Tag("reflux_flow", Role.INPUT, "kmol/min", 0, 6, 2.70629, "Reflux to the top tray", "FIC_LT", 4),
    Tag("boilup", Role.INPUT, "kmol/min", 0, 6, 3.20629, "Vapour from the reboiler", "FIC_VB", 4),
    Tag("distillate_flow", Role.INPUT, "kmol/min", 0, 2, 0.5, "Top product from the drum", "FIC_D", 4),
    Tag("bottoms_flow", Role.INPUT, "kmol/min", 0, 2, 0.5, "Bottom product from the reboiler", "FIC_B", 4),
    Tag("feed_flow", Role.DISTURBANCE, "kmol/min", 0.5, 1.5, 1.0, "Feed to stage 21", "FI_F", 4),
    Tag("feed_composition", Role.DISTURBANCE, "", 0.3, 0.7, 0.5, "Light component in the feed, mole fraction",
        "AI_ZF", 4),
    Tag("feed_liquid_fraction", Role.DISTURBANCE, "", 0.8, 1.2, 1.0,
        "Liquid part of the feed: 1 boiling liquid, below that partly vapour, above that subcooled", "QI_F", 3),
    Tag("reboiler_holdup_factor", Role.PARAMETER, "", 1, 40, 1.0,
        "How many times the published 0.5 kmol the reboiler holds (20: realistic)", "", 1),
    Tag("condenser_holdup_factor", Role.PARAMETER, "", 1, 128, 1.0,
        "How many times the published 0.5 kmol the condenser drum holds (64.2: realistic)", "", 1),
    Tag("analyser_dead_time", Role.PARAMETER, "s", 0, 300, 60.0, "Dead time of the two analysers", "", 0),
    Tag("distillate_composition", Role.OUTPUT, "", 0, 1, _NOMINAL[0],
        "Light component in the top product, mole fraction", "XI_YD", 5,
        Limits(low=0.985, low_low=0.97, hysteresis=0.0005)),
    Tag("bottoms_composition", Role.OUTPUT, "", 0, 1, _NOMINAL[1],
        "Light component in the bottom product, mole fraction", "XI_XB", 5,
        Limits(high_high=0.03, high=0.015, hysteresis=0.0005)),
    Tag("distillate_analysis", Role.OUTPUT, "", 0, 1, _NOMINAL[2],
        "The top product as the analyser shows it, after its dead time", "AI_YD", 5, noise=_NOISE),
    Tag("bottoms_analysis", Role.OUTPUT, "", 0, 1, _NOMINAL[3],
        "The bottom product as the analyser shows it, after its dead time", "AI_XB", 5, noise=_NOISE),
    Tag("condenser_holdup", Role.OUTPUT, "kmol", 0, 2, _NOMINAL[4],
        "Liquid in the condenser drum on the scale of the published vessel", "LI_MD", 4, _HOLDUP),
    Tag("reboiler_holdup", Role.OUTPUT, "kmol", 0, 2, _NOMINAL[5],
        "Liquid in the reboiler on the scale of the published vessel", "LI_MB", 4, _HOLDUP),
    *_stages("temperature", Role.OUTPUT, "K", 340, 356, 6, "Temperature of stage"),
    *_stages("composition", Role.STATE, "", 0, 1, 6 + STAGES, "Light component in the liquid of stage"),
)  # fmt: skip

_LEVELS = "LV configuration: Skogestad, Trans. IChemE 75A (1997) 539"
_PAIR = "Skogestad, published PI settings of column A in the LV configuration"
_LEVELS_IN_AUTO = {"condenser_holdup_mode": AUTO, "reboiler_holdup_mode": AUTO}
_ALL_IN_AUTO = _LEVELS_IN_AUTO | {"distillate_analysis_mode": AUTO, "bottoms_analysis_mode": AUTO}

MODEL = Model(
    id="column-a",
    name="Distillation column A",
    description="A binary column of 41 stages: nonlinear, strongly interacting, with two levels that integrate.",
    sources=(
        "S. Skogestad: Dynamics and control of distillation columns: a tutorial introduction, "
        "Trans. IChemE 75A (1997) 539",
        "S. Skogestad, I. Postlethwaite: Multivariable Feedback Control, 2nd ed. (Wiley 2005)",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("condenser_holdup", "distillate_flow", -10.0, 0.0, _LEVELS),
        Loop("reboiler_holdup", "bottoms_flow", -10.0, 0.0, _LEVELS),
        Loop("distillate_analysis", "reflux_flow", 26.1, 3.76 * MINUTE, _PAIR),
        Loop("bottoms_analysis", "boilup", -37.5, 3.31 * MINUTE, _PAIR),
    ),
    interlocks=(
        Interlock(
            "condenser_empty_trip",
            "The drum is empty: reflux and top product are stopped",
            "condenser_holdup",
            0.02,
            Side.LOW,
            {"reflux_flow": 0.0, "distillate_flow": 0.0},
        ),
        Interlock(
            "reboiler_empty_trip",
            "The reboiler is empty: boilup and bottom product are stopped",
            "reboiler_holdup",
            0.02,
            Side.LOW,
            {"boilup": 0.0, "bottoms_flow": 0.0},
        ),
    ),
    starts=(
        Start("steady", "The steady state at the nominal inputs, all loops in manual: the levels integrate"),
        Start("level-control", "The steady state with both level loops in auto: the LV configuration", _LEVELS_IN_AUTO),
        Start("closed-loop", "The steady state with the loops of levels and compositions in auto", _ALL_IN_AUTO),
        Start(
            "realistic-holdups",
            "As level-control, with 10 kmol in the reboiler and 32.1 kmol in the drum",
            _LEVELS_IN_AUTO | {"reboiler_holdup_factor": 20.0, "condenser_holdup_factor": 64.2},
        ),
        Start(
            "start-up",
            "Boiling feed on every stage, nothing separated yet; level loops in auto",
            _LEVELS_IN_AUTO,
            interleaved(NOMINAL_HOLDUP, (0.5,) * STAGES),
            holds=False,
        ),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=1.0,
    longest_step=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Leave all loops in manual and raise reflux_flow by 1 %. Why do both holdups run away, and in which direction? "
        "Start at level-control and repeat it.",
        "From level-control, find the steady gains of distillate_composition and bottoms_composition for reflux_flow "
        "and boilup with steps of 0.1 %. Compute the relative gain array (about 36): what does it say about the "
        "pairing?",
        "Raise feed_flow by 1 % at level-control and wait 24 h. Compare the final products with what the linear gains "
        "promise (0.9939 and 0.0159).",
        "Raise reflux_flow and boilup together by 0.1, then only reflux_flow by 0.1. Which direction is the strong "
        "one, and how much longer does the weak one take?",
        "From closed-loop, set analyser_dead_time to 300 s and change a setpoint. Retune both loops until they are "
        "calm.",
        "Start at realistic-holdups: which responses get slower, and which do not?",
    ),
    showing=Showing(
        "level-control", "reflux_flow", 0.0270629, 36_000.0, ("distillate_composition", "bottoms_composition")
    ),
)
