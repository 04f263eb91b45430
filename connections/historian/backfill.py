"""Backfill: copies a range of the embedded record to InfluxDB, with the points that Telegraf would have written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connections.historian.entry import Entry
from connections.historian.line_protocol import lines
from connections.historian.sqlite import SqliteHistorian
from plant.errors import Refused, UnknownName

LINES_PER_BATCH = 5_000


class Target(Protocol):
    """Whatever takes line protocol."""

    def write(self, lines: Sequence[str]) -> None:
        """Write points; writing one twice is writing it once. Raises Refused or Unavailable."""


@dataclass(slots=True)
class Copied:
    """What a backfill did: points sent, and the causes for which InfluxDB refused (parts of) batches."""

    simulations: int = 0
    points: int = 0
    refusals: list[str] = field(default_factory=list)


def backfill(
    record: SqliteHistorian, target: Target, sim_ids: Sequence[str] = (), start: int | None = None,
    end: int | None = None, progress: Callable[[Entry, int], None] = lambda _entry, _points: None,
    sent: Callable[[str, int], None] = lambda _sim_id, _points: None,
) -> Copied:  # fmt: skip
    """Copy samples with start <= wall_time < end (ns) of some simulations (none named: all).

    A refused batch is noted and the rest goes on. Raises UnknownName before anything is copied, and Unavailable;
    running it again completes what was left, since the same point twice is one point. `sent` hears of all points so far
    after every batch, `progress` of those of a simulation when it is done.
    """
    copied = Copied()
    for entry in _chosen(record, sim_ids):
        before = copied.points
        for batch in _batches(record, entry, start, end):
            try:
                target.write(batch)
            except Refused as error:
                copied.refusals.append(f"{entry.sim_id}: {error}")
            copied.points += len(batch)
            sent(entry.sim_id, copied.points)
        copied.simulations += 1
        progress(entry, copied.points - before)
    return copied


def _chosen(record: SqliteHistorian, sim_ids: Sequence[str]) -> list[Entry]:
    known = {entry.sim_id: entry for entry in record.simulations()}
    for sim_id in sim_ids:
        if sim_id not in known:
            raise UnknownName(f"the record holds no simulation '{sim_id[:80]}'")
    return [known[sim_id] for sim_id in sim_ids] if sim_ids else list(known.values())


def _batches(record: SqliteHistorian, entry: Entry, start: int | None, end: int | None) -> Iterator[list[str]]:
    for tag in entry.tags:
        begin, more = start, True
        while more:
            series = record.read_raw(entry.sim_id, tag, begin, end, LINES_PER_BATCH)
            batch = list(lines(entry, series))
            if batch:
                yield batch
            more = series.more
            begin = int(series.wall_time[-1]) + 1 if more else begin
