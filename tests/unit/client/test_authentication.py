"""Who calls: headers, tokens that end, passwords that are wrong, against a real server."""

import pytest

from process_dynamics_engine import Engine, errors
from tests.unit.client.scripted import Answer, refusal, scripted
from tests.unit.client.test_transport import SYSTEM

GOOD = Answer(200, SYSTEM)
EXPIRED = refusal(401, "not-authenticated", "the token has ended")
FIRST = Answer(200, {"access_token": "a1", "refresh_token": "r1", "token_type": "bearer"})
SECOND = Answer(200, {"access_token": "a2", "refresh_token": "r2", "token_type": "bearer"})


def test_a_token_and_a_key_are_headers() -> None:
    with scripted(GOOD) as server:
        for words, header, value in (
            ({"token": "abc"}, "Authorization", "Bearer abc"),
            ({"api_key": "k-1"}, "X-API-Key", "k-1"),
        ):
            with Engine(server.url, **words) as engine:
                engine.system()
            assert server.asked[-1].headers[header] == value


def test_a_password_is_told_once_and_a_token_goes_with_every_request() -> None:
    with scripted(FIRST, GOOD) as server, Engine(server.url, user="ann", password="s&crét") as engine:
        engine.system()
        engine.system()
        log_in, *others = server.asked
        assert (log_in.path, log_in.method) == ("/api/token", "POST")
        assert log_in.body == "grant_type=password&username=ann&password=s%26cr%C3%A9t"
        assert [one.headers["Authorization"] for one in others] == ["Bearer a1"] * 2


def test_a_token_that_has_ended_is_renewed_and_the_request_repeated() -> None:
    with scripted(FIRST, GOOD, EXPIRED, SECOND, GOOD) as server:
        with Engine(server.url, user="ann", password="x") as engine:
            engine.system()
            engine.system()
        assert server.asked[3].body == "grant_type=refresh_token&refresh_token=r1"
        assert server.asked[4].headers["Authorization"] == "Bearer a2"


def test_a_refresh_token_that_is_not_accepted_leads_back_to_the_password() -> None:
    with scripted(FIRST, GOOD, EXPIRED, EXPIRED, SECOND, GOOD) as server:
        with Engine(server.url, user="ann", password="x") as engine:
            engine.system()
            engine.system()
        assert "grant_type=password" in server.asked[4].body


@pytest.mark.parametrize("refused", [EXPIRED, refusal(422, "invalid-value", "no such user")])
def test_a_wrong_password_is_told_and_not_tried_again(refused: Answer) -> None:
    with scripted(refused) as server, Engine(server.url, user="ann", password="x") as engine:
        with pytest.raises(errors.EngineError, match=r"ended|no such user"):
            engine.system()
        assert len(server.asked) == 1


def test_a_token_that_is_not_accepted_is_told() -> None:
    with scripted(EXPIRED) as server, Engine(server.url, token="x") as engine:
        with pytest.raises(errors.NotAuthenticated, match="the token has ended"):
            engine.system()
        assert len(server.asked) == 1


def test_an_address_that_gives_no_tokens() -> None:
    with scripted(Answer(200, {"hello": 1})) as server, Engine(server.url, user="a", password="b") as engine:
        told = pytest.raises(errors.BadAnswer, match="no access_token")
        with told:
            engine.system()


@pytest.mark.parametrize(
    "words", [{"token": "a", "api_key": "b"}, {"user": "a"}, {"password": "a"}, {"token": "a", "user": "b"}]
)
def test_one_way_only(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"one of|belong together"):
        Engine(**words)


def test_no_secret_is_shown() -> None:
    with Engine(user="ann", password="secret-word") as engine:
        assert "secret-word" not in repr(engine) + str(vars(engine))
