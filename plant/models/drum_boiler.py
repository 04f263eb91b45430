"""The drum boiler of Åström and Bell, fourth order: shrink and swell, and a level that integrates.

States: the water volume of the whole circulation Vwt (m³), the drum pressure p, the steam mass fraction at the outlet
of the risers ar, and the steam volume under the level Vsd (m³). Inputs: feedwater qf and steam qs in kg/s, heat Q. Time
in seconds; SI units inside (p in Pa, Q in W), MPa and MW at the tags. E x' = b is solved at each evaluation:

    E11 Vwt' + E12 p' = qf - qs
    E21 Vwt' + E22 p' = Q + qf hf - qs hs
    E32 p' + E33 ar' = Q - ar hc qdc
    E42 p' + E43 ar' + E44 Vsd' = (rs/Td) (V0 - Vsd) + qf (hf - hw)/hc

    E11 = rw - rs                  E12 = Vwt rw' + Vst rs'
    E21 = rw hw - rs hs            E22 = Vwt (hw rw' + rw hw') + Vst (hs rs' + rs hs') - Vt + mt Cp ts'
    E32 = (rw hw' - ar hc rw') (1 - av) Vr + ((1 - ar) hc rs' + rs hs') av Vr
          + (rs + (rw - rs) ar) hc Vr dav/dp - Vr + mr Cp ts'
    E33 = ((1 - ar) rs + ar rw) hc Vr dav/dar
    E42 = Vsd rs' + (rs Vsd hs' + rw Vwd hw' - Vsd - Vwd + md Cp ts')/hc
          + ar (1 + beta) Vr (av rs' + (1 - av) rw' + (rs - rw) dav/dp)
    E43 = ar (1 + beta) (rs - rw) Vr dav/dar                E44 = rs

with the density r and enthalpy h of steam (s) and water (w) at saturation, ' their slope over p, hc = hs - hw,
Vst = Vt - Vwt, eta = ar (rw - rs)/rs and

    av = rw/(rw - rs) (1 - ln(1 + eta)/eta)                 mean steam volume fraction in the risers
    dav/dp = (rw rs' - rs rw')/(rw - rs)² (1 + rw/(rs (1 + eta)) - (rs + rw)/(eta rs) ln(1 + eta))
    dav/dar = rw/(rs eta) (ln(1 + eta)/eta - 1/(1 + eta))
    qdc = sqrt(2 rw Adc (rw - rs) g av Vr/k)                flow in the downcomers
    Vwd = Vwt - Vdc - (1 - av) Vr,  level = (Vwd + Vsd)/Ad, shown as the deviation from that of the operating point

The properties are polynomials in p - 8.5 MPa fitted to IAPWS-IF97 between 5 and 12 MPa (water within 70 J/kg and 0.015
kg/m³). Operating point (medium load): 8.5 MPa, 50 kg/s, Vwt 57.2, Vsd 4.9; the heat of 86.05 MW and ar = 0.0511 follow.

The mass rw Vwt + rs Vst changes by qf - qs, the energy rw hw Vwt + rs hs Vst - p Vt + mt Cp ts by Q + qf hf - qs hs,
both exactly.

Own choices: `steam_feedforward` adds what the steam differs from 50 kg/s to the feedwater, so that the level loop with
it is the three-element control; ar and Vsd don't fall below zero; trips keep the pressure where the properties hold
(cold feedwater can still draw it a little below 5 MPa). The level can fall far below its published range when the fire
goes out, so its reading goes to 1.5 m either way.
"""

from math import log, sqrt
from typing import Any

from plant.control import AUTO
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

DRUM, RISERS, DOWNCOMERS = 40.0, 37.0, 11.0
TOTAL = DRUM + RISERS + DOWNCOMERS
DRUM_AREA, DOWNCOMER_AREA = 20.0, 0.38
METAL, METAL_OF_RISERS, METAL_OF_DRUM = 300e3, 160e3, 100e3
METAL_HEAT = 550.0
FRICTION, BETA, RESIDENCE, GRAVITY = 25.0, 0.3, 12.0, 9.81
FEED_ENTHALPY = 1029941.75
MEGA = 1e6
NOMINAL_PRESSURE, NOMINAL_FLOW, NOMINAL_WATER, NOMINAL_STEAM = 8.5, 50.0, 57.2, 4.9
MOST_FEEDWATER = 130.0

STEAM_ENTHALPY = (2750958.442, -15741.46968, -850.9751285, 17.68376173, -4.163328983)
WATER_ENTHALPY = (1340695.664, 46505.88618, -1328.416550, 130.2205523, -9.985247053)
STEAM_DENSITY = (45.60841997, 6.291112825, 0.1678316314, 0.008054732484, 0.0003471878967)
WATER_DENSITY = (713.6305038, -17.02259094, 0.1892724442, -0.03507813238, 0.002082864708)
SATURATION = (299.2712189, 8.323014044, -0.3747123684, 0.02853830604, -0.002452538595)
"""Coefficients of 1, z, z², z³, z⁴ with z = p - 8.5 MPa: J/kg, kg/m³, °C."""


def at(c: Any, pressure: float) -> float:
    """A property at a pressure in MPa."""
    z = pressure - NOMINAL_PRESSURE
    return float(c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * c[4]))))


def slope(c: Any, pressure: float) -> float:
    """Its derivative per Pa."""
    z = pressure - NOMINAL_PRESSURE
    return float((c[1] + z * (2 * c[2] + z * (3 * c[3] + z * 4 * c[4]))) / MEGA)


def steam_ratio(fraction: float, steam: float, water: float) -> float:
    """eta for the densities of steam and water."""
    return fraction * (water - steam) / steam


def log_rest(eta: float) -> float:
    """1 - ln(1 + eta)/eta."""
    if eta < 1e-3:
        return eta * (1 / 2 - eta * (1 / 3 - eta * (1 / 4 - eta / 5)))
    return 1 - log(1 + eta) / eta


def void_of(rest: float, steam: float, water: float) -> float:
    """av from `log_rest` and the densities."""
    return water / (water - steam) * rest


def void_by_fraction(eta: float, rest: float, steam: float, water: float) -> float:
    """dav/dar."""
    if eta < 1e-3:
        return water / steam * (1 / 2 - eta * (2 / 3 - eta * (3 / 4 - eta * 4 / 5)))
    return water / (steam * eta) * (eta / (1 + eta) - rest)


def void_by_pressure(eta: float, rest: float, steam: float, water: float, steam_p: float, water_p: float) -> float:
    """dav/dp per Pa, from the densities and their slopes."""
    ratio, difference = water / steam, water - steam
    if eta < 1e-3:
        first, second, third = (1 - ratio) / 2, (2 * ratio - 1) / 3, (1 - 3 * ratio) / 4
        bracket = eta * (first + eta * (second + eta * third))
    else:
        bracket = 1 + ratio / (1 + eta) - (1 + ratio) * (1 - rest)
    return (water * steam_p - steam * water_p) / (difference * difference) * bracket


def void(fraction: float, pressure: float) -> float:
    """av, the mean steam volume fraction in the risers."""
    steam, water = at(STEAM_DENSITY, pressure), at(WATER_DENSITY, pressure)
    return void_of(log_rest(steam_ratio(fraction, steam, water)), steam, water)


def downcomer_flow(void_fraction: float, steam: float, water: float) -> float:
    """qdc in kg/s from the void fraction and the densities."""
    weight = 2 * water * DOWNCOMER_AREA * (water - steam) * GRAVITY * void_fraction
    return sqrt(max(weight, 0.0) * RISERS / FRICTION)


def circulation(fraction: float, pressure: float) -> float:
    """qdc in kg/s."""
    steam, water = at(STEAM_DENSITY, pressure), at(WATER_DENSITY, pressure)
    return downcomer_flow(void(fraction, pressure), steam, water)


def feedwater(u: Any) -> float:
    """What the pump delivers, feedforward included and trip obeyed, kg/s."""
    if u[4] != 0:
        return 0.0
    return float(min(max(u[0] + u[3] * (u[1] - NOMINAL_FLOW), 0.0), MOST_FEEDWATER))


def water_in_drum(water: float, void_fraction: float) -> float:
    """Vwd in m³."""
    return water - DOWNCOMERS - (1 - void_fraction) * RISERS


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per second of water volume, pressure (MPa), steam fraction and steam volume under the level."""
    volume, p, under = x[0], x[1], x[3]
    ar = max(x[2], 0.0)
    qf, qs, heat = feedwater(u), u[1], u[2] * MEGA
    hs, hw, rs, rw = at(STEAM_ENTHALPY, p), at(WATER_ENTHALPY, p), at(STEAM_DENSITY, p), at(WATER_DENSITY, p)
    hs_p, hw_p, rs_p, rw_p = (
        slope(STEAM_ENTHALPY, p), slope(WATER_ENTHALPY, p), slope(STEAM_DENSITY, p), slope(WATER_DENSITY, p),
    )  # fmt: skip
    metal, hc, steam = METAL_HEAT * slope(SATURATION, p), hs - hw, TOTAL - volume
    eta = steam_ratio(ar, rs, rw)
    rest = log_rest(eta)
    av, av_ar = void_of(rest, rs, rw), void_by_fraction(eta, rest, rs, rw)
    av_p = void_by_pressure(eta, rest, rs, rw, rs_p, rw_p)
    e11, e12 = rw - rs, volume * rw_p + steam * rs_p
    e21 = rw * hw - rs * hs
    e22 = volume * (hw * rw_p + rw * hw_p) + steam * (hs * rs_p + rs * hs_p) - TOTAL + METAL * metal
    b1, b2 = qf - qs, heat + qf * FEED_ENTHALPY - qs * hs
    p_rate = (e11 * b2 - e21 * b1) / (e11 * e22 - e21 * e12)
    dx[0] = (b1 - e12 * p_rate) / e11
    dx[1] = p_rate / MEGA
    e32 = (rw * hw_p - ar * hc * rw_p) * (1 - av) * RISERS + ((1 - ar) * hc * rs_p + rs * hs_p) * av * RISERS
    e32 += (rs + (rw - rs) * ar) * hc * RISERS * av_p - RISERS + METAL_OF_RISERS * metal
    e33 = ((1 - ar) * rs + ar * rw) * hc * RISERS * av_ar
    ar_rate = (heat - ar * hc * downcomer_flow(av, rs, rw) - e32 * p_rate) / e33
    dx[2] = 0.0 if x[2] <= 0 and ar_rate < 0 else ar_rate
    drum = water_in_drum(volume, av)
    stored = rs * under * hs_p + rw * drum * hw_p - under - drum + METAL_OF_DRUM * metal
    rising = ar * (1 + BETA) * RISERS
    e42 = under * rs_p + stored / hc + rising * (av * rs_p + (1 - av) * rw_p + (rs - rw) * av_p)
    e43 = rising * (rs - rw) * av_ar
    b4 = rs / RESIDENCE * (STEAM_AT_REST - under) + qf * (FEED_ENTHALPY - hw) / hc
    under_rate = (b4 - e42 * p_rate - e43 * dx[2]) / rs
    dx[3] = 0.0 if under <= 0 and under_rate < 0 else under_rate


def level(x: Any) -> float:
    """Of the drum in m, from its bottom."""
    return float((water_in_drum(x[0], void(max(x[2], 0.0), x[1])) + x[3]) / DRUM_AREA)


def outputs(x: Any, u: Any, y: Any) -> None:
    """Pressure, level, steam fraction and void, flows, volumes, temperature."""
    fraction = max(x[2], 0.0)
    y[0], y[1] = x[1], level(x) - NOMINAL_LEVEL
    y[2], y[3] = fraction, void(fraction, x[1])
    y[4], y[5] = circulation(fraction, x[1]), feedwater(u)
    y[6], y[7] = x[0], max(x[3], 0.0)
    y[8] = at(SATURATION, x[1])


def steam_at_rest(under: float, flow: float, pressure: float) -> float:
    """V0 that gives this steam volume under the level at this load, m³."""
    subcooled = at(WATER_ENTHALPY, pressure) - FEED_ENTHALPY
    latent = at(STEAM_ENTHALPY, pressure) - at(WATER_ENTHALPY, pressure)
    return under + RESIDENCE * subcooled * flow / (at(STEAM_DENSITY, pressure) * latent)


def heat_for(flow: float, pressure: float) -> float:
    """Q in MW that makes this much steam."""
    return flow * (at(STEAM_ENTHALPY, pressure) - FEED_ENTHALPY) / MEGA


def steam_fraction(heat: float, pressure: float) -> float:
    """ar at rest for this heat (MW): the risers pass all of it on."""
    latent = (at(STEAM_ENTHALPY, pressure) - at(WATER_ENTHALPY, pressure)) / MEGA
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle * latent * circulation(middle, pressure) < heat:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


STEAM_AT_REST = steam_at_rest(NOMINAL_STEAM, NOMINAL_FLOW, NOMINAL_PRESSURE)
NOMINAL_HEAT = heat_for(NOMINAL_FLOW, NOMINAL_PRESSURE)
START = (NOMINAL_WATER, NOMINAL_PRESSURE, steam_fraction(NOMINAL_HEAT, NOMINAL_PRESSURE), NOMINAL_STEAM)
NOMINAL_LEVEL = level(START)
NOMINAL_INPUTS = (NOMINAL_FLOW, NOMINAL_FLOW, NOMINAL_HEAT, 0.0, 0.0, 0.0, 0.0, 0.0)


def equilibrium(flow: float, pressure: float) -> tuple[float, float, float, float]:
    """The state at rest at this load and pressure with the level where it belongs."""
    fraction = steam_fraction(heat_for(flow, pressure), pressure)
    under = STEAM_AT_REST - steam_at_rest(0.0, flow, pressure)
    drum = NOMINAL_LEVEL * DRUM_AREA - under
    return drum + DOWNCOMERS + (1 - void(fraction, pressure)) * RISERS, pressure, fraction, under


def mass(x: Any, u: Any) -> float:
    """Water and steam, kg."""
    return float(at(WATER_DENSITY, x[1]) * x[0] + at(STEAM_DENSITY, x[1]) * (TOTAL - x[0]))


def mass_flow(x: Any, u: Any) -> float:
    """What enters and does not leave, kg/s."""
    return float(feedwater(u) - u[1])


def energy(x: Any, u: Any) -> float:
    """Of water, steam and metal, J."""
    p = x[1]
    water = at(WATER_DENSITY, p) * at(WATER_ENTHALPY, p) * x[0]
    steam = at(STEAM_DENSITY, p) * at(STEAM_ENTHALPY, p) * (TOTAL - x[0])
    return float(water + steam - p * MEGA * TOTAL + METAL * METAL_HEAT * at(SATURATION, p))


def energy_flow(x: Any, u: Any) -> float:
    """What enters and does not leave, W."""
    return float(u[2] * MEGA + feedwater(u) * FEED_ENTHALPY - u[1] * at(STEAM_ENTHALPY, x[1]))


EQUATIONS = Equations(
    states=("water volume (m³)", "pressure (MPa)", "steam fraction", "steam volume under the level (m³)"),
    rates=rates,
    outputs=outputs,
    start=START,
    solver=Solver(Method.ROSENBROCK, longest=60.0, relative=1e-8, absolute=(1e-7, 1e-8, 1e-9, 1e-7)),
    balances=(Balance("mass", mass, mass_flow), Balance("energy", energy, energy_flow)),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 9)

_TAGS = (
    Tag("feedwater_flow", Role.INPUT, "kg/s", 0, MOST_FEEDWATER, NOMINAL_FLOW, "Feedwater to the drum (qf)", "FIC_FW",
        2),
    Tag("steam_flow", Role.INPUT, "kg/s", 0, 100, NOMINAL_FLOW, "Steam drawn from the drum (qs)", "FI_STEAM", 2),
    Tag("heat", Role.INPUT, "MW", 0, 150, NOMINAL_HEAT, "Heat to the risers (Q)", "QIC_HEAT", 2),
    Tag("steam_feedforward", Role.PARAMETER, "", 0, 1, 0,
        "Whether a change of the steam flow is added to the feedwater (three-element control)", "", 0,
        states=("off", "on")),
    Tag("drum_pressure", Role.OUTPUT, "MPa", 4, 12, _NOMINAL[0], "Pressure in the drum (p)", "PI_DRUM", 3,
        Limits(high_high=10.5, high=9.5), noise=0.002),
    Tag("drum_level", Role.OUTPUT, "m", -1.5, 1.5, _NOMINAL[1], "Level of the drum from that of the operating point",
        "LI_DRUM", 3, Limits(high_high=0.20, high=0.10, low=-0.10, low_low=-0.20), noise=0.001),
    Tag("steam_fraction", Role.OUTPUT, "", 0, 0.2, _NOMINAL[2], "Steam mass fraction at the outlet of the risers (ar)",
        "XI_AR", 4),
    Tag("void_fraction", Role.OUTPUT, "", 0, 1, _NOMINAL[3], "Mean steam volume fraction in the risers (av)", "XI_AV",
        4),
    Tag("downcomer_flow", Role.OUTPUT, "kg/s", 0, 2000, _NOMINAL[4], "Water in the downcomers (qdc)", "FI_DC", 1),
    Tag("feedwater", Role.OUTPUT, "kg/s", 0, MOST_FEEDWATER, _NOMINAL[5], "Feedwater as delivered with feedforward",
        "FI_FW", 2, noise=0.2),
    Tag("water_volume", Role.OUTPUT, "m³", 0, TOTAL, _NOMINAL[6], "Water in drum, risers and downcomers (Vwt)", "VI_WT",
        3),
    Tag("steam_volume", Role.OUTPUT, "m³", 0, 30, _NOMINAL[7], "Steam under the level of the drum (Vsd)", "VI_SD", 3),
    Tag("steam_temperature", Role.OUTPUT, "°C", 250, 330, _NOMINAL[8], "Temperature of the saturated steam", "TI_DRUM",
        2),
)  # fmt: skip

_OWN = "own tuning, checked in simulation"
_AUTO = {"steam_feedforward": 1, "drum_level_mode": AUTO, "drum_pressure_mode": AUTO}


def _at_rest(name: str, description: str, flow: float, pressure: float) -> Start:
    inputs = {"feedwater_flow": flow, "steam_flow": flow, "heat": heat_for(flow, pressure)}
    return Start(name, description, inputs, equilibrium(flow, pressure))


MODEL = Model(
    id="drum-boiler",
    name="Drum boiler",
    description="Steam from a drum with natural circulation: the level swells before it falls, and it integrates.",
    sources=("K. J. Åström, R. D. Bell: Drum-boiler dynamics, Automatica 36 (2000) 363",),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("drum_level", "feedwater_flow", 100.0, 200.0, _OWN),
        Loop("drum_pressure", "heat", 100.0, 100.0, _OWN),
    ),
    interlocks=(
        Interlock(
            "level_high_trip",
            "Water threatens the turbine: feedwater and fire are stopped",
            "drum_level",
            0.20,
            Side.HIGH,
            {"feedwater_flow": 0.0, "heat": 0.0},
        ),
        Interlock(
            "level_low_trip",
            "The risers threaten to run dry: the fire is stopped",
            "drum_level",
            -0.20,
            Side.LOW,
            {"heat": 0.0},
        ),
        Interlock(
            "pressure_high_trip",
            "The pressure is too high: the fire is stopped",
            "drum_pressure",
            11.5,
            Side.HIGH,
            {"heat": 0.0},
        ),
        Interlock(
            "pressure_low_trip",
            "The pressure is too low for the turbine: the steam is shut off",
            "drum_pressure",
            5.2,
            Side.LOW,
            {"steam_flow": 0.0},
        ),
    ),
    starts=(
        Start("steady", "Medium load, 50 kg/s at 8.5 MPa, all loops in manual: the level integrates"),
        Start("closed-loop", "Medium load, three-element level control and pressure control in auto", _AUTO),
        _at_rest("low-load", "At rest with 20 kg/s at 8.5 MPa, all loops in manual", 20.0, 8.5),
        _at_rest("high-load", "At rest with 80 kg/s at 8.5 MPa, all loops in manual", 80.0, 8.5),
        _at_rest("hot-standby", "At rest with 5 kg/s at 6 MPa: raise pressure and load from here", 5.0, 6.0),
    ),
    time_unit="s",
    sample_time=1.0,
    longest_step=5.0,
    documentation=__doc__ or "",
    exercises=(
        "Raise steam_flow by 10 kg/s, all loops in manual. Why does the level rise first although water is lost? Find "
        "the time at which it is back where it was.",
        "Cut heat by 10 MW: explain the shrink. Which state is to blame?",
        "Compare the level after a step of steam_flow in the start closed-loop with steam_feedforward on and off.",
        "Try to hold the level by a loop on the level alone with ten times the gain. What does the inverse response "
        "limit?",
        "Repeat the step of steam_flow at low-load and high-load: where is the swell larger, and why?",
    ),
    showing=Showing("closed-loop", "steam_flow", 10.0, 300.0, ("drum_level", "drum_pressure", "steam_volume")),
)
