"""The simulations whose tags a subscription monitors, and the places of their items."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from opcua_server.tags import Block, Watcher


class WatchedBlocks:
    """For each block that is watched the places of the items that look at its rows."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._places: dict[Block, NDArray[np.intp]] = {}
        self._whole: NDArray[np.intp] | None = None

    def __contains__(self, block: Block) -> bool:
        return block in self._places

    def places(self, blocks: Sequence[Block]) -> NDArray[np.intp]:
        """Those of all items of these blocks, all different; rising where these are all that are watched."""
        if len(blocks) != len(self._places):
            return np.concatenate([self._places[block] for block in blocks])
        if self._whole is None:
            self._whole = np.sort(np.concatenate(list(self._places.values())))
        return self._whole

    def add(self, block: Block, places: Sequence[int]) -> None:
        """Items have come to look at a block."""
        if block not in self._places:
            block.watchers.append(self._watcher)
            self._places[block] = np.zeros(0, np.intp)
        self._places[block], self._whole = np.concatenate([self._places[block], np.array(places, np.intp)]), None

    def pop(self, block: Block) -> NDArray[np.intp]:
        """Watch a block no more; the places of the items that did."""
        self._whole = None
        block.watchers.remove(self._watcher)
        return self._places.pop(block)

    def forget(self, gone: NDArray[np.bool_]) -> None:
        """Items have gone; `gone` has a flag for every place."""
        for block, places in list(self._places.items()):
            left = places[~gone[places]]
            if not len(left):
                self.pop(block)
            elif len(left) < len(places):
                self._places[block], self._whole = left, None

    def move(self, places: NDArray[np.intp]) -> None:
        """The items have other places: `places[old] = new`."""
        self._places, self._whole = {block: places[held] for block, held in self._places.items()}, None

    def clear(self) -> None:
        """Watch nothing any more."""
        for block in list(self._places):
            self.pop(block)
