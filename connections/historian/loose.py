"""The samples that are in no block yet, as the writer knows them: what is fresh, and how many are in runs."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from connections.historian import blocks, fresh, runs
from connections.historian.fresh import Fresh, Row

SEALS_PER_BATCH = 4


@dataclass(frozen=True, slots=True)
class Loose:
    """Every change gives another one, to be held once the transaction of the change is committed.

    `gathered` tells by the key of a simulation how many samples its runs hold.
    """

    fresh: Fresh
    gathered: Mapping[int, int]

    @classmethod
    def left(cls, connection: sqlite3.Connection) -> Self:
        """What an earlier writer left, with its fresh rows gathered; part of the caller's transaction."""
        runs.gather(connection, fresh.load(connection))
        fresh.clear(connection)
        return cls(Fresh(), runs.counts(connection))

    def record(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> "Loose":
        """Store the rows of a batch: as they are, or in runs together with all that are fresh when those are enough."""
        kept = self.fresh.followed_by(rows)
        if not kept.enough:
            fresh.insert(connection, rows)
            return replace(self, fresh=kept)
        counts = runs.gather(connection, kept)
        fresh.clear(connection)
        return Loose(Fresh(), {**self.gathered, **{key: self.gathered.get(key, 0) + counts[key] for key in counts}})

    def seal(self, connection: sqlite3.Connection, keys: Iterable[int]) -> "Loose":
        """Move full blocks out of the runs of a few of these simulations, of the fullest first."""
        held = self.gathered
        full = [key for key in keys if held.get(key, 0) >= blocks.SAMPLES_PER_BLOCK]
        left: dict[int, int] = {}
        for key in sorted(full, key=lambda key: -held[key])[:SEALS_PER_BATCH]:
            left[key] = held[key]
            while left[key] >= blocks.SAMPLES_PER_BLOCK:
                blocks.seal(connection, key)
                left[key] -= blocks.SAMPLES_PER_BLOCK
        return replace(self, gathered={**held, **left}) if left else self

    def without(self, key: int) -> "Loose":
        """These, but for one simulation's."""
        return Loose(self.fresh.without(key), {one: count for one, count in self.gathered.items() if one != key})
