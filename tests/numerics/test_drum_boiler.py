"""The drum boiler against the published matrix written anew, its conservation laws, loops and trips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from plant.models import drum_boiler as model
from plant.models.drum_boiler import EQUATIONS, MODEL, NOMINAL_INPUTS
from plant.simulation import Simulation
from tests.numerics.calling import rates

CP, VT, VR, VDC, AD, ADC = 550.0, 88.0, 37.0, 11.0, 20.0, 0.38
TABLE = {
    "hs": (2750958.442, -15741.46968, -850.9751285, 17.68376173, -4.163328983),
    "hw": (1340695.664, 46505.88618, -1328.416550, 130.2205523, -9.985247053),
    "rs": (45.60841997, 6.291112825, 0.1678316314, 0.008054732484, 0.0003471878967),
    "rw": (713.6305038, -17.02259094, 0.1892724442, -0.03507813238, 0.002082864708),
    "ts": (299.2712189, 8.323014044, -0.3747123684, 0.02853830604, -0.002452538595),
}


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def properties(p):
    """Values and slopes (per Pa) of the five properties at p in MPa."""
    fits = {name: np.polynomial.Polynomial(c) for name, c in TABLE.items()}
    return {n: f(p - 8.5) for n, f in fits.items()}, {n: f.deriv()(p - 8.5) / 1e6 for n, f in fits.items()}


def void(ar, p):
    """av by its definition: the mean volume fraction of a mass fraction that grows evenly from 0 to ar."""
    value, _ = properties(p)
    rs, rw = value["rs"], value["rw"]
    part, weight = np.polynomial.legendre.leggauss(40)
    fraction = ar * (part + 1) / 2
    return float((weight / 2) @ (rw * fraction / (rs + (rw - rs) * fraction)))


def published(_time, x, qf, qs, q):
    """E x' = b with the slopes of the void fraction by differences of its definition."""
    vwt, p, ar, vsd = x
    v, d = properties(p)
    hs, hw, rs, rw, hc = v["hs"], v["hw"], v["rs"], v["rw"], v["hs"] - v["hw"]
    av = void(ar, p)
    av_ar = (void(ar + 1e-5, p) - void(ar - 1e-5, p)) / 2e-5
    av_p = (void(ar, p + 1e-4) - void(ar, p - 1e-4)) / 200
    vst, vwd = VT - vwt, vwt - VDC - (1 - av) * VR
    e = np.zeros((4, 4))
    e[0, :2] = rw - rs, vwt * d["rw"] + vst * d["rs"]
    e[1, 0] = rw * hw - rs * hs
    e[1, 1] = (
        vwt * (hw * d["rw"] + rw * d["hw"]) + vst * (hs * d["rs"] + rs * d["hs"]) - VT + 300e3 * CP * d["ts"]
    )  # fmt: skip
    e[2, 1] = (
        (rw * d["hw"] - ar * hc * d["rw"]) * (1 - av) * VR + ((1 - ar) * hc * d["rs"] + rs * d["hs"]) * av * VR
        + (rs + (rw - rs) * ar) * hc * VR * av_p - VR + 160e3 * CP * d["ts"]
    )  # fmt: skip
    e[2, 2] = ((1 - ar) * rs + ar * rw) * hc * VR * av_ar
    e[3, 1] = (
        vsd * d["rs"] + (rs * vsd * d["hs"] + rw * vwd * d["hw"] - vsd - vwd + 100e3 * CP * d["ts"]) / hc
        + ar * 1.3 * VR * (av * d["rs"] + (1 - av) * d["rw"] + (rs - rw) * av_p)
    )  # fmt: skip
    e[3, 2] = ar * 1.3 * (rs - rw) * VR * av_ar
    e[3, 3] = rs
    qdc = np.sqrt(2 * rw * ADC * (rw - rs) * 9.81 * av * VR / 25)
    hf, v0 = 1029941.75, 7.7988302674
    b = [qf - qs, q * 1e6 + qf * hf - qs * hs, q * 1e6 - ar * hc * qdc, rs / 12 * (v0 - vsd) + qf * (hf - hw) / hc]
    return np.linalg.solve(e, b) / (1, 1e6, 1, 1)


STATES = st.tuples(st.floats(45, 70), st.floats(5.2, 11.5), st.floats(0.002, 0.15), st.floats(0.5, 12))
INPUTS = st.tuples(st.floats(0, 130), st.floats(0, 100), st.floats(0, 150))


@given(STATES, INPUTS)
def test_rates_are_those_of_the_published_matrix(x, u):
    ours = rates(EQUATIONS, x, (*u, 0.0, 0.0, 0.0, 0.0, 0.0))
    expected = published(0.0, x, *u)
    assert ours == pytest.approx(expected, rel=1e-5, abs=1e-8)


@given(st.floats(1e-7, 0.2), st.floats(5, 12))
def test_void_fraction_by_its_definition(fraction, pressure):
    assert model.void(fraction, pressure) == pytest.approx(void(fraction, pressure), rel=1e-9)


@pytest.mark.parametrize("fraction", [1e-7, 1e-5, 6.8e-5, 6.9e-5, 1e-3, 0.05])
def test_slopes_of_the_void_fraction(fraction):
    """On both sides of the switch to series the formulas are the slopes of av."""
    value, slope = properties(8.0)
    rs, rw = value["rs"], value["rw"]
    eta = model.steam_ratio(fraction, rs, rw)
    rest, width = model.log_rest(eta), 1e-3 * fraction
    by_fraction = (model.void(fraction + width, 8.0) - model.void(fraction - width, 8.0)) / (2 * width)
    assert model.void_by_fraction(eta, rest, rs, rw) == pytest.approx(by_fraction, rel=1e-5)
    by_pressure = (model.void(fraction, 8.001) - model.void(fraction, 7.999)) / 2000
    ours = model.void_by_pressure(eta, rest, rs, rw, slope["rs"], slope["rw"])
    assert ours == pytest.approx(by_pressure, rel=1e-5)


@given(STATES, INPUTS)
def test_mass_and_energy_are_conserved_to_rounding(x, u):
    """The slopes of the stored mass and energy, from the slopes of the properties, along the rates."""
    inputs = (*u, 0.0, 0.0, 0.0, 0.0, 0.0)
    water_rate, p_rate = rates(EQUATIONS, x, inputs)[:2]
    v, d = properties(x[1])
    steam, p_rate = VT - x[0], p_rate * 1e6
    mass = (v["rw"] - v["rs"]) * water_rate + (x[0] * d["rw"] + steam * d["rs"]) * p_rate
    stored = x[0] * (d["rw"] * v["hw"] + v["rw"] * d["hw"]) + steam * (d["rs"] * v["hs"] + v["rs"] * d["hs"])
    energy = (v["rw"] * v["hw"] - v["rs"] * v["hs"]) * water_rate + (stored - VT + 300e3 * CP * d["ts"]) * p_rate
    assert mass == pytest.approx(u[0] - u[1], abs=1e-9)
    assert energy == pytest.approx(u[2] * 1e6 + u[0] * 1029941.75 - u[1] * v["hs"], abs=1e-2)


@pytest.mark.parametrize("inputs", [(50.0, 55.0, 86.0), (60.0, 50.0, 90.0), (45.0, 50.0, 70.0)])
@pytest.mark.parametrize("step", [1.0, 5.0])
def test_agrees_with_an_independent_integration(inputs, step):
    reference = solve_ivp(published, (0, 60), EQUATIONS.start, "DOP853", rtol=1e-10, atol=1e-11, args=inputs).y[:, -1]
    names = ("feedwater_flow", "steam_flow", "heat")
    simulation = Simulation(MODEL, step, dict(zip(names, inputs, strict=True)))
    simulation.advance(round(60 / step))
    assert simulation.states[:4] == pytest.approx(reference, rel=1e-6)


def test_the_totals_of_an_hour_close():
    """Mass and energy after 200 s of manual operation differ by what went in and out."""
    simulation = Simulation(MODEL, 1.0, {"steam_flow": 52.0, "heat": 88.0})
    before = [balance.stored(simulation.states, NOMINAL_INPUTS) for balance in EQUATIONS.balances]
    gone = 0.0
    for _ in range(200):
        inside = model.at(model.STEAM_ENTHALPY, simulation.states[1])
        simulation.advance()
        gone += 52.0 * 0.5 * (inside + model.at(model.STEAM_ENTHALPY, simulation.states[1]))
    after = [balance.stored(simulation.states, NOMINAL_INPUTS) for balance in EQUATIONS.balances]
    assert after[0] - before[0] == pytest.approx(-2.0 * 200, abs=1e-3)
    assert after[1] - before[1] == pytest.approx(200 * (88e6 + 50 * 1029941.75) - gone, rel=1e-4)


def test_shrink_and_swell():
    """Inverse response both ways: more steam swells first, less heat shrinks."""
    swell = Simulation(MODEL, 1.0, {"steam_flow": 55.0})
    swell.advance(10)
    assert value(swell, "drum_level") > 0.02
    swell.advance(190)
    assert value(swell, "drum_level") < 0
    shrink = Simulation(MODEL, 1.0, {"heat": 40.0})
    shrink.advance(5)
    assert value(shrink, "drum_level") < -0.015
    shrink.advance(25)
    assert value(shrink, "drum_level") > 0.03


@pytest.mark.parametrize("load", [40.0, 60.0, 70.0])
def test_three_element_control_holds_level_and_pressure(load):
    simulation = Simulation(MODEL, 1.0, {"steam_flow": load}, start="closed-loop")
    simulation.advance(3600)
    assert value(simulation, "drum_level") == pytest.approx(0.0, abs=1e-4)
    assert value(simulation, "drum_pressure") == pytest.approx(8.5, abs=1e-4)
    assert value(simulation, "feedwater") == pytest.approx(load, abs=0.01)
    assert value(simulation, "level_high_trip") == value(simulation, "level_low_trip") == 0


def test_loads_and_standby_are_at_rest_with_the_level_in_place():
    for start in ("low-load", "high-load", "hot-standby"):
        simulation = Simulation(MODEL, 1.0, start=start)
        assert value(simulation, "drum_level") == pytest.approx(0.0, abs=1e-9)
        inputs = [*simulation.values[MODEL.input_indices], 0.0, 0.0, 0.0, 0.0]
        assert rates(EQUATIONS, simulation.states[:4], inputs) == pytest.approx([0] * 4, abs=1e-9)


@pytest.mark.parametrize(
    ("inputs", "trip", "tag", "limit", "forced"),
    [
        ({"feedwater_flow": 130.0}, "level_high_trip", "drum_level", 0.2, ("feedwater_flow", "heat")),
        ({"feedwater_flow": 0.0}, "level_low_trip", "drum_level", -0.2, ("heat",)),
        ({"steam_flow": 30.0, "feedwater_flow": 30.0}, "pressure_high_trip", "drum_pressure", 11.5, ("heat",)),
        ({"heat": 0.0, "feedwater_flow": 65.0}, "pressure_low_trip", "drum_pressure", 5.2, ("steam_flow",)),
    ],
)
def test_trips(inputs, trip, tag, limit, forced):
    """The limit is met inside a step, the inputs are forced from then on."""
    simulation = Simulation(MODEL, 1.0, inputs)
    while not value(simulation, trip):
        simulation.advance()
        assert simulation.time < 3600
    assert value(simulation, tag) == pytest.approx(limit, abs=0.05)
    assert [value(simulation, name) for name in forced] == [0.0] * len(forced)
    simulation.advance(600)
    assert 4.0 < value(simulation, "drum_pressure") < 12.0


@pytest.mark.parametrize("seed", range(10))
def test_whatever_the_inputs_the_state_stays_physical(seed):
    """Half an hour of jumps between the ends of the inputs, with resets of the trips."""
    random = np.random.default_rng(seed)
    simulation = Simulation(MODEL, 1.0)
    for _ in range(60):
        for name in ("feedwater_flow", "steam_flow", "heat"):
            tag = MODEL.tag(name)
            simulation.set(name, (tag.low, tag.high, tag.nominal)[random.integers(3)])
        simulation.set("trip_reset", float(random.integers(2)))
        simulation.advance(30)
        water, pressure, fraction, under = simulation.states[:4]
        assert 20 < water < 85
        assert 4.0 < pressure < 12.0
        assert -1e-6 < fraction < 0.2
        assert -0.1 < under < 30
