"""Browse in pages: continuation points that belong to their session."""

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.limits import LIMITS
from opcua_server.points import Points
from opcua_server.values import status_code


class Pages:
    """The references that are still to be sent, by continuation point."""

    def __init__(self) -> None:
        self._left: Points[tuple[list[ua.ReferenceDescription], int]] = Points()

    def begin(self) -> None:
        """A new request: what earlier ones have left may give way to it."""
        self._left.begin()

    def cut(self, results: list[ua.BrowseResult], params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """Shorten every result to what the client asked for and the server sends at once."""
        wish = params.RequestedMaxReferencesPerNode
        size = min(wish or LIMITS.references_per_node, LIMITS.references_per_node)
        return [self._page(result, result.References, size) for result in results]

    def next(self, points: list[bytes], release: bool) -> list[ua.BrowseResult]:
        """The next page of each continuation point, or nothing when they are only released."""
        self.begin()
        return [self._next(point, release) for point in points]

    def _next(self, point: bytes, release: bool) -> ua.BrowseResult:
        left = self._left.pop(point)
        if left is None:
            return ua.BrowseResult(status_code(ua.StatusCodes.BadContinuationPointInvalid))
        return ua.BrowseResult() if release else self._page(ua.BrowseResult(), *left)

    def _page(self, result: ua.BrowseResult, references: list[ua.ReferenceDescription], size: int) -> ua.BrowseResult:
        """The result with the first of these; without any where the rest can't be held for the client."""
        try:
            result.ContinuationPoint = self._left.keep((references[size:], size)) if len(references) > size else None
        except ServiceError as error:
            return ua.BrowseResult(status_code(error.code))
        result.References = references[:size]
        return result
