"""Tell Datasette who asks and what they may see, and lead others to the login: a plugin beside that of our pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote

from datasette import hookimpl
from datasette.utils.asgi import Request, Response
from datasette_auth_passwords.utils import verify_password

from scheduler.config.log import get_logger
from scheduler.review.accounts import account_of, reviewer_of
from scheduler.review.guard import CREDENTIALS
from scheduler.review.page_request import PageSite, local
from scheduler.review.tables import FOR_ADMINISTRATORS

log = get_logger()

BACK, BACK_SECONDS = "futurewatch_back", 600  # the cookie that remembers what was asked for before the login


class Gate:
    """The logins of a site."""

    __name__ = "futurewatch-gate"  # Datasette asks every plugin for it

    def __init__(self, site: PageSite) -> None:
        self._site = site

    @hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]  # pluggy's markers of Datasette ship no types
    def forbidden(self, request: Request) -> Response | None:
        """Lead who is not logged in to the login, from Datasette's pages too."""
        return lead_to_login(request) if self._site.account_of(request.actor) is None else None

    @hookimpl  # type: ignore[untyped-decorator]
    def permission_allowed(self, actor: dict[str, str] | None, action: str, resource: Any) -> bool | None:
        """Show Datasette's pages to accounts only; SQL and what says how people log in to administrators."""
        account = self._site.account_of(actor)
        if account is None:
            return False
        is_private = action == "view-table" and resource[1] in FOR_ADMINISTRATORS
        return account.manages if action == "execute-sql" or is_private else None

    @hookimpl  # type: ignore[untyped-decorator]
    def actor_from_request(self, request: Request) -> Callable[[], Awaitable[dict[str, str] | None]]:
        """Return who a trusted proxy names, or who sends name and password with the request."""

        async def found() -> dict[str, str] | None:
            await self._site.take_up_changes()  # this is asked before anything else
            named, sent = self._named_by_proxy(request), request.scope.get(CREDENTIALS)
            if named or sent is None:
                return {"id": named} if named else None
            return {"id": sent[0]} if await is_right(self._site, *sent) else None

        return found

    def _named_by_proxy(self, request: Request) -> str:
        """Return whom a trusted proxy names in its header, empty if it does not, or names nobody who gets in."""
        review, client = self._site.settings.review, (request.scope.get("client") or ("",))[0]
        if not review.proxy_header or client not in review.trusted_proxies:
            return ""
        said = request.headers.get(review.proxy_header.lower(), "")
        name = unquote(said.encode("latin-1", "replace").decode("utf-8", "replace"))
        return name if account_of(self._site.settings, {"id": name}) else ""


async def is_right(site: PageSite, name: str, password: str) -> bool:
    """Return whether a password is that of a name that gets in."""
    reviewer = reviewer_of(site.settings, name)
    if reviewer is None or not reviewer.enabled or reviewer.password_hash is None:
        return False
    try:
        return bool(await asyncio.to_thread(verify_password, password, reviewer.password_hash.reveal()))
    except LookupError as error:
        log.warning("password hash is missing", reviewer=name, why=str(error))
        return False


def lead_to_login(request: Request) -> Response:
    """Lead a reader to the login; a program is asked for a name and password."""
    if re.search(r"\.(json|atom|csv)$", request.path):
        return Response.text("401", status=401, headers={"WWW-Authenticate": 'Basic realm="FutureWatch"'})
    answer = Response.redirect("/-/login", status=303)
    if request.method == "GET" and request.path != "/":
        answer.set_cookie(BACK, quote(request.full_path), max_age=BACK_SECONDS, httponly=True)
    return answer


def lead_back(request: Request) -> Response | None:
    """Lead who has just logged in to the page that was asked for before; the login always ends on the first one."""
    wanted = local(unquote(request.cookies.get(BACK, ""))) if request.path == "/" else ""
    if not wanted:
        return None
    answer = Response.redirect(wanted, status=303)
    answer.set_cookie(BACK, "", max_age=0, httponly=True)
    return answer
