"""A file that tells how much of it was read."""

import io
from collections.abc import Callable
from typing import IO, Any


def counted(content: IO[bytes], told: Callable[[int], None]) -> io.BufferedReader:
    """`content`, and `told` hears of how many bytes were read of it."""
    return io.BufferedReader(_Counted(content, told), 1 << 16)


class _Counted(io.RawIOBase):
    def __init__(self, content: IO[bytes], told: Callable[[int], None]) -> None:
        self._content, self._told = content, told

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into the buffer; the number of bytes."""
        piece = self._content.read(len(buffer))
        buffer[: len(piece)] = piece
        self._told(self._content.tell())
        return len(piece)
