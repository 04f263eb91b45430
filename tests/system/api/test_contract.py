"""The whole REST API of a running engine against its own OpenAPI document, with what nobody would think of sending."""

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from connections.api_keys import ApiKeys
from connections.users import Users
from plant.access import Right, User
from tests.engine import Engine

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PHASES = (("examples,coverage,fuzzing", 40), ("stateful", 20))
"""With the seconds that CI can spare: enough for every operation on an idle machine, for fewer on a busy one."""
ENDLESS = ("stream",)
"""Server-Sent Events: tests/system/api/test_stream.py."""
FILES = ("add_model", "add_model_too")
"""It can't write FMUs: tests/system/api/test_own_models.py."""
OWN_CREDENTIAL = ("revoke_api_key", "remove_user", "change_user")
"""These take away what the fuzzer signs in with: tests/system/api/test_access.py."""


@pytest.fixture(scope="module")
def key(engine: Engine) -> str:
    """An administrator's."""
    with closing(Users(f"sqlite:///{engine.data / 'records.sqlite'}")) as users:
        users.add("root", User.ADMIN, "correct horse battery")
        return ApiKeys(users).add("root", "fuzzer", list(Right), 1.0)[1]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("phases", "seconds"), PHASES)
def test_schemathesis_finds_nothing(engine: Engine, key: str, tmp_path: Path, phases: str, seconds: int) -> None:
    """Examples, boundaries, random and stateful requests: no 5xx but 503, nothing that the document does not tell.

    Stateful: what one request has made is asked for, changed and removed by those that follow.
    """
    command = [
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "--config-file",
        CONFIGURATION, "run", f"{engine.http}/openapi.json", "--header", f"X-API-Key: {key}",
        "--phases", phases, "--max-time", str(seconds), "--seed", "7", "--no-color", "--continue-on-failure",
        "--no-shrink", "--generation-database", "none", "--warnings", "off", "--request-timeout", "60",
        "--max-response-time", "60",
    ]  # fmt: skip
    for name in (*ENDLESS, *FILES, *OWN_CREDENTIAL):
        command += ["--exclude-operation-id", name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested, done.stdout[-2000:]
    assert int(tested[1]) > 5
