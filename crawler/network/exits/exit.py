"""Define an exit, the place that a request leaves from, and a kind of exit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crawler.network.settings import CrawlSettings

if TYPE_CHECKING:  # Scrapy takes half a second, and who reads the configuration needs a name of this module only
    from scrapy import Request
    from scrapy.http import Response

    from crawler.network.local import LocalHandler

DIRECT = "direct"  # the exit that always exists


class Exit(Protocol):
    """A place that requests leave from.

    `host` is where the exit itself stands, empty for nowhere: it may be private, and no portal may lead there.
    """

    name: str
    host: str

    def suits(self, request: Request) -> bool:
        """Return whether the exit is made for such a request; another one is asked else."""
        ...

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return the answer to a request; `local` sends from this machine, with the TLS of the crawl.

        Raises:
            ExitError: the exit cannot serve now, whatever it is asked for.
            UnsuitedExitError: it turns out not to be made for this request.
            PrivateAddressError: the host is private where names are looked up.
            Exception: one of `WAY_FAILURES`; the portal was not reached, or did not answer.
        """
        ...

    async def probe(self) -> None:
        """Find out whether the exit serves; no portal is asked. Raises `ExitError`."""
        ...

    async def close(self) -> None:
        """End connections and processes of the exit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitOptions:
    """An `[[exit]]` table, its secrets revealed. `credentials` is a file, None where none is given."""

    name: str
    url: str = field(default="", repr=False)
    server: str = field(default="", repr=False)
    credentials: Path | None = None
    crawl: CrawlSettings = field(default_factory=CrawlSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitKind:
    """A kind of exit: keys of its table that it needs and that it may have, and what opens it.

    `open` raises `ValueError` where an address cannot be used, without the address.
    """

    name: str
    open: Callable[[ExitOptions], Exit]
    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()
