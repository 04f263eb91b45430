"""The client as a user with a password, with a key, and as nobody who is known."""

from contextlib import closing

import httpx
import pytest

from connections.settings import Settings
from connections.users import Users
from plant.access import User
from process_dynamics_engine import Engine, errors
from process_dynamics_engine.engine_process import RunningEngine

PASSWORD = "a-long-secret-word-9"


@pytest.fixture(scope="module", autouse=True)
def users(running: RunningEngine) -> None:
    with closing(Users(Settings(data=running.data).sql_url)) as known:
        for name, role in (("eve", User.OPERATOR), ("vic", User.VIEWER)):
            known.add(name, role, PASSWORD)


def test_a_user_acts_under_his_name(running: RunningEngine) -> None:
    with Engine(running.url, user="eve", password=PASSWORD) as engine, engine.start("dc-motor", speed=10) as motor:
        motor["voltage"] = 5
        assert motor.wait(until=3, timeout=60)["shaft_speed"] > 0
        assert motor.actions()[0].user == "eve"
        assert motor.share("private").owner == "eve"
        with Engine(running.url, user="vic", password=PASSWORD) as other, pytest.raises(errors.EngineError):
            other.simulation(motor.id)


def test_an_api_key_does_as_well(running: RunningEngine) -> None:
    words = {"grant_type": "password", "username": "eve", "password": PASSWORD}
    with httpx.Client(base_url=running.url, timeout=30) as http:
        token = http.post("/api/token", data=words).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        body = {"label": "script", "scopes": ["read"], "days": 1}
        made = http.post("/api/tokens", json=body, headers=headers)
    assert made.status_code == 201, made.text
    with Engine(running.url, api_key=made.json()["key"]) as engine:
        assert engine.models()
        with pytest.raises(errors.NotAllowed):
            engine.start("dc-motor")
    with Engine(running.url, token=token) as engine:
        assert engine.models()


def test_who_may_only_look(running: RunningEngine) -> None:
    with Engine(running.url, user="vic", password=PASSWORD) as engine:
        assert engine.models()
        with pytest.raises(errors.NotAllowed, match="viewer"):
            engine.start("dc-motor")


@pytest.mark.parametrize("words", [{"user": "eve", "password": "wrong"}, {"token": "abc"}, {"api_key": "abc"}])
def test_who_is_not_known(words: dict[str, str], running: RunningEngine) -> None:
    with Engine(running.url, **words) as engine, pytest.raises(errors.NotAuthenticated):
        engine.system()
