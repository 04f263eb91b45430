"""Requests that carry an Idempotency-Key: done once, however often they arrive, and answered the same each time."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from connections.requests import REQUEST, Answer, Requests
from engine_api.security import CALLER
from plant.errors import InvalidValue, Unavailable

KEY = "idempotency-key"
LONGEST_KEY = 200
_PLACES = ("/api/sims/", "/api/machines/", "/simulation")
LARGEST_ANSWER = 1_000_000
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEPT_HEADERS = ("content-type", "etag", "location", "preference-applied")
Handle = Callable[[Request], Awaitable[Response]]


def counts(path: str) -> bool:
    """Whether keys count at this path: what is answered elsewhere may be a secret, and is never kept."""
    return path.startswith(_PLACES) or (path.startswith("/api/models/") and path.endswith("/start"))


async def once(request: Request, handle: Handle) -> Response:
    """The answer to a request: the first one's, when it was here before with the same key.

    A refused request is forgotten. One that failed in the middle may come again and goes on from what was done.
    Raises InvalidValue for a key that stands for another request, WrongState while the first one is under way.
    """
    key = request.headers.get(KEY)
    if key is None or request.method not in _CHANGING or not counts(request.url.path):
        return await handle(request)
    if not (key.isprintable() and 0 < len(key) <= LONGEST_KEY):
        raise InvalidValue(f"Idempotency-Key takes 1 to {LONGEST_KEY} printable characters")
    requests: Requests = request.app.state.engine.simulations.requests
    name = _fingerprint(str(request.scope.get(CALLER)), request.method, request.url.path, key)
    seen = request.headers.get("if-match", "")
    asked = _fingerprint(request.url.query, seen, hashlib.sha256(await request.body()).hexdigest())
    kept = await asyncio.to_thread(requests.claim, name, asked)
    if kept is not None:
        return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})
    return await _first(requests, name, request, handle)


async def _first(requests: Requests, name: str, request: Request, handle: Handle) -> Response:
    token = REQUEST.set(name)
    try:
        answer = await handle(request)
    except Unavailable:
        await asyncio.to_thread(requests.release, name)
        raise
    except Exception:
        await asyncio.to_thread(requests.forget, name)
        raise
    finally:
        REQUEST.reset(token)
    body: Any = getattr(answer, "body", None)
    if answer.status_code < 400 and isinstance(body, bytes) and len(body) <= LARGEST_ANSWER:
        headers = {header: answer.headers[header] for header in _KEPT_HEADERS if header in answer.headers}
        await asyncio.to_thread(requests.answer, name, Answer(answer.status_code, headers, body))
    else:
        await asyncio.to_thread(requests.forget, name)
    return answer


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
