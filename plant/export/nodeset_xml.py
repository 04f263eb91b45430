"""Nodes written as a NodeSet2 file of OPC 10000-6 Annex F."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plant.export.nodeset_nodes import HISTORY, Node, NodeClass
from plant.export.nodeset_values import Value

MODELS_URI = "urn:process-dynamics-engine:models"
MODEL_VERSION = "0.1.0"
PUBLICATION_DATE = "2026-11-21T00:00:00Z"
_SCHEMA = "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"
_TYPES = "http://opcfoundation.org/UA/2008/02/Types.xsd"
_REQUIRED = {
    "ModelUri": "http://opcfoundation.org/UA/",
    "Version": "1.05.02",
    "PublicationDate": "2022-11-01T00:00:00Z",
}
_HAS_SUBTYPE, _HAS_TYPE_DEFINITION, _HAS_MODELLING_RULE, _MANDATORY = 45, 40, 37, 78


def node_id(path: str) -> str:
    """The NodeId in the file of the node with this path."""
    return f"ns=1;s={path}"


def nodeset_xml(nodes: Iterable[Node]) -> str:
    """The text of the file; the same nodes always make the same text."""
    root = Element("UANodeSet", {"xmlns": _SCHEMA})
    SubElement(SubElement(root, "NamespaceUris"), "Uri").text = MODELS_URI
    identity = {"ModelUri": MODELS_URI, "Version": MODEL_VERSION, "PublicationDate": PUBLICATION_DATE}
    SubElement(SubElement(SubElement(root, "Models"), "Model", identity), "RequiredModel", _REQUIRED)
    for node in nodes:
        _write(root, node)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _write(root: Element, node: Node) -> None:
    element = SubElement(root, f"UA{node.node_class}", _attributes(node))
    SubElement(element, "DisplayName").text = node.name
    if node.description:
        SubElement(element, "Description").text = node.description
    _write_references(SubElement(element, "References"), node)
    if node.value is not None:
        _write_value(SubElement(element, "Value"), node.value, {"xmlns": _TYPES})


def _attributes(node: Node) -> dict[str, str]:
    attributes = {"NodeId": node_id(node.path), "BrowseName": node.browse_name}
    if node.parent:
        attributes["ParentNodeId"] = node_id(node.parent)
    if node.node_class is NodeClass.VARIABLE:
        attributes["DataType"] = f"i={node.data_type}"
        if node.array is not None:
            attributes |= {"ValueRank": "1", "ArrayDimensions": str(node.array)}
        attributes |= {"AccessLevel": str(node.access), "UserAccessLevel": str(node.access)}
        if node.access & HISTORY:
            attributes["Historizing"] = "true"
    return attributes


def _write_references(element: Element, node: Node) -> None:
    """Only from the part to the whole: importers add the other direction themselves."""
    if node.supertype:
        _write_reference(element, _HAS_SUBTYPE, node.supertype, forward=False)
    if node.type_definition:
        _write_reference(element, _HAS_TYPE_DEFINITION, f"i={node.type_definition}")
    if node.parent:
        _write_reference(element, _HAS_MODELLING_RULE, f"i={_MANDATORY}")
        _write_reference(element, node.reference, node_id(node.parent), forward=False)


def _write_reference(element: Element, reference_type: int, target: str, forward: bool = True) -> None:
    attributes = {"ReferenceType": f"i={reference_type}"} | ({} if forward else {"IsForward": "false"})
    SubElement(element, "Reference", attributes).text = target


def _write_value(parent: Element, value: Value, attributes: dict[str, str]) -> None:
    name, content = value
    element = SubElement(parent, name, attributes)
    if isinstance(content, str):
        element.text = content
    else:
        for part in content:
            _write_value(element, part, {})
