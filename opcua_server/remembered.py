"""A bounded memory of prepared answers: what was used longest ago is forgotten first."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Prepared = TypeVar("Prepared")


class Remembered(Generic[Key, Prepared]):
    """At most `count` entries of together at most `size` bytes."""

    def __init__(self, count: int, size: int) -> None:
        self._most_count, self._most_size = count, size
        self._held: OrderedDict[Key, tuple[Prepared, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._held)

    def find(self, key: Key) -> Prepared | None:
        """What was put under the key, if it is still there."""
        held = self._held.get(key)
        if held is None:
            return None
        self._held.move_to_end(key)
        return held[0]

    def put(self, key: Key, prepared: Prepared, size: int) -> None:
        """Remember something of about `size` bytes."""
        self.forget(key)
        self._held[key] = prepared, size
        self.size += size
        while self._held and (len(self._held) > self._most_count or self.size > self._most_size):
            self.size -= self._held.popitem(last=False)[1][1]

    def forget(self, key: Key) -> None:
        """Forget one entry, if it is there."""
        held = self._held.pop(key, None)
        if held is not None:
            self.size -= held[1]

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self.size = 0
