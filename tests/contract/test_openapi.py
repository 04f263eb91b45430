"""The OpenAPI document: fresh, complete, and free of names that clash."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine_api.app import build_app
from engine_api.asyncapi import asyncapi_json
from engine_api.openapi import openapi_json
from plant import catalog

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
USERS_OWN = {
    "/api/models/": {"get"},
    "/api/models/{model_id}/start": {"get", "post"},
    "/api/sims/all": {"get"},
    "/api/sims/{sim_id}/all": {"get"},
    "/api/sims/{sim_id}/{tag}": {"get", "post"},
    "/simulations": {"get"},
    "/simulation/{simulation_id}": {"get"},
    "/simulation": {"post"},
    "/machines": {"get"},
    "/converge/{simulation_id}": {"get"},
}


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(openapi_json())


def test_the_file_is_fresh() -> None:
    assert DOCUMENT.read_text() == openapi_json(), "run `make contracts`"
    assert DOCUMENT.with_name("asyncapi.json").read_text() == asyncapi_json(), "run `make contracts`"


def test_the_users_own_paths_are_there_exactly(document: dict[str, Any]) -> None:
    for path, methods in USERS_OWN.items():
        assert set(document["paths"][path]) == methods


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert response["content"] == {"application/problem+json": {"schema": problem}}, (path, status)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    wanted = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert wanted <= set(schemas)
    assert "HTTPValidationError" not in schemas


def test_routes_with_bodies_document_what_bodies_can_do_wrong(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation:
                assert {"400", "408", "413", "422"} <= set(operation["responses"]), (method, path)


def test_a_tag_named_like_a_path_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    model = catalog.find("wood-berry")
    clashing = replace(model, own_tags=(*model.own_tags, replace(model.own_tags[0], name="history")))
    monkeypatch.setattr(catalog, "MODELS", {"wood-berry": clashing})
    with pytest.raises(ValueError, match="wood-berry has tags named like paths of the API: history"):
        build_app()
