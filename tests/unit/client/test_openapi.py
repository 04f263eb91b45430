"""Every request of the client and every answer it reads is in the OpenAPI document, with those names and types."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from inspect import getmembers, isfunction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from engine_api import problems
from plant.lifecycle import ENDED, State
from plant.quality import Quality, quality_name
from process_dynamics_engine import answers, calls, errors, snapshot
from process_dynamics_engine.answers import STATUSES
from process_dynamics_engine.authentication import TOKEN_PATH
from process_dynamics_engine.call import Call

DOCUMENT = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text())
FAULT = {"tag": "t", "kind": "bias", "size": 1.0, "start": 0.0, "ramp": 0.0, "duration": 1.0, "interval": 1.0}
START = calls.Start("name", "steady", {"t": 1.0}, 2.0, 60.0, 1.0, 3, "101", (FAULT,), True, "shared")
CALLS: dict[str, list[Call[Any]]] = {
    "system": [calls.system()],
    "models": [calls.models()],
    "model": [calls.model("m")],
    "start": [calls.start("m", START)],
    "simulations": [calls.simulations()],
    "simulation": [calls.simulation("s")],
    "end": [calls.end("s")],
    "command": [
        calls.command("s", "pause"), calls.command("s", "resume"), calls.command("s", "step", steps=2),
        calls.command("s", "speed", speed="max"), calls.command("s", "reset"),
        calls.command("s", "sharing", sharing="private"), calls.command("s", "advance", seconds=60.0),
        calls.command("s", "extend", duration=1e5),
    ],
    "values": [calls.values("s")],
    "value": [calls.value("s", "t")],
    "act": [calls.act("s", {"t": 1.0})],
    "actions": [calls.actions("s", 5)],
    "history": [calls.history("s", ["t"], 0.0, 1.0, 100, "simulation")],
    "faults": [calls.faults("s")],
    "inject": [calls.inject("s", FAULT)],
    "clear": [calls.clear("s", None), calls.clear("s", 4)],
    "saved": [calls.saved("s")],
    "save": [calls.save("s", "n")],
    "restore": [calls.restore("s", "n")],
    "forget": [calls.forget("s", "n")],
    "branch": [calls.branch("s", snapshot="n", name="other", speed=2.0)],
    "alarms": [calls.alarms(), calls.alarms("s")],
    "order": [
        calls.order("s", "a", "acknowledge", event_id="0" * 32, comment="seen"),
        calls.order("s", "a", "confirm", event_id="0" * 32, comment="done"),
    ],
    "convergence": [calls.convergence(1)],
}  # fmt: skip
EVERY = [pytest.param(call, id=f"{call.method} {call.path}") for made in CALLS.values() for call in made]


def test_no_request_is_left_out() -> None:
    answered = {name: get_type_hints(one).get("return") for name, one in getmembers(calls, isfunction)}
    made = {name for name, kind in answered.items() if get_origin(kind) is Call}
    assert made == set(CALLS)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return DOCUMENT["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


def operation(call: Call[Any]) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][call.path][call.method.lower()]
    return found


@pytest.mark.parametrize("call", EVERY)
def test_the_request_is_documented(call: Call[Any]) -> None:
    documented = {(one["in"], one["name"].lower()) for one in operation(call).get("parameters", [])}
    assert {("path", name) for name in call.names} == {one for one in documented if one[0] == "path"}
    assert {("query", name) for name in call.query} <= documented
    assert {("header", name.lower()) for name in call.headers} <= documented


@pytest.mark.parametrize("call", [one for one in EVERY if one.values[0].body])
def test_the_body_is_documented(call: Call[Any]) -> None:
    schema = operation(call)["requestBody"]["content"]["application/json"]["schema"]
    content = call.content()
    assert content is not None
    _fits(json.loads(content), _alternatives(schema), call.path)


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = resolved(schema)
    if "anyOf" in schema:
        return [option for part in schema["anyOf"] for option in _alternatives(part)]
    return [schema]


def _fits(data: Any, options: list[dict[str, Any]], place: str) -> None:
    if isinstance(data, dict) and any("properties" in option for option in options):
        known = next(option["properties"] for option in options if "properties" in option)
        for key, value in data.items():
            assert key in known, f"{place}.{key}"
            _fits(value, _alternatives(known[key]), f"{place}.{key}")
    elif isinstance(data, list):
        items = next(option["items"] for option in options if "items" in option)
        for value in data:
            _fits(value, _alternatives(items), f"{place}[]")


@pytest.mark.parametrize("call", EVERY)
def test_the_answer_has_what_is_read(call: Call[Any]) -> None:
    responses = operation(call)["responses"]
    good = next(response for status, response in responses.items() if status.startswith("2"))
    if call.kind is NoneType:
        assert "204" in responses
        return
    _reads(call.kind, good["content"]["application/json"]["schema"], call.path)


_TYPES: dict[Any, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", datetime: "string", NoneType: "null",
}  # fmt: skip


def _reads(kind: Any, schema: dict[str, Any], place: str) -> None:
    options = _alternatives(schema)
    if get_origin(kind) in (Union, UnionType):
        nullable = any(option.get("type") == "null" for option in options)
        assert not nullable or NoneType in get_args(kind), place
        for part in get_args(kind):
            if part is not NoneType:
                _reads(part, schema, place)
    elif get_origin(kind) is tuple:
        _reads(get_args(kind)[0], next(option["items"] for option in options if option.get("type") == "array"), place)
    elif get_origin(kind) is Mapping or kind is Any or get_origin(kind) is Literal:
        assert options, place
    elif is_dataclass(kind):
        _reads_fields(kind, next(option for option in options if "properties" in option), place)
    else:
        wanted = {_TYPES[kind]} | ({"integer"} if kind is float else set())
        found = {option.get("type") or type_of(option) for option in options}
        assert found & wanted, f"{place}: {found} is read as {kind}"


def type_of(option: dict[str, Any]) -> str:
    return "string" if isinstance(option.get("const"), str) or option.get("enum") else "any"


def _reads_fields(kind: Any, schema: dict[str, Any], place: str) -> None:
    hints = get_type_hints(kind)
    for field in fields(kind):
        assert field.name in schema["properties"], f"{place}.{field.name}"
        if field.default is MISSING:
            assert field.name in schema["required"], f"{place}.{field.name} may be missing"
        _reads(hints[field.name], schema["properties"][field.name], f"{place}.{field.name}")


def test_every_problem_of_the_engine_has_its_class() -> None:
    assert set(problems.STATUS) <= set(errors.WIRES)
    for status, (wire, _) in problems._HTTP_WIRES.items():
        assert issubclass(errors.class_for(wire, status), errors.ServerError) == (status >= 500), wire


def test_tokens_are_asked_for_as_documented() -> None:
    operation = DOCUMENT["paths"][TOKEN_PATH]["post"]
    form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"]
    assert {"grant_type", "username", "password", "refresh_token"} <= set(form)
    answer = resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
    assert {"access_token", "refresh_token"} <= set(answer["properties"])


def test_status_codes_and_states_are_the_engines() -> None:
    assert {quality_name(code): int(code) for code in Quality} == snapshot.CODES
    assert set(STATUSES) == {str(state) for state in State}
    assert {str(state) for state in ENDED} == answers.ENDED
