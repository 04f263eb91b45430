"""`pde historian`: what the embedded record holds, and copying it to InfluxDB where Telegraf missed something."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.historian.backfill import Copied, backfill
from connections.historian.entry import Entry
from connections.historian.influx import Influx
from connections.historian.reader import Extent
from connections.historian.sqlite import SqliteHistorian
from connections.settings import InfluxSettings, Settings
from engine_api.commands.progress import progress
from engine_api.commands.surroundings import WIDTH, fail, load_settings
from plant.errors import PlantError

NANOSECONDS = 1_000_000_000
historian = typer.Typer(help="The history: what is recorded, and its copy in InfluxDB.", no_args_is_help=True)

Sims = Annotated[list[str] | None, typer.Option("--sim", help="SimID; give it again for more (default: all).")]
Start = Annotated[str | None, typer.Option(help="From this time on, ISO 8601; UTC unless it names its zone.")]
End = Annotated[str | None, typer.Option(help="Up to but not including this time.")]
Url = Annotated[str | None, typer.Option(help="InfluxDB 2 (default: PDE_INFLUX__URL).")]
Org = Annotated[str | None, typer.Option(help="Organisation (default: PDE_INFLUX__ORG, pde).")]
Bucket = Annotated[str | None, typer.Option(help="Bucket (default: PDE_INFLUX__BUCKET, pde).")]


@historian.command("backfill")
def fill(
    sim: Sims = None, start: Start = None, end: End = None, url: Url = None, org: Org = None, bucket: Bucket = None,
) -> None:  # fmt: skip
    """Copy a range of the record to InfluxDB; points that are there already stay as they are.

    The token is read from PDE_INFLUX__TOKEN. Code 1 when InfluxDB refused some points.
    """
    settings = load_settings()
    first, last = _nanoseconds("start", start), _nanoseconds("end", end)
    try:
        with (
            _record(settings) as record,
            Influx(_influx(settings, url, org, bucket)) as influx,
            progress("Points") as told,
        ):
            total = None if start or end else _points(record, sim or ())
            copied = backfill(record, influx, sim or (), first, last, _tell, lambda at, points: told(points, total, at))
    except PlantError as error:
        fail(str(error))
    _conclude(copied)


@historian.command()
def status(url: Url = None, org: Org = None, bucket: Bucket = None) -> None:
    """List the recorded simulations; with an InfluxDB set up, also how many points it holds of each."""
    settings = load_settings()
    influx = _influx(settings, url, org, bucket)
    table = Table(
        "Simulation", "Model", "Samples", "Tags", "First", "Last", *(["InfluxDB points"] if influx.url else [])
    )
    try:
        with _record(settings) as record:
            entries = [(entry, record.extent(entry.sim_id)) for entry in record.simulations()]
            counts = _counts(influx, [entry.sim_id for entry, _ in entries])
    except PlantError as error:
        fail(str(error))
    if counts:
        table.add_column("InfluxDB points", no_wrap=True)
    for entry, extent in entries:
        table.add_row(*_row(entry, extent), *(str(counts[sim]) for sim in [entry.sim_id] if sim in counts))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def _counts(influx: InfluxSettings, sim_ids: list[str]) -> dict[str, int]:
    if influx.url is None:
        return {}
    with Influx(influx) as client:
        return {sim_id: client.count(sim_id) for sim_id in sim_ids}


def _row(entry: Entry, extent: Extent) -> list[str]:
    times = [_shown(extent.first), _shown(extent.last)]
    return [entry.sim_id, entry.model_id, str(extent.count), str(len(entry.tags)), *times]


def _points(record: SqliteHistorian, sims: Sequence[str]) -> int:
    """How many there are at most."""
    chosen = [entry for entry in record.simulations() if not sims or entry.sim_id in sims]
    return sum(record.extent(entry.sim_id).count * len(entry.tags) for entry in chosen)


def _record(settings: Settings) -> SqliteHistorian:
    if not settings.history_file.exists():
        fail(f"there is no history in {settings.data.absolute()}; PDE_DATA names another folder")
    return SqliteHistorian(settings.history_file, read_only=True)


def _influx(settings: Settings, url: str | None, org: str | None, bucket: str | None) -> InfluxSettings:
    given = {"url": url, "org": org, "bucket": bucket}
    return settings.influx.model_copy(update={name: text for name, text in given.items() if text is not None})


def _nanoseconds(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--{option} = '{text[:40]}' is not a time such as 2026-01-31T08:00:00Z")
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * NANOSECONDS + since.microseconds * 1000


def _shown(time: int | None) -> str:
    if time is None:
        return ""
    return datetime.fromtimestamp(time // NANOSECONDS, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _tell(entry: Entry, points: int) -> None:
    typer.echo(f"{entry.sim_id}: {points} points")


def _conclude(copied: Copied) -> None:
    typer.echo(f"{copied.points} points of {copied.simulations} simulations sent")
    for cause in copied.refusals:
        typer.echo(cause, err=True)
    raise typer.Exit(int(bool(copied.refusals)))
