"""Whose page makes a request, as far as its browser says so."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_HEADER = "x-pde-request"
"""A page of another site can't send it without asking first, and is not answered."""


def foreign(headers: Headers) -> bool:
    """Whether a browser says that another site's page makes this request."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def of_this_site(headers: Headers) -> bool:
    """Whether a request shows that it comes from a page of this site."""
    shown = headers.get("sec-fetch-site") == "same-origin" or "origin" in headers or OWN_HEADER in headers
    return shown and not foreign(headers)
