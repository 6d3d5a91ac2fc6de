"""Our pages as a plugin of Datasette: routes, connections, accounts, errors."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qs

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.base import DatasetteError

from crawler.detect.lexicon import Lexicon
from crawler.toml import ConfigurationError
from scheduler.config.config import Settings, load
from scheduler.config.log import get_logger
from scheduler.config.program import lexicon_of
from scheduler.config.user import user_name
from scheduler.config.written import ConfigFile
from scheduler.health.survey import troubles_in
from scheduler.health.troubles import Trouble
from scheduler.review.accounts import ReviewAccount, account_of, needs_login, system_account
from scheduler.review.bounds import TooMuchError, bound
from scheduler.review.gate import lead_back, lead_to_login
from scheduler.review.guard import SAID_BY_US
from scheduler.review.known_names import KnownNames
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.routes import ROUTES
from scheduler.review.weekly_rising import WeeklyRising
from scheduler.review.wording import asset, environment
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.search.text import match_of

log = get_logger()

T = TypeVar("T")
PageView: TypeAlias = Callable[[Request], Awaitable[Response]]


class Site:
    """The review page: the plugin that Datasette calls. `datasette` is set when its server is made."""

    __name__ = "futurewatch-review"  # Datasette asks every plugin for it
    datasette: Datasette

    def __init__(self, settings: Settings, config: Path) -> None:
        self.settings = settings
        self.file = ConfigFile(config)
        self._mark: float | None = self.file.mark()
        self._needed_login = needs_login(settings)
        self.rising = WeeklyRising(settings.archive.path, lambda: self.lexicon)
        self.names = KnownNames()
        self._environment = environment()
        self._latest = 0  # the latest announcement, for the same pages
        self._known: tuple[Trouble, ...] = ()  # for the pages that read nothing: a form's answer, an unknown address

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexicon that is configured; it takes a moment to load, so it is loaded when a page asks for it."""
        return lexicon_of(self.settings)

    @property
    def must_log_in(self) -> bool:
        """Whether nothing is shown without a login. What began closed stays so: its port may be open to others."""
        return self._needed_login or needs_login(self.settings)

    def account_of(self, actor: Mapping[str, Any] | None) -> ReviewAccount | None:
        """Return the account of who asks, None for who does not get in.

        Where nobody has to log in, the system's user may do everything.
        """
        if self.must_log_in:
            return account_of(self.settings, actor)
        return system_account(self.settings, user_name(self.settings.review.name))

    def read_file_again(self) -> None:
        """Let the next request read the configuration, though it was changed by hand."""
        self._mark = None

    async def take_up_changes(self) -> None:
        """Read the configuration again after a change that was made on a page or by `setup`."""
        mark = self.file.mark()
        if mark == self._mark:
            return
        self._mark = mark
        try:
            self.settings = await asyncio.to_thread(load, self.file.path)
        except ConfigurationError as error:
            log.warning("configuration has faults: the page goes on with the one of before", faults=str(error))
        else:
            self.__dict__.pop("lexicon", None)

    # What a visit does

    async def read(self, ask: Callable[[Archive], T]) -> T:
        """Return what a function reads over one of Datasette's read-only connections, in a thread."""
        found: T = await self.datasette.get_database("archive").execute_fn(lambda connection: _at_once(connection, ask))
        return found

    def write(self, change: Callable[[Archive], T]) -> T:
        """Return what a function makes of the archive, as one transaction. Waits for other writers."""
        with Archive.existing(self.settings.archive.path) as archive, archive.transaction():
            return change(archive)

    def render(self, visit: PageRequest, template: str, values: Mapping[str, Any]) -> str:
        """Return a page as text."""
        shared = {
            "visit": visit, "token": visit.request.scope["csrftoken"], "now": visit.now,
            "messages": lambda: self.datasette._show_messages(visit.request), "must_log_in": self.must_log_in,
        }  # fmt: skip
        return self._environment.get_template(template).render(shared | dict(values))

    # What Datasette asks

    @hookimpl  # type: ignore[untyped-decorator]  # pluggy's markers of Datasette ship no types
    def register_routes(self) -> list[tuple[str, PageView]]:
        """Return our pages; they come before Datasette's own."""
        found: dict[str, dict[str, Route]] = defaultdict(dict)
        for route in ROUTES:
            found[route.pattern][route.method] = route
        return [(f"^{pattern}$", self._view(by_method)) for pattern, by_method in found.items()]

    def _view(self, by_method: Mapping[str, Route]) -> PageView:
        async def view(request: Request) -> Response:
            route = by_method.get("GET" if request.method == "HEAD" else request.method)
            is_open = route is not None and route.admits == "all"
            visit = self._visit(request, await _body(request) if request.method == "POST" else "")
            if visit.account is None and not is_open:
                return lead_to_login(request)
            if led := lead_back(request):
                return led
            try:
                if request.method == "POST" and (home := self.settings.review.home) and not is_open:
                    raise PageError(403, f"这里是副本，只能看：请到 {home} 判定和修改。")
                if request.method == "POST" and not visit.may_judge and (route is None or route.admits == "reviewers"):
                    raise PageError(403, "您的帐号只能看，不能判定或修改。")
                if visit.account and (request.method != "POST" or not self._latest):
                    self._known, self._latest = await self.read(self._state)
                    visit = replace(visit, troubles=self._known, latest=self._latest)
                if route is None:
                    raise PageError(405, "这个地址不接受这种请求")
                return await route.handler(visit)
            except PageError as error:
                answer = _problem(visit, error.status, error.problem)
                answer.headers[SAID_BY_US.decode()] = "1"
                return answer
            except (sqlite3.DatabaseError, ArchiveError, MemoryError) as error:
                log.warning("archive not available", path=request.path, error=f"{type(error).__name__}: {error}")
                return _problem(visit, 503, _why_unavailable(error))
            except Exception:
                log.exception("page failed", path=request.path)
                return _problem(visit, 500, "页面出错了，服务器日志里有详情。")

        return view

    def _visit(self, request: Request, body: str) -> PageRequest:
        account = self.account_of(request.actor)
        is_known = account is not None
        return PageRequest(
            site=self, request=request, now=datetime.now(UTC), account=account,
            troubles=self._known if is_known else (), latest=self._latest if is_known else 0,
            names=request.url_vars,
            query=parse_qs(request.query_string, keep_blank_values=True, max_num_fields=200),
            form=parse_qs(body, keep_blank_values=True, max_num_fields=1000),
        )  # fmt: skip

    def _state(self, archive: Archive) -> tuple[tuple[Trouble, ...], int]:
        """Return what every page shows or asks for later: what is wrong, and the latest announcement."""
        return troubles_in(archive, self.settings, datetime.now(UTC)), archive.days.latest()

    @hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def handle_exception(self, request: Request, exception: Exception) -> Response | None:
        """Say in Chinese that there is no such page; below /archive Datasette says it.

        It takes a column that there is not, and the like, for a fault of its own (500): these are the address's.
        """
        if isinstance(exception, DatasetteError) and exception.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            exception.status = HTTPStatus.BAD_REQUEST
        if not isinstance(exception, NotFound) or request.path.startswith("/archive"):
            return None
        return _problem(self._visit(request, ""), 404, "这个地址下没有页面；可能写错了，或已经搬走。")

    @hookimpl(trylast=True)  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: sqlite3.Connection, database: str) -> None:
        """Bound what is asked of the archive, and let Datasette's search box ask the index as our search does."""
        if database == "archive":
            conn.create_function("escape_fts", 1, match_of, deterministic=True)  # theirs would find nothing
            bound(conn)

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_css_urls(self) -> Sequence[str]:
        """Give Datasette's pages the clothes of ours."""
        return [asset("review.css"), asset("desk.css"), asset("tables.css")]

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_js_urls(self) -> Sequence[str]:
        """Give the menus of Datasette's pages Chinese words."""
        return [asset("tables.js")]


def _problem(visit: PageRequest, status: int, problem: str) -> Response:
    """Return the page that says what cannot be done."""
    heading = "页面不存在" if status == 404 else "没有成功"
    return visit.html("problem.html", status, heading=heading, problem=problem)


def _why_unavailable(error: Exception) -> str:
    """Return what a reader is told of an archive that gave no answer."""
    if isinstance(error, (TooMuchError, MemoryError)):
        return "这一页要读的内容太多，已停止。请缩小范围再试。"
    if str(error) == "interrupted":
        return "这个查询用时太久，已停止。请缩小范围再试。"
    return "档案正忙，或暂时不能使用，请过一会儿再试。"


def _at_once(connection: sqlite3.Connection, ask: Callable[[Archive], T]) -> T:
    """Read as of one moment, so that a page does not contradict itself while the crawler writes."""
    connection.execute("BEGIN")
    try:
        return ask(Archive.over(connection))
    finally:
        connection.execute("ROLLBACK")


async def _body(request: Request) -> str:
    body: bytes = await request.post_body()
    return body.decode("utf-8", "replace")
