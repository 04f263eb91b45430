"""A real HTTP server that answers what the test has told it to, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer; `status` 0 breaks the connection off, a `pause` waits for the event first."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    after: threading.Event | None = None


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Script:
    """Answers in order; the last one again and again."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def take(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def refusal(status: int, wire: str, *details: str, headers: dict[str, str] | None = None) -> Answer:
    """A problem document."""
    body = {
        "type": f"urn:process-dynamics-engine:problem:{wire}", "title": wire, "status": status,
        "detail": "; ".join(details), "instance": "/here", "errors": [{"detail": detail} for detail in details],
        "trace_id": "5f1c0a9be3d24c77",
    }  # fmt: skip
    return Answer(status, body, headers or {})


@contextmanager
def scripted(*answers: Answer) -> Iterator[Script]:
    """A server with these answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            script.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = script.take()
            if answer.after is not None:
                answer.after.wait(30)
            if not answer.status:
                self.close_connection = True
                self.connection.close()
                return
            content = (json.dumps(answer.body) if answer.text is None else answer.text).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - as http.server has them

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def finish(self) -> None:
            with suppress(OSError, ValueError):  # it was broken off
                super().finish()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        script = Script(f"http://127.0.0.1:{server.server_port}", list(answers))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


RECORD: dict[str, Any] = {
    "sim_id": "wood-berry-1", "model_id": "wood-berry", "status": "running", "node_id": "ns=2;s=wood-berry-1",
    "name": "Column", "number": 1, "version": 3, "speed": "max", "sample_time": 1, "duration": 86400,
    "remaining": None, "start": "steady", "seed": 0, "simulation_time": 12, "tick": 12, "overruns": 0,
    "created_at": "2026-11-21T05:20:00.000Z", "started_at": None, "ended_at": None,
    "updated_at": "2026-11-21T05:20:00.000Z", "queue_position": None, "something_new": [1],
}  # fmt: skip


def values(status: str = "running", simulated: float = 12.0, **numbers: float | None) -> dict[str, Any]:
    """What `/all` answers."""
    time = "2026-11-21T05:20:12.000Z"
    tags = [
        {"tag": tag, "value": value, "unit": "%", "quality": "Good" if value is not None else "BadSensorFailure",
         "status_code": 0 if value is not None else 0x808C0000, "source_time": time, "simulation_time": simulated}
        for tag, value in numbers.items()
    ]  # fmt: skip
    return {
        "sim_id": "wood-berry-1", "status": status, "simulation_time": simulated, "source_time": time, "tags": tags,
    }  # fmt: skip
