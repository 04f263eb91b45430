"""The first line: what a stranger may send before anything of it is read, and how much of it is kept."""

import asyncio
from contextlib import suppress
from typing import Any, cast

from asyncua.common.utils import Buffer
from asyncua.server.binary_server_asyncio import OPCUAProtocol
from asyncua.ua import ua_binary

from connections.log import logger
from opcua_server.complaints import Complaints
from opcua_server.limits import LIMITS
from opcua_server.processor import Processor
from opcua_server.room import make_room

_KINDS = frozenset({b"HEL", b"OPN", b"CLO", b"MSG"})
_CHUNKS = frozenset(b"FCA")
_HEADER = 8
_TURNS = 2
"""How often a connection is looked at within the time in which a session has to become active."""
_log = logger(__name__)
_crowded, _refused = Complaints("too many connections"), Complaints("connection refused")


class Door(OPCUAProtocol):
    """One connection: headers are checked before their message is kept, slow readers are dropped."""

    processor: Processor | None

    @property
    def in_use(self) -> bool:
        """Whether a session is active on this connection."""
        return self.processor is not None and self.processor.activated

    @property
    def busy(self) -> bool:
        """Whether the client waits for an answer, a delayed refusal too."""
        return self._busy

    def give_way(self) -> None:
        """End at once, to the advantage of another connection."""
        self.clients.remove(self)
        if self.transport is not None:
            self.transport.abort()

    async def _activation_watchdog(self) -> None:
        """End a connection that has had no active session for so long, before its first one or after its last."""
        idle = 0
        while idle < _TURNS:
            await asyncio.sleep(LIMITS.activation / _TURNS)
            idle = 0 if self.in_use else idle + 1
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse one too many; otherwise as asyncua, with our processor."""
        peer = transport.get_extra_info("peername")
        if not make_room(cast("list[Door]", self.clients), peer):
            _crowded.tell(peer=peer)
            transport.close()
            return
        super().connection_made(transport)
        self._chunks = bytearray()
        self._slow: asyncio.TimerHandle | None = None
        self._busy = False
        if self.transport is not None:
            self.processor = Processor(self.iserver, self.transport, self.limits)
            self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]
            self.transport.set_write_buffer_limits(high=LIMITS.unread)

    def data_received(self, data: bytes) -> None:
        """Cut the bytes into chunks; close at the first header that can't be one."""
        if self.transport is None or self.transport.is_closing():
            return
        free = not self._busy and not self._chunks and self.messages.empty()
        if free and self.processor is not None and self.processor.answer_single(data):
            return
        if not self._chunks and len(data) == int.from_bytes(data[4:8], "little") and self._acceptable(data, len(data)):
            self._deliver(data)
            return
        self._chunks += data
        while len(self._chunks) >= _HEADER:
            size = int.from_bytes(self._chunks[4:8], "little")
            if not self._acceptable(self._chunks, size):
                self._refuse("impossible chunk header")
                return
            if len(self._chunks) < size:
                return
            self._deliver(bytes(self._chunks[:size]))
            del self._chunks[:size]

    @staticmethod
    def _acceptable(header: bytes | bytearray, size: int) -> bool:
        kind = bytes(header[:3])
        smallest = _HEADER if kind == b"HEL" else _HEADER + 4
        return kind in _KINDS and header[3] in _CHUNKS and smallest < size <= LIMITS.chunk

    def _deliver(self, chunk: bytes) -> None:
        """Answer at once what can be while nothing waits; the rest takes its turn."""
        idle = self.messages.empty() and not self._busy
        if idle and self.processor is not None and self.processor.answer_chunk(chunk):
            return
        buffer = Buffer(chunk)
        header = ua_binary.header_from_binary(buffer)
        try:
            self.messages.put_nowait((header, buffer))
        except asyncio.QueueFull:
            self._refuse("too many waiting messages")
            return
        if self.transport is not None and self.messages.qsize() >= LIMITS.waiting_messages:
            self.transport.pause_reading()

    async def _process_one_msg(self, header: Any, buf: Buffer) -> bool:
        if self.transport is not None and self._slow is None and self.messages.qsize() < LIMITS.waiting_messages // 2:
            self.transport.resume_reading()
        self._busy = True
        try:
            return await super()._process_one_msg(header, buf)
        except Exception as error:
            self._refuse(f"{type(error).__name__}: {error}")
            return False
        finally:
            self._busy = False

    def pause_writing(self) -> None:
        """The client does not read: take no more requests, and drop it when that lasts."""
        if self.transport is not None:
            self.transport.pause_reading()
            self._slow = asyncio.get_running_loop().call_later(LIMITS.slow_reader, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        if self.transport is not None:
            self.transport.resume_reading()

    def connection_lost(self, ex: BaseException | None) -> None:
        """Forget the timer; the rest as asyncua, which would keep all that was closed within ten seconds."""
        if self.transport is None:
            return
        if self._slow is not None:
            self._slow.cancel()
        super().connection_lost(ex)
        if self.processor is not None:
            self.closing_tasks[-1].add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[Any]) -> None:
        with suppress(ValueError):  # whoever ends the server awaits it
            self.closing_tasks.remove(task)
        self.processor = self._task = self._activation_watchdog_task = None  # else it is garbage that has to be found
        if not task.cancelled() and task.exception() is not None:
            _log.error("a connection was not closed well", cause=repr(task.exception()))

    def _refuse(self, cause: str) -> None:
        _refused.tell(peer=self.peer_name, cause=cause[:200])
        self._chunks.clear()
        if self.transport is not None:
            self.transport.abort()
