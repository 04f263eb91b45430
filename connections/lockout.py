"""Guessing gets slower: after some failures a name is locked, twice as long each time, by times that are given."""

from collections import OrderedDict

_FREE = 5
_SHORTEST, _LONGEST = 10.0, 60.0
_FORGOTTEN = 900.0
_MOST = 10_000


class Lockout:
    """Failures by name, seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def locked(self, name: str, now: float) -> bool:
        """Whether the name may not be tried now; a locked name is refused whatever the password."""
        count, last = self._failures.get(name, (0, now))
        return count >= _FREE and now < last + min(_SHORTEST * 2.0 ** min(count - _FREE, 10), _LONGEST)

    def failed(self, name: str, now: float) -> int:
        """Count a failure; answers how many there are."""
        count, last = self._failures.pop(name, (0, now))
        count = 1 if now - last > _FORGOTTEN else count + 1
        self._failures[name] = (count, now)
        if len(self._failures) > _MOST:
            self._failures.popitem(last=False)
        return count

    def passed(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)
