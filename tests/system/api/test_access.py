"""A whole engine that lets nobody in without a name: signing in, tokens, keys, sessions, ownership, and attacks."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from asyncua import Client, ua
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from connections.users import Users
from engine_api.bearer import Claims, Signer
from plant.access import User
from tests.engine import Engine, run_engine
from tests.system.api.starting import started
from tests.waiting import until, until_async

PASSWORD = "correct horse battery"
ROLES = {"teacher": User.ENGINEER, "anna": User.OPERATOR, "bert": User.OPERATOR, "guest": User.VIEWER}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("closed")
    closed = {"PDE_HTTP__ANONYMOUS": "none", "PDE_OPCUA__ANONYMOUS": "none", "PDE_ACCESS__RECHECK": "0.2"}
    with run_engine(folder, **closed) as running:
        yield running


@pytest.fixture(scope="module")
def admin(engine: Engine) -> Iterator[httpx.Client]:
    """The first administrator, made with the set-up token that the engine printed; and the users of a class."""
    log = engine.data.parent / "engine.log"
    until(lambda: "set-up token" in log.read_text(), "the engine has printed the set-up token")
    token = log.read_text().partition("set-up token ")[2].split()[0]
    body = {"token": "0" * 24, "name": "root", "password": PASSWORD}
    assert httpx.get(f"{engine.http}/api/setup").json() == {"needed": True}
    assert httpx.post(f"{engine.http}/api/setup", json=body).status_code == 401
    assert httpx.post(f"{engine.http}/api/setup", json=body | {"token": token}).status_code == 201
    assert httpx.post(f"{engine.http}/api/setup", json=body | {"token": token, "name": "two"}).status_code == 409
    assert httpx.get(f"{engine.http}/api/setup").json() == {"needed": False}
    with httpx.Client(base_url=engine.http, timeout=60.0, headers=signed_in(engine, "root")) as client:
        for name, role in ROLES.items():
            answer = client.post("/api/users", json={"name": name, "role": str(role), "password": PASSWORD})
            assert answer.status_code == 201, answer.text
        yield client


def tokens(engine: Engine, name: str, password: str = PASSWORD) -> httpx.Response:
    form = {"grant_type": "password", "username": name, "password": password}
    return httpx.post(f"{engine.http}/api/token", data=form, timeout=60.0)


def signed_in(engine: Engine, name: str) -> dict[str, str]:
    answer = tokens(engine, name)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture(scope="module")
def people(engine: Engine, admin: httpx.Client) -> Iterator[dict[str, httpx.Client]]:
    clients = {
        name: httpx.Client(base_url=engine.http, timeout=60.0, headers=signed_in(engine, name)) for name in ROLES
    }
    yield clients
    for client in clients.values():
        client.close()


def test_without_a_name_there_is_nothing_but_the_way_in(engine: Engine, admin: httpx.Client) -> None:
    paths = httpx.get(f"{engine.http}/openapi.json").json()["paths"]
    opened = {"/healthz", "/readyz", "/api/token", "/api/token/revoke", "/api/session", "/api/setup"}
    for path, operations in paths.items():
        for method in operations.keys() - {"parameters"}:
            if path not in opened:
                answer = httpx.request(method, engine.http + path.replace("{", "").replace("}", ""))
                assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
                assert answer.headers["www-authenticate"].startswith("Bearer")
    assert httpx.get(f"{engine.http}/readyz").status_code == 200


def test_me_tells_who_i_am(people: dict[str, httpx.Client]) -> None:
    assert people["anna"].get("/api/me").json() == {
        "name": "anna", "role": "operator", "rights": ["operate", "read"], "supervises": False, "open": False,
    }  # fmt: skip


def test_a_class_works_side_by_side(engine: Engine, people: dict[str, httpx.Client]) -> None:
    anna, bert, teacher, guest = (people[name] for name in ("anna", "bert", "teacher", "guest"))
    with started(anna) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        assert (simulation["owner"], simulation["sharing"]) == ("anna", "shared")
        write = {"value": 2.1}
        assert anna.post(f"{path}/reflux_flow", json=write).status_code == 200
        assert teacher.post(f"{path}/reflux_flow", json=write).status_code == 200
        for other in (bert, guest):
            assert other.get(f"{path}/all").status_code == 200
            for refused in (
                other.post(f"{path}/reflux_flow", json=write), other.post(f"{path}/stop"), other.delete(path),
                other.post(f"{path}/actions", json={"actions": [{"tag": "reflux_flow", "value": 2}]}),
                other.post(f"{path}/sharing", json={"sharing": "open"}),
            ):  # fmt: skip
                assert refused.status_code == 403, refused.text
        assert "belongs to anna" in bert.post(f"{path}/reflux_flow", json=write).json()["detail"]
        assert anna.post(f"{path}/sharing", json={"sharing": "private"}).json()["sharing"] == "private"
        for hidden in (bert.get(path), bert.get(f"{path}/all"), bert.post(f"{path}/stop")):
            assert hidden.status_code == 404
        assert simulation["sim_id"] not in bert.get("/api/sims/all").text
        assert simulation["number"] not in [run["simulation_id"] for run in bert.get("/simulations").json()]
        assert bert.get(f"/simulation/{simulation['number']}").status_code == 404
        assert teacher.get(path).status_code == 200
        assert anna.post(f"{path}/sharing", json={"owner": "bert"}).status_code == 403
        assert teacher.post(f"{path}/sharing", json={"owner": "bert", "sharing": "open"}).json()["owner"] == "bert"
        assert anna.post(f"{path}/reflux_flow", json=write).status_code == 200
        users = [action["user"] for action in teacher.get(f"{path}/actions").json()["actions"]]
        assert {"anna", "teacher"} == set(users)


async def test_opc_ua_knows_the_same_owners(engine: Engine, people: dict[str, httpx.Client]) -> None:
    with started(people["anna"], sharing="private") as simulation:
        node_id, flow = simulation["node_id"], f"{simulation['node_id']}.reflux_flow"
        for name, code in (("anna", 0), ("teacher", 0), ("bert", ua.StatusCodes.BadNodeIdUnknown)):
            assert await _write(engine, name, flow) == code
        people["anna"].post(f"/api/sims/{simulation['sim_id']}/sharing", json={"sharing": "shared"})

        async def shared() -> bool:
            return await _write(engine, "bert", flow) == ua.StatusCodes.BadUserAccessDenied

        await until_async(shared, "it is shared")
        async with _opcua(engine, "bert") as client:
            with pytest.raises(ua.UaStatusCodeError) as refused:
                await client.get_node(node_id).call_method(ua.NodeId.from_string(f"{node_id}.Halt"))
            assert refused.value.code == ua.StatusCodes.BadUserAccessDenied


def _opcua(engine: Engine, name: str) -> Client:
    client = Client(engine.opcua, timeout=20)
    client.set_user(name)
    client.set_password(PASSWORD)
    return client


async def _write(engine: Engine, name: str, node_id: str) -> int:
    async with _opcua(engine, name) as client:
        value = ua.DataValue(ua.Variant(2.0, ua.VariantType.Double))
        node = ua.NodeId.from_string(node_id)
        (status,) = await client.uaclient.write(
            ua.WriteParameters([ua.WriteValue(node, ua.AttributeIds.Value, Value=value)])
        )
        return int(status.value)


def test_a_refresh_token_counts_once_and_a_stolen_one_ends_the_sign_in(engine: Engine, admin: httpx.Client) -> None:
    first = tokens(engine, "anna").json()
    second = refreshed(engine, first["refresh_token"])
    assert second.status_code == 200
    assert me(engine, second.json()["access_token"]).status_code == 200
    assert refreshed(engine, first["refresh_token"]).status_code == 401
    assert refreshed(engine, second.json()["refresh_token"]).status_code == 401
    until(lambda: me(engine, second.json()["access_token"]).status_code == 401, "the whole sign-in is over")


def test_swagger_ui_signs_in_as_the_document_says(engine: Engine, admin: httpx.Client) -> None:
    """Its form sends an empty client's name along, and the page's origin."""
    document = httpx.get(f"{engine.http}/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["bearer"]
    form = {"grant_type": "password", "username": "anna", "password": PASSWORD, "scope": ""}
    headers = {"Authorization": "Basic Og==", "Origin": engine.http, "X-Requested-With": "XMLHttpRequest"}
    answer = httpx.post(f"{engine.http}{scheme['flows']['password']['tokenUrl']}", data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    assert me(engine, answer.json()["access_token"]).json()["name"] == "anna"
    assert {name for one in document["security"] for name in one} == set(document["components"]["securitySchemes"])


def refreshed(engine: Engine, token: str) -> httpx.Response:
    return httpx.post(f"{engine.http}/api/token", data={"grant_type": "refresh_token", "refresh_token": token})


def me(engine: Engine, token: str) -> httpx.Response:
    return httpx.get(f"{engine.http}/api/me", headers={"Authorization": f"Bearer {token}"})


def test_a_revoked_token_is_worth_nothing(engine: Engine, admin: httpx.Client) -> None:
    token = tokens(engine, "anna").json()["access_token"]
    assert httpx.post(f"{engine.http}/api/token/revoke", data={"token": token}).status_code == 200
    until(lambda: me(engine, token).status_code == 401, "the token is revoked")


@pytest.mark.parametrize("how", ["none", "other key", "truncated", "longer life", "no sign-in", "garbage", "refresh"])
def test_a_forged_token_is_refused(engine: Engine, admin: httpx.Client, how: str) -> None:
    issued = tokens(engine, "anna").json()
    token = issued["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    head, _, seal = token.split(".")
    forged = {
        "none": jwt.encode(claims, None, "none"),
        "other key": jwt.encode(claims, "k" * 32, "HS256"),
        "truncated": token[:-3],
        "longer life": f"{head}.{_part(claims | {'exp': claims['exp'] + 10_000, 'sub': 'root'})}.{seal}",
        "no sign-in": jwt.encode({"sub": "root", "exp": claims["exp"]}, "k" * 32, "HS256"),
        "garbage": "." * 100,
        "refresh": issued["refresh_token"],
    }[how]
    answer = me(engine, forged)
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("not-signed-in")
    assert me(engine, token).status_code == 200


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_an_api_key_does_what_its_scopes_allow_until_it_is_revoked(
    engine: Engine, people: dict[str, httpx.Client], admin: httpx.Client
) -> None:
    wanted = {"label": "historian", "scopes": ["read"], "days": 1}
    made = people["anna"].post("/api/tokens", json=wanted).json()
    with httpx.Client(base_url=engine.http, headers={"X-API-Key": made["key"]}, timeout=60.0) as program:
        assert program.get("/api/me").json()["rights"] == ["read"]
        assert program.post("/api/models/wood-berry/start", json={}).status_code == 403
        assert program.post("/api/tokens", json=wanted).status_code == 403
        assert people["bert"].delete(f"/api/tokens/{made['id']}").status_code == 404
        assert made["key"] not in people["anna"].get("/api/tokens").text
        assert people["bert"].get("/api/tokens", params={"everybody": "true"}).status_code == 403
        assert admin.delete(f"/api/tokens/{made['id']}").json()["revoked"] is True
        until(lambda: program.get("/api/me").status_code == 401, "the key is revoked")
    assert people["anna"].post("/api/tokens", json=wanted | {"scopes": ["administer"]}).status_code in (403, 422)
    assert people["anna"].post("/api/tokens", json=wanted | {"user": "root"}).status_code == 422


def test_a_session_is_a_cookie_that_other_sites_cannot_use(engine: Engine, admin: httpx.Client) -> None:
    with httpx.Client(base_url=engine.http, timeout=60.0) as browser:
        answer = browser.post("/api/session", json={"name": "anna", "password": PASSWORD})
        assert answer.json()["name"] == "anna"
        flags = answer.headers["set-cookie"].lower()
        assert "httponly" in flags
        assert "samesite=strict" in flags
        assert browser.get("/api/me").json()["name"] == "anna"
        start = "/api/models/wood-berry/start"
        assert browser.post(start, json={}).status_code == 401
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert browser.post(start, json={}, headers=headers).status_code == 403
            assert browser.get(start, headers=headers).status_code == 403
        made = browser.post(start, json={}, headers={"Origin": engine.http})
        assert made.status_code == 201
        assert browser.delete(f"/api/sims/{made.json()['sim_id']}", headers={"X-PDE-Request": "1"}).status_code == 200
        assert browser.delete("/api/session").status_code == 200
        assert browser.get("/api/me").status_code == 401


def test_only_administrators_manage_users_and_never_lock_themselves_out(
    people: dict[str, httpx.Client], admin: httpx.Client
) -> None:
    for client in people.values():
        assert client.get("/api/users").status_code == 403
        assert client.post("/api/users", json={"name": "x", "role": "admin", "password": PASSWORD}).status_code == 403
        assert client.patch("/api/users/anna", json={"role": "admin"}).status_code == 403
    assert admin.patch("/api/users/root", json={"disabled": True}).status_code == 409
    assert admin.patch("/api/users/anna", json={"role": "viewer", "name": "root"}).status_code == 422
    assert admin.delete("/api/users/root").status_code == 409
    assert "argon2" not in admin.get("/api/users").text


def test_a_disabled_user_is_out_at_once(engine: Engine, admin: httpx.Client) -> None:
    body = {"name": "leaver", "role": "operator", "password": PASSWORD}
    admin.post("/api/users", json=body)
    token = tokens(engine, "leaver").json()["access_token"]
    assert me(engine, token).status_code == 200
    assert admin.patch("/api/users/leaver", json={"disabled": True}).status_code == 200
    assert me(engine, token).status_code == 401
    assert tokens(engine, "leaver").status_code == 401
    assert admin.delete("/api/users/leaver").status_code == 200


def test_guessing_is_locked_at_every_door_and_the_service_goes_on(
    engine: Engine, people: dict[str, httpx.Client]
) -> None:
    with closing(Users(f"sqlite:///{engine.data / 'records.sqlite'}")) as users:
        users.add("guessed", User.OPERATOR, PASSWORD)
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda n: tokens(engine, "guessed", f"wrong password {n}"), range(300)))
        assert people["guest"].get("/api/me").status_code == 200
    codes = {answer.status_code for answer in answers}
    assert codes == {401, 429}
    tried = sum(answer.status_code == 401 for answer in answers)
    assert tried < 30, "five at once and those that were under way, then one after each lock of 10 s and more"
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 429)
    assert tokens(engine, "guessed").status_code == 429
    assert asyncio.run(_refused(engine, "guessed"))
    assert tokens(engine, "anna").status_code == 200


async def _refused(engine: Engine, name: str) -> bool:
    try:
        async with _opcua(engine, name):
            return False
    except ua.UaStatusCodeError as error:
        return bool(error.code == ua.StatusCodes.BadUserAccessDenied)


async def test_a_socket_needs_a_name_and_ends_with_it(engine: Engine, people: dict[str, httpx.Client]) -> None:
    address = engine.http.replace("http://", "ws://") + "/api/live"
    token = tokens(engine, "guest").json()["access_token"]
    async with connect(address, subprotocols=["pde.v1", f"bearer.{token}"]) as socket:  # type: ignore[list-item]
        assert socket.subprotocol == "pde.v1"
        assert json.loads(await socket.recv())["op"] == "hello"
    async with connect(address, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        assert json.loads(await socket.recv())["op"] == "hello"
    async with connect(address) as socket:
        await socket.send(json.dumps({"op": "auth", "token": token}))
        assert json.loads(await socket.recv())["op"] == "hello"
        await asyncio.to_thread(httpx.post, f"{engine.http}/api/token/revoke", data={"token": token})
        assert await _closed(socket) == 4401
    async with connect(address) as socket:
        await socket.send(json.dumps({"op": "auth", "token": token}))
        assert await _closed(socket) == 4401
    async with connect(address) as socket:
        await socket.send("{}")
        assert await _closed(socket) == 4401


async def _closed(socket: Any) -> int:
    try:
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


async def test_a_socket_shows_only_what_its_user_may_see(engine: Engine, people: dict[str, httpx.Client]) -> None:
    address = engine.http.replace("http://", "ws://") + "/api/live"
    headers = {"Authorization": people["bert"].headers["Authorization"]}
    with started(people["anna"], sharing="private") as simulation:
        async with connect(address, additional_headers=headers) as socket:
            await socket.send(json.dumps({"op": "sub", "id": 1, "tags": [f"{simulation['sim_id']}.*"]}))
            people["anna"].post(f"/api/sims/{simulation['sim_id']}/pause")
            with started(people["anna"], "quadruple-tank") as other:
                async with asyncio.timeout(20):
                    seen = []
                    while not seen or other["sim_id"] not in seen[-1]:
                        seen.append(await socket.recv())
        problem = next(json.loads(text) for text in seen if json.loads(text)["op"] == "error")
        assert "there is no simulation" in problem["problem"]["detail"]
        assert not any("lifecycle" in text and simulation["sim_id"] in text for text in map(str, seen))


async def test_alarms_of_a_private_simulation_are_its_owners(engine: Engine, people: dict[str, httpx.Client]) -> None:
    anna, bert = people["anna"], people["bert"]
    address = engine.http.replace("http://", "ws://") + "/api/live"
    with started(anna, sharing="private") as simulation:
        sim = simulation["sim_id"]
        async with (
            connect(address, additional_headers={"Authorization": anna.headers["Authorization"]}) as hers,
            connect(address, additional_headers={"Authorization": bert.headers["Authorization"]}) as his,
        ):
            anna.post(f"/api/sims/{sim}/steam_flow", json={"value": 3.0}).raise_for_status()
            until(lambda: sim in anna.get("/api/alarms").text, "her alarm is raised")
            with started(anna, "quadruple-tank") as marker:
                heard = {
                    "her": await _until_told(hers, marker["sim_id"]),
                    "him": await _until_told(his, marker["sim_id"]),
                }
        assert any(one["event"]["kind"] == "alarm" and one["event"]["sim_id"] == sim for one in heard["her"])
        assert not any(sim in json.dumps(one) for one in heard["him"])
        for path in ("/api/alarms", "/api/alarms/events"):
            until(lambda path=path: sim in anna.get(path).text, f"{path} tells it")  # type: ignore[misc]
            assert sim in people["teacher"].get(path).text
            assert sim not in bert.get(path).text
        for path in ("alarms", "alarms/events", "stream", "history", "actions", "faults", "snapshots"):
            assert bert.get(f"/api/sims/{sim}/{path}").status_code == 404
        for order in ("acknowledge", "confirm", "shelve"):
            assert bert.post(f"/api/sims/{sim}/alarms/steam_flow/{order}").status_code == 404


async def _until_told(socket: Any, sim_id: str) -> list[dict[str, Any]]:
    """The events until one about this simulation."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(20):
        while not events or events[-1]["event"]["sim_id"] != sim_id:
            message = json.loads(await socket.recv())
            events += [message] if message["op"] == "event" else []
    return events


def short_lived(engine: Engine, name: str, seconds: float) -> str:
    """A genuine access token of a standing sign-in that is over in a moment; below zero it is over already."""
    claims = jwt.decode(tokens(engine, name).json()["access_token"], options={"verify_signature": False})
    signer = Signer((engine.data / "secrets" / "tokens.key").read_bytes())
    now = time.time()
    return signer.access(Claims(claims["sub"], claims["sid"], now + seconds), now)


async def test_connections_end_with_the_token_that_opened_them(engine: Engine, people: dict[str, httpx.Client]) -> None:
    assert me(engine, short_lived(engine, "anna", 60)).status_code == 200
    expired = me(engine, short_lived(engine, "anna", -1))
    assert (expired.status_code, expired.json()["detail"]) == (
        401,
        "the access token is over: renew it, or sign in again",
    )
    address = engine.http.replace("http://", "ws://") + "/api/live"
    async with connect(address) as socket, connect(address) as renewed:
        for one in (socket, renewed):
            await one.send(json.dumps({"op": "auth", "token": short_lived(engine, "anna", 3)}))
            assert json.loads(await one.recv())["op"] == "hello"
        await renewed.send(json.dumps({"op": "auth", "token": tokens(engine, "anna").json()["access_token"]}))
        assert await _closed(socket) == 4401
        await renewed.send(json.dumps({"op": "ping"}))
        async with asyncio.timeout(20):
            while json.loads(await renewed.recv())["op"] != "pong":
                pass
        await renewed.send(json.dumps({"op": "auth", "token": tokens(engine, "bert").json()["access_token"]}))
        assert await _closed(renewed) == 4401, "a token of another user"


def test_a_stream_ends_with_its_token_and_with_what_its_reader_may_see(
    engine: Engine, people: dict[str, httpx.Client], admin: httpx.Client
) -> None:
    with started(people["anna"]) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        token = tokens(engine, "bert").json()["access_token"]
        with streaming(engine, path, token) as lines:
            assert "pde_live_clients 1.0" in admin.get("/metrics").text
            httpx.post(f"{engine.http}/api/token/revoke", data={"token": token}).raise_for_status()
            run_out(lines)
        with streaming(engine, path, tokens(engine, "bert").json()["access_token"]) as lines:
            people["anna"].post(f"{path}/sharing", json={"sharing": "private"}).raise_for_status()
            run_out(lines)
        until(lambda: "pde_live_clients 0.0" in admin.get("/metrics").text, "nobody listens any more")


def run_out(lines: Iterator[str]) -> None:
    """Read on until it ends."""
    deadline = time.monotonic() + 20
    for _ in lines:
        assert time.monotonic() < deadline, "the stream does not end"


@contextmanager
def streaming(engine: Engine, path: str, token: str) -> Iterator[Iterator[str]]:
    """The lines of a stream that has begun."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{engine.http}{path}/stream", headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        next(lines)
        yield lines


def test_no_secret_is_told(engine: Engine, people: dict[str, httpx.Client]) -> None:
    log = (engine.data.parent / "engine.log").read_text()
    used = [client.headers["Authorization"].partition(" ")[2] for client in people.values()]
    for secret in (PASSWORD, "wrong password", "argon2id", *used):
        assert secret not in log
    made = people["anna"].post("/api/tokens", json={"label": "x", "scopes": ["read"], "days": 1}).json()
    short = people["anna"].post("/api/me/password", json={"old": "wrong " + PASSWORD, "new": "x"})
    unknown = httpx.get(f"{engine.http}/api/me", headers={"X-API-Key": made["key"][:-1]})
    extra = httpx.post(f"{engine.http}/api/session", json={"name": "anna", "password": PASSWORD, "remember": True})
    assert (short.status_code, unknown.status_code, extra.status_code) == (401, 401, 422)
    for answer in (short, unknown, extra):
        assert PASSWORD not in answer.text
        assert made["key"][:-1] not in answer.text
    assert made["key"] not in (engine.data.parent / "engine.log").read_text()
    asked = httpx.get(f"{engine.http}/openapi.json").json()["paths"]
    in_address = {p["name"] for one in asked.values() for o in one.values() for p in o.get("parameters", ())}
    assert not in_address & {"token", "access_token", "refresh_token", "password", "key", "api_key"}
    for process in engine.children():
        assert not any(PASSWORD in word or "token" in word.lower() for word in process.cmdline())
    for name in ("tokens.key",):
        assert (engine.data / "secrets" / name).stat().st_mode & 0o077 == 0


def test_the_audit_knows_who_did_what(engine: Engine, people: dict[str, httpx.Client], admin: httpx.Client) -> None:
    with started(people["anna"]) as simulation:
        sim = simulation["sim_id"]
        before = people["anna"].get(f"/api/sims/{sim}/reflux_flow").json()["value"]
        assert people["anna"].post(f"/api/sims/{sim}/reflux_flow", json={"value": 2.2}).status_code == 200
        assert people["bert"].post(f"/api/sims/{sim}/reflux_flow", json={"value": 0.1}).status_code == 403
        assert asyncio.run(_write(engine, "teacher", f"ns=2;s={sim}.reflux_flow")) == 0
        assert asyncio.run(_write(engine, "bert", f"ns=2;s={sim}.reflux_flow")) == ua.StatusCodes.BadUserAccessDenied
        assert people["anna"].post(f"/api/sims/{sim}/pause").status_code == 200
        assert people["teacher"].post(f"/api/sims/{sim}/faults", json={"tag": "x", "kind": "bias"}).status_code == 404

        def told() -> list[dict[str, Any]]:
            entries: list[dict[str, Any]] = admin.get("/api/audit", params={"sim_id": sim}).json()["entries"]
            return entries[::-1]

        until(lambda: len(told()) == 7, "the audit has stored what was told")
        assert [(one["what"], one["user"], one["door"], one["outcome"]) for one in told()] == [
            ("start", "anna", "rest", "done"), ("write", "anna", "rest", "done"), ("write", "bert", "rest", "refused"),
            ("write", "teacher", "opcua", "done"), ("write", "bert", "opcua", "refused"),
            ("pause", "anna", "rest", "done"), ("inject_fault", "teacher", "rest", "refused"),
        ]  # fmt: skip
        write = told()[1]
        assert (write["old"], write["new"]) == ({"reflux_flow": before}, {"reflux_flow": 2.2})
        assert write["address"] == "127.0.0.1"
        assert write["simulation_time"] >= 0
        assert "belongs to anna" in told()[2]["detail"]
        page = admin.get("/api/audit", params={"sim_id": sim, "limit": 3}).json()
        older = admin.get("/api/audit", params={"sim_id": sim, "before": page["next"]}).json()
        assert len(page["entries"]) + len(older["entries"]) == 7
        table = admin.get("/api/audit", params={"sim_id": sim}, headers={"Accept": "text/csv"})
        assert len(table.text.splitlines()) == 8
        assert table.text.startswith("number,time,")
    signed = admin.get("/api/audit", params={"what": "sign_in", "outcome": "refused"}).json()["entries"]
    assert any(one["user"] == "guessed" and one["door"] == "rest" for one in signed)
    assert PASSWORD not in admin.get("/api/audit", params={"limit": 10_000}).text
    assert people["anna"].get("/api/audit").status_code == 403
    assert people["teacher"].get("/api/audit").status_code == 200


def test_the_audit_tells_what_nobody_tells_it_more_exactly(
    engine: Engine, people: dict[str, httpx.Client], admin: httpx.Client
) -> None:
    first = tokens(engine, "guest").json()
    assert refreshed(engine, first["refresh_token"]).status_code == 200
    assert refreshed(engine, first["refresh_token"]).status_code == 401
    ended = tokens(engine, "guest").json()["access_token"]
    httpx.post(f"{engine.http}/api/token/revoke", data={"token": ended}).raise_for_status()
    assert me(engine, ended).status_code == 401
    with started(people["anna"]) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        assert people["bert"].post(f"{path}/snapshots", json={"name": "his"}).status_code == 403
        assert people["anna"].post(f"{path}/extend", json={"duration": 90000}).status_code == 200
    assert people["anna"].delete("/api/machines/none").status_code == 403
    assert people["anna"].get("/api/audit/kinds").status_code == 403
    wanted = {
        ("renew_sign_in", "guest", "done", None), ("renew_sign_in", "unknown", "refused", None),
        ("sign_out", "guest", "done", None), ("credential", "unknown", "refused", None),
        ("take_snapshot", "bert", "refused", '{"name": "his"}'), ("extend", "anna", "done", '{"duration": 90000}'),
        ("remove_machine", "anna", "refused", '{"machine_id": "none"}'),
        ("list_audit_kinds", "anna", "refused", None),
    }  # fmt: skip

    def told() -> set[tuple[str, str, str, str | None]]:
        entries = admin.get("/api/audit", params={"limit": 10_000}).json()["entries"]
        return {(e["what"], e["user"], e["outcome"], e["new"] and json.dumps(e["new"])) for e in entries}

    until(lambda: wanted <= told(), "the audit has stored what was told")
    kinds = admin.get("/api/audit/kinds").json()["what"]
    assert kinds == sorted(kinds)
    assert {what for what, *_ in wanted} | {"sign_in", "set_up", "add_user"} <= set(kinds)
