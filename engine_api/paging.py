"""Pages of lists: so many entries behind a cursor, in an order that stays, with total and links."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import URL

from plant.errors import InvalidValue

MOST = 10_000
"""Entries of a page at most."""
TOTAL = "X-Total-Count"
Key = tuple[str | float, ...]
"""What a list is sorted by; its last part is different for every entry."""
Entry = TypeVar("Entry")
Limit = Annotated[int, Field(ge=1, le=MOST, description="Entries of a page at most")]
Cursor = Annotated[
    str,
    Field(max_length=1000, description="Go on behind this place: `next` of the page before, as it is"),
]


class PageQuery(BaseModel):
    """What every list takes; a list's own query adds its filters and its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = MOST
    cursor: Cursor | None = None
    order: Literal["asc", "desc"] = "asc"


@dataclass(frozen=True, slots=True)
class Page(Generic[Entry]):
    """A page; `next` is the cursor of the page behind it, None on the last one."""

    entries: list[Entry]
    total: int
    next: str | None


def page(entries: Iterable[Entry], key: Callable[[Entry], Key], query: PageQuery) -> Page[Entry]:
    """The page that a query asks for. Entries that come or go meanwhile move no other ones to another page.

    Raises InvalidValue for a cursor that is none of this list.
    """
    falling = query.order == "desc"
    ordered = sorted(entries, key=key, reverse=falling)
    rest = ordered if query.cursor is None else _behind(ordered, key, decoded(query.cursor), falling)
    shown = rest[: query.limit]
    return Page(shown, len(ordered), encoded(key(shown[-1])) if len(rest) > len(shown) else None)


def _behind(ordered: Sequence[Entry], key: Callable[[Entry], Key], last: Key, falling: bool) -> list[Entry]:
    try:
        return [entry for entry in ordered if (key(entry) < last if falling else key(entry) > last)]
    except TypeError:
        raise _foreign() from None


def encoded(key: Key) -> str:
    """A cursor: opaque to callers, safe in a URL."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decoded(cursor: str) -> Key:
    """The key in a cursor. Raises InvalidValue."""
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, RecursionError):
        raise _foreign() from None
    if not (isinstance(found, list) and found and all(type(part) in (str, int, float) for part in found)):
        raise _foreign()
    return tuple(found)


def number_in(cursor: str) -> int:
    """The number in a cursor of a numbered list. Raises InvalidValue."""
    key = decoded(cursor)
    if len(key) != 1 or not isinstance(key[0], int):
        raise _foreign()
    return key[0]


def _foreign() -> InvalidValue:
    return InvalidValue("query parameter cursor is not one of this list: take `next` of the page before as it is")


def linked(request: Request, response: Response, page: Page[Entry]) -> Page[Entry]:
    """Tell of the page in the headers: `X-Total-Count`, and `Link` with the first and the next page."""
    response.headers[TOTAL] = str(page.total)
    links = [f'<{_address(request.url.remove_query_params("cursor"))}>; rel="first"']
    if page.next is not None:
        links.append(f'<{_address(request.url.include_query_params(cursor=page.next))}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return page


def _address(url: URL) -> str:
    """Path and query: the host that a caller sees is not known behind a proxy."""
    return f"{url.path}?{url.query}" if url.query else url.path
