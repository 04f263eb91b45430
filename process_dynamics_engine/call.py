"""One request, described: pure data that either transport sends, and how its answer is read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

from process_dynamics_engine.errors import BadAnswer, EngineError, NotFinite, Problem, class_for
from process_dynamics_engine.reading import read

T = TypeVar("T")
PROBLEM = "urn:process-dynamics-engine:problem:"
MOST_WAIT = 3600.0
NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """`path` is a template of the OpenAPI document, `names` fill it; `kind` is what is answered.

    `safe` requests may be sent again: they change nothing, or carry a key by which they are done once.
    """

    method: str
    path: str
    kind: type[T]
    names: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str | int | float] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def safe(self) -> bool:
        """Whether it may be sent again when nobody knows whether it arrived."""
        return self.method in {"GET", "DELETE"} or "Idempotency-Key" in self.headers

    @property
    def target(self) -> str:
        """The path with its names in place."""
        return self.path.format_map({name: quote(str(value), safe="") for name, value in self.names.items()})

    def content(self) -> bytes | None:
        """The body. Raises NotFinite for what JSON has not, TypeError for what is neither number nor text."""
        if self.body is None:
            return None
        try:
            return json.dumps(self.body, allow_nan=False, default=_number).encode()
        except ValueError:
            raise NotFinite(f"{', '.join(_not_finite(self.body))}: not a finite number") from None


def _number(value: Any) -> float:
    """Numbers of other libraries, such as numpy's."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"a {type(value).__name__} is neither a number nor a text") from None


def _not_finite(body: Any, place: str = "") -> list[str]:
    """Where in a body there are numbers that are none, with the name of a tag where there is one."""
    if isinstance(body, dict):
        tag = body.get("tag")
        return [found for key, part in body.items() for found in _not_finite(part, str(tag or key))]
    if isinstance(body, list):
        return [found for part in body for found in _not_finite(part, place)]
    return [f"{place} = {body}"] if isinstance(body, float) and not math.isfinite(body) else []


def answered(call: Call[T], status: int, headers: Mapping[str, str], content: bytes) -> T:
    """The answer. Raises the EngineError that the engine told, or BadAnswer."""
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if status == NO_CONTENT and call.kind is NoneType:
        return cast(T, None)
    if status >= 400:
        raise refused(status, headers, data)
    if data is None or status >= 300:
        raise BadAnswer(f"{call.target} answered {status} and no JSON: is this the address of an engine?")
    return read(call.kind, data)


def refused(status: int, headers: Mapping[str, str], data: Any) -> EngineError:
    """The error that an answer of this status is."""
    problem = _problem(data)
    if problem is None:
        raise_as = class_for("", status)
        return raise_as(f"the answer was {status}, without a reason that can be read", None, _retry_after(headers))
    return class_for(problem.wire, status)(problem.detail, problem, _retry_after(headers))


def _problem(data: Any) -> Problem | None:
    if not isinstance(data, dict) or not isinstance(data.get("detail"), str):
        return None
    errors = data.get("errors")
    details = [error.get("detail") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return Problem(
        str(data.get("type", "")).removeprefix(PROBLEM), str(data.get("title", "")), int(data.get("status", 0)),
        data["detail"], str(data.get("instance", "")), tuple(str(detail) for detail in details if detail),
        str(data.get("trace_id", "")),
    )  # fmt: skip


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    return min(float(text), MOST_WAIT) if text.isascii() and text.isdecimal() else None
