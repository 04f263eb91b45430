"""deploy/pde.service: understood by systemd, hardened, and starts what `pde up` is."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from connections.settings import Settings
from engine_api.commands.lazy import COMMANDS

FILE = Path(__file__).parents[2] / "deploy" / "pde.service"


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    unit = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(FILE.read_text())
    return unit["Service"]


def test_it_starts_the_command_as_a_user_of_its_own(service: configparser.SectionProxy) -> None:
    program, command = service["ExecStart"].split()
    assert Path(program).name == "pde"
    assert command in COMMANDS
    assert service["User"] == "pde"
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["StateDirectoryMode"]) == (
        "yes", "strict", "0700"
    )  # fmt: skip


def test_its_data_lie_where_it_may_write(service: configparser.SectionProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    given = dict(pair.split("=", 1) for pair in service["Environment"].split())
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings().data == Path("/var/lib") / service["StateDirectory"]
    assert given["NUMBA_CACHE_DIR"] == f"/var/cache/{service['CacheDirectory']}"
    assert not re.search("PASSWORD|TOKEN|SECRET", FILE.read_text())


def test_systemd_understands_it(tmp_path: Path) -> None:
    """On a copy with a program that is there."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on the PATH")
    unit = tmp_path / FILE.name
    text = FILE.read_text().replace("/opt/pde/bin/pde", "/bin/true")
    unit.write_text(re.sub("^(User|Group)=pde$", r"\1=root", text, flags=re.MULTILINE))
    done = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if unit.name in line]
    assert complaints == []
