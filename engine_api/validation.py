"""Pydantic's findings in the user's words, with a JSON pointer into the body."""

from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, str] = {
    "missing": "{name} is missing",
    "extra_forbidden": "{name} is not known here",
    "finite_number": "{name} is not a finite number",
    "float_type": "{name} takes a number, not {value}",
    "float_parsing": "{name} takes a number, not {value}",
    "int_type": "{name} takes a whole number, not {value}",
    "int_parsing": "{name} takes a whole number, not {value}",
    "int_parsing_size": "{name} has too many digits",
    "int_from_float": "{name} takes a whole number, not {value}",
    "string_type": "{name} takes a text, not {value}",
    "bool_type": "{name} takes true or false, not {value}",
    "bool_parsing": "{name} takes true or false, not {value}",
    "list_type": "{name} takes a list, not {value}",
    "dict_type": "{name} takes an object, not {value}",
    "model_attributes_type": "{name} takes an object, not {value}",
    "model_type": "{name} takes an object, not {value}",
    "literal_error": "{name} = {value} is none of {expected}",
    "greater_than_equal": "{name} = {value} is less than {ge}",
    "greater_than": "{name} = {value} is not more than {gt}",
    "less_than_equal": "{name} = {value} is more than {le}",
    "string_too_short": "{name} takes at least {min_length} characters",
    "string_too_long": "{name} takes at most {max_length} characters",
    "string_pattern_mismatch": "{name} = {value} does not have the form {pattern}",
    "too_short": "{name} takes at least {min_length} entries, not {actual_length}",
    "too_long": "{name} takes at most {max_length} entries",
    "value_error": "{name} {error}",
}
_LONGEST_VALUE = 60


def sentence(finding: Mapping[str, Any]) -> dict[str, str]:
    """`detail` and, for the body, `pointer` of one of Pydantic's findings."""
    where, *path = finding["loc"]
    name = _name(str(where), path)
    facts = {**finding.get("ctx", {}), "name": name, "value": _shown(finding.get("input"))}
    pattern = _SENTENCES.get(finding["type"])
    detail = pattern.format(**facts) if pattern else f"{name}: {finding['msg'][:200]}"
    if where != "body":
        return {"detail": detail}
    return {"detail": detail, "pointer": "".join(f"/{_escaped(str(part))}" for part in path)}


def _name(where: str, path: list[object]) -> str:
    if not path:
        return "the body"
    dotted = ".".join(str(part) for part in path)[:200]
    return dotted if where == "body" else f"{where} parameter {dotted}"


def _shown(value: object) -> str:
    text = repr(value)[: _LONGEST_VALUE + 1] if isinstance(value, str | int | float | None) else type(value).__name__
    kinds = {"dict": "an object", "list": "a list", "None": "nothing", "True": "true", "False": "false"}
    text = kinds.get(text, text)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
