"""Answers that a caller may already have (RFC 9110): an ETag of the content, 304 when it is still the same."""

import hashlib

from fastapi import Request, Response

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, X-API-Key, Accept"}
"""Keep it, but ask each time whether it is still so."""


def answer(request: Request, content: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """The content, or 304 without it when the caller's `If-None-Match` names what it is."""
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {**HEADERS, **(headers or {}), "ETag": tag}
    if _held(request, tag):
        return Response(status_code=304, headers=known)
    return Response(content, media_type=media_type, headers=known)


def _held(request: Request, tag: str) -> bool:
    held = [part.strip() for part in ",".join(request.headers.getlist("if-none-match")).split(",")]
    return "*" in held or any(part.removeprefix("W/") == tag.removeprefix("W/") for part in held if part)
