"""Let requests leave from this machine, through the proxies that the environment names."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from crawler.network.errors import WAY_FAILURES
from crawler.network.exits.exit import DIRECT
from crawler.network.local import LocalHandler


class DirectExit:
    """This machine."""

    name = DIRECT
    host = ""

    def suits(self, request: Request) -> bool:  # noqa: ARG002  any
        """Return true."""
        return True

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return the answer to a request. A failure says through which proxy of the environment it was met."""
        try:
            return await local.download_request(request)
        except WAY_FAILURES as error:
            if variable := request.meta.get("proxy_variable"):
                error.args = (f"{error} (asked through the proxy in {variable})",)
            raise

    async def probe(self) -> None:
        """Do nothing: this machine is there."""

    async def close(self) -> None:
        """Do nothing: connections are those of the crawls."""
