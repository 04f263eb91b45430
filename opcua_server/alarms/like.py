"""The Like operator (OPC 10000-4 7.7.3): % any text, _ one character, [a-c] or [^abc] one of a list, \\ as it is."""

from collections.abc import Callable, Sequence

_Test = Callable[[str], bool]
_ANY = None


def like(value: str, pattern: str) -> bool:
    """Whether the whole value fits; the time is at most the product of both lengths."""
    tokens = _tokens(pattern)
    at, place, star, resume = 0, 0, -1, 0
    while at < len(value):
        test = tokens[place] if place < len(tokens) else _never
        if test is _ANY:
            star, resume, place = place, at, place + 1
        elif test(value[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return all(token is _ANY for token in tokens[place:])


def _never(_: str) -> bool:
    return False


def _tokens(pattern: str) -> Sequence[_Test | None]:
    tokens: list[_Test | None] = []
    at = 0
    while at < len(pattern):
        token, at = _token(pattern, at)
        tokens.append(token)
    return tokens


def _token(pattern: str, at: int) -> tuple[_Test | None, int]:
    character = pattern[at]
    if character == "%":
        return _ANY, at + 1
    if character == "_":
        return (lambda _: True), at + 1
    end = pattern.find("]", at + 2) if character == "[" else -1
    if end > 0:
        return _one_of(pattern[at + 1 : end]), end + 1
    if character == "\\" and at + 1 < len(pattern):
        at += 1
    wanted = pattern[at]
    return (lambda found: found == wanted), at + 1


def _one_of(text: str) -> _Test:
    negated = text.startswith("^")
    text = text[negated:]
    ranges = [(text[i - 1], text[i + 1]) for i in range(1, len(text) - 1) if text[i] == "-"]
    return lambda found: (found in text or any(low <= found <= high for low, high in ranges)) != negated
