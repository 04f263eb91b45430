"""No tag of an own model may be named like a path of the API."""

from engine_api.app import build_app
from plant.own.rules import TAKEN

PREFIX = "/api/sims/{sim_id}/"


def test_every_word_below_a_simulation_is_taken():
    below = {path.removeprefix(PREFIX) for path in build_app().openapi()["paths"] if path.startswith(PREFIX)}
    assert {path.partition("/")[0] for path in below if not path.startswith("{")} <= TAKEN
