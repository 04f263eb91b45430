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
from tests.interop.parts import built_now

NODESETS = Path(__file__).parents[2] / "nodesets"
LOADED_WITHIN = 300.0


@pytest.fixture(scope="module")
def in_node_opcua() -> dict[str, dict[str, Any]]:
    """What node-opcua finds in the file of all models: tag, then range and unit."""
    program = built_now("node-client") / "nodeset.mjs"
    done = subprocess.run(
        ["node", "--no-warnings", program, NODESETS / "Pde.Models.NodeSet2.xml"],
        capture_output=True, text=True, timeout=LOADED_WITHIN, check=True,
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("model", MODELS.values(), ids=type_name)
def test_node_opcua_has_every_range_and_unit(model: Model, in_node_opcua: dict[str, dict[str, Any]]) -> None:
    own = f"{type_name(model)}."
    found = {name.removeprefix(own): shown for name, shown in in_node_opcua.items() if name.startswith(own)}
    assert found == {tag.name: _expected(tag) for tag in model.tags if not tag.states}


def _expected(tag: Tag) -> dict[str, Any]:
    code = int.from_bytes(tag.unit.code.encode(), "big") if tag.unit.code else -1
    return {"low": tag.low, "high": tag.high, "unit": tag.unit.display_name, "unitId": code}
