"""The guard before every route: own host and origin, a known caller, bounded bodies, no failure without an answer."""

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connections.log import logger
from connections.settings import LOOPBACK
from engine_api import tag_route
from engine_api.admission import address_of, admit
from engine_api.cross_origin import INVITED
from engine_api.limits import Limits
from engine_api.metrics import Metrics
from engine_api.origin import SAFE_METHODS, foreign
from engine_api.problems import TRACE, answer, problem
from engine_api.request_ids import HEADER, request_id
from engine_api.security import CALLER
from plant.errors import TooMany, Unavailable

LARGEST_BODY = 1_000_000
LARGER_BODIES: Mapping[tuple[str, str], int] = dict.fromkeys(
    (("POST", "/api/models"), ("POST", "/api/models/")), 65_000_000
)
"""Where files are uploaded."""
BODY_WITHIN = 10.0
_UNLIMITED = frozenset({"/healthz", "/readyz"})
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_JSON = (b"content-type", b"application/json")
_log = logger("http")


class Guard:
    """ASGI middleware, outermost."""

    def __init__(self, app: ASGIApp, only_loopback: bool, limits: Limits) -> None:
        self._app = app
        self._only_loopback = only_loopback
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        TRACE.set(request_id(headers))
        refused = self._refusal(scope, headers) or await admit(scope)
        refused = self._too_many(scope) or refused
        if scope["type"] == "websocket":
            await _websocket(self._app, refused, scope, receive, send)
        else:
            await self._http(refused, scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = urlsplit(f"//{headers.get('host', '')}").hostname
        if self._only_loopback and host not in LOOPBACK:
            return problem(421, "this engine answers only to localhost and 127.0.0.1", scope["path"])
        if scope.get("method", "") not in SAFE_METHODS and foreign(headers) and INVITED not in scope:
            return problem(403, "a page of another site may not do this", scope["path"])
        if headers.get("content-encoding", "identity").lower() != "identity":
            return problem(415, "send the body as it is, without a Content-Encoding", scope["path"], headers=_LAST)
        return None

    def _too_many(self, scope: Scope) -> Response | None:
        if CALLER not in scope or scope["path"] in _UNLIMITED:
            return None
        try:
            name = scope[CALLER].name
            self._limits.take(f"name {name}" if name else f"address {address_of(scope)}")
        except TooMany as error:
            return answer(error, scope["path"])
        return None

    async def _http(self, refused: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(scope, send)
        started = time.perf_counter()
        try:
            await self._answer(refused or await _body(scope, receive), scope, receive, answer)
        except Exception:
            _log.exception("request failed", path=scope["path"], trace_id=TRACE.get())
            if not answer.status:
                failed = problem(500, f"the engine failed; the log tells more under {TRACE.get()}", scope["path"])
                await failed(scope, receive, answer)
        finally:
            _count(scope, answer.status, time.perf_counter() - started)

    async def _answer(self, body: bytes | Response, scope: Scope, receive: Receive, send: Send) -> None:
        if isinstance(body, Response):
            await body(scope, receive, send)
            return
        try:
            found = await tag_route.answer(scope, body)
        except Unavailable as error:
            await answer(error, scope["path"])(scope, receive, send)
            return
        if found is None:
            await self._app(scope, _replay(body, receive), send)
            return
        length = (b"content-length", str(len(found)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length, _JSON]})
        await send({"type": "http.response.body", "body": found})


class _Answer:
    """The way out: adds the security headers and remembers the status."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self.status = scope, send, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            headers.append((HEADER.lower().encode(), TRACE.get().encode()))
            given = {name.lower() for name, _ in headers}
            headers.extend(header for header in _added(self._scope["path"]) if header[0] not in given)
        await self._send(message)


def _raw(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


_RAW_HEADERS = _raw(SECURITY_HEADERS)
_RAW_API_HEADERS = _RAW_HEADERS + _raw({"Cache-Control": "no-store"})


def _added(path: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that an answer gets which has not chosen its own."""
    return _RAW_API_HEADERS if path.startswith("/api/") else _RAW_HEADERS


async def _websocket(app: ASGIApp, refused: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
    if refused is not None:
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await app(scope, receive, send)


async def _body(scope: Scope, receive: Receive) -> bytes | Response:
    """The whole body, or the refusal of one that is too large or too slow."""
    names = {name for name, _ in scope["headers"]}
    if scope["method"] in SAFE_METHODS and not names & _SAYING_A_BODY:
        return b""
    largest = LARGER_BODIES.get((scope["method"], scope["path"]), LARGEST_BODY)
    length = Headers(scope=scope).get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > largest:
        return _too_large(largest, scope["path"])
    try:
        async with asyncio.timeout(BODY_WITHIN):
            body = await _read(receive, largest)
    except TimeoutError:
        return problem(408, f"the body did not arrive within {BODY_WITHIN:g} s", scope["path"], headers=_LAST)
    return _too_large(largest, scope["path"]) if body is None else body


def _too_large(largest: int, path: str) -> Response:
    return problem(413, f"the body is larger than {largest} bytes", path, headers=_LAST)


_SAYING_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
_LAST = {"Connection": "close"}


async def _read(receive: Receive, largest: int) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once and then what the connection says."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _count(scope: Scope, status: int, seconds: float) -> None:
    engine = getattr(scope["app"].state, "engine", None) if "app" in scope else None
    metrics: Metrics | None = engine and engine.metrics
    if metrics is None:
        return
    metrics.answered(getattr(scope.get("route"), "path", "other"), scope["method"], status, seconds)
