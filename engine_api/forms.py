"""Forms as OAuth2 sends them (application/x-www-form-urlencoded), read strictly."""

from urllib.parse import parse_qsl

from fastapi import Request

from engine_api.strict_json import Refused
from plant.errors import InvalidValue

_KIND = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Raises Refused: 415 for another type, 400 for what can't be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _KIND:
        raise Refused(415, InvalidValue(f"a token is asked for with a form ({_KIND}), not with '{kind[:80]}'"))
    try:
        pairs = parse_qsl(
            (await request.body()).decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Refused(400, InvalidValue("the form can't be read")) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(400, InvalidValue("a field stands in the form twice"))
    return fields
