"""Resolve host names to public addresses only, whoever asks in this process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from scrapy.resolver import CachingThreadedResolver

from crawler.network.errors import PrivateAddressError
from crawler.network.public_addresses import is_public

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only. It gives the very address that is connected to.

    So a redirect, or a name that changes its address between two look-ups, opens no private network. `allowed` are the
    proxies' own names, which may be private.
    """

    refused: ClassVar[dict[str, str]] = {}  # names and their private addresses: Twisted only says "no results"

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, *, allowed: Collection[str] = ()) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allowed = frozenset(allowed)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        """Return the address of a name; there is none where it is private."""
        return super().getHostByName(name, timeout).addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if name in self._allowed or is_public(address):
            return address
        self.refused[name] = address
        raise PrivateAddressError(name, address)
