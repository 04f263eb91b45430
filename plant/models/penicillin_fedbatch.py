"""Penicillin by fed-batch fermentation after Birol, Ündey and Çinar: first grow, then starve just enough to produce.

Biomass X, glucose S, dissolved oxygen CL, penicillin P in g/L, broth V in L, carbon dioxide CO2 in mmol/L, temperature
T in K, acidity H = 10^-pH in mol/L, feed F and air fg in L/h, agitation Pw in W, time in hours:

    mu   = mux/(1 + K1/H + H/K2) S/(Kx X + S) CL/(Kox X + CL) [kg exp(-Eg/(R T)) - kd exp(-Ed/(R T))]
    mpp  = mup S/(Kp + S + S^2/KI) CL^3/(Kop X + CL^3)
    V'   = F - V lam (exp(5 (T - 273)/100) - 1)
    X'   = mu X - (X/V) V'    P' = mpp X - K P - (P/V) V'    CO2' = a1 X' + a2 X + a3
    S'   = -mu X/Yxs - mpp X/Yps - mx X + F sf/V - (S/V) V'
    CL'  = -mu X/Yxo - mpp X/Ypo - mo X + 70 sqrt(fg) (Pw/V)^0.4 (1.16 - CL) - (CL/V) V'

mux = 0.092, Kx = 0.15, Kox = 0.02, kg = 7e3, Eg = 5100, kd = 1e33, Ed = 50000, K1 = 1e-10, K2 = 7e-5, mup = 0.005,
Kp = 0.0002, KI = 0.10, Kop = 5e-4, Yxs = 0.45, Yps = 0.90, Yxo = 0.04, Ypo = 0.20, K = 0.04, mx = 0.014, mo = 0.467,
lam = 2.5e-4, a1 = 0.143, a2 = 4e-7, a3 = 1e-4, sf = 600 g/L, R = 1.987 cal/(mol K).

Published: start X = 0.1, S = 15, CL = 1.16, P = 0 g/L, V = 100 L, CO2 = 0.5 mmol/L at 298 K and pH 5.0 with
fg = 8.6 L/h and Pw = 29.9 W; a batch phase of about 45 h until the glucose is spent, then a feed of 0.042 L/h until
400 h.

Own choices. Recipe in auto: no feed until S = 0.3 g/L, then the feed as wanted; in the step of at most 10 s in which it
begins, the part of it that is left. The original's pH and heat balances are left out: temperature and pH follow their
targets with lags of 1 h and 0.3 h. Maintenance takes glucose and oxygen only while there is any. The feed ends as the
vessel gets full (119.9 to 120 L). Alarm limits and instrument noise; the ranges hold an overfed broth.
"""

from math import exp, log, sqrt
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

HOUR = 3600.0
MUX, KX, KOX = 0.092, 0.15, 0.02
GROWTH, GROWTH_ENERGY = 7e3, 5100 / 1.987
DEATH, DEATH_ENERGY = 1e33, 50000 / 1.987
K1, K2 = 1e-10, 7e-5
MUP, KP, KI, KOP = 0.005, 0.0002, 0.10, 5e-4
YXS, YPS, YXO, YPO = 0.45, 0.90, 0.04, 0.20
HYDROLYSIS, MAINTENANCE, OXYGEN_MAINTENANCE = 0.04, 0.014, 0.467
EVAPORATION = 2.5e-4
A1, A2, A3 = 0.143, 4e-7, 1e-4
SATURATION = 1.16
TRANSFER, TRANSFER_POWER = 70.0, 0.4
TEMPERATURE_LAG, PH_LAG = 1.0, 0.3
SPENT = 0.3
"""Glucose in g/L at which the feed begins."""
FULL, FILLING = 120.0, 0.1
_SMALLEST, _COLDEST = 1e-9, 100.0
_LN10 = log(10.0)
X, S, CL, P, V, CO2, T, PH, FED = range(9)
"""Places of the states; last, in the memory, which part of the wanted feed the recipe lets in."""
FEED, AIR, POWER, TEMPERATURE_TARGET, PH_TARGET, RECIPE, FEED_GLUCOSE = range(7)
"""Places among the inputs."""
MANUAL, BATCH, FED_BATCH = range(3)
NOMINAL_INPUTS = (0.042, 8.6, 29.9, 298.0, 5.0, 1.0, 600.0)
INOCULATED = (0.1, 15.0, 1.16, 0.0, 100.0, 0.5, 298.0, 5.0)
AFTER_44_HOURS = (
    6.408664751246503, 0.3, 1.1087945280471319, 0.011504151774349679, 97.29724345715339, 1.4065709070723378, 298.0, 5.0,
)  # fmt: skip
AFTER_200_HOURS = (
    12.702935819176707, 0.02856847966047213, 1.1092993518798713, 1.0949817047632477, 94.53583906724461,
    2.3228915067396185, 298.0, 5.0,
)  # fmt: skip


def growth(x: Any) -> float:
    """The specific growth rate mu in 1/h."""
    acid = exp(-_LN10 * x[PH])
    glucose, oxygen, kelvin = max(x[S], 0.0), max(x[CL], 0.0), max(x[T], _COLDEST)
    warmth = GROWTH * exp(-GROWTH_ENERGY / kelvin) - DEATH * exp(-DEATH_ENERGY / kelvin)
    eaten = glucose / (KX * x[X] + glucose + _SMALLEST)
    return float(MUX / (1 + K1 / acid + acid / K2) * eaten * oxygen / (KOX * x[X] + oxygen + _SMALLEST) * warmth)


def production(x: Any) -> float:
    """The specific rate of penicillin mpp in 1/h."""
    glucose, oxygen = max(x[S], 0.0), max(x[CL], 0.0)
    cubed = oxygen * oxygen * oxygen
    return float(MUP * glucose / (KP + glucose + glucose * glucose / KI) * cubed / (KOP * x[X] + cubed + _SMALLEST))


def feed(x: Any, u: Any) -> float:
    """What flows into the vessel in L/h: by the recipe's part of the wanted feed, less as the vessel gets full."""
    part = x[FED] if u[RECIPE] > 0.5 else 1.0
    return float(u[FEED] * part * min(max((FULL - x[V]) / FILLING, 0.0), 1.0))


def evaporated(x: Any) -> float:
    """What leaves the broth as vapour in L/h."""
    return float(x[V] * EVAPORATION * (exp(0.05 * (x[T] - 273)) - 1))


def kept(amount: float, rate: float) -> float:
    """The rate of something that can't become less than nothing."""
    return max(rate, 0.0) if amount <= 0 else rate


def eaten(x: Any) -> float:
    """The glucose that the biomass takes, g/(L h)."""
    return float(x[X] * (growth(x) / YXS + production(x) / YPS + MAINTENANCE))


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """The recipe's part of the feed: all of it once it has begun; in the step in which it begins what is left of it."""
    if u[RECIPE] < 0.5:
        x[FED] = 0.0
    elif x[FED] > 0 or x[S] <= SPENT:
        x[FED] = 1.0
    else:
        falling = eaten(x) - x[S] * evaporated(x) / x[V]
        x[FED] = max(1 - (x[S] - SPENT) / (falling * step), 0.0) if falling > 0 else 0.0


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of the eight states per hour."""
    mu, mpp, flow = growth(x), production(x), feed(x, u)
    change = flow - evaporated(x)
    thinning = change / x[V]
    transfer = TRANSFER * sqrt(u[AIR]) * (u[POWER] / x[V]) ** TRANSFER_POWER
    breathed = x[X] * (mu / YXO + mpp / YPO + OXYGEN_MAINTENANCE)
    dx[X] = x[X] * (mu - thinning)
    dx[S] = kept(x[S], flow * u[FEED_GLUCOSE] / x[V] - eaten(x) - x[S] * thinning)
    dx[CL] = kept(x[CL], transfer * (SATURATION - x[CL]) - breathed - x[CL] * thinning)
    dx[P] = x[X] * mpp - x[P] * (HYDROLYSIS + thinning)
    dx[V] = change
    dx[CO2] = A1 * dx[X] + A2 * x[X] + A3
    dx[T] = (u[TEMPERATURE_TARGET] - x[T]) / TEMPERATURE_LAG
    dx[PH] = (u[PH_TARGET] - x[PH]) / PH_LAG


def outputs(x: Any, u: Any, y: Any) -> None:
    """The eight states; oxygen in % of saturation, growth rate, penicillin in g, feed in L/h, the phase."""
    for i in range(8):
        y[i] = x[i]
    y[S], y[CL] = max(x[S], 0.0), max(x[CL], 0.0)
    y[8] = 100 * y[CL] / SATURATION
    y[9] = growth(x)
    y[10] = x[P] * x[V]
    y[11] = feed(x, u)
    y[12] = MANUAL if u[RECIPE] < 0.5 else FED_BATCH if x[FED] > 0 or x[S] <= SPENT else BATCH


def volume(x: Any, u: Any) -> float:
    """What is in the vessel, L."""
    return float(x[V])


def volume_gained(x: Any, u: Any) -> float:
    """Feed less vapour, L/h."""
    return feed(x, u) - evaporated(x)


def penicillin(x: Any, u: Any) -> float:
    """Penicillin in the vessel, g."""
    return float(x[P] * x[V])


def penicillin_gained(x: Any, u: Any) -> float:
    """Penicillin made less penicillin hydrolysed, g/h."""
    return float(x[V] * (x[X] * production(x) - HYDROLYSIS * x[P]))


EQUATIONS = Equations(
    states=("biomass (g/L)", "glucose (g/L)", "oxygen (g/L)", "penicillin (g/L)", "volume (L)",
            "carbon dioxide (mmol/L)", "temperature (K)", "pH"),
    rates=rates,
    outputs=outputs,
    start=INOCULATED,
    solver=Solver(Method.DORMAND_PRINCE, longest=0.1, relative=1e-9, absolute=1e-10),
    memory=(0.0,),
    prepare=prepare,
    steady=False,
    balances=(Balance("volume", volume, volume_gained), Balance("penicillin", penicillin, penicillin_gained)),
)  # fmt: skip
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 13)

_TAGS = (
    Tag("feed_flow", Role.INPUT, "L/h", 0, 0.2, 0.042, "Wanted feed of glucose", "FIC_S", 4),
    Tag("air_flow", Role.INPUT, "L/h", 0, 20, 8.6, "Air to the vessel", "FIC_AIR", 2),
    Tag("agitator_power", Role.INPUT, "W", 0, 60, 29.9, "Power of the agitator", "JIC_AGIT", 1),
    Tag("temperature_target", Role.INPUT, "K", 290, 305, 298, "Wanted temperature of the broth", "TIC_V", 2),
    Tag("ph_target", Role.INPUT, "pH", 4, 7, 5, "Wanted pH of the broth", "AIC_PH", 2),
    Tag("recipe_mode", Role.INPUT, "", 0, 1, 1, "Whether the recipe decides when the feed begins", digits=0,
        states=("manual", "auto")),
    Tag("feed_glucose", Role.DISTURBANCE, "g/L", 400, 700, 600, "Glucose in the feed", "AI_SF", 0),
    Tag("biomass", Role.OUTPUT, "g/L", 0, 80, _NOMINAL[X], "Biomass", "AI_X", noise=0.05),
    Tag("glucose", Role.OUTPUT, "g/L", 0, 200, _NOMINAL[S], "Glucose", "AI_S", 4, noise=0.01),
    Tag("dissolved_oxygen", Role.OUTPUT, "g/L", 0, 1.5, _NOMINAL[CL], "Dissolved oxygen", "AI_DO", 4,
        Limits(low=0.6, low_low=0.35), noise=0.005),
    Tag("penicillin", Role.OUTPUT, "g/L", 0, 3, _NOMINAL[P], "Penicillin", "AI_P", 4, noise=0.005),
    Tag("volume", Role.OUTPUT, "L", 0, 125, _NOMINAL[V], "Broth in the vessel", "WI_V", 2, Limits(high=110),
        noise=0.02),
    Tag("carbon_dioxide", Role.OUTPUT, "mmol/L", 0, 20, _NOMINAL[CO2], "Dissolved carbon dioxide", "AI_CO2",
        noise=0.01),
    Tag("broth_temperature", Role.OUTPUT, "K", 285, 310, _NOMINAL[T], "Temperature of the broth", "TI_V", 2,
        noise=0.05),
    Tag("broth_ph", Role.OUTPUT, "pH", 3, 8, _NOMINAL[PH], "pH of the broth", "AI_PH", 3, noise=0.01),
    Tag("oxygen_saturation", Role.OUTPUT, "%", 0, 120, _NOMINAL[8], "Dissolved oxygen per saturation", "AI_DOS", 1),
    Tag("growth_rate", Role.OUTPUT, "1/h", -0.1, 0.2, _NOMINAL[9], "Specific growth rate of the biomass", "XI_MU", 4),
    Tag("penicillin_mass", Role.OUTPUT, "g", 0, 400, _NOMINAL[10], "All penicillin in the vessel", "WI_P", 2),
    Tag("vessel_feed", Role.OUTPUT, "L/h", 0, 0.2, _NOMINAL[11], "What flows into the vessel", "FI_S", 4,
        noise=0.0002),
    Tag("phase", Role.OUTPUT, "", 0, 2, _NOMINAL[12], "Where the recipe is", digits=0,
        states=("manual", "batch", "fed-batch")),
)  # fmt: skip

MODEL = Model(
    id="penicillin-fedbatch",
    name="Penicillin fed-batch",
    description="A fermenter that must first grow its fungus and then feed it just enough to make penicillin.",
    sources=(
        "G. Birol, C. Ündey, A. Çinar: A modular simulation package for fed-batch fermentation: penicillin "
        "production, Comput. Chem. Eng. 26 (2002) 1553",
        "R. K. Bajpai, M. Reuss: A mechanistic model for penicillin production, "
        "J. Chem. Technol. Biotechnol. 30 (1980) 332",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    starts=(
        Start("batch", "Just inoculated: the recipe feeds when the glucose is spent, after 44 h", holds=False),
        Start("fed-batch", "The glucose is just spent, after 44 h: the feed begins", states=AFTER_44_HOURS,
              holds=False),
        Start("production", "In the midst of production, after 200 h", states=AFTER_200_HOURS, holds=False),
    ),
    time_unit="h",
    seconds_per_unit=HOUR,
    sample_time=10.0,
    longest_step=10.0,
    kind="batch",
    documentation=__doc__ or "",
    exercises=(
        "Run `batch` to 400 h at the highest speed. When does the feed begin, and when is the penicillin made?",
        "Find the constant feed with the most penicillin mass after 400 h. What happens on either side of it?",
        "Halve the air flow at `production`: which alarm comes, and how does it change growth and production?",
        "Lower the temperature target to 296 K and raise it to 301 K for a batch each. Why is there an optimum, and "
        "why does the volume end elsewhere?",
        "Control the growth rate at 0.01 1/h by the feed alone, in manual, from `fed-batch` on.",
    ),
    showing=Showing("batch", seconds=1_440_000.0, outputs=("biomass", "glucose", "penicillin", "volume")),
)  # fmt: skip
