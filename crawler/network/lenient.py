"""Read answers of HTTP servers as browsers do: what is wrong with a header line costs that line, not the page.

Scrapy leaves out lines without a colon already; this goes on where it stops.
"""

from __future__ import annotations

from collections.abc import Sequence

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol, _LenientHTTPClientParser
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HEADER, HTTP11ClientProtocol, Request
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory
from twisted.web.http_headers import InvalidHeaderName

LEFT_OUT_HEADER = b"X-Futurewatch-Left-Out"  # holds header lines that could not be kept under their own name
LENGTH_HEADER, CODING_HEADER = b"content-length", b"transfer-encoding"


class TolerantParser(_LenientHTTPClientParser):
    """A parser that keeps an answer whose header lines are no header lines, or contradict each other.

    Defines no state of its own: the protocol makes an object of Twisted's class one of this.
    """

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        """Take a line; one that continues a header before there is any is left out."""
        if self.state == HEADER and self._partialHeader is None and line[:1] in {b" ", b"\t"}:
            self._leave_out(line)
        else:
            super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802  Twisted's name
        """Take a header; one whose name is no name is left out."""
        try:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted has no types here
        except InvalidHeaderName:
            self._leave_out(name + b": " + value)

    def allHeadersReceived(self) -> None:  # noqa: N802  Twisted's name
        """Go on to the body; a length or a coding that means nothing is left out, the body ends with the connection."""
        lengths = self.connHeaders.getRawHeaders(LENGTH_HEADER) or []
        values = {value.strip() for line in lengths for value in line.split(b",")}
        if len(values) > 1 or not all(value.isdigit() for value in values):
            self._drop(LENGTH_HEADER, lengths)
        elif values:
            self.connHeaders.setRawHeaders(LENGTH_HEADER, list(values))
        codings = self.connHeaders.getRawHeaders(CODING_HEADER) or []
        if codings and codings[0].lower() not in self._transferDecoders:
            is_chunked = codings[-1].lower().rpartition(b",")[2].strip() == b"chunked"
            self._drop(CODING_HEADER, codings)
            if is_chunked:
                self.connHeaders.setRawHeaders(CODING_HEADER, [b"chunked"])
        super().allHeadersReceived()  # type: ignore[no-untyped-call]  # Twisted has no types here

    def _drop(self, name: bytes, values: Sequence[bytes]) -> None:
        self.connHeaders.removeHeader(name)
        for value in values:
            self._leave_out(name + b": " + value)

    def _leave_out(self, line: bytes) -> None:
        self.headers.addRawHeader(LEFT_OUT_HEADER, line.strip())


class TolerantProtocol(_LenientHTTP11ClientProtocol):
    """A protocol that parses answers with `TolerantParser`."""

    def request(self, request: Request):  # type: ignore[no-untyped-def]  # a Deferred of Twisted's
        """Send a request."""
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = TolerantParser  # Twisted names the class itself, Scrapy changes it in this way too
        return answer


class TolerantFactory(_HTTP11ClientFactory):
    """Makes `TolerantProtocol`s."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802, ARG002  Twisted's
        """Return the protocol of a new connection."""
        return TolerantProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted has no types here


def make_tolerant(pool: HTTPConnectionPool) -> None:
    """Let the connections of a pool read answers as browsers do."""
    pool._factory = TolerantFactory
