"""Define one request to a page: what was asked, and the ways to read, write and answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import urlsplit

from datasette.utils.asgi import Request, Response

from scheduler.health.troubles import Trouble
from storage.archive import Archive

if TYPE_CHECKING:
    from datasette.app import Datasette

    from crawler.detect.lexicon import Lexicon
    from scheduler.config.config import Settings
    from scheduler.config.written import ConfigFile
    from scheduler.review.accounts import ReviewAccount
    from scheduler.review.known_names import KnownNames
    from scheduler.review.weekly_rising import WeeklyRising

T = TypeVar("T")
LONGEST_NUMBER = 19  # digits of 2**63
Values: TypeAlias = Mapping[str, Sequence[str]]


class PageError(Exception):
    """A request that cannot be answered as it was meant. Carries the HTTP status and what to tell the reader."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


class PageSite(Protocol):
    """The parts that a request needs of the site that it was made to."""

    settings: Settings
    file: ConfigFile
    datasette: Datasette
    rising: WeeklyRising
    names: KnownNames

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon that is configured."""

    @property
    def must_log_in(self) -> bool:
        """Whether nothing is shown without a login."""

    def account_of(self, actor: Mapping[str, Any] | None) -> ReviewAccount | None:
        """Return the account of who asks; where nobody has to log in, the system's user may do everything."""

    async def take_up_changes(self) -> None:
        """Read the configuration again after a change that was made on a page."""

    async def read(self, ask: Callable[[Archive], T]) -> T:
        """Return what a function reads from the archive as of one moment."""

    def write(self, change: Callable[[Archive], T]) -> T:
        """Return what a function makes of the archive, as one transaction."""

    def render(self, visit: PageRequest, template: str, values: Mapping[str, Any]) -> str:
        """Return a page as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request. `names` are the named groups of the route, `form` the fields of a POST; both hold text as sent.

    `account` is that of who asks, None for who is not logged in: only a page that is open to all is asked by those.
    `troubles` is what is wrong with the watch, `latest` the latest announcement: an open page asks what came after it.
    """

    site: PageSite
    request: Request
    now: datetime
    names: Mapping[str, str]
    query: Values
    form: Values
    account: ReviewAccount | None
    troubles: tuple[Trouble, ...] = ()
    latest: int = 0

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.site.settings

    @property
    def who(self) -> str:
        """The name of who asks: the login, or the system's user where nobody has to log in."""
        return self.account.name if self.account else ""

    @property
    def may_manage(self) -> bool:
        """Whether who asks may change the configuration."""
        return self.account is not None and self.account.manages

    @property
    def may_judge(self) -> bool:
        """Whether who asks may give verdicts and write notes."""
        return self.account is not None and self.account.judges

    def must_manage(self) -> None:
        """Refuse who may not change the configuration."""
        if not self.may_manage:
            raise PageError(403, "只有管理员能改设置。")

    @property
    def wants_json(self) -> bool:
        """True when a script of a page asks, which goes on with the page that it has."""
        return str(self.request.headers.get("accept", "")).startswith("application/json")

    @property
    def path(self) -> str:
        """Where we are, with the query: what a form hands over as `back`."""
        return str(self.request.full_path)

    def number(self, name: str) -> int:
        """Return a number of the route. SQLite holds none above 2**63, and Python reads none of 5,000 digits."""
        digits = self.names[name].lstrip("0") or "0"
        if len(digits) > LONGEST_NUMBER or int(digits) >= 2**63:
            raise PageError(404, "没有这一条")
        return int(digits)

    def asked(self, name: str, otherwise: str = "") -> str:
        """Return a value of the query, the first one where there are several."""
        return next(iter(self.query.get(name, ())), otherwise)

    def page(self) -> int:
        """Return which page of a list is asked for, the first one unless it is said."""
        asked = self.asked("page", "1")
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1

    def filled(self, name: str) -> str:
        """Return a field of the form without blanks around it, an empty string where it is missing."""
        return next(iter(self.form.get(name, ())), "").strip()

    async def read(self, ask: Callable[[Archive], T]) -> T:
        """Return what a function reads from the archive, in a thread, as of one moment; it cannot write."""
        return await self.site.read(ask)

    async def write(self, change: Callable[[Archive], T]) -> T:
        """Return what a function makes of the archive, in a thread, as one transaction."""
        return await asyncio.to_thread(self.site.write, change)

    def html(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page made of a template of this package."""
        return Response.html(self.site.render(self, template, values), status=status)

    def json(self, document: Any, status: int = 200) -> Response:
        """Return a JSON document, Chinese as Chinese."""
        body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        return Response(body, status=status, content_type="application/json; charset=utf-8")

    def text(self, body: str | bytes, *, type: str, file: str = "") -> Response:
        """Return a body of a media type; with a file name (ASCII) the browser saves it."""
        headers = {"Content-Disposition": f'attachment; filename="{file}"'} if file else {}
        return Response(body, headers=headers, content_type=type)

    def back(self, otherwise: str = "/", *, say: str = "", problem: bool = False) -> Response:
        """Return to the page that the form's `back` names, with a line to read there."""
        return self.lead_to(local(self.filled("back")) or otherwise, say=say, problem=problem)

    def lead_to(self, address: str, *, say: str = "", problem: bool = False) -> Response:
        """Lead to another page, with a line to read there."""
        if say:
            self.site.datasette.add_message(self.request, say, 3 if problem else 1)
        return Response.redirect(address, status=303)


Handler: TypeAlias = Callable[[PageRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a page answers. `pattern` is a regular expression over the whole path.

    `admits` says whose POST is taken beside those of who may judge: readers', or everybody's, logged in or not. What is
    open to all is shown to all; the rest is shown to accounts of every role.
    """

    pattern: str
    handler: Handler
    method: Literal["GET", "POST"] = "GET"
    admits: Literal["reviewers", "readers", "all"] = "reviewers"


def local(address: str) -> str:
    """Return an address within this site, an empty string for any other: nobody is led elsewhere by a form."""
    is_plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    parts = urlsplit(address) if is_plain else None
    return address if parts and not parts.scheme and not parts.netloc and "\\" not in address else ""
