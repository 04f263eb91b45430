"""The node set files in the stacks of other makers: every tag arrives with its range and its unit."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from plant.catalog import MODELS
from plant.export.nodeset_types import type_name
from plant.model import Model
from plant.tags import Tag
from tests.interop.parts import built, built_now

NODESETS = Path(__file__).parents[2] / "nodesets"
LOADED_WITHIN = 300.0


Found = dict[str, dict[str, Any]]


def found_by(*command: str | Path) -> Found:
    """What a program prints: tag, then range and unit."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=LOADED_WITHIN, check=True)
    found: Found = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def in_node_opcua() -> Found:
    """What node-opcua finds in the file of all models."""
    program = built_now("node-client") / "nodeset.mjs"
    return found_by("node", "--no-warnings", program, NODESETS / "Pde.Models.NodeSet2.xml")


@pytest.fixture(scope="module")
def in_open62541() -> Found:
    """What a server on open62541 has of it, compiled by the stack's own node set compiler."""
    return found_by(built("c-nodeset") / "nodeset")


@pytest.mark.parametrize("stack", ["in_node_opcua", "in_open62541"])
@pytest.mark.parametrize("model", MODELS.values(), ids=type_name)
def test_another_stack_has_every_range_and_unit(model: Model, stack: str, request: pytest.FixtureRequest) -> None:
    own = f"{type_name(model)}."
    everything: Found = request.getfixturevalue(stack)
    found = {name.removeprefix(own): shown for name, shown in everything.items() if name.startswith(own)}
    assert found == {tag.name: _expected(tag) for tag in model.tags if not tag.states}


def _expected(tag: Tag) -> dict[str, Any]:
    code = int.from_bytes(tag.unit.code.encode(), "big") if tag.unit.code else -1
    low, high = (pytest.approx(limit, rel=1e-14) for limit in (tag.low, tag.high))  # to be C, its last digit is rounded
    return {"low": low, "high": high, "unit": tag.unit.display_name, "unitId": code}
