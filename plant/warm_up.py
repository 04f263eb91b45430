"""Warming up: what a model needs compiled is compiled, or read from the cache, before it is asked for."""

from plant.equations import Equations
from plant.model import Model
from plant.simulation import Simulation
from plant.solvers.linearize import linearize


def warm(model: Model) -> None:
    """Take one step of the model and linearise it. Raises what the model's own start or step raises."""
    simulation = Simulation(model, model.sample_time)
    simulation.advance()
    if isinstance(model.equations, Equations):
        linearize(model, simulation.states, simulation.values)
