"""Request ids: the caller's own in `X-Request-ID`, else a fresh one; it is the trace id of problems and of the log."""

import re

from starlette.datastructures import Headers

from engine_api.problems import new_trace

HEADER = "x-request-id"
_VALID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)


def request_id(headers: Headers) -> str:
    """The id of a request; one that could break a log line or a header is not taken over."""
    given = headers.get(HEADER, "")
    return given if _VALID.fullmatch(given) else new_trace()
