"""JSON read strictly: one document, finite numbers, no key twice, no half characters."""

import json
import math
from typing import Any

from fastapi import HTTPException

from plant.errors import InvalidValue, NotFinite, PlantError


class Refused(HTTPException):
    """A body that can't be read; passes FastAPI's own handling and carries the plant's error."""

    def __init__(self, status: int, error: PlantError) -> None:
        super().__init__(status, str(error))
        self.error = error


def read(body: bytes) -> Any:
    """The document. Raises Refused: 422 for NaN, infinities and numbers too large to be finite, 400 for the rest."""
    try:
        document = json.loads(
            body.decode(), parse_constant=_constant, parse_float=_float, object_pairs_hook=_unique_keys
        )
        if b"\\u" in body:
            json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except UnicodeError:
        raise _malformed("the text is not UTF-8, or holds half of a surrogate pair") from None
    except RecursionError:
        raise _malformed("it is nested too deeply") from None
    except ValueError as error:
        raise _malformed(str(error)[:80]) from None
    return document


def _malformed(why: str) -> Refused:
    return Refused(400, InvalidValue(f"the body is not valid JSON: {why}"))


def _constant(text: str) -> float:
    raise Refused(422, NotFinite(f"the body holds {text}, which is not a finite number"))


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refused(422, NotFinite(f"the body holds {text[:40]}, which is too large for a finite number"))
    return number


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _malformed(f"the key '{twice[:80]}' stands there twice")
    return content
