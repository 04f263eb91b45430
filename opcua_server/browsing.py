"""Browse in pages: continuation points that belong to their session."""

import secrets
from collections import OrderedDict

from asyncua import ua

from opcua_server.limits import LIMITS
from opcua_server.values import status_code


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
