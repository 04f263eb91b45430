"""`pde openapi`: the contract of the REST API."""

import typer

from engine_api.openapi import openapi_json


def openapi() -> None:
    """Print the OpenAPI document of this version; no engine needs to run."""
    typer.echo(openapi_json(), nl=False)
