"""The equations of the Tennessee Eastman process, compiled or plain: all that runs in a step stands in this file.

Units inside: lb-mol, ft3, degC, mmHg, 10^6 Btu, hours. Components 0..7 are A..H. Vessels and streams are described in
the package's docstring. The memory behind the 50 states holds, in this order: whether it has begun, the commands that
the valves follow, 20 walks and where they are, two analysers, and the working space that `algebra` fills anew.
"""

from math import exp, log, sqrt
from typing import Any

from plant.blocks.analyser import capacity, due, fill, shown, size, take
from plant.blocks.valve import sticking
from plant.blocks.walk import SIZE, memory, smooth, spikes, value

MASS = (2.0, 25.4, 28.0, 32.0, 46.0, 48.0, 62.0, 76.0)
"""Molar masses of A..H."""
_ANTOINE_A = (0.0, 0.0, 0.0, 15.92, 16.35, 16.35, 16.43, 17.21)
_ANTOINE_B = (0.0, 0.0, 0.0, -1444.0, -2114.0, -2114.0, -2748.0, -3318.0)
_ANTOINE_C = (0.0, 0.0, 0.0, 259.0, 265.5, 265.5, 232.9, 249.6)
_DENSITY_A = (1.0, 1.0, 1.0, 23.3, 33.9, 32.8, 49.9, 50.5)
_DENSITY_B = (0.0, 0.0, 0.0, -0.0700, -0.0957, -0.0995, -0.0191, -0.0541)
_DENSITY_C = (0.0, 0.0, 0.0, -0.0002, -0.000152, -0.000233, -0.000425, -0.000150)
_LIQUID_A = (1e-6, 1e-6, 1e-6, 0.960e-6, 0.573e-6, 0.652e-6, 0.515e-6, 0.471e-6)
_LIQUID_B = (0.0, 0.0, 0.0, 8.70e-9, 2.41e-9, 2.18e-9, 5.65e-10, 8.70e-10)
_LIQUID_C = (0.0, 0.0, 0.0, 4.81e-11, 1.82e-11, 1.94e-11, 3.82e-12, 2.62e-12)
_GAS_A = (3.411e-6, 0.3799e-6, 0.2491e-6, 0.3567e-6, 0.3463e-6, 0.3930e-6, 0.170e-6, 0.150e-6)
_GAS_B = (7.18e-10, 1.08e-9, 1.36e-11, 8.51e-10, 8.96e-10, 1.02e-9, 0.0, 0.0)
_GAS_C = (6.0e-13, -3.98e-13, -3.93e-14, -3.12e-13, -3.27e-13, -3.12e-13, 0.0, 0.0)
_VAPORISATION = (1e-6, 1e-6, 1e-6, 86.7e-6, 160e-6, 160e-6, 225e-6, 209e-6)
LIQUID_1 = tuple(m * 1.8 * a for m, a in zip(MASS, _LIQUID_A, strict=True))
LIQUID_2 = tuple(m * 1.8 * b / 2 for m, b in zip(MASS, _LIQUID_B, strict=True))
LIQUID_3 = tuple(m * 1.8 * c / 3 for m, c in zip(MASS, _LIQUID_C, strict=True))
"""Enthalpy of a lb-mol of liquid: LIQUID_1 t + LIQUID_2 t^2 + LIQUID_3 t^3."""
GAS_0 = tuple(m * v for m, v in zip(MASS, _VAPORISATION, strict=True))
GAS_1 = tuple(m * 1.8 * a for m, a in zip(MASS, _GAS_A, strict=True))
GAS_2 = tuple(m * 1.8 * b / 2 for m, b in zip(MASS, _GAS_B, strict=True))
GAS_3 = tuple(m * 1.8 * c / 3 for m, c in zip(MASS, _GAS_C, strict=True))
"""Enthalpy of a lb-mol of gas: GAS_0 + GAS_1 t + GAS_2 t^2 + GAS_3 t^3."""
GAS_CONSTANT, GAS_WORK = 998.9, 3.57696e-6
"""mmHg ft3/(lb-mol K); p V of a lb-mol per K in 10^6 Btu."""
ZERO = 273.15

REACTOR_VOLUME, SEPARATOR_VOLUME, STRIPPER_VOLUME, MIXING_VOLUME = 1300.0, 3500.0, 156.5, 5000.0
SPLIT_ABC = (0.995, 0.991, 0.990)
STRIPPING = (0.0, 0.0, 0.0, 8.5010, 11.402, 11.795, 0.0480, 0.0242)
NO_LIQUID = (0.0, 0.0, 0.0, 0.9999, 0.999, 0.999, 0.99, 0.98)
"""Parts of A, B, C that leave overhead; factors of D..H; parts of D..H when next to no liquid comes."""
LAGS = tuple(seconds / 3600 for seconds in (8.0, 8.0, 6.0, 9.0, 7.0, 5.0, 5.0, 5.0, 120.0, 5.0, 5.0, 5.0))
STICTION = 2.0
STICKS = (-1, -1, -1, -1, 19, -1, 19, 19, 19, 14, 15, -1)
"""The disturbance that makes the valve stick."""

FEED_D = (0.0, 0.0001, 0.0, 0.9999, 0.0, 0.0, 0.0, 0.0)
FEED_E = (0.0, 0.0, 0.0, 0.0, 0.9999, 0.0001, 0.0, 0.0)
FEED_A = (0.9999, 0.0001, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Compositions of the streams 2, 3 and 1."""
MASS_D = sum(z * m for z, m in zip(FEED_D, MASS, strict=True))
MASS_E = sum(z * m for z, m in zip(FEED_E, MASS, strict=True))
MASS_A = sum(z * m for z, m in zip(FEED_A, MASS, strict=True))

VALVES, WALKS, SPIKES_FROM, SPIKES_TO = 12, 20, 9, 12
"""Walks SPIKES_FROM.. up to before SPIKES_TO are spikes, the others are smooth."""
WALK_LENGTH = (
    0.5, 1.0, 0.5, 1.0, 0.25, 0.25, 2.0, 2.0, 0.5, 2.0, 3.0, 2.0, 0.25, 0.5, 0.25, 0.5, 0.5, 1.0, 0.2, 0.2,
)  # fmt: skip
WALK_LENGTH_SPREAD = (
    0.2, 0.7, 0.25, 0.7, 0.15, 0.15, 1.0, 1.0, 0.4, 1.5, 2.0, 1.5, 0.15, 0.25, 0.15, 0.25, 0.25, 0.7, 0.1, 0.1,
)  # fmt: skip
WALK_LEVEL = (
    0.485, 0.005, 45.0, 45.0, 35.0, 40.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0,
    45.0, 45.0, 100.0, 400.0, 400.0, 1500.0, 1000.0, 1200.0,
)  # fmt: skip
WALK_SPREAD = (
    0.03, 0.003, 10.0, 10.0, 10.0, 10.0, 0.25, 0.25, 0.25, 1.0, 1.0, 1.0,
    10.0, 10.0, 5.0, 20.0, 20.0, 75.0, 50.0, 60.0,
)  # fmt: skip
"""Spread of the level, or the height of the spikes."""
WALK_CAUSE = (8, 8, 9, 10, 11, 12, 13, 13, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28)
"""The disturbance that moves the walk."""
FIRST_PIECE = 0.1

GAS_PERIOD, PRODUCT_PERIOD = 0.1, 0.25
GAS_WIDTH, PRODUCT_WIDTH = 38, 5
"""Components of the gas analysers (reactor feed, purge, then the four feeds) and of the product analyser."""
RING = capacity(GAS_PERIOD, GAS_PERIOD)

DISTURBANCE, SEED, TRIP, TRIPS = 11, 40, 41, 8
"""Places in u: disturbance number d is at DISTURBANCE + d; the seed; the flags of the trips."""

REACTOR, SEPARATOR, STRIPPER, MIXING = 0, 9, 18, 27
REACTOR_COOLANT, CONDENSER_COOLANT, POSITION = 36, 37, 38
"""Places of the states; each vessel has the eight components, then its energy."""
STATES = 50
BEGUN = STATES
HELD = BEGUN + 1
WALK = HELD + VALVES
LEVEL = WALK + SIZE * WALKS
GAS_ANALYSER = LEVEL + WALKS
PRODUCT_ANALYSER = GAS_ANALYSER + size(GAS_WIDTH, RING)
GAS_SAMPLE = PRODUCT_ANALYSER + size(PRODUCT_WIDTH, RING)
PRODUCT_SAMPLE = GAS_SAMPLE + GAS_WIDTH
WORK = PRODUCT_SAMPLE + PRODUCT_WIDTH
REACTOR_GAS, SEPARATOR_GAS, SEPARATOR_LIQUID, PRODUCT, REACTOR_FEED, FEED_C, OVERHEAD, BOTTOMS = range(
    WORK, WORK + 64, 8
)
"""Mole fractions of streams 7, 9, 10, 11, 6, 4; flows of the components in stream 5 and to the stripper's sump."""
(
    T_REACTOR, T_SEPARATOR, T_STRIPPER, T_MIXING, V_REACTOR, V_SEPARATOR, V_STRIPPER, N_SEPARATOR, N_STRIPPER,
    P_REACTOR, P_SEPARATOR, P_MIXING, R1, R2, R3, R4, F_D, F_E, F_A, F_C, F_FEED, F_EFFLUENT, F_RECYCLE, F_PURGE,
    F_SEPARATOR, F_PRODUCT, WORK_DONE, Q_REACTOR, Q_CONDENSER, Q_STRIPPER, CW_REACTOR, CW_CONDENSER,
    T_D, T_C, T_CW_REACTOR, T_CW_CONDENSER,
) = range(WORK + 64, WORK + 100)  # fmt: skip
MEMORY = WORK + 100 - STATES

KSCMH = 0.359 / 35.3145
CUBIC_METRE = 35.3145
"""kscmh in a lb-mol/h; ft3 in a m3."""
GALLON = 0.003785411784 * 60
"""m3/h in a gallon per minute."""


def start_of_memory() -> tuple[float, ...]:
    """What is behind the states before the first step."""
    walks = tuple(number for level in WALK_LEVEL for number in memory(level, FIRST_PIECE))
    known = (0.0, *(0.0,) * VALVES, *walks, *WALK_LEVEL)
    return known + (0.0,) * (MEMORY - len(known))


def rates(x: Any, u: Any, dx: Any) -> None:
    """The 50 derivatives per hour; nothing moves after a trip."""
    if tripped(u):
        for i in range(STATES):
            dx[i] = 0.0
        return
    algebra(x, u)
    material(x, dx)
    energy(x, dx)
    for k in range(VALVES):
        command = u[k]
        if stiction(u, k) > 0 and x[BEGUN] != 0:
            command = x[HELD + k]
        dx[POSITION + k] = (command - x[POSITION + k]) / LAGS[k]


def tripped(u: Any) -> bool:
    """Whether any trip is active."""
    flags = 0.0
    for i in range(TRIPS):
        flags += u[TRIP + i]
    return flags != 0


def stiction(u: Any, valve: int) -> float:
    """The band inside which the valve does not move, in per cent."""
    return float(STICTION * u[DISTURBANCE + STICKS[valve]]) if STICKS[valve] > 0 else 0.0


def material(x: Any, dx: Any) -> None:
    """The component balances of the four vessels."""
    for i in range(8):
        feed, effluent = x[F_FEED] * x[REACTOR_FEED + i], x[F_EFFLUENT] * x[REACTOR_GAS + i]
        recycle = x[F_RECYCLE] * x[SEPARATOR_GAS + i]
        dx[REACTOR + i] = feed - effluent
        dx[SEPARATOR + i] = (
            effluent - recycle - x[F_PURGE] * x[SEPARATOR_GAS + i] - x[F_SEPARATOR] * x[SEPARATOR_LIQUID + i]
        )
        dx[STRIPPER + i] = x[BOTTOMS + i] - x[F_PRODUCT] * x[PRODUCT + i]
        fresh = x[F_D] * FEED_D[i] + x[F_E] * FEED_E[i] + x[F_A] * FEED_A[i]
        dx[MIXING + i] = fresh + x[OVERHEAD + i] + recycle - feed
    dx[REACTOR] -= x[R1] + x[R2] + x[R3]
    dx[REACTOR + 2] -= x[R1] + x[R2]
    dx[REACTOR + 3] -= x[R1] + 1.5 * x[R4]
    dx[REACTOR + 4] -= x[R2] + x[R3]
    dx[REACTOR + 5] += x[R3] + x[R4]
    dx[REACTOR + 6] += x[R1]
    dx[REACTOR + 7] += x[R2]


def energy(x: Any, dx: Any) -> None:
    """The energy balances of the vessels and of the cooling water.

    As published, the compressor's work is taken from the separator and given to the mixing zone.
    """
    feed = x[F_FEED] * gas_heat(x, REACTOR_FEED, x[T_MIXING])
    effluent = x[F_EFFLUENT] * gas_heat(x, REACTOR_GAS, x[T_REACTOR])
    vapour = gas_heat(x, SEPARATOR_GAS, x[T_SEPARATOR])
    recycle = x[F_RECYCLE] * vapour + x[WORK_DONE]
    liquid = x[F_SEPARATOR] * liquid_heat(x, SEPARATOR_LIQUID, x[T_SEPARATOR])
    overhead = gas_heat(x, OVERHEAD, x[T_STRIPPER])
    product = x[F_PRODUCT] * liquid_heat(x, PRODUCT, x[T_STRIPPER])
    fresh = x[F_D] * feed_heat(FEED_D, x[T_D]) + x[F_E] * feed_heat(FEED_E, x[LEVEL + 13])
    fresh += x[F_A] * feed_heat(FEED_A, x[LEVEL + 12])
    dx[REACTOR + 8] = feed - effluent + 0.06899381054 * x[R1] + 0.05 * x[R2] + x[Q_REACTOR]
    dx[SEPARATOR + 8] = effluent - recycle - x[F_PURGE] * vapour - liquid + x[Q_CONDENSER]
    dx[STRIPPER + 8] = x[F_C] * gas_heat(x, FEED_C, x[T_C]) + liquid - overhead - product + x[Q_STRIPPER]
    dx[MIXING + 8] = fresh + overhead + recycle - feed
    given, taken = x[CW_REACTOR] * 500.53, x[CW_CONDENSER] * 500.53
    dx[REACTOR_COOLANT] = (given * (x[T_CW_REACTOR] - x[REACTOR_COOLANT]) - x[Q_REACTOR] * 1e6 / 1.8) / 7060.0
    dx[CONDENSER_COOLANT] = (taken * (x[T_CW_CONDENSER] - x[CONDENSER_COOLANT]) - x[Q_CONDENSER] * 1e6 / 1.8) / 11138.0


def algebra(x: Any, u: Any) -> None:
    """All that follows from the states at once, into the working space."""
    vessels(x)
    separate(x)
    react(x)
    supply(x, u)
    blow(x)
    strip(x)
    exchange(x)


def vessels(x: Any) -> None:
    """Temperatures, liquid volumes and compositions from moles and energies."""
    x[T_REACTOR] = liquid_temperature(x, REACTOR, 3)
    x[T_SEPARATOR] = liquid_temperature(x, SEPARATOR, 3)
    x[T_STRIPPER] = liquid_temperature(x, STRIPPER, 0)
    x[T_MIXING] = gas_temperature(x, MIXING)
    x[V_REACTOR] = liquid_volume(x, REACTOR, 3, x[T_REACTOR])
    x[V_SEPARATOR] = liquid_volume(x, SEPARATOR, 3, x[T_SEPARATOR])
    x[V_STRIPPER] = liquid_volume(x, STRIPPER, 0, x[T_STRIPPER])
    x[N_SEPARATOR] = fractions(x, SEPARATOR, 3, SEPARATOR_LIQUID)
    x[N_STRIPPER] = fractions(x, STRIPPER, 0, PRODUCT)
    moles = fractions(x, MIXING, 0, REACTOR_FEED)
    x[P_MIXING] = moles * GAS_CONSTANT * (x[T_MIXING] + ZERO) / MIXING_VOLUME


def separate(x: Any) -> None:
    """Pressures and vapour compositions of reactor and separator."""
    x[P_REACTOR] = vapour(x, REACTOR, REACTOR_VOLUME - x[V_REACTOR], x[T_REACTOR], REACTOR_GAS)
    x[P_SEPARATOR] = vapour(x, SEPARATOR, SEPARATOR_VOLUME - x[V_SEPARATOR], x[T_SEPARATOR], SEPARATOR_GAS)


def vapour(x: Any, at: int, volume: float, t: float, to: int) -> float:
    """The mole fractions of the vapour above the liquid of a vessel; its pressure."""
    ideal = GAS_CONSTANT * (t + ZERO) / volume
    liquid = 0.0
    for i in range(3, 8):
        liquid += x[at + i]
    pressure = 0.0
    for i in range(3):
        x[to + i] = x[at + i] * ideal
        pressure += x[to + i]
    for i in range(3, 8):
        x[to + i] = x[at + i] / liquid * exp(_ANTOINE_A[i] + _ANTOINE_B[i] / (t + _ANTOINE_C[i]))
        pressure += x[to + i]
    for i in range(8):
        x[to + i] /= pressure
    return pressure


def react(x: Any) -> None:
    """The four reaction rates in lb-mol/h."""
    pressure, kelvin = x[P_REACTOR], x[T_REACTOR] + ZERO
    a, c = pressure * x[REACTOR_GAS], pressure * x[REACTOR_GAS + 2]
    d, e = pressure * x[REACTOR_GAS + 3], pressure * x[REACTOR_GAS + 4]
    space = REACTOR_VOLUME - x[V_REACTOR]
    x[R1] = x[R2] = 0.0
    if a > 0 and c > 0:
        order = 1.1544 * log(a) + 0.3735 * log(c)
        x[R1] = exp(31.5859536 - 40000.0 / 1.987 / kelvin + order) * x[LEVEL + 6] * d * space
        x[R2] = exp(3.00094014 - 20000.0 / 1.987 / kelvin + order) * x[LEVEL + 7] * e * space
    third = exp(53.4060443 - 60000.0 / 1.987 / kelvin) * a * space
    x[R3] = third * e
    x[R4] = 0.767488334 * third * d


def supply(x: Any, u: Any) -> None:
    """What valves and disturbances make of the feeds, the liquids and the cooling water."""
    x[FEED_C] = x[LEVEL] - u[DISTURBANCE + 1] * 0.03 - u[DISTURBANCE + 2] * 0.00243719
    x[FEED_C + 1] = x[LEVEL + 1] + u[DISTURBANCE + 2] * 0.005
    x[FEED_C + 2] = 1.0 - x[FEED_C] - x[FEED_C + 1]
    x[T_D] = x[LEVEL + 2] + u[DISTURBANCE + 3] * 5.0
    x[T_C] = x[LEVEL + 3]
    x[T_CW_REACTOR] = x[LEVEL + 4] + u[DISTURBANCE + 4] * 5.0
    x[T_CW_CONDENSER] = x[LEVEL + 5] + u[DISTURBANCE + 5] * 5.0
    x[F_D] = x[POSITION] * x[LEVEL + 15] / 100.0
    x[F_E] = x[POSITION + 1] * x[LEVEL + 16] / 100.0
    x[F_A] = x[POSITION + 2] * (1.0 - u[DISTURBANCE + 6]) * x[LEVEL + 14] / 100.0
    x[F_C] = x[POSITION + 3] * (1.0 - u[DISTURBANCE + 7] * 0.2) * x[LEVEL + 17] / 100.0 + 1e-10
    x[F_SEPARATOR] = x[POSITION + 6] * 15.0
    x[F_PRODUCT] = x[POSITION + 7] * 10.0
    x[CW_REACTOR] = x[POSITION + 9] * x[LEVEL + 18] / 100.0
    x[CW_CONDENSER] = x[POSITION + 10] * x[LEVEL + 19] / 100.0


def blow(x: Any) -> None:
    """The gas flows that pressures drive, and the compressor."""
    mixing, reactor, separator = x[P_MIXING], x[P_REACTOR], x[P_SEPARATOR]
    mass = molar_mass(x, SEPARATOR_GAS)
    x[F_FEED] = 1937.6 * sqrt(max(mixing - reactor, 0.0)) / molar_mass(x, REACTOR_FEED)
    x[F_EFFLUENT] = 4574.21 * sqrt(max(reactor - separator, 0.0)) / molar_mass(x, REACTOR_GAS)
    x[F_EFFLUENT] *= 1.0 - 0.25 * x[LEVEL + 11]
    x[F_PURGE] = x[POSITION + 5] * 0.151169 * sqrt(max(separator - 760.0, 0.0)) / mass
    ratio = min(max(mixing / separator, 1.0), 1.3)
    flow = 280275.0 + 280275.0 / 1.197 * (1.0 - ratio * ratio * ratio)
    x[WORK_DONE] = flow * (x[T_SEPARATOR] + ZERO) * 1.8e-6 * 1.9872 * (mixing - separator) / (mass * separator)
    flow -= x[POSITION + 4] * 53.349 * sqrt(max(mixing - separator, 0.0))
    x[F_RECYCLE] = max(flow, 1e-3) / mass


def strip(x: Any) -> None:
    """What the stripper sends overhead and to its sump."""
    t, liquid, gas = x[T_STRIPPER], x[F_SEPARATOR], x[F_C]
    factor = 0.1
    if t > 170.0:
        factor = t - 120.262
    elif t >= 5.292:
        factor = 363.744 / (177.0 - t) - 2.22579488
    for i in range(8):
        part = NO_LIQUID[i]
        if i < 3:
            part = SPLIT_ABC[i]
        elif liquid > 0.1:
            strength = STRIPPING[i] * (gas / liquid * factor)
            part = strength / (1.0 + strength)
        come = gas * x[FEED_C + i] + liquid * x[SEPARATOR_LIQUID + i]
        x[OVERHEAD + i] = part * come
        x[BOTTOMS + i] = come - x[OVERHEAD + i]


def exchange(x: Any) -> None:
    """Heat from the cooling water and the steam, in 10^6 Btu/h."""
    wetted = min(max(0.025 * x[V_REACTOR] / 7.8 - 0.25, 0.0), 1.0)
    stirred = (x[POSITION + 11] + 150.0) / 100.0
    transfer = wetted * (stirred * (2.75 - 0.5 * stirred) - 2.5) * 0.855490
    x[Q_REACTOR] = transfer * (x[REACTOR_COOLANT] - x[T_REACTOR]) * (1.0 - 0.35 * x[LEVEL + 9])
    square = x[F_EFFLUENT] / 3528.73 * (x[F_EFFLUENT] / 3528.73)
    transfer = 0.404655 * (1.0 - 1.0 / (1.0 + square * square))
    x[Q_CONDENSER] = transfer * (x[CONDENSER_COOLANT] - x[T_REACTOR]) * (1.0 - 0.25 * x[LEVEL + 10])
    steam = 0.0003 * x[POSITION + 8] * (1.0 + x[LEVEL + 8])
    x[Q_STRIPPER] = steam * max(100.0 - x[T_STRIPPER], 0.0)


def fractions(x: Any, at: int, first: int, to: int) -> float:
    """The mole fractions of a vessel's components from number `first` on; the sum of their moles."""
    total = 0.0
    for i in range(first, 8):
        total += x[at + i]
    for i in range(first, 8):
        x[to + i] = x[at + i] / total
    return total


def molar_mass(x: Any, at: int) -> float:
    """The mean molar mass of the mole fractions."""
    total = 0.0
    for i in range(8):
        total += x[at + i] * MASS[i]
    return total


def liquid_volume(x: Any, at: int, first: int, t: float) -> float:
    """The volume of the components from number `first` on in ft3."""
    total = 0.0
    for i in range(first, 8):
        total += x[at + i] * MASS[i] / (_DENSITY_A[i] + t * (_DENSITY_B[i] + t * _DENSITY_C[i]))
    return total


def liquid_heat(x: Any, at: int, t: float) -> float:
    """The enthalpy of liquid."""
    total = 0.0
    for i in range(8):
        total += x[at + i] * (t * (LIQUID_1[i] + t * (LIQUID_2[i] + t * LIQUID_3[i])))
    return total


def gas_heat(x: Any, at: int, t: float) -> float:
    """The enthalpy of gas."""
    total = 0.0
    for i in range(8):
        total += x[at + i] * (GAS_0[i] + t * (GAS_1[i] + t * (GAS_2[i] + t * GAS_3[i])))
    return total


def feed_heat(composition: Any, t: float) -> float:
    """The enthalpy of a lb-mol of a feed with fixed composition."""
    total = 0.0
    for i in range(6):
        total += composition[i] * (GAS_0[i] + t * (GAS_1[i] + t * (GAS_2[i] + t * GAS_3[i])))
    return total


def liquid_temperature(x: Any, at: int, first: int) -> float:
    """The temperature of a vessel's liquid from its energy."""
    a = b = c = 0.0
    for i in range(first, 8):
        a += x[at + i] * LIQUID_1[i]
        b += x[at + i] * LIQUID_2[i]
        c += x[at + i] * LIQUID_3[i]
    return root(a, b, c, x[at + 8])


def gas_temperature(x: Any, at: int) -> float:
    """The temperature of a vessel's gas from its internal energy."""
    total = a = b = c = 0.0
    level = x[at + 8]
    for i in range(8):
        total += x[at + i]
        level -= x[at + i] * GAS_0[i]
        a += x[at + i] * GAS_1[i]
        b += x[at + i] * GAS_2[i]
        c += x[at + i] * GAS_3[i]
    return root(a - GAS_WORK * total, b, c, level + GAS_WORK * ZERO * total)


def root(a: float, b: float, c: float, level: float) -> float:
    """Where a t + b t^2 + c t^3 reaches the level, by Newton's method to 1e-12 degC."""
    t = level / a
    for _ in range(100):
        change = (level - t * (a + t * (b + t * c))) / (a + t * (2.0 * b + t * 3.0 * c))
        t += change
        if abs(change) < 1e-12:
            break
    return t


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """At the beginning of a step: commands that stick, walks of the disturbances, samples of the analysers."""
    begins = x[BEGUN] == 0
    for k in range(VALVES):
        x[HELD + k] = u[k] if begins else sticking(x[HELD + k], u[k], stiction(u, k))
    for k in range(WALKS):
        move(x, u, time, k)
    if begins or due(x, GAS_ANALYSER, time, GAS_PERIOD) or due(x, PRODUCT_ANALYSER, time, PRODUCT_PERIOD):
        algebra(x, u)
        sample(x)
    if begins:
        fill(x, GAS_ANALYSER, GAS_WIDTH, RING, x, GAS_SAMPLE)
        fill(x, PRODUCT_ANALYSER, PRODUCT_WIDTH, RING, x, PRODUCT_SAMPLE)
        x[BEGUN] = 1.0
    take(x, GAS_ANALYSER, GAS_WIDTH, RING, x, GAS_SAMPLE, time, step, GAS_PERIOD, GAS_PERIOD)
    take(x, PRODUCT_ANALYSER, PRODUCT_WIDTH, RING, x, PRODUCT_SAMPLE, time, step, PRODUCT_PERIOD, PRODUCT_PERIOD)


def move(x: Any, u: Any, time: float, number: int) -> None:
    """Move one walk to the present time."""
    place, size_now = WALK + SIZE * number, u[DISTURBANCE + WALK_CAUSE[number]]
    spread, seed = WALK_SPREAD[number] * size_now, int(u[SEED])
    length, length_spread = WALK_LENGTH[number], WALK_LENGTH_SPREAD[number]
    if SPIKES_FROM <= number < SPIKES_TO:
        spikes(x, place, time, seed, number, length, length_spread, spread)
    else:
        smooth(x, place, time, seed, number, length, length_spread, WALK_LEVEL[number], spread)
    x[LEVEL + number] = value(x, place, time)


def sample(x: Any) -> None:
    """The compositions that the analysers measure, in mol%."""
    for i in range(6):
        x[GAS_SAMPLE + i] = 100.0 * x[REACTOR_FEED + i]
        x[GAS_SAMPLE + 14 + i] = 100.0 * FEED_A[i]
        x[GAS_SAMPLE + 20 + i] = 100.0 * FEED_D[i]
        x[GAS_SAMPLE + 26 + i] = 100.0 * FEED_E[i]
        x[GAS_SAMPLE + 32 + i] = 100.0 * x[FEED_C + i]
    for i in range(8):
        x[GAS_SAMPLE + 6 + i] = 100.0 * x[SEPARATOR_GAS + i]
    for i in range(5):
        x[PRODUCT_SAMPLE + i] = 100.0 * x[PRODUCT + 3 + i]


def outputs(x: Any, u: Any, y: Any) -> None:
    """XMEAS(1) to XMEAS(73), the operating cost, three liquid volumes and twelve valve positions."""
    algebra(x, u)
    instruments(x, y)
    if x[BEGUN] == 0:
        sample(x)
    for i in range(GAS_WIDTH):
        to = 22 + i if i < 14 else 35 + i
        y[to] = x[GAS_SAMPLE + i] if x[BEGUN] == 0 else shown(x, GAS_ANALYSER, GAS_WIDTH, RING, i)
    for i in range(PRODUCT_WIDTH):
        direct = x[BEGUN] == 0
        y[36 + i] = x[PRODUCT_SAMPLE + i] if direct else shown(x, PRODUCT_ANALYSER, PRODUCT_WIDTH, RING, i)
    y[73] = cost(y, u[7])
    y[74] = x[V_REACTOR] / CUBIC_METRE
    y[75] = x[V_SEPARATOR] / CUBIC_METRE
    y[76] = x[V_STRIPPER] / CUBIC_METRE
    for k in range(VALVES):
        y[77 + k] = x[POSITION + k]


def instruments(x: Any, y: Any) -> None:
    """The continuous measurements: XMEAS(1) to (22) and (42) to (49)."""
    y[0], y[3] = x[F_A] * KSCMH, x[F_C] * KSCMH
    y[1], y[2] = x[F_D] * MASS_D * 0.454, x[F_E] * MASS_E * 0.454
    y[4], y[5], y[9] = x[F_RECYCLE] * KSCMH, x[F_FEED] * KSCMH, x[F_PURGE] * KSCMH
    y[6], y[12], y[15] = gauge(x[P_REACTOR]), gauge(x[P_SEPARATOR]), gauge(x[P_MIXING])
    y[7] = (x[V_REACTOR] - 84.6) / 666.7 * 100.0
    y[11] = (x[V_SEPARATOR] - 27.5) / 290.0 * 100.0
    y[14] = (x[V_STRIPPER] - 78.25) / STRIPPER_VOLUME * 100.0
    y[8], y[10], y[17] = x[T_REACTOR], x[T_SEPARATOR], x[T_STRIPPER]
    y[13] = x[F_SEPARATOR] * x[V_SEPARATOR] / x[N_SEPARATOR] / CUBIC_METRE
    y[16] = x[F_PRODUCT] * x[V_STRIPPER] / x[N_STRIPPER] / CUBIC_METRE
    y[18] = x[Q_STRIPPER] * 1040.0 * 0.454
    y[19] = x[WORK_DONE] * 293.07
    y[20], y[21] = x[REACTOR_COOLANT], x[CONDENSER_COOLANT]
    y[41], y[42], y[43], y[44] = x[LEVEL + 12], x[T_D], x[LEVEL + 13], x[T_C]
    y[45], y[46] = x[T_CW_REACTOR], x[CW_REACTOR] * GALLON
    y[47], y[48] = x[T_CW_CONDENSER], x[CW_CONDENSER] * GALLON


def gauge(pressure: float) -> float:
    """mmHg absolute in kPa gauge."""
    return (pressure - 760.0) / 760.0 * 101.325


def cost(y: Any, product_valve: float) -> float:
    """The operating cost in $/h: steam, compressor, what is lost with the purge and with the product."""
    purge = 2.209 * y[28] + 6.177 * y[30] + 22.06 * y[31] + 14.56 * y[32] + 17.89 * y[33] + 30.44 * y[34]
    purge += 22.94 * y[35]
    product = 0.2206 * y[36] + 0.1456 * y[37] + 0.1789 * y[38]
    return float(0.0318 * y[18] + 0.0536 * y[19] + 0.44791 * y[9] * purge + 4.541 * product_valve * product)


def stored_mass(x: Any, u: Any) -> float:
    """The mass in the four vessels, lb."""
    vessels_at = (REACTOR, SEPARATOR, STRIPPER, MIXING)
    return float(sum(x[vessel + i] * MASS[i] for vessel in vessels_at for i in range(8)))


def net_mass(x: Any, u: Any) -> float:
    """Feeds less purge and product, lb/h."""
    algebra(x, u)
    gas = x[F_C] * molar_mass(x, FEED_C) - x[F_PURGE] * molar_mass(x, SEPARATOR_GAS)
    feeds = x[F_D] * MASS_D + x[F_E] * MASS_E + x[F_A] * MASS_A
    return float(feeds + gas - x[F_PRODUCT] * molar_mass(x, PRODUCT))


def stored_inert(x: Any, u: Any) -> float:
    """The inert component B in the four vessels, lb-mol."""
    return float(sum(x[vessel + 1] for vessel in (REACTOR, SEPARATOR, STRIPPER, MIXING)))


def net_inert(x: Any, u: Any) -> float:
    """B in the feeds less B in purge and product, lb-mol/h."""
    algebra(x, u)
    fed = x[F_D] * FEED_D[1] + x[F_A] * FEED_A[1] + x[F_C] * x[FEED_C + 1]
    liquid = x[F_PRODUCT] * x[PRODUCT + 1]
    return float(fed - x[F_PURGE] * x[SEPARATOR_GAS + 1] - liquid)
