"""`pde up`: start everything and print where it is."""

import asyncio
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from connections.log import set_up_log
from connections.settings import ANY_ADDRESS, Settings
from connections.users import Users
from engine_api.commands.compile import compile_models
from engine_api.commands.surroundings import Data, fail, load_settings
from engine_api.setup import pending_token
from engine_api.up import base_url, run
from plant.errors import PlantError

HttpPort = Annotated[int | None, typer.Option(help="Port of the HMI and REST (default: 8000; 0: any).")]
OpcuaPort = Annotated[int | None, typer.Option(help="Port of OPC UA (default: 4840; 0: any).")]
Workers = Annotated[
    str | None, typer.Option(help="Number of worker processes, or auto: as many as the work needs (default: 1).")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Allow addresses other than this machine, without users.")]


def up(
    data: Data = None,
    http_port: HttpPort = None,
    opcua_port: OpcuaPort = None,
    workers: Workers = None,
    insecure: Insecure = False,
) -> None:
    """Start Redis, the OPC UA server, the engine and the workers; end them all with Ctrl-C."""
    try:
        settings = with_options(load_settings(), data, http_port, opcua_port, workers, insecure)
        set_up_log("pde", settings.log_level)
        compile_models()
        asyncio.run(run(settings, announce))
    except PlantError as error:
        fail(str(error))


def with_options(
    settings: Settings,
    data: Path | None,
    http_port: int | None,
    opcua_port: int | None,
    workers: str | None,
    insecure: bool,
) -> Settings:
    """The settings with the command line on top, checked like everything else."""
    given = settings.model_dump()
    _put(given, "data", data)
    _put(given, "workers", workers)
    _put(given["http"], "port", http_port)
    _put(given["opcua"], "port", opcua_port)
    given["insecure"] = insecure or settings.insecure
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))} = {e['input']}: {e['msg']}" for e in error.errors(include_url=False)]
        fail("; ".join(lines))


def _put(section: dict[str, Any], name: str, value: object) -> None:
    if value is not None:
        section[name] = value


def announce(settings: Settings) -> None:
    """Print the table of addresses."""
    base = base_url(settings)
    table = Table(title="Process Dynamics Engine is running (Ctrl-C ends it)", title_justify="left")
    table.add_column("Door")
    table.add_column("Address", no_wrap=True)
    for door, address in (
        ("HMI", "\n".join(f"{address}/" for address in _web(settings))),
        (
            "OPC UA",
            "\n".join(f"opc.tcp://{host}:{settings.opcua.port}/pde" for host in shown_hosts(settings.opcua.host)),
        ),
        ("REST", f"{base}/docs"),
        ("Telegraf config", f"{base}/telegraf/opcua.conf"),
        ("Metrics", f"{base}/metrics"),
        ("Data", str(settings.data.absolute())),
    ):
        table.add_row(door, address)
    if (token := _setup_token(settings)) is not None:
        table.add_row("First administrator", f"{base}/#/set-up with the set-up token {token}")
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    sys.stdout.flush()


def _web(settings: Settings) -> list[str]:
    scheme = "https" if settings.http_tls else "http"
    return [f"{scheme}://{host}:{settings.http.port}" for host in shown_hosts(settings.http.host)]


def shown_hosts(host: str) -> list[str]:
    """What others write for this host; where every address is listened at, those of this machine."""
    if host not in ANY_ADDRESS:
        return [f"[{host}]" if ":" in host else host]
    interfaces = psutil.net_if_addrs().values()
    found = [one.address for each in interfaces for one in each if one.family == socket.AF_INET]
    return sorted(found, key=lambda address: address.startswith("127.")) or ["127.0.0.1"]


def _setup_token(settings: Settings) -> str | None:
    with closing(Users(settings.sql_url)) as users:
        return pending_token(settings, users)
