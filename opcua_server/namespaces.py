"""Server/Namespaces: what each of our namespaces is, for clients that keep NodeIds."""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from asyncua import Server, ua

from opcua_server.names import MODELS, URIS, standard
from opcua_server.values import stamped

_TYPES = ua.VariantType
_PUBLISHED = datetime(2026, 11, 21, tzinfo=UTC)
_STRING_IDS = 1
"""The kind of all our NodeIds."""


async def describe_namespaces(server: Server) -> None:
    """Add the metadata of our namespaces."""
    folder = server.get_node(standard(ua.ObjectIds.Server_Namespaces))
    for index, uri in URIS.items():
        known = {str((await child.read_browse_name()).Name): child for child in await folder.get_children()}
        metadata = known.get(uri) or await folder.add_object(
            ua.NodeId(ua.String(f"Namespace{index}"), ua.Int16(1)), ua.QualifiedName(uri, ua.UInt16(index)),
            objecttype=standard(ua.ObjectIds.NamespaceMetadataType), instantiate_optional=False,
        )  # fmt: skip
        for child in await metadata.get_children():
            value = _values(index, uri).get(str((await child.read_browse_name()).Name))
            if value is not None:
                await server.write_attribute_value(child.nodeid, stamped(value))
    for number, said in (
        (ua.ObjectIds.OPCUANamespaceMetadata_StaticStringNodeIdPattern, ua.Variant("", _TYPES.String)),
        (ua.ObjectIds.OPCUANamespaceMetadata_IsNamespaceSubset, ua.Variant(True, _TYPES.Boolean)),  # see `pruning`
    ):
        await server.write_attribute_value(standard(number), stamped(said))


def _values(index: int, uri: str) -> dict[str, ua.Variant]:
    """What is told of a namespace; only the types of models are the same nodes in every server."""
    static = [_STRING_IDS] if index == MODELS else []
    plain: dict[str, tuple[Any, ua.VariantType]] = {
        "NamespaceUri": (uri, _TYPES.String),
        "NamespaceVersion": (version("process-dynamics-engine"), _TYPES.String),
        "NamespacePublicationDate": (_PUBLISHED, _TYPES.DateTime),
        "IsNamespaceSubset": (False, _TYPES.Boolean),
        "StaticNodeIdTypes": (static, _TYPES.Int32),
        "StaticNumericNodeIdRange": ([], _TYPES.String),
        "StaticStringNodeIdPattern": ("", _TYPES.String),
    }
    return {name: ua.Variant(value, kind, is_array=isinstance(value, list)) for name, (value, kind) in plain.items()}
