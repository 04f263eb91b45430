"""The Read service: values from the table, both timestamps, rights of the caller, IndexRange and TimestampsToReturn."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from opcua_server.data_encodings import refused_encoding
from opcua_server.index_ranges import part
from opcua_server.shown import shown
from opcua_server.space import Space
from opcua_server.values import bad
from plant.access import Who

_TIMES = ua.TimestampsToReturn
_VALID = frozenset({_TIMES.Source, _TIMES.Server, _TIMES.Both, _TIMES.Neither})


class Reader:
    """Answers Read requests."""

    def __init__(self, aspace: AddressSpace, space: Space) -> None:
        self._aspace, self._space = aspace, space

    @staticmethod
    def check(params: ua.ReadParameters) -> None:
        """Raises ServiceError for a request that makes no sense as a whole."""
        if not params.MaxAge >= 0:
            raise ServiceError(ua.StatusCodes.BadMaxAgeInvalid)
        if params.TimestampsToReturn not in _VALID:
            raise ServiceError(ua.StatusCodes.BadTimestampsToReturnInvalid)

    def read(self, wanted: Sequence[ua.ReadValueId], times: ua.TimestampsToReturn, user: Who) -> list[ua.DataValue]:
        """One DataValue for each node asked for."""
        return [self._wanted(times, self.read_one(one, user)) for one in wanted]

    def read_one(self, wanted: ua.ReadValueId, user: Who) -> ua.DataValue:
        """The attribute as this user sees it, with both timestamps where it is a value."""
        node, attribute = wanted.NodeId, wanted.AttributeId
        found = self._space.find_tag(node) if attribute == ua.AttributeIds.Value else None
        if found is not None:
            return _presented(self._space.read_tag(*found), wanted)
        held = self._aspace.read_attribute_value(node, attribute)
        return _presented(shown(held, node, attribute, user, self._space), wanted)

    @staticmethod
    def _wanted(times: ua.TimestampsToReturn, value: ua.DataValue) -> ua.DataValue:
        server: Any = value.ServerTimestamp or datetime.now(UTC)
        return dataclasses.replace(
            value,
            SourceTimestamp=value.SourceTimestamp if times in (_TIMES.Source, _TIMES.Both) else None,
            ServerTimestamp=server if times in (_TIMES.Server, _TIMES.Both) else None,
            SourcePicoseconds=None,
            ServerPicoseconds=None,
        )


def _presented(value: ua.DataValue, wanted: ua.ReadValueId) -> ua.DataValue:
    """The part and the encoding that are asked for; both timestamps for a value."""
    if wanted.AttributeId == ua.AttributeIds.Value and value.SourceTimestamp is None:
        present: Any = datetime.now(UTC)
        value = dataclasses.replace(value, SourceTimestamp=present)
    if value.StatusCode is not None and value.StatusCode.is_bad():
        return value
    if (refusal := refused_encoding(wanted.DataEncoding, wanted.AttributeId)) is not None:
        return bad(refusal)
    return part(value, wanted.AttributeId, wanted.IndexRange) if wanted.IndexRange else value
