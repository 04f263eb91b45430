"""Arguments of methods: declared, and checked when they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError

from plant.errors import WrongType

_CODES = ua.StatusCodes


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method; callers may leave out those at the end that are `optional`."""

    name: str
    variant: ua.VariantType
    description: str
    array: bool = False
    optional: bool = False


def check_arguments(given: Sequence[ua.Variant], wanted: Sequence[Argument]) -> list[Any]:
    """The plain values of a method's arguments, None for what is left out. Raises ServiceError."""
    if len(given) < sum(not argument.optional for argument in wanted):
        raise ServiceError(_CODES.BadArgumentsMissing)
    if len(given) > len(wanted):
        raise ServiceError(_CODES.BadTooManyArguments)
    codes = [_check_argument(one, argument) for one, argument in zip(given, wanted, strict=False)]
    if any(codes):
        raise InvalidArguments(codes)
    return [one.Value for one in given] + [None] * (len(wanted) - len(given))


class InvalidArguments(ServiceError):  # noqa: N818 - as asyncua's own
    """Some arguments are of the wrong type; `codes` says of each."""

    def __init__(self, codes: Sequence[int]) -> None:
        super().__init__(_CODES.BadInvalidArgument)
        self.codes = codes

    def result(self) -> ua.CallMethodResult:
        """The answer to the call."""
        each = [ua.StatusCode(ua.UInt32(code)) for code in self.codes]
        return ua.CallMethodResult(ua.StatusCode(ua.UInt32(self.code)), each)


def _check_argument(given: ua.Variant, argument: Argument) -> int:
    if given.Value is None:
        return _CODES.Good
    fits = given.VariantType is argument.variant and bool(given.is_array) is argument.array
    return _CODES.Good if fits else _CODES.BadTypeMismatch


def pairs(texts: Sequence[str | None]) -> dict[str, object]:
    """What `name=value` texts say: numbers where they are numbers. Raises WrongType."""
    inputs: dict[str, object] = {}
    for text in texts:
        name, equals, value = (text or "").partition("=")
        if not equals:
            raise WrongType(f"'{(text or '')[:80]}' is not name=value")
        try:
            inputs[name.strip()] = float(value)
        except ValueError:
            inputs[name.strip()] = value.strip()
    return inputs
