"""uvicorn's HTTP protocol, with a bound on what comes before the body and a problem for what can't be read."""

import json

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from engine_api.problems import MEDIA_TYPE, new_trace, refusal

LARGEST_HEAD = 64 * 1024
"""Bytes of address and headers together."""


class _TooLarge(Exception):  # noqa: N818
    """The head is larger than LARGEST_HEAD; ends the parser's work."""


class HttpProtocol(HttpToolsProtocol):
    """Refuses a request whose head is too large as soon as it is, and reads no more of it."""

    _size = 0
    """Bytes of the parts of the head that are complete."""
    _waiting = 0
    """Bytes that came for a head that is not complete, without those that it began with."""
    _complete = True
    _begun = False

    def data_received(self, data: bytes) -> None:
        """Parse, and count what an endless header would leave in the parser."""
        self._begun = False
        super().data_received(data)
        if not self._complete and not self._begun:
            self._waiting += len(data)
            if self._waiting > LARGEST_HEAD and not self.transport.is_closing():
                self._refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._size = self._waiting = 0
        self._complete, self._begun = False, True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header, with what stands between its parts."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The body is bounded elsewhere."""
        self._complete = True
        super().on_headers_complete()

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > LARGEST_HEAD:
            raise _TooLarge

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words say no more
        """What the parser gave up on."""
        self._refuse(431 if self._size > LARGEST_HEAD else 400)

    def _refuse(self, status: int) -> None:
        content = json.dumps(refusal(status, _WORDS[status], "", trace=new_trace())).encode()
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + content)
        self.transport.close()


_WORDS = {
    400: "this is not a request of HTTP/1.1",
    431: f"the address and the headers are larger than {LARGEST_HEAD} bytes",
}
