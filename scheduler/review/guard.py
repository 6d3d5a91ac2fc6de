"""Decide who may ask and who may write, before anything else sees a request."""

from __future__ import annotations

import base64
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from scheduler.review.asgi import App, Message, Receive, Send
from scheduler.review.page_policy import TABLES, policy_of, with_headers

LoginKey: TypeAlias = tuple[str, str]  # of failed logins: name and address; the name is empty for all of an address

UNREADABLE = ("", "\0")
SAFE_METHODS = frozenset({"GET", "HEAD"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_COOKIE = "ds_csrftoken"  # noqa: S105  the name of Datasette's cookie
EXPIRED = "页面已过期：请返回、刷新页面后再试。"
LOGIN = "/-/login"
PROGRAMS = "/api/v1/"  # the API: written to by programs with a token, by no page
LOGIN_FAILED = 200  # the form again; who is let in is led on
LARGEST_FORM = 100_000  # bytes: a note is a few lines
MOST_FAILURES, FAILURES_SECONDS = 10, 60.0  # of one name from one address
MOST_FAILURES_OF_ADDRESS = 40  # of all names from one address: a proxy has the address of many
MOST_TRACKED = 10_000  # names and addresses; the oldest is forgotten
SAID_BY_US = b"x-said-by-us"  # on a refusal by a page of ours; any other 403 to a form is that of its token
CREDENTIALS = "futurewatch_credentials"  # where a request carries the name and password that came with it
# Of Datasette's own tools only these: the others show settings, or try out what nobody needs here.
OWN_TOOLS = re.compile(r"/-/(login|logout|static/|actor\.json)")

COOKIE = re.compile(rb"[\w!#$%&'*+.^`|~-]+=[\x20-\x7e]*")


class Guard:
    """Lets through what is asked of this site by its own pages. `hosts` are the names it may be called, None: any.

    `clock` counts seconds: who guesses passwords has to wait, for each guess costs a quarter of a second of computing.
    """

    def __init__(self, app: App, *, hosts: Iterable[str] | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(hosts)
        self._clock = clock
        self._failures: OrderedDict[LoginKey, deque[float]] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [(name, _kept(name, value)) for name, value in scope["headers"]]}
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        guarded = with_headers(send, scope["path"])
        refused = self._refused(scope, headers)
        if refused:
            await _refuse(guarded, *refused)
            return
        keys: tuple[LoginKey, ...] = ()
        if _tries_to_log_in(scope, headers):
            scope, name, receive = await _who_tries(scope, headers, receive)
            address = str((scope.get("client") or ("",))[0])
            keys = ((name, address), ("", address))
            if self._have_to_wait(keys):
                await _refuse(guarded, 429, "登录失败太多次，请过一分钟再试。")
                return
        await self._app(scope, receive, self._watched(scope, keys, guarded))

    def _watched(self, scope: Message, keys: tuple[LoginKey, ...], send: Send) -> Send:
        """Return a sender that counts failed logins, and says in Chinese that a token was wrong."""
        is_write, is_refused = scope["method"] not in SAFE_METHODS, False

        async def sending(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start":
                if keys and _is_turned_away(message, is_form=is_write):
                    self._note_failure(keys)
                is_ours = any(name.lower() == SAID_BY_US for name, _ in message.get("headers", ()))
                is_refused = is_write and message["status"] == 403 and not is_ours
                if is_refused:
                    await _refuse(send, 403, EXPIRED)
            if not is_refused:
                await send(message)

        return sending

    def _have_to_wait(self, keys: tuple[LoginKey, ...]) -> bool:
        """Return whether one of name and address has failed too often within the last minute."""
        since = self._clock() - FAILURES_SECONDS
        return any(sum(at > since for at in self._failures.get(key, ())) >= _most(key) for key in keys)

    def _note_failure(self, keys: tuple[LoginKey, ...]) -> None:
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=_most(key))).append(self._clock())
            self._failures.move_to_end(key)
        while len(self._failures) > MOST_TRACKED:
            self._failures.popitem(last=False)

    def _refused(self, scope: Message, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and reason of a refusal, None to let a request through."""
        if self._hosts is not None and _host(headers.get("host", "")) not in self._hosts:
            return 421, "这个主机名不是本站的。请用 http://127.0.0.1 加端口打开。"  # DNS rebinding
        if scope["path"].startswith("/-/") and not OWN_TOOLS.match(scope["path"]):
            return 404, "页面不存在。"
        if _credentials(headers.get("authorization", "")) == UNREADABLE:
            return 400, "读不懂的登录信息。"
        if scope["method"] in SAFE_METHODS:
            return _read_refused(scope, headers)
        return _program_refused(headers) if scope["path"].startswith(PROGRAMS) else _write_refused(headers)


def _read_refused(scope: Message, headers: dict[str, str]) -> tuple[int, str] | None:
    """Return why something is not shown: a page elsewhere asks for it. A link from elsewhere leads to our pages.

    It leads to Datasette's without a query only: theirs is SQL, or as costly. Programs say nothing of where they are.
    """
    is_costly = scope["query_string"] and policy_of(scope["path"]) is TABLES
    is_link = headers.get("sec-fetch-mode", "navigate") == "navigate"
    is_page = headers.get("sec-fetch-dest", "document") == "document"
    if _is_from_elsewhere(headers) and (is_costly or not (is_link and is_page)):
        return 403, "请求是别的网站发出的，已拒绝。请从本站页面打开。"
    return None


def _program_refused(headers: dict[str, str]) -> tuple[int, str] | None:
    """Return why a program may not write: the API looks at its token and at no cookie, so no page can write for it."""
    return _length_refused(headers.get("content-length", "" if "transfer-encoding" in headers else "0"))


def _length_refused(length: str) -> tuple[int, str] | None:
    """Return why a body of a length is not taken: a body without an end would fill the memory."""
    return None if length.isdecimal() and int(length) <= LARGEST_FORM else (413, "提交的内容太长。")


def _is_from_elsewhere(headers: dict[str, str]) -> bool:
    """True when the browser says that a page of another site led here; without HTTPS it says only the referrer."""
    site, referrer = headers.get("sec-fetch-site"), headers.get("referer")
    if site is not None:
        return site not in {"same-origin", "none"}
    return referrer is not None and _netloc(referrer) != headers.get("host", "").lower()


def _write_refused(headers: dict[str, str]) -> tuple[int, str] | None:
    """Return why something must not be written, None when a page of ours sent it. asgi-csrf checks the token itself."""
    if not _is_same_origin(headers):
        return 403, "请求不是从本站页面发出的，已拒绝。"
    if refused := _length_refused(headers.get("content-length", "")):
        return refused
    is_bearer = headers.get("authorization", "").startswith("Bearer")  # asgi-csrf would not look at the token
    return (403, EXPIRED) if is_bearer or not _has_token_cookie(headers.get("cookie", "")) else None


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _credentials(authorization: str) -> tuple[str, str]:
    """Return the name and password of a request, empty ones if it has none; UNREADABLE if they cannot be read."""
    kind, _, value = authorization.partition(" ")
    if kind != "Basic":
        return "", ""
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except ValueError:
        return UNREADABLE
    return (name, password) if colon else UNREADABLE


def _most(key: LoginKey) -> int:
    return MOST_FAILURES if key[0] else MOST_FAILURES_OF_ADDRESS


async def _who_tries(scope: Message, headers: dict[str, str], receive: Receive) -> tuple[Message, str, Receive]:
    """Return the request with its name and password where our login finds them, the name, and its body again."""
    if "authorization" in headers:
        if not headers["authorization"].startswith("Basic "):
            return scope, "", receive
        name, password = _credentials(headers["authorization"])
        kept = [(header, value) for header, value in scope["headers"] if header.lower() != b"authorization"]
        return {**scope, "headers": kept, CREDENTIALS: (name, password)}, name, receive
    body, more = b"", True
    while more and len(body) <= LARGEST_FORM:
        message = await receive()
        body, more = body + message.get("body", b""), bool(message.get("more_body"))
    name = next(iter(parse_qs(body.decode("utf-8", "replace")).get("username", ())), "")
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return scope, name, again


def _kept(name: bytes, value: bytes) -> bytes:
    """Return a header's value; of cookies those that can be read: programs on other ports of the host set some too."""
    if name.lower() != b"cookie":
        return value
    return b"; ".join(one for one in map(bytes.strip, value.split(b";")) if COOKIE.fullmatch(one))


def _tries_to_log_in(scope: Message, headers: dict[str, str]) -> bool:
    return (scope["method"] == "POST" and scope["path"] == LOGIN) or "authorization" in headers


def _is_turned_away(answer: Message, *, is_form: bool) -> bool:
    """Whether an answer says that name and password were wrong: the form again, 401, or the way to the form."""
    if is_form and answer["status"] == LOGIN_FAILED:
        return True
    return answer["status"] == 401 or (b"location", LOGIN.encode()) in [
        (name.lower(), value) for name, value in answer.get("headers", ())
    ]


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_same_origin(headers: dict[str, str]) -> bool:
    """True when the browser says that a page of ours sent the request; what says nothing is no browser's."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is not None and _netloc(origin) == headers.get("host", "").lower()


def _netloc(address: str) -> str:
    """Return host and port of an address, an empty string where it is none."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _has_token_cookie(header: str) -> bool:
    """True with a token's cookie: without any cookie asgi-csrf would not look at the token."""
    try:
        return TOKEN_COOKIE in SimpleCookie(header)
    except CookieError:
        return False


async def _refuse(send: Send, status: int, why: str) -> None:
    body = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{why}</title><p>{why}</p></html>'.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
