"""Browse in pages: continuation points that belong to their session."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence

from asyncua import ua
from asyncua.server.address_space import ViewService

from opcua_server.limits import LIMITS
from opcua_server.values import status_code

LONGEST_PATH = 64
_WHOLE = ua.Index(2**32 - 1)
"""RemainingPathIndex of a path that was followed to its end."""


class Pages:
    """The references that are still to be sent, by continuation point; the oldest are forgotten when there are many."""

    def __init__(self) -> None:
        self._left: OrderedDict[bytes, tuple[list[ua.ReferenceDescription], int]] = OrderedDict()

    def cut(self, results: list[ua.BrowseResult], params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """Shorten every result to what the client asked for and the server sends at once."""
        wish = params.RequestedMaxReferencesPerNode
        size = min(wish or LIMITS.references_per_node, LIMITS.references_per_node)
        for result in results:
            result.References, result.ContinuationPoint = self._page(result.References, size)
        return results

    def next(self, points: list[bytes], release: bool) -> list[ua.BrowseResult]:
        """The next page of each continuation point, or nothing when they are only released."""
        return [self._next(point, release) for point in points]

    def _next(self, point: bytes, release: bool) -> ua.BrowseResult:
        result = ua.BrowseResult()
        left = self._left.pop(point, None)
        if left is None:
            result.StatusCode = status_code(ua.StatusCodes.BadContinuationPointInvalid)
        elif not release:
            result.References, result.ContinuationPoint = self._page(*left)
        return result

    def _page(
        self, references: list[ua.ReferenceDescription], size: int
    ) -> tuple[list[ua.ReferenceDescription], bytes | None]:
        if len(references) <= size:
            return references, None
        point = secrets.token_bytes(8)
        self._left[point] = references[size:], size
        while len(self._left) > LIMITS.continuation_points:
            self._left.popitem(last=False)
        return references[:size], point


def followed(views: ViewService, paths: Sequence[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
    """Where the paths lead."""
    return [_follow(views, path) for path in paths]


def _follow(views: ViewService, path: ua.BrowsePath) -> ua.BrowsePathResult:
    """As asyncua, but a path without elements leads nowhere, and what two references reach is reached once.

    Otherwise a path that goes up and down between two nodes would double what is found with every element.
    """
    elements, codes = path.RelativePath.Elements, ua.StatusCodes
    if not elements or len(elements) > LONGEST_PATH:
        return ua.BrowsePathResult(status_code(codes.BadTooManyOperations if elements else codes.BadNothingToDo))
    if not elements[-1].TargetName:
        return ua.BrowsePathResult(status_code(codes.BadBrowseNameInvalid))
    if path.StartingNode not in views._aspace:
        return ua.BrowsePathResult(status_code(codes.BadNodeIdUnknown))
    reached = {path.StartingNode: None}
    for element in elements:
        reached = dict.fromkeys(found for node in reached for found in views._find_elements_in_node(element, node))
    targets = [ua.BrowsePathTarget(node, _WHOLE) for node in reached]
    return ua.BrowsePathResult(status_code(0 if targets else codes.BadNoMatch), targets)
