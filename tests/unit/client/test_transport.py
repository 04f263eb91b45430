"""What is sent, when it is sent again, and what comes of refusals: sync and async, against a real server."""

import asyncio
import json
import threading
from typing import Any

import pytest

from process_dynamics_engine import AsyncEngine, Engine, EngineError, TimedOut, errors
from process_dynamics_engine.retrying import ATTEMPTS, NotSent
from tests.unit.client.scripted import RECORD, Answer, refusal, scripted, values

SYSTEM = {
    "version": "0.1.0", "capacity": 1, "running": 0, "queued": 0, "opcua_endpoint": None, "grafana_url": None,
    "machines": [],
}  # fmt: skip
NOT_THERE = refusal(503, "unavailable", "Redis does not answer", headers={"Retry-After": "0"})
SIM = Answer(200, RECORD)


def test_a_reading_is_asked_again_while_a_part_is_away() -> None:
    with scripted(NOT_THERE, NOT_THERE, Answer(200, SYSTEM)) as server, Engine(server.url) as engine:
        assert engine.system().version == "0.1.0"
        assert len(server.asked) == 3


def test_it_ends_after_some_attempts_with_the_engines_sentence() -> None:
    with scripted(NOT_THERE) as server, Engine(server.url) as engine:
        with pytest.raises(errors.Unavailable, match="Redis does not answer"):
            engine.system()
        assert len(server.asked) == ATTEMPTS


def test_a_broken_connection_is_tried_again_for_what_is_done_once_only() -> None:
    accepted = {"sim_id": "wood-berry-1", "action": 4, "tags": []}
    with scripted(SIM, Answer(0), Answer(200, accepted)) as server, Engine(server.url) as engine:
        assert engine.simulation("wood-berry-1").write({"reflux_flow": 2.1}).action == 4
        first, second = server.asked[1:]
        assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
        assert json.loads(second.body) == {"actions": [{"tag": "reflux_flow", "value": 2.1}]}


@pytest.mark.parametrize("broken", [Answer(0), NOT_THERE])
def test_a_command_is_never_sent_twice(broken: Answer) -> None:
    with scripted(SIM, broken) as server, Engine(server.url) as engine:
        simulation = engine.simulation("wood-berry-1")
        with pytest.raises(errors.Unavailable):
            simulation.set_speed(2)
        assert len(server.asked) == 2


def test_where_nothing_was_done_even_a_command_is_sent_again() -> None:
    busy = refusal(429, "too-many-requests", "ask again", headers={"Retry-After": "0"})
    with scripted(SIM, busy, Answer(200, RECORD)) as server, Engine(server.url) as engine:
        assert engine.simulation("wood-berry-1").resume().speed == "max"


def test_a_long_time_to_wait_is_the_callers() -> None:
    busy = refusal(429, "too-many-requests", "ask again", headers={"Retry-After": "60"})
    with scripted(busy) as server, Engine(server.url) as engine:
        with pytest.raises(errors.TooManyRequests) as caught:
            engine.system()
        assert caught.value.retry_after == 60
        assert len(server.asked) == 1


def test_no_capacity_is_not_asked_for_again() -> None:
    full = refusal(503, "no-capacity", "all 1 slots are in use", headers={"Retry-After": "0"})
    with scripted(full) as server, Engine(server.url) as engine:
        with pytest.raises(errors.NoCapacity, match="all 1 slots"):
            engine.start("wood-berry")
        assert len(server.asked) == 1


def test_no_engine_at_this_address() -> None:
    with scripted(SIM) as server:
        url = server.url
    with Engine(url) as engine, pytest.raises(NotSent, match=f"no engine answers at {url}"):
        engine.system()


def test_an_answer_that_does_not_come() -> None:
    never = threading.Event()
    with scripted(Answer(200, SYSTEM, after=never)) as server, Engine(server.url, timeout=0.2) as engine:
        with pytest.raises(TimedOut, match=r"did not answer within 0\.2 s"):
            engine.system()
        never.set()


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (refusal(422, "out-of-range", "reflux_flow = 9 lb/min is outside 0..4"), errors.OutOfRange, "outside 0..4"),
        (refusal(404, "unknown-name", "there is no simulation x"), errors.UnknownName, "no simulation x"),
        (refusal(403, "not-writable", "is an output"), errors.NotWritable, "is an output"),
        (refusal(401, "not-authenticated", "log in"), errors.NotAuthenticated, "log in"),
        (refusal(409, "of-another-version", "odd"), errors.WrongState, "odd"),
        (refusal(418, "teapot", "odd"), errors.InvalidRequest, "odd"),
        (refusal(500, "internal", "a fault"), errors.ServerError, "a fault"),
        (Answer(500, text="<html>proxy</html>"), errors.ServerError, "500"),
        (Answer(200, text="<html>a page</html>"), errors.BadAnswer, "address of an engine"),
        (Answer(302, None, {"Location": "/login"}), errors.BadAnswer, "302"),
        (Answer(200, {"version": 7}), errors.BadAnswer, "another version"),
        (Answer(200, SYSTEM | {"capacity": "many"}), errors.BadAnswer, "many.*capacity"),
        (Answer(400, [1, 2]), errors.InvalidRequest, "400"),
        (Answer(422, {"type": 1, "detail": "x", "status": 422, "errors": "no"}), errors.InvalidRequest, "x"),
    ],
)
def test_what_goes_wrong_is_told(answer: Answer, kind: type[EngineError], told: str) -> None:
    with scripted(answer) as server, Engine(server.url) as engine, pytest.raises(kind, match=told) as caught:
        engine.system()
    assert caught.value.problems


def test_all_problems_at_once() -> None:
    with scripted(SIM, refusal(422, "invalid-request", "one", "two")) as server, Engine(server.url) as engine:
        with pytest.raises(errors.InvalidRequest) as caught:
            engine.simulation("wood-berry-1").write({"a": 1, "b": 2})
        assert caught.value.problems == ("one", "two")
        assert caught.value.problem is not None
        assert caught.value.problem.trace_id == "5f1c0a9be3d24c77"


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (float("nan"), errors.NotFinite, "reflux_flow = nan"),
        (float("-inf"), errors.NotFinite, "reflux_flow = -inf"),
        ([1.0], None, None),
        (object(), TypeError, "object"),
    ],
)
def test_what_json_has_not_is_never_sent(value: Any, kind: type[Exception] | None, told: str | None) -> None:
    with scripted(SIM, refusal(422, "wrong-type", "no")) as server, Engine(server.url) as engine:
        simulation = engine.simulation("wood-berry-1")
        with pytest.raises(kind or errors.WrongType, match=told or "no"):
            simulation.write({"reflux_flow": value})
        assert len(server.asked) == (1 if kind else 2)


def test_names_can_not_leave_their_place_in_the_path() -> None:
    with scripted(SIM, refusal(404, "unknown-name", "none")) as server, Engine(server.url) as engine:
        with pytest.raises(errors.UnknownName):
            engine.simulation("wood-berry-1").read("../../x?y#z")
        assert server.asked[1].path == "/api/sims/wood-berry-1/..%2F..%2Fx%3Fy%23z"


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://x", "http://", "http://user:word@host"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Engine(url)


async def test_asynchronous_code_waits_side_by_side() -> None:
    with scripted(Answer(200, SYSTEM)) as server:
        async with AsyncEngine(server.url) as engine:
            answers = await asyncio.gather(*(engine.system() for _ in range(5)))
    assert [answer.capacity for answer in answers] == [1] * 5


async def test_asynchronous_code_gets_the_same_errors() -> None:
    with scripted(refusal(404, "unknown-name", "there is no model 'x'")) as server:
        async with AsyncEngine(server.url) as engine:
            with pytest.raises(errors.UnknownName, match="no model 'x'"):
                await engine.start("x")


class TestWaiting:
    """Without a live socket: REST answers what is needed."""

    def test_by_rest_when_there_is_no_socket(self) -> None:
        low, no = Answer(200, values(level=1.0)), refusal(404, "unknown-name", "none")
        answers = [SIM, low, low, low, no, low, no, Answer(200, values(level=4.0))]
        with scripted(*answers) as server, Engine(server.url) as engine:
            now = engine.simulation("wood-berry-1").wait(lambda now: now["level"] > 3, timeout=30)
            assert now["level"] == 4.0
            assert [asked.path for asked in server.asked].count("/api/live") >= 1

    def test_an_engine_that_is_away_for_a_moment_is_waited_for(self) -> None:
        away = [NOT_THERE] * (ATTEMPTS + 1)
        answers = [SIM, Answer(200, values(level=1.0)), *away, Answer(200, values(level=4.0))]
        with scripted(*answers) as server, Engine(server.url) as engine:
            now = engine.simulation("wood-berry-1").wait(lambda now: now["level"] > 3, timeout=30)
            assert now["level"] == 4.0

    def test_a_bad_value_fulfils_nothing(self) -> None:
        answers = [SIM, Answer(200, values(level=None)), Answer(200, values(level=4.0))]
        with scripted(*answers) as server, Engine(server.url) as engine:
            seen = []
            engine.simulation("wood-berry-1").wait(lambda now: seen.append(now["level"]) or now["level"] >= 0)
            assert len(seen) == 2

    def test_an_end_before_is_told_with_its_cause(self) -> None:
        failed = RECORD | {"status": "failed", "cause": "no finite value for level"}
        answers = [SIM, Answer(200, values("failed", level=1.0)), Answer(200, failed)]
        with scripted(*answers) as server, Engine(server.url) as engine:
            simulation = engine.simulation("wood-berry-1")
            with pytest.raises(
                errors.SimulationEnded, match=r"failed .no finite value for level.*before it reaches 60"
            ):
                simulation.wait(until=60)

    def test_time_runs_out(self) -> None:
        with scripted(SIM, Answer(200, values(level=1.0))) as server, Engine(server.url) as engine:
            simulation = engine.simulation("wood-berry-1")
            with pytest.raises(TimeoutError, match=r"not within 0.3 s: wood-berry-1 is paused"):
                simulation.wait("paused", timeout=0.3)

    @pytest.mark.parametrize("until", ["away", float("nan"), True, [1]])
    def test_what_nobody_can_wait_for(self, until: Any) -> None:
        with scripted(SIM) as server, Engine(server.url) as engine:
            simulation = engine.simulation("wood-berry-1")
            with pytest.raises((TypeError, ValueError), match="until"):
                simulation.wait(until)

    def test_an_unknown_tag_in_a_condition(self) -> None:
        with scripted(SIM, Answer(200, values(level=1.0))) as server, Engine(server.url) as engine:
            simulation = engine.simulation("wood-berry-1")
            with pytest.raises(KeyError, match="no tag 'lvl'"):
                simulation.wait(lambda now: now["lvl"] > 1)


def test_the_end_of_a_block_stops_it_and_hides_no_error() -> None:
    with scripted(SIM, refusal(500, "internal", "a fault")) as server, Engine(server.url) as engine:
        with pytest.raises(ZeroDivisionError), engine.simulation("wood-berry-1"):
            1 / 0  # noqa: B018
        assert server.asked[-1].method == "DELETE"
