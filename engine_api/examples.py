"""Examples for the OpenAPI document: made of the examples of the fields, so that they can't differ from the shapes."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_PLAIN: Mapping[str, Any] = {"boolean": False, "integer": 0, "number": 0.0, "null": None}


def tell(document: dict[str, Any]) -> None:
    """Give every request and every answer that has a shape an example of it; equal ones stand there once."""
    kept: dict[str, Any] = document["components"].setdefault("examples", {})
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in _contents(operation):
                _give(content, document["components"]["schemas"], kept)


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).values()


def _give(content: dict[str, Any], schemas: Mapping[str, Schema], kept: dict[str, Any]) -> None:
    shape = content.get("schema", {})
    if "example" not in content and "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        if name not in kept:
            kept[name] = {"value": example(shape, schemas)}
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}
    elif "example" not in content:
        content["example"] = example(shape, schemas)


def example(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """An example of a shape. Raises ValueError for a text without one: nothing that is made up would tell anything."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    return _made(schema, schemas)


def _made(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        return None if {"type": "null"} in choices else example(choices[0], schemas)
    if "properties" in schema:
        return {name: _of(name, part, schemas) for name, part in schema["properties"].items()}
    kind = schema.get("type", "null")
    if kind == "array":
        return [example(schema["items"], schemas)] * schema.get("minItems", 1) if "items" in schema else []
    if kind == "object":
        return {}
    if kind not in _PLAIN:
        raise ValueError(f"{schema.get('title', 'a text')} has no example")
    return _PLAIN[kind]


def _of(name: str, schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    try:
        return example(schema, schemas)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
