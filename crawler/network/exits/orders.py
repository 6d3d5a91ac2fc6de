r"""Write orders to workers, and their replies, as bytes: a line of JSON, then the body as it came. No I/O, no clock.

SUBJECT.VANTAGE     where orders of a vantage go; its workers are one queue group, so one of them gets each
{...}\nbody         its reply: an answer, or a failure by its class
"""

from __future__ import annotations

import json
from typing import Any

from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.network.errors import WAY_FAILURES, ExitError, PrivateAddressError, cause_of
from crawler.network.hub import SILENT_AFTER_SECONDS
from crawler.network.requests import request_for
from crawler.network.settings import TLS

ORDERS_VERSION = 1  # changes with the form of orders or replies
SUBJECT = "futurewatch.fetch"  # of all versions: those that disagree meet, and say so
FAILURES = {kind.__name__: kind for kind in (*WAY_FAILURES, DownloadCancelledError)}
META_KEYS = ("download_timeout", "download_maxsize", "is_robots", "is_probe")
START_BY_SECONDS = SILENT_AFTER_SECONDS - 2  # an order that was begun later would be made again meanwhile


def written_order(request: Request, *, tls: TLS, now: float) -> bytes:
    """Return the order for a request, made now (seconds since 1970). A worker that gets to it too late leaves it."""
    head = {
        "version": ORDERS_VERSION, "url": request.url, "method": request.method, "tls": tls,
        "start_by": now + START_BY_SECONDS,
        "headers": _pairs(request.headers),
        "meta": {key: request.meta[key] for key in META_KEYS if key in request.meta},
    }  # fmt: skip
    return _packed(head, request.body)


def read_order(data: bytes) -> tuple[Request, TLS, float]:
    """Return the request of an order, its TLS and by when it is to be begun.

    Raises:
        ValueError: it is of another version, or is none.
    """
    head, body = _unpacked(data)
    if head.get("version") != ORDERS_VERSION:
        raise ValueError(f"the worker reads orders of version {ORDERS_VERSION}, this one is of {head.get('version')}")
    more = {"method": head["method"], "headers": head["headers"], "body": body, "meta": head["meta"]}
    return request_for(head["url"], **more), head["tls"], float(head["start_by"])


def written_answer(response: Response) -> bytes:
    """Return a worker's reply that carries an answer."""
    head = {
        "version": ORDERS_VERSION, "status": response.status, "headers": _pairs(response.headers),
        "flags": response.flags,
    }  # fmt: skip
    return _packed(head, response.body)


def written_failure(error: BaseException, *, is_order_at_fault: bool = True) -> bytes:
    """Return a worker's reply that carries a failure; of the worker itself, unless the order's portal is at fault."""
    head: dict[str, Any] = {"version": ORDERS_VERSION, "error": "ExitError", "text": str(error)}
    if is_order_at_fault:
        head |= {"error": type(error).__name__, "tls": cause_of(error) == "tls"}
        if isinstance(error, PrivateAddressError):
            head |= {"host": error.host, "address": error.address}
    return _packed(head, b"")


def read_reply(data: bytes, url: str, exit_name: str) -> Response:
    """Return the answer that a reply carries.

    Raises:
        ExitError: the worker cannot do the order, or is of another version.
        Exception: the failure that it met, as if it were met here.
    """
    try:
        head, body = _unpacked(data)
        if head["version"] != ORDERS_VERSION:
            raise ExitError(exit_name, f"its worker writes replies of version {head['version']}, not {ORDERS_VERSION}")
        if "error" not in head:
            headers = Headers(head["headers"])
            kind = responsetypes.from_args(headers=headers, url=url, body=body)
            return kind(url=url, status=head["status"], headers=headers, body=body, flags=head["flags"])
    except (ValueError, KeyError, TypeError) as error:
        raise ExitError(exit_name, f"its worker replied what cannot be read ({type(error).__name__})") from error
    raise _failure(head, exit_name)


def _failure(head: dict[str, Any], exit_name: str) -> Exception:
    if head["error"] == "ExitError":
        return ExitError(exit_name, head["text"])
    if head["error"] == "PrivateAddressError":
        return PrivateAddressError(head["host"], head["address"])
    error: Exception = FAILURES.get(head["error"], DownloadFailedError)(head["text"])
    if head.get("tls"):
        error.__cause__ = SSL.Error(head["text"])
    return error


def _pairs(headers: Headers) -> dict[str, list[str]]:
    """Return headers by name, each with all its values; the account of a proxy of ours is nobody's business."""
    return {
        name.decode("latin-1"): [v.decode("latin-1") for v in headers.getlist(name)]
        for name in headers
        if name != b"Proxy-Authorization"
    }


def _packed(head: dict[str, Any], body: bytes) -> bytes:
    return json.dumps(head).encode() + b"\n" + body


def _unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    if not isinstance(head, dict):
        raise ValueError("no object")  # noqa: TRY004  one class for all that cannot be read
    return head, body
