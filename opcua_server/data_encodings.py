"""The DataEncoding that a client may ask for with a value (OPC 10000-4 7.29): binary is what there is."""

from asyncua import ua

_BINARY = "Default Binary"
_KNOWN = frozenset({"Default XML", "Default JSON"})


def refused_encoding(encoding: ua.QualifiedName | None, attribute: int) -> int | None:
    """The status code for what can't be had; None for binary, or when nothing is asked for."""
    if encoding is None or not encoding.Name:
        return None
    if attribute != ua.AttributeIds.Value or encoding.NamespaceIndex:
        return ua.StatusCodes.BadDataEncodingInvalid
    if encoding.Name == _BINARY:
        return None
    known = encoding.Name in _KNOWN
    return ua.StatusCodes.BadDataEncodingUnsupported if known else ua.StatusCodes.BadDataEncodingInvalid
