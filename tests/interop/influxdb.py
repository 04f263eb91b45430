"""A real InfluxDB 2 server for a test, empty and set up, on a free port with its data in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from engine_api.ports import free_port
from tests.interop.child import Child, run_child
from tests.interop.parts import built
from tests.waiting import until


@dataclass(frozen=True, slots=True)
class InfluxDB:
    """A running server: where it is, and the names and the token that setting it up gave."""

    url: str
    token: str
    org: str
    bucket: str
    child: Child


@contextmanager
def run_influxdb(folder: Path, bucket: str = "pde") -> Iterator[InfluxDB]:
    """Run a server that keeps its data in `folder`, with one organisation, one bucket and one token for everything."""
    port = free_port("127.0.0.1")
    url = f"http://127.0.0.1:{port}"
    command = [
        built("influxdb") / "influxd",
        "run",
        f"--http-bind-address=127.0.0.1:{port}",
        f"--bolt-path={folder / 'influxd.bolt'}",
        f"--sqlite-path={folder / 'influxd.sqlite'}",
        f"--engine-path={folder / 'engine'}",
        "--reporting-disabled",
    ]
    with run_child(command, folder / "influxd.log") as child:
        until(lambda: child.running() and _ready(url), "InfluxDB is ready")
        yield InfluxDB(url, _set_up(url, "pde", bucket), "pde", bucket, child)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


def _set_up(url: str, org: str, bucket: str) -> str:
    owner = {"username": "pde", "password": "interoperability", "org": org, "bucket": bucket}
    answer = httpx.post(f"{url}/api/v2/setup", json=owner).raise_for_status()
    return str(answer.json()["auth"]["token"])
