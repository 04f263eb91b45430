"""The declared ranges of the ethylene reactor hold every steady state of the allowed inputs."""

from itertools import product

import numpy as np
import pytest

from plant.models.ethylene_oxidation import MODEL
from plant.simulation import Simulation
from plant.tags import Role

CORNERS = list(product((0.07, 0.7042), (0.2465, 2.4648), (0.6, 1.2)))


@pytest.mark.parametrize("corner", CORNERS)
def test_every_corner_is_shown_without_clipping(corner):
    """At rest no reading lies on the end of its range: widest are ethylene 4.07 and ethylene oxide 0.25."""
    names = ("feed_flow", "feed_ethylene", "coolant_temperature")
    simulation = Simulation(MODEL, 1.0, dict(zip(names, corner, strict=True)))
    for _ in range(3000):
        simulation.advance()
    for tag, value in zip(MODEL.tags, simulation.values.tolist(), strict=True):
        if tag.role is Role.OUTPUT:
            assert tag.low < value < tag.high, tag.name


def test_a_sudden_change_of_the_feed_is_clipped_by_the_instrument():
    """Rich gas in the reactor, then a lean feed: more ethylene leaves than enters, so the conversion shows 0 %."""
    simulation = Simulation(MODEL, 1.0, {"feed_ethylene": 2.4648})
    for _ in range(1000):
        simulation.advance()
    simulation.set("feed_ethylene", 0.2465)
    simulation.advance()
    assert simulation.values[MODEL.index("conversion")] == 0.0
    assert simulation.values[MODEL.index("yield")] <= 0.2
    assert np.isfinite(simulation.values).all()
