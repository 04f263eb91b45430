"""Where inputs lead to: the steady state, or why there is none; computed in a child process."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from connections.own import shelf
from connections.own.definition import accept
from engine_api import settling
from engine_api.settling import Question, Settler, settled
from plant import catalog
from plant.errors import SolverFailed


def test_the_steady_state_has_the_published_gains() -> None:
    steady = settled(Question("wood-berry", 1.0, "steady", (("reflux_flow", 2.05),)))
    assert steady[:2] == pytest.approx((96.25 + 12.8 * 0.1, 0.50 + 6.6 * 0.1), abs=1e-6)


def test_closed_loops_lead_to_their_setpoint() -> None:
    inputs = (("distillate_methanol_mode", 1.0), ("distillate_methanol_setpoint", 97.0))
    assert settled(Question("wood-berry", 5.0, "", inputs))[0] == pytest.approx(97.0, abs=1e-5)


def test_noise_does_not_keep_a_process_from_settling() -> None:
    question = Question("van-de-vusse", 5.0, "", (("noise_level", 1.0),))
    assert len(settled(question)) == sum(tag.role == "output" for tag in catalog.find("van-de-vusse").tags)


def test_what_does_not_settle_is_told() -> None:
    unstable = (
        ("distillate_methanol_mode", 1.0), ("distillate_methanol_setpoint", 97.0), ("distillate_methanol_gain", 5.0),
    )  # fmt: skip
    with pytest.raises(SolverFailed, match="does not settle"):
        settled(Question("wood-berry", 30.0, "", unstable))


def test_batches_and_integrating_processes_are_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "COMPUTING", 0.5)
    with pytest.raises(SolverFailed, match="penicillin-fedbatch is a batch process"):
        settled(Question("penicillin-fedbatch", 60.0, "", ()))
    with pytest.raises(SolverFailed, match=r"holdup still moves by .* kmol in 1200 s, as in a process that integrates"):
        settled(Question("column-a", 60.0, "", (("reflux_flow", 2.8),)))


async def test_a_child_answers_and_its_answer_is_kept() -> None:
    settler = Settler()
    question = Question("quadruple-tank", 1.0, "steady", (("pump_1_voltage", 3.2),))
    first = await settler.settled(question)
    began = time.monotonic()
    assert await settler.settled(question) == first == settled(question)
    assert time.monotonic() - began < 5.0
    with pytest.raises(SolverFailed, match="batch process"):
        await settler.settled(Question("penicillin-fedbatch", 60.0, "", ()))


async def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(SolverFailed, match=r"within 0\.01 s of computing"):
        await Settler(0.01).settled(Question("wood-berry", 1.0, "", ()))


async def test_who_no_longer_waits_leaves_no_child() -> None:
    task = asyncio.create_task(Settler().settled(Question("wood-berry", 1.0, "", ())))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


OWN = {
    "id": "own-lag", "name": "Own lag", "description": "One lag",
    "tags": [
        {"name": "valve", "role": "input", "unit": "%", "low": 0, "high": 100, "nominal": 50},
        {"name": "flow", "role": "output", "unit": "kg/s", "low": 0, "high": 10, "nominal": 5},
    ],
    "transfer_functions": [{"from": "valve", "to": "flow", "gain": 0.1, "time_constants": 4}],
}  # fmt: skip
OPENED = Question("own-lag", 1.0, "", (("valve", 70.0),))


async def test_a_model_of_the_folder_settles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own-lag.json").write_text(json.dumps(OWN))
    monkeypatch.setenv("PDE_MODELS_FOLDER", str(tmp_path))
    assert await Settler().settled(OPENED) == pytest.approx((7.0,))


async def test_an_uploaded_model_settles(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Redis.from_url(redis_url) as redis:
        shelf.fill(redis, [accept(json.dumps(OWN).encode())[0]])
    monkeypatch.setenv("PDE_REDIS_URL", redis_url)
    assert await Settler().settled(OPENED) == pytest.approx((7.0,))
    with pytest.raises(SolverFailed, match="there is no model 'nobody'"):
        await Settler().settled(replace(OPENED, model_id="nobody"))
