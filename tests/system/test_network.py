"""The engine on the network: only with an administrator, encrypted, and nobody without a name."""

import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx

from tests.engine import run_engine

PASSWORD = "correct horse battery"


def test_beyond_this_machine_there_is_tls_and_nobody_without_a_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine_api.cli", "users", "add", "root", "admin"]
    environment = {"PDE_DATA": str(tmp_path / "data")}
    added = subprocess.run(
        command, input=f"{PASSWORD}\n", text=True, capture_output=True, env=os.environ | environment, check=False
    )
    assert added.returncode == 0, added.stderr
    with run_engine(tmp_path, scheme="https", PDE_HTTP__HOST="0.0.0.0", PDE_OPCUA__HOST="0.0.0.0") as engine:
        trust = ssl.create_default_context(cafile=str(engine.data / "secrets" / "https.pem"))
        with httpx.Client(base_url=engine.http, verify=trust, timeout=60.0) as client:
            assert client.get("/readyz").status_code == 200
            assert client.get("/api/me").status_code == 401
            answer = client.post("/api/session", json={"name": "root", "password": PASSWORD})
            assert "secure" in answer.headers["set-cookie"].lower()
            assert client.get("/api/me").json()["role"] == "admin"
