"""Clients of all makers on one server: each door, each service; what is found is the table of docs/interop.md."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connections.pki.store import Pki
from connections.users import Users
from tests.interop import asyncua_tools, telegraf_plugins
from tests.interop.asyncua_client import open_asyncua
from tests.interop.doors import Door, Keys, doors, open_doors
from tests.interop.foreign_client import RefusedError, open_client
from tests.interop.interop_table import YES, commit, committed, declared, rendered
from tests.interop.makers import ASYNCUA, IDENTITIES, MAKERS, POLICIES, PROGRAMS, TELEGRAF, TOOLS, Maker
from tests.interop.services import CHECKS, Client
from tests.system.opcua.rig import Served, Twin, begin, opened, prepared, serving
from tests.waiting import until_async

SERVER_TIME = "i=2258"
AT_ONCE = 2
"""Clients that start at the same time: each is a process, and two cores are all there may be."""
STRONGEST = Door("Aes256_Sha256_RsaPss", "SignAndEncrypt", "user name")


@dataclass(frozen=True, slots=True)
class Site:
    """The server, and what opens its doors."""

    served: Served
    keys: Keys
    found: dict[str, dict[str, str]] = field(default_factory=dict)
    """What stands in the cells: client, capability."""

    def note(self, maker: Maker, names: tuple[str, ...]) -> None:
        """These capabilities were seen to work as declared."""
        self.found.setdefault(maker.name, {}).update({name: declared(maker)[name] for name in names})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("makers")
    with prepared(folder) as settings, closing(Users(settings.sql_url)) as users:
        keys = open_doors(folder / "keys", Pki(settings.pki_folder), users)
        with serving(settings) as served:
            yield Site(served, keys)


@pytest.fixture
async def twin(site: Site) -> AsyncIterator[Twin]:
    async with opened(site.served.settings) as simulations:
        twin = await begin(simulations)
        working = [asyncio.create_task(work) for work in (twin.obey(), _keep_alive(twin))]
        yield twin
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _keep_alive(twin: Twin) -> None:
    """Frames while slow clients start: what is silent becomes uncertain."""
    while True:
        await asyncio.sleep(0.5)
        await twin.send()


@asynccontextmanager
async def session(maker: Maker, site: Site, door: Door) -> AsyncIterator[Client]:
    """A session of this client through this door."""
    options = site.keys.options(door)
    if maker is ASYNCUA:
        async with open_asyncua(site.served.url, options) as client:
            yield client
    else:
        assert maker.command is not None
        async with open_client(maker.command(), site.served.url, options) as program:
            yield program


async def shown(client: Client, node: str) -> None:
    """Wait until the server shows the node: the first frame is on its way."""

    async def there() -> bool:
        (value,) = (await client.ask("read", nodes=[node]))["values"]
        return bool(value["status"] == 0)

    await until_async(there, f"{node} is shown")


@pytest.mark.parametrize("maker", [ASYNCUA, *PROGRAMS], ids=lambda maker: maker.name)
async def test_every_door(maker: Maker, site: Site) -> None:
    turns, failed = asyncio.Semaphore(AT_ONCE), {}

    async def tried(door: Door, running: Client | None) -> None:
        async with turns:
            try:
                if running is not None:
                    url = site.served.url
                    answer = await running.ask("connect", endpoint=url, **site.keys.options(door))
                    assert answer["status"] == 0, answer
                    return
                async with session(maker, site, door) as client:
                    await shown(client, SERVER_TIME)
            except (RefusedError, AssertionError, OSError, TimeoutError) as refusal:
                failed[str(door)] = str(refusal)

    if maker.connects:
        async with session(maker, site, Door("None", "None", "anonymous")) as client:
            await asyncio.gather(*(tried(door, client) for door in doors(maker)))
    else:
        await asyncio.gather(*(tried(door, None) for door in doors(maker)))
    assert not failed, "\n".join(f"{door}: {why}" for door, why in failed.items())
    site.note(maker, POLICIES + IDENTITIES)


@pytest.mark.parametrize("maker", [ASYNCUA, *PROGRAMS], ids=lambda maker: maker.name)
async def test_every_service(maker: Maker, site: Site, twin: Twin) -> None:
    failed = {}
    async with session(maker, site, STRONGEST) as client:
        await shown(client, f"ns=2;s={twin.sim_id}.reflux_flow")
        for name, check in CHECKS.items():
            try:
                await check(client, twin)
            except (AssertionError, KeyError, TimeoutError) as problem:
                failed[name] = repr(problem)
    assert not failed, "\n".join(f"{name}: {why}" for name, why in failed.items())
    site.note(maker, tuple(CHECKS))


async def test_the_tools_of_asyncua(site: Site, twin: Twin) -> None:
    await asyncua_tools.try_all(site.served.url, site.keys, twin)
    site.note(TOOLS, tuple(declared(TOOLS)))


async def test_the_plugins_of_telegraf(site: Site, twin: Twin, tmp_path: Path) -> None:
    await telegraf_plugins.try_all(site.served.url, site.keys, twin, tmp_path)
    site.note(TELEGRAF, tuple(declared(TELEGRAF)))


def test_the_table_in_the_docs_is_what_was_found(site: Site) -> None:
    missing = [maker.name for maker in MAKERS if site.found.get(maker.name, {}).keys() != declared(maker).keys()]
    if missing:
        pytest.skip(f"not everything was tried with: {', '.join(missing)}")
    table = rendered(site.found)
    assert YES in table
    if os.environ.get("PDE_INTEROP_TABLE") == "write":
        commit(table)
    assert committed() == table, "docs/interop.md is stale: PDE_INTEROP_TABLE=write pytest tests/interop/test_makers.py"
