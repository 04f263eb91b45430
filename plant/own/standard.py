"""The standard checks that every model has to pass, those of the library and those that somebody brings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from plant.model import Model
from plant.own import moving, repeating, starting, telling

_MOST = 5
"""Failures that one check tells."""


class Result(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    NOT_APPLICABLE = "not applicable"


def _always(_model: Model) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what must hold, the sentences that tell where it does not, and why it may not apply to a model."""

    name: str
    failures: Callable[[Model], Iterable[str]]
    reason: Callable[[Model], str] = _always


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: its failures, or the reason why it does not apply."""

    name: str
    failures: tuple[str, ...] = ()
    reason: str = ""

    @property
    def result(self) -> Result:
        """In a word."""
        if self.reason:
            return Result.NOT_APPLICABLE
        return Result.FAILED if self.failures else Result.PASSED


DECLARATION = Check("the declaration keeps the rules", telling.declared)
RUNS = Check("runs from every start state", starting.running)
SNAPSHOTS = Check("a restored run equals the original bit for bit", repeating.restored, repeating.unsaved)
NODE_SET = Check("its node set is whole", telling.in_nodesets)
CHECKS = (
    DECLARATION,
    RUNS,
    Check("starts inside its ranges", starting.inside),
    Check("rates are finite all over its box", moving.finite),
    Check("a start state that holds holds", starting.holding, starting.none_holds),
    Check("balances close", moving.balanced, moving.no_balances),
    Check("one step equals two halves", moving.halved, moving.no_tolerance),
    SNAPSHOTS,
    Check("equal seeds give equal runs", repeating.seeded),
    Check("its description comes back from JSON", telling.described),
    NODE_SET,
    Check("its page is whole", telling.on_a_page),
)
"""All, in their order."""
BRIEF = (DECLARATION, RUNS, SNAPSHOTS, NODE_SET)
"""What an upload waits for."""


def examine(model: Model, checks: Sequence[Check] = CHECKS) -> list[Verdict]:
    """Every check; those behind a declaration that breaks the rules do not apply."""
    first, *others = checks
    declaration = verdict(first, model)
    if declaration.failures:
        return [declaration, *(Verdict(each.name, (), "the declaration breaks the rules") for each in others)]
    return [declaration, *(verdict(each, model) for each in others)]


def verdict(check: Check, model: Model) -> Verdict:
    """One check. Whatever a stranger's equations raise is a failure."""
    try:
        reason = check.reason(model)
        return Verdict(check.name, () if reason else tuple(islice(check.failures(model), _MOST)), reason)
    except Exception as error:
        return Verdict(check.name, (f"it fails: {type(error).__name__}: {error}",))
