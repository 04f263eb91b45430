"""When an alert is raised and when it ends: a pure table of rules, and a board of what is raised at present."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """Raised when a measure has been at least `limit` for `patience` seconds, over when it is below `ends`.

    `sentence` is filled with subject, value and detail; `severity` is OPC UA's, 1 to 1000.
    """

    name: str
    limit: float
    ends: float
    sentence: str
    severity: int = 500
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What was seen of one subject: a simulation, a worker, a machine, a part; `sim_id` where it is about one."""

    rule: str
    subject: str
    value: float
    detail: str = ""
    sim_id: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; `since` and `ended` are seconds since 1970, `ended` None while it lasts."""

    rule: str
    subject: str
    severity: int
    message: str
    value: float
    since: float
    sim_id: str | None = None
    ended: float | None = None

    @property
    def key(self) -> str:
        """What tells it from others that are raised."""
        return f"{self.rule}:{self.subject}"

    def content(self) -> dict[str, Any]:
        """As JSON data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings say: seconds, attempts, and the least free share of a disk."""

    stuck: float
    skew: float
    lease: float
    disk: float
    attempts: int


def rules(limits: Limits) -> Mapping[str, Rule]:
    """Every rule by its name."""
    used = 1.0 - limits.disk
    table = (
        Rule("failed", 1, 1, "{subject} failed: {detail}", 700),
        Rule("stuck", limits.stuck, limits.stuck, "{subject} has made no step for {value:.0f} s", 800),
        Rule("late", 10, 1, "{subject} was late with {value:.0f} steps within a minute", 500),
        Rule("crash_loop", min(3, limits.attempts), 2, "{subject} is at attempt {value:.0f}: {detail}", 800),
        Rule("waiting", 60, 60, "{subject} has waited for {value:.0f} s: {detail}", 400),
        Rule("lease", limits.lease, limits.lease, "the lease of {subject} is {value:.1f} s old: {detail}", 700),
        Rule("skew", limits.skew, limits.skew / 2, "the clock of {subject} is {value:.1f} s off", 600, 2.0),
        Rule("refused_channels", 10, 1, "{value:.0f} OPC UA channels refused within a minute, last: {detail}", 600),
        Rule("no_worker", 1, 1, "{value:.0f} simulations and no worker", 800, 5.0),
        Rule("disk", used, used - 0.02, "the disk of {subject} is {value:.0%} full: {detail}", 800),
        Rule("redis_disk", 1, 1, "Redis can't write to its disk: {detail}", 900),
        Rule("redis", 5, 5, "Redis has not answered for {value:.0f} s", 900),
        Rule("checkpoint", 3, 2, "the copy of {subject}'s checkpoint is {value:.1f} periods old", 500),
    )
    return {rule.name: rule for rule in table}


class Board:
    """What is raised at present, and what may be soon. Pure: the time comes from the caller, in seconds since 1970."""

    def __init__(self, table: Mapping[str, Rule], raised: Sequence[Alert] = ()) -> None:
        self._table = table
        self.raised = {alert.key: alert for alert in raised if alert.rule in table}
        self._pending: dict[str, float] = {}

    def look(self, measures: Sequence[Measure], now: float) -> list[Alert]:
        """Take all measures of one look; the alerts that were raised or have ended (`ended` is set) by it."""
        told: list[Alert] = []
        above: dict[str, Measure] = {}
        for measure in measures:
            key, rule = f"{measure.rule}:{measure.subject}", self._table[measure.rule]
            if measure.value >= (rule.ends if key in self.raised else rule.limit):
                above[key] = measure
        for key in self.raised.keys() - above.keys():
            told.append(replace(self.raised.pop(key), ended=now))
        self._pending = {key: self._pending.get(key, now) for key in above.keys() - self.raised.keys()}
        for key, since in list(self._pending.items()):
            rule = self._table[above[key].rule]
            if now - since >= rule.patience:
                told.append(_raised(rule, above[key], now))
                self.raised[key] = told[-1]
                del self._pending[key]
        return sorted(told, key=lambda alert: (alert.ended is None, -alert.severity, alert.key))


def _raised(rule: Rule, seen: Measure, now: float) -> Alert:
    message = rule.sentence.format(subject=seen.subject, value=seen.value, detail=seen.detail or "no reason is known")
    return Alert(rule.name, seen.subject, rule.severity, message, seen.value, now, seen.sim_id)
