# Made by scripts/client of process_dynamics_engine/aio/feed.py: change that.
"""Snapshots of a simulation as they come: by the live socket, by REST where there is none."""

import json
import time
from types import TracebackType
from typing import Self

from websockets.exceptions import WebSocketException

from process_dynamics_engine.calls import values
from process_dynamics_engine.errors import BadAnswer, Unavailable
from process_dynamics_engine.snapshot import LiveView, Snapshot, of_values
from process_dynamics_engine.sync.ports import LiveSocket, sleep
from process_dynamics_engine.sync.transport import Transport

AT_ONCE = (0.0, 0.01, 0.03)
"""Seconds before the first looks, by REST: what is about to happen needs no socket."""
POLL = 0.5
"""Seconds between two looks while there is no socket."""
SILENCE = 5.0
"""Seconds without a message after which a socket counts as lost; a sign of life comes every second."""
PATIENCE = 60.0
"""Seconds for which an engine may be away."""
FAILURES = 3
"""Failures in a row after which the socket is not tried any more."""


class Feed:
    """`feed.next(deadline)` as often as wanted."""

    def __init__(self, transport: Transport, sim_id: str, rate: float) -> None:
        self._transport, self._sim_id, self._rate = transport, sim_id, rate
        self._soon = list(AT_ONCE)
        self._socket: LiveSocket | None = None
        self._view = LiveView(sim_id)
        self._failures = 0
        self._answered = time.monotonic()

    def next(self, deadline: float) -> Snapshot | None:
        """The next snapshot; None at the deadline (of `time.monotonic`). Raises EngineError."""
        if self._soon:
            return self._look(self._soon.pop(0), deadline)
        if self._socket is None and self._failures < FAILURES:
            self._connect()
        if self._socket is None:
            return self._look(POLL, deadline)
        return self._heard(self._socket, deadline)

    def _look(self, pause: float, deadline: float) -> Snapshot | None:
        """By REST."""
        while pause <= (left := deadline - time.monotonic()):
            sleep(pause)
            try:
                now = of_values(self._transport.do(values(self._sim_id)))
            except Unavailable:
                if time.monotonic() - self._answered > PATIENCE:
                    raise
                pause = POLL
                continue
            self._answered = time.monotonic()
            return now
        sleep(max(0.0, left))
        return None

    def _connect(self) -> None:
        self._view = LiveView(self._sim_id)
        try:
            self._socket = self._transport.live()
            self._socket.send(json.dumps(self._view.request(self._rate)))
        except (OSError, WebSocketException):
            self._lost()

    def _heard(self, socket: LiveSocket, deadline: float) -> Snapshot | None:
        """By the socket; by REST when it has just been lost."""
        silent = time.monotonic() + SILENCE
        try:
            while (left := min(deadline, silent) - time.monotonic()) > 0:
                now = self._view.take(_read(socket.recv(left)))
                if now is not None:
                    self._failures, self._answered = 0, time.monotonic()
                    return now
        except TimeoutError:
            pass
        except (OSError, WebSocketException):
            self._lost()
            return self._look(0.0, deadline)
        if time.monotonic() < deadline:
            self._lost()
            return self._look(0.0, deadline)
        return None

    def _lost(self) -> None:
        self._failures += 1
        self.close()

    def close(self) -> None:
        """Leave the socket."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(text: str | bytes) -> dict[str, object]:
    try:
        message = json.loads(text)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise BadAnswer(f"a live message is no JSON object: {text[:80]!r}")
    return message
