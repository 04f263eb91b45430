"""Simulations share nothing and do not grow."""

import gc
import sys

import pytest

from plant.catalog import MODELS
from plant.simulation import Simulation

EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@EVERY
def test_two_simulations_of_one_model_share_no_state(model):
    """One is driven hard, the other stays at its start, and a third that starts then is as new."""
    driven, still = Simulation(model, 1.0), Simulation(model, 1.0)
    start = still.snapshot()
    for tag in model.own_tags:
        if tag.writable:
            driven.set(tag.name, tag.high)
    for _ in range(100):
        driven.advance()
    assert still.snapshot() == start
    assert Simulation(model, 1.0).snapshot() == start
    assert driven.values.tolist() != still.values.tolist()


@EVERY
def test_no_growth_over_a_hundred_thousand_steps(model):
    """The number of living blocks of memory and the size of the state do not rise in 10^5 steps."""
    simulation = Simulation(model, 0.05)
    for _ in range(100):
        simulation.advance()
    size = len(simulation.snapshot())
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(100_000):
        simulation.advance()
    gc.collect()
    assert sys.getallocatedblocks() - before < 1_000
    assert len(simulation.snapshot()) - size == len(str(simulation.tick)) - len("100")
