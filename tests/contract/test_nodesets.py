"""The generated node sets: valid by the official schema, importable by another stack, units and ranges intact."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from asyncua import Server, ua
from lxml import etree

from plant.catalog import MODELS
from plant.export.nodeset_types import type_name
from plant.units import units
from tests.interop.parts import unavailable

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "nodesets").glob("*.NodeSet2.xml"))
SCHEMA_MODULE = "github.com/gopcua/opcua@v0.9.0"
"""A Go module that carries the OPC Foundation's UANodeSet.xsd."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    go = shutil.which("go")
    if go is None:
        unavailable("the official UANodeSet.xsd comes out of a Go module, and there is no go")
    folder = tmp_path_factory.mktemp("module")
    done = subprocess.run(
        [go, "mod", "download", "-json", SCHEMA_MODULE],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if done.returncode != 0:
        unavailable(f"go mod download {SCHEMA_MODULE}: {done.stderr[-500:]}")
    return etree.XMLSchema(etree.parse(Path(json.loads(done.stdout)["Dir"]) / "schema" / "UANodeSet.xsd"))


def test_every_model_has_its_file():
    assert len(FILES) == len(MODELS) + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_valid_by_the_official_schema(path, schema):
    assert schema.validate(etree.parse(path)), schema.error_log


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
async def test_a_bare_server_imports_it_whole(path):
    """Strict import; units, ranges, digits, texts and arguments come out as the tags declare them."""
    server = Server()
    await server.init()
    nodes = await server.import_xml(path, strict_mode=True)
    index = await server.get_namespace_index("urn:process-dynamics-engine:models")
    names = {node.Identifier for node in nodes}
    assert len(names) == len(nodes)
    for model in MODELS.values():
        if type_name(model) in names:
            for tag in model.tags:
                await check_tag(server, f"ns={index};s={type_name(model)}.{tag.name}", tag)
    speed = server.get_node(f"ns={index};s=SimulationType.SetSpeed.InputArguments")
    (argument,) = await speed.read_value()
    assert (argument.Name, argument.DataType.Identifier) == ("Speed", ua.ObjectIds.Double)
    assert argument.Description.Text
    supertype = await server.get_node(f"ns={index};s=SimulationType").get_parent()
    assert supertype.nodeid == ua.NodeId(ua.ObjectIds.ProgramStateMachineType)


async def check_tag(server: Server, node_id: str, tag) -> None:
    async def read(name: str):
        return await server.get_node(f"{node_id}.{name}").read_value()

    node = server.get_node(node_id)
    assert (await node.read_browse_name()).Name == tag.name
    assert tag.description in (await node.read_description()).Text
    if tag.states:
        assert [text.Text for text in await read("EnumStrings")] == list(tag.states)
        return
    limits, unit = await read("EURange"), await read("EngineeringUnits")
    assert (limits.Low, limits.High) == (tag.low, tag.high)
    assert (unit.UnitId, unit.NamespaceUri, unit.DisplayName.Text) == (
        tag.unit.unit_id, tag.unit.namespace, tag.unit.display_name,
    )  # fmt: skip
    assert await read("ValuePrecision") == tag.digits


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.symbol or "one")
def test_a_unit_id_is_its_unece_code(unit):
    """UnitId: up to four characters of the common code, the first in the highest used byte (OPC 10000-8, 5.6.4.3)."""
    number = 0
    for character in unit.code:
        number = number * 256 + ord(character)
    assert unit.unit_id == number
    assert 1 <= len(unit.code) <= 3
