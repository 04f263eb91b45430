"""The linear model of a model by REST."""

import httpx
import pytest


def test_the_tanks_as_matrices(client: httpx.Client):
    """Johansson's time constants 62, 90, 23 and 30 s are the poles."""
    answer = client.get("/api/models/quadruple-tank/linearization").json()
    assert sorted(-1 / real for real, _ in answer["poles"]) == pytest.approx([23, 30, 62, 90], rel=0.04)
    assert (answer["start"], answer["inputs"][0], answer["outputs"][0]) == ("steady", "pump_1_voltage", "level_1")
    assert len(answer["a"]) == len(answer["x"]) == 4
    assert len(answer["d"]) == len(answer["outputs"])


def test_the_motor_exactly_as_declared(client: httpx.Client):
    answer = client.get("/api/models/dc-motor/linearization?start=running").json()
    assert (answer["a"], answer["b"]) == ([[-10, 1], [-0.02, -2]], [[0, -100], [2, 0]])
    assert (answer["states"], answer["u"]) == (["x1", "x2"], [50, 0])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/models/wood-berry/linearization", 422, "wood-berry can't be linearised: its inputs have dead times"),
        ("/api/models/quadruple-tank/linearization?start=nowhere", 404, "no start state 'nowhere'"),
        ("/api/models/nothing/linearization", 404, "there is no model 'nothing'"),
    ],
)
def test_what_cannot_be_linearised_is_said(client: httpx.Client, path: str, status: int, words: str):
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
