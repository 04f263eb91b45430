"""Which methods an address takes, as the contract tells: the `Allow` of an answer 405."""

from functools import cache
from re import Pattern

from fastapi import FastAPI
from starlette.routing import compile_path

_METHODS = frozenset({"get", "head", "post", "put", "patch", "delete"})


def allowed(app: FastAPI, path: str) -> str | None:
    """The methods that an address takes, None where there is nothing; of several patterns the plainest one counts."""
    paths = app.openapi()["paths"]
    fitting = [template for template in paths if _pattern(template).match(path)]
    if not fitting:
        return None
    plainest = min(fitting, key=lambda template: template.count("{"))
    return ", ".join(sorted(method.upper() for method in paths[plainest].keys() & _METHODS))


@cache
def _pattern(template: str) -> Pattern[str]:
    return compile_path(template)[0]
