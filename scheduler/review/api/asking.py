"""Give handlers of the API what they need of a request: the site, who asks, and the part of a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Depends, Path, Query
from starlette.requests import Request

from scheduler.questions.paging import LISTED_ROWS, MOST_LISTED_ROWS
from scheduler.review.api.access import Access, Caller, RefusedError
from scheduler.review.api.rate import RequestRate
from scheduler.review.page_request import PageSite
from storage.api_tokens import TokenScope
from storage.archive import Archive

T = TypeVar("T")

LARGEST_ID = 2**63 - 1  # of SQLite
LONGEST_QUERY = 1000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPart:
    """The part of a list that is asked for: what comes behind a cursor (None: the beginning), and how much of it."""

    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """A request that may be answered: the site it was made to, who made it, and when."""

    site: PageSite
    caller: Caller
    now: datetime


def admitted(scope: TokenScope) -> Callable[[Request], Awaitable[ApiRequest]]:
    """Return a dependency that lets through who may do what a scope stands for, not too often."""

    async def admit(request: Request) -> ApiRequest:
        site: PageSite = request.app.state.site
        access: Access = request.app.state.access
        rate: RequestRate = request.app.state.rate
        caller = await access.caller(request, scope)
        if wait := rate.wait_seconds(caller.key):
            raise RefusedError(429, f"too many requests; wait {wait} s", {"Retry-After": str(wait)})
        return ApiRequest(site=site, caller=caller, now=datetime.now(UTC))

    return admit


def there(ask: Callable[[Archive], T]) -> Callable[[Archive], T]:
    """Return a question that is answered 404 where the archive has nothing of that name."""

    def asked(archive: Archive) -> T:
        try:
            return ask(archive)
        except KeyError as error:
            raise RefusedError(404, f"there is no {error.args[0]}" if error.args else "there is none") from error

    return asked


def _part(
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the part before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED_ROWS)] = LISTED_ROWS,
) -> ListPart:
    return ListPart(cursor=cursor, limit=limit)


Reading: TypeAlias = Annotated[ApiRequest, Depends(admitted("read"))]
Judging: TypeAlias = Annotated[ApiRequest, Depends(admitted("review"))]
Managing: TypeAlias = Annotated[ApiRequest, Depends(admitted("admin"))]
AskedPart: TypeAlias = Annotated[ListPart, Depends(_part)]
Id: TypeAlias = Annotated[int, Path(ge=1, le=LARGEST_ID)]
QueryParameter: TypeAlias = Annotated[
    str,
    Query(max_length=LONGEST_QUERY, description="in the filter language, such as `未来产业 region:广东 act:印发`"),
]
