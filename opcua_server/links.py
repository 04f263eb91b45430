"""Triggering (OPC 10000-4 5.13.5): items that have other items report."""

from collections.abc import Collection, Iterable


class Links:
    """For each item that triggers others, which ones."""

    def __init__(self) -> None:
        self._linked: dict[int, set[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._linked)

    def of(self, number: int) -> Collection[int]:
        """The items that report whenever this one does."""
        return self._linked.get(number, ())

    def change(self, number: int, added: Iterable[int], removed: Iterable[int]) -> None:
        """Add and remove items that report whenever item `number` does."""
        linked = (self._linked.get(number, set()) - set(removed)) | set(added)
        if linked:
            self._linked[number] = linked
        else:
            self._linked.pop(number, None)

    def among(self, numbers: Iterable[int]) -> Collection[int]:
        """Those that trigger others."""
        return self._linked.keys() & set(numbers)

    def forget(self, numbers: Iterable[int]) -> None:
        """Items are gone."""
        gone = set(numbers)
        left = {one: linked - gone for one, linked in self._linked.items() if one not in gone}
        self._linked = {one: linked for one, linked in left.items() if linked}

    def clear(self) -> None:
        """Forget everything."""
        self._linked.clear()
