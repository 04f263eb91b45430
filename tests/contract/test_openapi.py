"""The OpenAPI document: fresh, complete, and free of names that clash."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from engine_api.app import build_app
from engine_api.asyncapi import asyncapi_json
from engine_api.cli import app
from engine_api.examples import example
from engine_api.openapi import openapi_json
from plant import catalog

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
USERS_OWN = {
    "/api/models/": {"get", "post"},
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


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(app, ["openapi"])
    assert (printed.exit_code, printed.stdout) == (0, DOCUMENT.read_text())


def test_the_users_own_paths_are_there_exactly(document: dict[str, Any]) -> None:
    for path, methods in USERS_OWN.items():
        assert set(document["paths"][path]) == methods


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert answer == {"$ref": f"#/components/responses/Problem{status}"}, (path, status)
    for name, answer in document["components"]["responses"].items():
        (content,) = answer["content"].values()
        assert list(answer["content"]) == ["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert name == f"Problem{content['example']['status']}"


def test_every_request_and_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    parts = list(document["components"]["responses"].items())
    for operation in (one for methods in document["paths"].values() for one in methods.values()):
        named = {**operation["responses"], "asked": operation.get("requestBody", {"content": {}})}
        parts += [(f"{operation['operationId']} {name}", part) for name, part in named.items() if "$ref" not in part]
    for name, part in parts:
        assert "content" in part or name.endswith((" 204", " 304")), name
        for content in part.get("content", {}).values():
            shape = {**content["schema"], "components": document["components"]}
            for one in _examples(content, document):
                Draft202012Validator(shape).validate(one)


def _examples(content: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    kept = document["components"]["examples"]
    return [kept[one["$ref"].rpartition("/")[2]]["value"] for one in content["examples"].values()]


def test_the_example_of_a_field_without_one_is_refused() -> None:
    with pytest.raises(ValueError, match="colour: a text has no example"):
        example({"type": "object", "properties": {"colour": {"type": "string"}}}, {})
    shape = {"properties": {"a": {"anyOf": [{"type": "number"}, {"type": "null"}]}, "b": {"$ref": "#/c/B"}}}
    assert example(shape, {"B": {"type": "array", "items": {"type": "integer"}, "minItems": 2}}) == {
        "a": None,
        "b": [0, 0],
    }


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
