"""Browse and TranslateBrowsePathsToNodeIds: asyncua's, with the checks and the result mask of OPC 10000-4 5.9."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import ViewService

from opcua_server.values import status_code

LONGEST_PATH = 64
_CODES = ua.StatusCodes
_WHOLE = ua.Index(2**32 - 1)
"""RemainingPathIndex of a path that was followed to its end."""
_DIRECTIONS = frozenset({ua.BrowseDirection.Forward, ua.BrowseDirection.Inverse, ua.BrowseDirection.Both})
_EVERYTHING = 0x3F
_NOTHING: Sequence[tuple[int, str, Callable[[], Any]]] = (
    (0x01, "ReferenceTypeId", ua.NodeId), (0x02, "IsForward", bool), (0x04, "NodeClass", lambda: ua.NodeClass(0)),
    (0x08, "BrowseName", ua.QualifiedName), (0x10, "DisplayName", ua.LocalizedText),
    (0x20, "TypeDefinition", ua.NodeId),
)  # fmt: skip
"""The bits of a result mask: what a reference says of which the client wants to know nothing."""


class Views(ViewService):
    """asyncua's view service; what can't be asked is refused, one node at a time."""

    def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """The references of each node. Raises ServiceError for views: there are none."""
        if params.View.ViewId != ua.NodeId():
            raise ServiceError(_CODES.BadViewIdUnknown)
        return super().browse(params)

    def follow(self, paths: Sequence[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        """Where the paths lead."""
        return [self._follow(path) for path in paths]

    def _browse(self, desc: ua.BrowseDescription) -> ua.BrowseResult:
        refusal = next(self._refusals(desc), None)
        if refusal is not None:
            return ua.BrowseResult(status_code(refusal))
        result = super()._browse(desc)
        if desc.ResultMask & _EVERYTHING != _EVERYTHING:
            blank = {name: empty for bit, name, empty in _NOTHING if not desc.ResultMask & bit}
            result.References = [replace(one, **{name: empty() for name, empty in blank.items()})
                                 for one in result.References]  # fmt: skip
        return result

    def _refusals(self, desc: ua.BrowseDescription) -> Iterator[int]:
        if desc.NodeId not in self._aspace:
            yield _CODES.BadNodeIdUnknown
        if desc.BrowseDirection not in _DIRECTIONS:
            yield _CODES.BadBrowseDirectionInvalid
        if not self._is_reference_type(desc.ReferenceTypeId):
            yield _CODES.BadReferenceTypeIdInvalid

    def _is_reference_type(self, node: ua.NodeId) -> bool:
        """Whether references can be asked for by this: a type of them, or null for all types."""
        if node == ua.NodeId():
            return True
        found = self._aspace.get(node)
        held = None if found is None else found.attributes[ua.AttributeIds.NodeClass].value
        return held is not None and held.Value is not None and held.Value.Value == ua.NodeClass.ReferenceType

    def _follow(self, path: ua.BrowsePath) -> ua.BrowsePathResult:
        """As asyncua, but what two references reach is reached once.

        Otherwise a path that goes up and down between two nodes would double what is found with every element.
        """
        refusal = next(self._objections(path), None)
        if refusal is not None:
            return ua.BrowsePathResult(status_code(refusal))
        reached = {path.StartingNode: None}
        for element in path.RelativePath.Elements:
            reached = dict.fromkeys(found for node in reached for found in self._find_elements_in_node(element, node))
        targets = [ua.BrowsePathTarget(node, _WHOLE) for node in reached]
        return ua.BrowsePathResult(status_code(0 if targets else _CODES.BadNoMatch), targets)

    def _objections(self, path: ua.BrowsePath) -> Iterator[int]:
        elements = path.RelativePath.Elements or []
        if not elements:
            yield _CODES.BadNothingToDo
        if len(elements) > LONGEST_PATH:
            yield _CODES.BadTooManyOperations
        if any(not one.TargetName or not one.TargetName.Name for one in elements):
            yield _CODES.BadBrowseNameInvalid
        if path.StartingNode not in self._aspace:
            yield _CODES.BadNodeIdUnknown
        if not all(self._is_reference_type(one.ReferenceTypeId) for one in elements):
            yield _CODES.BadReferenceTypeIdInvalid
