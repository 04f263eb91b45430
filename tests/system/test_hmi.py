"""The operator's story in a real browser against a real engine; the pictures can go into the documentation."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from asyncua import ua
from lxml import html

from connections.pki.store import thumbprint
from tests.certificates import Holder, made
from tests.encrypted import encrypted
from tests.engine import Engine, run_engine
from tests.waiting import until

ROOT = Path(__file__).parents[2]
STORY_WITHIN = 900


def browser() -> str | None:
    """The Chromium to drive."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def setup_token(engine: Engine) -> str:
    """The token that `pde up` printed."""
    kept = engine.data / "secrets" / "setup.token"
    until(kept.exists, "a set-up token")
    return kept.read_bytes()[:12].hex()


async def connect(engine: Engine, stranger: Holder, folder: Path) -> None:
    """Open and close an encrypted session."""
    async with encrypted(engine, stranger, folder) as client:
        await client.get_namespace_array()


def missing() -> str | None:
    """Why the story can't be told here."""
    if browser() is None:
        return "no Chromium is installed (Debian: apt install chromium)"
    if shutil.which("npm") is None:
        return "npm is not on the PATH"
    if not (ROOT / "hmi" / "dist" / "index.html").is_file() or not (ROOT / "hmi" / "node_modules").is_dir():
        return "the HMI is not built (make hmi)"
    return None


@pytest.mark.timeout(STORY_WITHIN + 60)
def test_the_operators_story_in_a_browser(engine: Engine, tmp_path: Path) -> None:
    reason = missing()
    if reason and os.environ.get("PDE_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    told = {"PDE_URL": engine.http, "PDE_OPCUA_URL": engine.opcua, "CHROMIUM": str(browser())}
    command = [str(shutil.which("npm")), "run", "e2e"]
    stranger = made("another machine")
    with run_engine(tmp_path, PDE_HTTP__ANONYMOUS="none", PDE_ACCESS__RECHECK="1") as guarded:
        with pytest.raises(ua.UaStatusCodeError):
            asyncio.run(connect(guarded, stranger, tmp_path))
        told |= {"PDE_GUARDED_URL": guarded.http, "PDE_SETUP_TOKEN": setup_token(guarded)}
        told |= {"PDE_STRANGER": thumbprint(stranger.certificate)}
        done = subprocess.run(
            command,
            cwd=ROOT / "hmi",
            env=os.environ | told,
            capture_output=True,
            text=True,
            timeout=STORY_WITHIN,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        asyncio.run(connect(guarded, stranger, tmp_path))


@pytest.mark.parametrize("address", ["/", "/sims/wood-berry-1", "/models/column-a", "/alarms"])
def test_a_page_opened_at_its_address_leads_to_the_hmi(engine: Engine, address: str) -> None:
    """The HMI's addresses stand behind the #; without it a browser is sent there, and the page finds its parts."""
    reason = missing()
    if reason and os.environ.get("PDE_REQUIRE_ALL") != "1":
        pytest.skip(reason)
    page = httpx.get(engine.http + address, headers={"Accept": "text/html"}, follow_redirects=True).raise_for_status()
    assert page.url.path == "/"
    assert page.url.fragment == ("" if address == "/" else address)
    for part in html.fromstring(page.text).xpath("//script/@src | //link/@href"):
        answer = httpx.get(urljoin(str(page.url), str(part)))
        assert (answer.status_code, answer.headers["content-type"].startswith("text/html")) == (200, False)
