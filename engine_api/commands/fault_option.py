"""`--fault TAG=KIND[:SIZE][@START[:END]]`: the fault that such a text asks for."""

import re

from plant.errors import OutOfRange, WrongType

_FORM = re.compile(r"([^=]+)=([a-z_]+)(?::([^@:]+))?(?:@([^@:]+)(?::([^@:]+))?)?")


def read_fault(text: str) -> dict[str, object]:
    """The words of a fault, as `check_faults` takes them. Raises WrongType or OutOfRange."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise WrongType(f"--fault {text[:80]}: write it as TAG=KIND:SIZE@START:END, with what the kind needs")
    tag, kind, *numbers = found.groups()
    size, start, end = (None if one is None else _number(one, text) for one in numbers)
    words: dict[str, object] = {"tag": tag, "kind": kind, "start": 0.0 if start is None else start}
    if size is not None:
        words["size"] = size
    if end is not None:
        if not end > (start or 0.0):
            raise OutOfRange(f"--fault {text[:80]}: it ends at {end:g} s, before it has begun")
        words["duration"] = end - (start or 0.0)
    return words


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise WrongType(f"--fault {whole[:80]}: '{text[:40]}' is not a number") from None
