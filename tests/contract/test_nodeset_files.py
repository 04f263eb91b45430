"""The node set files: deterministic, each NodeId once, and every attribute of every tag as declared."""

import csv
from typing import Any

import pytest
from asyncua import Node, Server, ua
from lxml import etree

from plant.catalog import MODELS
from plant.export.nodeset import ALL_MODELS, nodeset_files
from plant.export.nodeset_types import type_name
from plant.export.nodeset_xml import MODELS_URI
from plant.model import Model
from plant.tags import Tag

_FILES = nodeset_files(MODELS.values())
_NODE_SETS = sorted(name for name in _FILES if name.endswith(".NodeSet2.xml"))
_NODES = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}*[@NodeId]"


def test_the_text_is_always_the_same() -> None:
    assert nodeset_files(tuple(MODELS.values())) == _FILES


@pytest.mark.parametrize("name", _NODE_SETS)
def test_every_node_id_stands_once_and_in_the_list(name: str) -> None:
    ids = [str(node.get("NodeId")) for node in etree.fromstring(_FILES[name].encode()).iterfind(_NODES)]
    assert len(set(ids)) == len(ids)
    listed = list(csv.DictReader(_FILES[name.replace(".NodeSet2.xml", ".NodeIds.csv")].splitlines()))
    assert [row["NodeId"] for row in listed] == [node.replace("ns=1", f"nsu={MODELS_URI}") for node in ids]


def test_the_tags_and_nothing_else_are_historized() -> None:
    """Looked up in the file: asyncua reads this attribute and does not import it."""
    nodes = etree.fromstring(_FILES[f"{ALL_MODELS}.NodeSet2.xml"].encode()).iterfind(_NODES)
    historized = {node.get("NodeId") for node in nodes if node.get("Historizing") == "true"}
    assert historized == {f"ns=1;s={type_name(m)}.{tag.name}" for m in MODELS.values() for tag in m.tags}


@pytest.mark.parametrize("name", _NODE_SETS)
async def test_the_tags_are_the_plants(name: str) -> None:
    """In a bare server that imported this file and nothing else."""
    server = Server()
    await server.init()
    nodes = await server.import_xml(xmlstring=_FILES[name], strict_mode=True)
    types = {str(node.Identifier) for node in nodes if "." not in str(node.Identifier)}
    models = [model for model in MODELS.values() if type_name(model) in types]
    assert types == {"SimulationType", *map(type_name, models)}
    assert len(models) == (len(MODELS) if name.startswith(ALL_MODELS) else 1)
    index = await server.get_namespace_index(MODELS_URI)
    for model in models:
        await _check_model(server.get_node(f"ns={index};s={type_name(model)}"), model)


async def _check_model(parent: Node, model: Model) -> None:
    names = [(await child.read_browse_name()).Name for child in await parent.get_children()]
    assert names == [tag.name for tag in model.tags]
    for tag in model.tags:
        node = await parent.get_child(f"{parent.nodeid.NamespaceIndex}:{tag.name}")
        await _check_tag(node, tag)
        await (_check_discrete if tag.states else _check_analog)(node, tag)


def _standard(number: int) -> ua.NodeId:
    return ua.NodeId(ua.Int32(number))


async def _property(node: Node, name: str) -> Any:
    return await (await node.get_child(f"0:{name}")).read_value()


async def _check_tag(node: Node, tag: Tag) -> None:
    access = {ua.AccessLevel.CurrentRead, ua.AccessLevel.HistoryRead}
    access |= {ua.AccessLevel.CurrentWrite} if tag.writable else set()
    assert await node.get_access_level() == access
    assert await node.get_user_access_level() == access
    assert await node.read_value() == tag.nominal
    label = f" ({tag.label})" if tag.label else ""
    assert (await node.read_description()).Text == f"{tag.description}{label}"


async def _check_analog(node: Node, tag: Tag) -> None:
    assert await node.read_type_definition() == _standard(ua.ObjectIds.AnalogUnitRangeType)
    assert await node.read_data_type() == _standard(ua.ObjectIds.Double)
    for name in ("EURange", "InstrumentRange"):
        limits = await _property(node, name)
        assert (limits.Low, limits.High) == (tag.low, tag.high)
    shown = await _property(node, "EngineeringUnits")
    assert shown.UnitId == (int.from_bytes(tag.unit.code.encode(), "big") if tag.unit.code else -1)
    assert (shown.NamespaceUri, shown.DisplayName.Text, shown.Description.Text) == (
        tag.unit.namespace,
        tag.unit.display_name,
        tag.unit.description,
    )
    assert await _property(node, "ValuePrecision") == tag.digits


async def _check_discrete(node: Node, tag: Tag) -> None:
    assert await node.read_type_definition() == _standard(ua.ObjectIds.MultiStateDiscreteType)
    assert await node.read_data_type() == _standard(ua.ObjectIds.UInt32)
    assert [text.Text for text in await _property(node, "EnumStrings")] == list(tag.states)
