"""Linear models against published and analytic ones, and in python-control's hands."""

import numpy as np
import pytest

from plant.catalog import MODELS
from plant.equations import Equations
from plant.errors import NotSupported
from plant.models.quadruple_tank import MODEL as TANKS
from plant.simulation import Simulation
from plant.solvers.linearize import linearize

DIFFERENTIAL = [model for model in MODELS.values() if isinstance(model.equations, Equations)]


@pytest.mark.parametrize("model", DIFFERENTIAL, ids=[model.id for model in DIFFERENTIAL])
def test_the_linear_model_predicts_a_small_move(model):
    """A small deviation moves as A, B, C, D say: the rates of the equations are those of the linear model."""
    simulation = Simulation(model, model.sample_time)
    here = linearize(model, simulation.states, simulation.values)
    rng = np.random.default_rng(5)
    spans = np.array([model.tags[i].high - model.tags[i].low for i in model.input_indices])
    constant = np.array([bool(model.tags[i].states) for i in model.input_indices])
    du = np.where(constant, 0.0, 1e-6 * spans * rng.uniform(-1, 1, len(spans)))
    dx = 1e-6 * np.abs(here.x) * rng.uniform(-1, 1, len(here.x))
    moved, values = simulation.states, simulation.values.copy()
    moved[: len(dx)] += dx
    values[model.input_indices] += du
    there = linearize(model, moved, values)
    predicted = here.residual + here.a @ dx + here.b @ du
    scale = np.abs(here.a) @ np.abs(dx) + np.abs(here.b) @ np.abs(du) + 1e-9 * np.abs(here.residual)
    assert (np.abs(there.residual - predicted) <= 2e-2 * scale + 1e-13).all()
    shown = here.y + here.c @ dx + here.d @ du
    reach = np.abs(here.c) @ np.abs(dx) + np.abs(here.d) @ np.abs(du) + 1e-12 * np.abs(here.y)
    assert (np.abs(there.y - shown) <= 2e-2 * reach + 1e-13).all()


def test_names_and_shapes():
    found = linearize(TANKS, Simulation(TANKS, 1.0).states, Simulation(TANKS, 1.0).values)
    assert (found.a.shape, found.b.shape, found.c.shape, found.d.shape) == ((4, 4), (4, 6), (6, 4), (6, 6))
    assert found.inputs[:2] == ("pump_1_voltage", "pump_2_voltage")
    assert found.outputs[-1] == "level_2_signal"
    assert found.residual == pytest.approx(np.zeros(4), abs=1e-12)


def test_python_control_takes_it():
    """The steady gains of the object of python-control are Johansson's: 2.6 and 2.8 on the diagonal."""
    simulation = Simulation(TANKS, 1.0)
    system = linearize(TANKS, simulation.states, simulation.values).to_control()
    gains = system.dcgain()
    assert (gains[4, 0], gains[5, 1]) == pytest.approx((2.6, 2.8), rel=0.04)
    assert list(system.input_labels)[:1] == ["pump_1_voltage"]


def test_dead_time_is_said():
    model = MODELS["wood-berry"]
    simulation = Simulation(model, 1.0)
    with pytest.raises(NotSupported, match="wood-berry"):
        linearize(model, simulation.states, simulation.values)
