"""Define how a fetch fails, and the class of each failure.

    PrivateAddressError       a portal leads into a private network
    RobotsRefusedError        robots.txt does not allow an address
    RobotsUnreachableError    robots.txt cannot be had
    ExitError                 an exit cannot serve, whatever it is asked for
    └── UnsuitedExitError     an exit that serves others cannot serve this request
    SilentWorkerError         a worker has fallen silent

Turns fail as `crawler.network.hosts` says, downloads as Scrapy does.
"""

from __future__ import annotations

import ssl

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.network.hosts import HostSilentError
from storage.records import Cause

# The network failed on the way to a portal: another exit may come through.
WAY_FAILURES = (
    CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError,
    ResponseDataLossError, TunnelError,
)  # fmt: skip


class PrivateAddressError(Exception):
    """A portal's address, link or redirect leads into a private network. Carries host and address."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        self.address = address
        super().__init__(f"{host} is {address}, which is no public address")


class RobotsRefusedError(IgnoreRequest):
    """robots.txt does not allow an address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"robots.txt does not allow {url}")


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt cannot be had, so nothing of its host may be fetched (RFC 9309, 2.3.1.4). Nothing is wrong with pages.

    `cause` is that of the host where it did not answer at all, else `robots`.
    """

    def __init__(self, host: str, reason: str, cause: Cause = "robots") -> None:
        self.cause: Cause = cause
        super().__init__(f"robots.txt of {host} cannot be had, so no page of it may be asked for: {reason}")


class ExitError(Exception):
    """An exit cannot serve, whatever it is asked for. Carries its name and why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"exit {name!r} cannot serve: {reason}")


class UnsuitedExitError(ExitError):
    """An exit cannot serve this one request, such as a browser that is asked for a file. Nothing is wrong with it."""


class SilentWorkerError(DownloadFailedError):
    """A worker has fallen silent at an order. Its vantage may have others, so the exit does not rest."""


CAUSE_OF_ERROR: tuple[tuple[tuple[type[BaseException], ...], Cause], ...] = (
    ((CannotResolveHostError,), "dns"),
    ((DownloadTimeoutError, TimeoutError), "timeout"),
    ((DownloadConnectionRefusedError, ResponseDataLossError, ConnectionError, TunnelError), "connection"),
    ((DownloadCancelledError,), "size"),
    ((RobotsRefusedError,), "robots"),
    ((HostSilentError,), "silence"),
    ((PrivateAddressError,), "private"),
    ((SSL.Error,), "tls"),
    ((ExitError, SilentWorkerError), "exit"),
)


def cause_of(error: BaseException | None) -> Cause:
    """Return the class of a failed fetch, which decides how soon it is tried again."""
    if isinstance(error, RobotsUnreachableError):
        return error.cause
    for kinds, cause in CAUSE_OF_ERROR:
        if isinstance(error, kinds):
            return cause
    if error is None:
        return "other"
    chain = (error.__cause__, error.__context__, *getattr(error.__cause__, "reasons", ()))
    inner = [getattr(link, "value", link) for link in chain]  # Twisted wraps the reasons of a failed answer
    return "tls" if any(isinstance(link, SSL.Error | ssl.SSLError) for link in inner) else "other"


def said_of(error: BaseException | None) -> str:
    """Return what went wrong as `class: message`; errors that are written for people say it themselves."""
    name = type(error).__name__.removesuffix("Error")
    return str(error) if isinstance(error, IgnoreRequest) else f"{name}: {error}".rstrip(": ")
