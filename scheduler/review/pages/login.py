"""登录: by name and password, or by OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from datasette.utils import baseconv
from datasette.utils.asgi import Response
from itsdangerous import BadSignature

from scheduler.config.log import get_logger
from scheduler.config.tables import OidcSettings
from scheduler.review.accounts import account_of, may_come_by_oidc, oidc_session, password_session, reviewer_of
from scheduler.review.gate import is_right
from scheduler.review.guard import LOGIN
from scheduler.review.oidc import AGAIN, OidcError, OidcIdentity, begin, finish
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.sign_ins import NameTakenError

log = get_logger()

SESSION = "ds_actor"  # Datasette's cookie, which it reads itself
OIDC_SESSION = timedelta(hours=12)  # a working day: then the provider is asked again who somebody is
ATTEMPT, ATTEMPT_SECONDS = "futurewatch_oidc", 600  # the cookie between the two halves of a login
BACK = "/login/back"


async def login(visit: PageRequest) -> Response:
    """Ask for name and password, and offer the provider's login."""
    return _form(visit)


async def check(visit: PageRequest) -> Response:
    """Let in who gives the right password."""
    name = visit.filled("username")
    if not await is_right(visit.site, name, next(iter(visit.form.get("password", ())), "")):
        return _form(visit, "用户名或密码不对。")
    return await let_in(visit, name)


async def let_in(visit: PageRequest, name: str) -> Response:
    """Begin the session of who gave the password of a name, and lead to the first page."""
    reviewer, account = reviewer_of(visit.settings, name), account_of(visit.settings, {"id": name})
    if reviewer is None or account is None:
        return Response.redirect(LOGIN)
    await visit.write(lambda archive: archive.sign_ins.record(name, subject=None, role=account.role, now=visit.now))
    answer = Response.redirect("/")
    _set(visit, answer, SESSION, {"a": password_session(reviewer)}, "actor")
    return answer


def _provider(visit: PageRequest) -> OidcSettings:
    if visit.settings.review.oidc is None:
        raise PageError(404, "页面不存在。")
    return visit.settings.review.oidc


async def leave_for_provider(visit: PageRequest) -> Response:
    """Lead to the provider, and remember for which login."""
    oidc = _provider(visit)
    try:
        url, kept = await begin(oidc, _back(visit))
    except OidcError as error:
        return _failed(visit, error)
    answer = Response.redirect(url, status=303)
    _set(visit, answer, ATTEMPT, kept, "oidc", seconds=ATTEMPT_SECONDS)
    return answer


async def come_back(visit: PageRequest) -> Response:
    """Let in whom the provider vouches for."""
    oidc = _provider(visit)
    try:
        kept = visit.site.datasette.unsign(visit.request.cookies.get(ATTEMPT, ""), "oidc")
        answered = {name: values[0] for name, values in visit.query.items()}
        found = await finish(oidc, _back(visit), kept, answered, visit.now)
        name = await _recorded(visit, found)
    except BadSignature:
        return _failed(visit, OidcError(AGAIN, 400))
    except OidcError as error:
        return _failed(visit, error)
    answer = Response.redirect("/", status=303)
    session = oidc_session(name, found.role, oidc.issuer)
    _set(visit, answer, SESSION, {"a": session, "e": _encoded(visit.now + OIDC_SESSION)}, "actor")
    answer.set_cookie(ATTEMPT, "", max_age=0, path="/login", httponly=True)
    return answer


async def _recorded(visit: PageRequest, found: OidcIdentity) -> str:
    """Return the name that who logged in has here. Raises `OidcError` when it is somebody else's, or shut out."""

    def record(archive: Archive) -> str:
        made = archive.sign_ins.record(found.name, subject=found.subject, role=found.role, now=visit.now)
        if not may_come_by_oidc(visit.settings, made.name):
            raise OidcError(f"{made.name} 在这里停用了，或者要用密码登录：请联系管理员。", 403)
        return made.name

    try:
        return await visit.write(record)
    except NameTakenError as error:
        raise OidcError(f"{error.name} 在这里已经是另一个人的名字：请联系管理员。", 403) from error


def _form(visit: PageRequest, problem: str = "", status: int = 200) -> Response:
    ways = {
        "has_passwords": any(one.password_hash for one in visit.settings.reviewer),
        "has_oidc": visit.settings.review.oidc is not None,
    }
    return visit.html("login.html", status, problem=problem, **ways)


def _failed(visit: PageRequest, error: OidcError) -> Response:
    log.warning("login by OpenID Connect failed", why=error.said)
    return _form(visit, error.said, error.status)


def _back(visit: PageRequest) -> str:
    return f"{visit.settings.review.url}{BACK}"


def _encoded(until: datetime) -> str:
    """Return a time as Datasette reads it in its cookie."""
    return str(baseconv.base62.encode(int(until.timestamp())))


def _set(
    visit: PageRequest, answer: Response, name: str, value: Mapping[str, Any], use: str, *, seconds: int | None = None
) -> None:
    """Set a cookie that is signed for a use: until the browser ends, or for some seconds to the login's pages alone."""
    answer.set_cookie(
        name, visit.site.datasette.sign(value, use), max_age=seconds, path="/login" if seconds else "/",
        secure=visit.settings.review.url.startswith("https:"), httponly=True,
    )  # fmt: skip


ROUTES = (
    Route(pattern=LOGIN, handler=login, admits="all"),
    Route(pattern=LOGIN, handler=check, method="POST", admits="all"),
    Route(pattern="/login/oidc", handler=leave_for_provider, admits="all"),
    Route(pattern=BACK, handler=come_back, admits="all"),
)
