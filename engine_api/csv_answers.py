"""Tables as CSV (RFC 4180) for callers that ask for `text/csv`, safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

CSV = "text/csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins like this is computed by spreadsheets."""


def documented(columns: Iterable[str]) -> dict[str, Any]:
    """What the 200 of a route says that answers a table with these columns too."""
    return {"content": {CSV: {"schema": {"type": "string"}, "example": f"{','.join(columns)}\r\n"}}}


def columns(kind: type[BaseModel]) -> list[str]:
    """The columns of a table of answers of one kind."""
    return [column for column in kind.model_fields if column != "links"]


def wanted(request: Request) -> bool:
    """Whether the caller likes CSV more than JSON."""
    return _liking(request, CSV) > _liking(request, "application/json")


def _liking(request: Request, kind: str) -> float:
    accepted = ",".join(request.headers.getlist("accept"))
    parts = (part.replace(" ", "").lower().split(";") for part in accepted.split(","))
    return max((_quality(rest) for name, *rest in parts if name == kind), default=0.0)


def _quality(parameters: Iterable[str]) -> float:
    given = next((text[2:] for text in parameters if text.startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0


def table(name: str, rows: Sequence[BaseModel], kind: type[BaseModel], headers: Mapping[str, str] = {}) -> Response:
    """Answers of one kind as a table: a column for each field, a row for each answer; nested ones as JSON."""
    shown = columns(kind)
    dumped = (row.model_dump(mode="json") for row in rows)
    return answer(name, shown, ([row[column] for column in shown] for row in dumped), headers)


def answer(name: str, shown: Iterable[str], rows: Iterable[Sequence[Any]], headers: Mapping[str, str] = {}) -> Response:
    """A table as an answer that browsers store as `name`.csv."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(shown)
    writer.writerows([cell(value) for value in row] for row in rows)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    return Response(text.getvalue(), media_type=CSV, headers={**headers, **disposition})


def cell(value: Any) -> Any:
    """What stands in a cell; nothing in it is taken for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
