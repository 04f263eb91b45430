"""Every role at every operation of REST, kind of OPC UA request and live message, on simulations of all owners."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from asyncua import Client, ua
from websockets.asyncio.client import connect

from connections.migrations import migrate
from connections.users import Users
from plant.access import RIGHTS, Right, User
from plant.ownership import Sharing
from tests.engine import Engine, run_engine
from tests.system.api import rights
from tests.system.api.opcua_requests import REQUESTS, Asked, send
from tests.waiting import until, until_async

PASSWORD = "correct horse battery"
PAGE = Path(__file__).parents[3] / "docs" / "access.md"
OWN_MODEL = PAGE.parents[1] / "examples" / f"{rights.OWN_MODEL}.yaml"
BEGIN, END = "<!-- rights -->\n", "<!-- /rights -->"
LACKING = ("needs the right", "you may look at it, not change it", "is shared by its owner")
"""What refusals for lack of rights say."""
Sims = dict[tuple[str, Sharing], str]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("rights")
    data = folder / "data"
    data.mkdir(mode=0o700)
    url = f"sqlite:///{data / 'records.sqlite'}"
    migrate(url)
    with closing(Users(url)) as users:
        for name, role in [*((str(role), role) for role in User), ("other", User.OPERATOR)]:
            users.add(name, role, PASSWORD)
    with run_engine(folder, PDE_HTTP__ANONYMOUS="none", PDE_OPCUA__ANONYMOUS="none") as running:
        yield running


@pytest.fixture(scope="module")
def people(engine: Engine) -> Iterator[dict[User, httpx.Client]]:
    clients = {role: httpx.Client(base_url=engine.http, timeout=60.0) for role in User}
    for role, client in clients.items():
        form = {"grant_type": "password", "username": str(role), "password": PASSWORD}
        client.headers["Authorization"] = "Bearer " + client.post("/api/token", data=form).json()["access_token"]
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def sims(people: dict[User, httpx.Client]) -> Sims:
    """A simulation that has ended for each owner and sharing: what is allowed there does no harm."""
    teacher, made = people[User.ENGINEER], {}
    cases = [*((str(role), Sharing.PRIVATE) for role in User), *(("other", sharing) for sharing in Sharing)]
    for owner, sharing in cases:
        sim_id = teacher.post(f"/api/models/{rights.MODEL}/start", json={"wait": True}).json()["sim_id"]
        teacher.post(f"/api/sims/{sim_id}/stop")
        answer = teacher.post(f"/api/sims/{sim_id}/sharing", json={"owner": owner, "sharing": sharing})
        assert answer.status_code == 200, answer.text
        made[owner, sharing] = sim_id
    return made


@dataclass(frozen=True, slots=True)
class Case:
    """A simulation as somebody sees it."""

    sim_id: str
    mine: bool
    sharing: Sharing


def cases(sims: Sims, role: User) -> list[Case]:
    """Somebody's own simulation, and one of each sharing that is another's."""
    seen = {owner: owner == str(role) for owner in (str(role), "other")}
    return [Case(sim_id, seen[owner], sharing) for (owner, sharing), sim_id in sims.items() if owner in seen]


@pytest.fixture(scope="module")
def own_model(people: dict[User, httpx.Client]) -> None:
    """A model that may be removed: those of the installation may not."""
    headers = {"Content-Type": "application/yaml"}
    answer = people[User.ENGINEER].post("/api/models", content=OWN_MODEL.read_bytes(), headers=headers)
    assert answer.status_code == 201, answer.text


def operations(engine: Engine) -> dict[str, tuple[str, str]]:
    paths = httpx.get(f"{engine.http}/openapi.json", timeout=60.0).json()["paths"]
    return {one["operationId"]: (method, path) for path, found in paths.items() for method, one in found.items()}


def ask(client: httpx.Client, name: str, method: str, path: str, sim_id: str) -> str:
    values = {**rights.VALUES, "sim_id": sim_id, "simulation_id": sim_id.rpartition("-")[2]}
    path = path.format(**(values | rights.OTHERWISE.get(name, {})))
    content, kind = rights.RAW.get(name, (None, ""))
    given: dict[str, Any] = {"content": content, "headers": {"Content-Type": kind}} if content else {}
    if name in rights.BODIES:
        given = {"json": rights.BODIES[name]}
    with client.stream(method, path, params=rights.QUERIES.get(name), **given) as answer:
        if answer.status_code < 400:
            return "yes"
        detail = json.loads(b"".join(answer.iter_bytes()))["detail"]
    if answer.status_code == 404 and "there is no simulation" in detail:
        return "hidden"
    assert answer.status_code not in (401, 500), f"{name}: {detail}"
    return "no" if answer.status_code == 403 else "yes"


def test_rest(engine: Engine, people: dict[User, httpx.Client], sims: Sims, own_model: None) -> None:
    wrong, refused = [], Counter[User]()
    for (name, (method, path)), role in product(operations(engine).items(), User):
        about = cases(sims, role) if "{sim" in path else [Case("", True, Sharing.OPEN)]
        for case in about if name not in rights.OPEN | rights.OWN else ():
            found = ask(people[role], name, method, path, case.sim_id)
            wanted = rights.expected(role, rights.needed(name, method), case.mine, case.sharing)
            if name in rights.OF_THE_OWNER and not case.mine and Right.ENGINEER not in RIGHTS[role]:
                wanted = {"yes": "no"}.get(wanted, wanted)
            wrong += [] if found == wanted else [(name, role, case, found, wanted)]
            refused[role] += found == "no"
    assert wrong == []
    until(lambda: in_the_audit(people[User.ADMIN]) == refused, "the audit has heard of each refusal, once")


def in_the_audit(admin: httpx.Client) -> Counter[User]:
    """How often the audit tells of each role that something was refused for lack of rights."""
    entries = admin.get("/api/audit", params={"outcome": "refused", "door": "rest", "limit": 10_000}).json()["entries"]
    return Counter(User(one["user"]) for one in entries if any(words in one["detail"] for words in LACKING))


def test_rest_without_a_name(engine: Engine) -> None:
    with httpx.Client(base_url=engine.http, timeout=60.0) as nobody:
        for name, (method, path) in operations(engine).items():
            asked = path.format(**rights.VALUES, sim_id="wood-berry-1", simulation_id=1)
            status = nobody.request(method, asked, json=rights.BODIES.get(name)).status_code
            assert (status == 401) == (name not in rights.OPEN), (name, status)


async def test_opc_ua(engine: Engine, sims: Sims) -> None:
    wrong = []
    for role in User:
        client = Client(engine.opcua, timeout=30)
        client.set_user(str(role))
        client.set_password(PASSWORD)
        async with client:
            for asked, case in product(REQUESTS, cases(sims, role)):
                wanted = rights.expected(role, asked.right, case.mine, case.sharing)
                if not await answers(client, asked, case.sim_id, wanted):
                    wrong.append((asked.what, role, case, wanted))
    assert wrong == []


async def answers(client: Client, asked: Asked, sim_id: str, wanted: str) -> bool:
    """Whether the answer is as wanted, at the latest when the server knows the sharing."""

    async def settled() -> bool:
        return _word((await send(asked, client, sim_id)).value) == wanted

    try:
        await until_async(settled, asked.what, 10.0)
    except AssertionError:
        return False
    return True


def _word(code: int) -> str:
    codes = ua.StatusCodes
    hidden = dict.fromkeys((codes.BadNodeIdUnknown, codes.BadNodeIdInvalid, codes.BadNotFound), "hidden")
    return {**hidden, codes.BadUserAccessDenied: "no"}.get(code, "yes")


async def test_live_messages(engine: Engine, people: dict[User, httpx.Client], sims: Sims) -> None:
    for role in User:
        headers = {"Authorization": people[role].headers["Authorization"]}
        async with connect(engine.http.replace("http", "ws", 1) + "/api/live", additional_headers=headers) as socket:
            for case in cases(sims, role):
                await socket.send(json.dumps({"op": "sub", "id": 1, "tags": [f"{case.sim_id}.*"]}))
                while (message := json.loads(await socket.recv()))["op"] not in ("meta", "error"):
                    pass
                wanted = {"yes": "meta", "hidden": "error"}[rights.expected(role, Right.READ, case.mine, case.sharing)]
                assert message["op"] == wanted, (role, case)


def test_the_page_tells_what_was_tested(engine: Engine) -> None:
    """`PDE_WRITE_DOCS=1` writes it."""
    found = operations(engine).items()
    needs = {f"`{method.upper()} {path}`": rights.words(name, method) for name, (method, path) in found}
    needs |= {f"OPC UA {one.what}": str(one.right) for one in REQUESTS}
    needs["live `sub`"] = str(Right.READ)
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    wanted = f"{before}{begin}{rights.tables(needs)}\n{end}{after}"
    if os.environ.get("PDE_WRITE_DOCS"):
        PAGE.write_text(wanted)
    assert PAGE.read_text() == wanted, "write it anew: PDE_WRITE_DOCS=1 pytest tests/system/api/test_rights.py"
