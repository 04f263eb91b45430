"""The semi-batch polymerisation: trajectories, recipe, split range, override and trip."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.poly_semibatch import EQUATIONS, MODEL
from plant.simulation import Simulation

STATES = (
    "water_mass", "monomer_mass", "polymer_mass", "reactor_temperature", "steel_temperature", "jacket_temperature",
    "exchanger_temperature", "exchanger_coolant_temperature", "accumulated_feed",
)  # fmt: skip


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def textbook(flow, jacket, exchanger, heat, rate):
    """After the published equations, with the adiabatic temperature integrated as a tenth state."""

    def change(_t, x):
        water, monomer, polymer, tr, ts, tm, tek, tawt, _fed, _tad = x
        conversion = polymer / (monomer + polymer)
        total = water + monomer + polymer
        factor = 4.0 * (1 - conversion) + 32.0 * conversion
        k1 = rate * np.exp(-8500.0 / (8.314 * tr)) * factor
        k2 = rate * np.exp(-8500.0 / (8.314 * tek)) * factor
        wall = (water * 4800 * 3.6 + monomer * 1000 * 3.6 + polymer * 100 * 3.6) / total
        reactor = k1 * (monomer - monomer * 200 / total)
        outside = k2 * (monomer / total) * 200
        a_in, w_in = 0.667 * flow - reactor - outside, 0.333 * flow
        heating = flow * 3.0 * (25 + 273.15 - tr) - wall * 65 * (tr - ts) - 20000 * 5 * (tr - tek) + heat * reactor
        tr_rate = heating / (5 * total)
        alfa = 5 * 20e4 * 3.6
        return [
            w_in, a_in, reactor + outside, tr_rate,
            (wall * 65 * (tr - ts) - wall * 65 * (ts - tm)) / (0.47 * 39000),
            (300000 * 4.2 * (jacket - tm) + wall * 65 * (ts - tm)) / (4.2 * 5000),
            (20000 * 5 * (tr - tek) - alfa * (tek - tawt) + heat * outside) / (5 * 200),
            (100000 * 4.2 * (exchanger - tawt) - alfa * (tawt - tek)) / (4.2 * 1000),
            flow,
            heat / 5 * (a_in * total - monomer * flow) / total**2 + tr_rate,
        ]  # fmt: skip

    return change


@pytest.mark.parametrize(
    "inputs",
    [(20000.0, 363.15, 338.15, 950.0, 7.0), (8000.0, 333.15, 373.15, 1235.0, 4.9), (0.0, 373.15, 333.15, 665.0, 9.1)],
)
@pytest.mark.parametrize("step", [1.0, 7.5, 60.0])
def test_trajectories_are_those_of_an_independent_integration(inputs, step):
    names = ("feed_flow", "jacket_inlet", "exchanger_inlet", "reaction_heat", "reaction_rate")
    simulation = Simulation(MODEL, step, dict(zip(names, inputs, strict=True)), "constant-feed")
    adiabatic = inputs[3] * 853 / (5 * (10000 + 853 + 26.5)) + 363.15
    simulation.advance(round(1800 / step))
    answer = solve_ivp(textbook(*inputs), (0, 0.5), [*EQUATIONS.start, adiabatic], "Radau", rtol=1e-11, atol=1e-10)
    found = [value(simulation, name) for name in (*STATES, "adiabatic_temperature")]
    assert found == pytest.approx(answer.y[:, -1], rel=1e-8)


def run(inputs: dict[str, float] | None = None, start: str = "recipe", step: float = 5.0) -> dict[str, list[float]]:
    """A batch until it is finished, at most six hours."""
    simulation = Simulation(MODEL, step, inputs or {}, start)
    trace: dict[str, list[float]] = {tag.name: [] for tag in MODEL.tags}
    while value(simulation, "phase") < 3 and simulation.time < 6 * 3600:
        simulation.advance()
        for tag, number in zip(MODEL.tags, simulation.values.tolist(), strict=True):
            trace[tag.name].append(number)
    return trace


def test_the_recipe_feeds_holds_and_finishes():
    trace = run()
    assert sorted(set(trace["phase"])) == [1.0, 2.0, 3.0]
    assert trace["phase"] == sorted(trace["phase"])
    assert trace["accumulated_feed"][-1] == pytest.approx(30000.0, abs=1e-6)
    assert trace["monomer_mass"][-1] < 50.0
    assert max(trace["adiabatic_temperature"]) < 382.15
    assert 361.15 < min(trace["reactor_temperature"]) < max(trace["reactor_temperature"]) < 365.15
    assert trace["polymer_mass"][-1] + trace["monomer_mass"][-1] + trace["water_mass"][-1] == pytest.approx(
        10000 + 853 + 26.5 + 29700, abs=1e-3
    )


@pytest.mark.parametrize("change", [{"reaction_rate": 4.9}, {"reaction_rate": 9.1}, {"reaction_heat": 1235.0}])
def test_the_override_keeps_the_batch_from_its_trip_with_uncertain_parameters(change):
    trace = run(change)
    assert trace["phase"][-1] == 3.0
    assert max(trace["feed_trip"]) == 0.0
    assert max(trace["adiabatic_temperature"]) < 383.0


def test_feeding_too_fast_breaks_the_limits_and_the_trip_stops_it_once_in_service():
    simulation = Simulation(MODEL, 1.0, start="constant-feed")
    simulation.advance(1800)
    assert value(simulation, "adiabatic_temperature") > 390
    assert value(simulation, "feed_trip") == 0.0
    simulation.set("protection_mode", 1)
    simulation.advance()
    assert (value(simulation, "feed_trip"), value(simulation, "feed_flow")) == (1.0, 0.0)
    assert value(simulation, "reactor_feed") == 0.0


@pytest.mark.parametrize(
    ("demand", "jacket", "exchanger"), [(0, 373.15, 373.15), (25, 353.15, 373.15), (50, 333.15, 373.15),
                                        (75, 333.15, 353.15), (100, 333.15, 333.15)]
)  # fmt: skip
def test_split_range(demand, jacket, exchanger):
    simulation = Simulation(MODEL, 1.0, {"cooling_demand": float(demand)})
    simulation.advance()
    assert value(simulation, "jacket_inlet_temperature") == pytest.approx(jacket)
    assert value(simulation, "exchanger_inlet_temperature") == pytest.approx(exchanger)
    simulation.set("inlet_mode", 0)
    simulation.advance()
    assert value(simulation, "jacket_inlet_temperature") == 363.15
    assert value(simulation, "exchanger_inlet_temperature") == 338.15


@pytest.mark.parametrize("step", [0.7, 1.0, 60.0])
def test_the_feed_ends_exactly_whatever_the_step(step):
    simulation = Simulation(MODEL, step, {"feed_flow": 30000.0, "protection_mode": 0}, "recipe")
    simulation.advance(round(4200 / step))
    assert value(simulation, "accumulated_feed") == pytest.approx(30000.0, abs=1e-6)
    assert value(simulation, "reactor_feed") == 0.0
    simulation.set("recipe_mode", 0)
    simulation.advance(round(1200 / step))
    assert value(simulation, "accumulated_feed") == pytest.approx(35000.0, abs=1e-6)
    assert value(simulation, "phase") == 0.0


def test_everything_fed_cold_and_then_reacted_stays_inside_the_ranges():
    simulation = Simulation(
        MODEL, 10.0,
        {"feed_flow": 30000.0, "jacket_inlet": 333.15, "exchanger_inlet": 333.15, "reaction_rate": 4.9,
         "reaction_heat": 1235.0}, "constant-feed",
    )  # fmt: skip
    simulation.advance(360)
    for name in ("jacket_inlet", "exchanger_inlet"):
        simulation.set(name, 373.15)
    simulation.set("reaction_rate", 9.1)
    hottest = 0.0
    for _ in range(720):
        simulation.advance()
        hottest = max(hottest, value(simulation, "reactor_temperature"))
    assert hottest < 550
