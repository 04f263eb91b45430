"""The generated node sets: valid by the official schema, the base type complete."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from asyncua import Server, ua
from lxml import etree

from plant.catalog import MODELS
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
    document = etree.parse(path)
    assert schema.validate(document), schema.error_log
    del document.getroot()[-1].attrib["BrowseName"]
    assert not schema.validate(document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
async def test_the_base_type_has_described_arguments(path):
    server = Server()
    await server.init()
    await server.import_xml(path, strict_mode=True)
    index = await server.get_namespace_index("urn:process-dynamics-engine:models")
    (argument,) = await server.get_node(f"ns={index};s=SimulationType.SetSpeed.InputArguments").read_value()
    assert (argument.Name, argument.DataType.Identifier) == ("Speed", ua.ObjectIds.Double)
    assert argument.Description.Text
    for name, wanted in {"InputArguments": ["Tag", "Kind", "Parameters"], "OutputArguments": ["Number"]}.items():
        declared = await server.get_node(f"ns={index};s=SimulationType.InjectFault.{name}").read_value()
        assert [argument.Name for argument in declared] == wanted
    supertype = await server.get_node(f"ns={index};s=SimulationType").get_parent()
    assert supertype.nodeid == ua.NodeId(ua.ObjectIds.ProgramStateMachineType)
