"""Tell a page which list it was opened from: the way back to its place, the ones before and after. Not a page.

Links of a list carry its address as `list`; results of a search carry their number as `at` besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

from scheduler.config.vocabulary import vocabulary
from scheduler.review.page_request import PageError, PageRequest, local
from scheduler.review.pages.announcements import list_of_policies
from scheduler.review.pages.notes import list_of_tagged
from scheduler.review.pages.rows import ON_A_PAGE, DeskQuestion
from scheduler.review.pages.search import ON_A_PAGE as RESULTS_ON_A_PAGE
from scheduler.review.pages.search import list_of_found, order_of
from scheduler.review.pages.today import list_of_day, list_of_waiting
from storage.archive import Archive
from storage.search.find import FoundArticle
from storage.search.query import QueryError, parse_query

ListOf: TypeAlias = Callable[[PageRequest, Archive], DeskQuestion]
LISTS: Mapping[str, tuple[str, ListOf]] = {
    "/": ("今日", lambda visit, _: list_of_day(visit)),
    "/waiting": ("待判定", lambda visit, _: list_of_waiting(visit)),
    "/announcements": ("政策列表", lambda visit, _: list_of_policies(visit)),
    "/search": ("检索", lambda visit, _: list_of_found(visit)),
    "/tags": ("标签", list_of_tagged),
}
LONGEST_NUMBER = 9  # digits of a place in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFrom:
    """The list that a page was opened from. `back` leads to its place there; the others are addresses, "" for none.

    `back_judged` leads there once a verdict has taken it out of the list, "" where none does. `number` counts from 1;
    `total` is 0 where it was not counted to the end.
    """

    name: str
    address: str
    back: str
    number: int
    total: int
    before: str
    after: str
    next_waiting: str = ""
    back_judged: str = ""

    def to(self, path: str) -> str:
        """Return the address of a view of this page that is opened from the same list."""
        return in_list(path, self.address, at=self.number if self.address.startswith("/search") else 0)


def in_list(path: str, address: str, *, at: int = 0) -> str:
    """Return the address of a page that knows the list it is opened from, and its number in a search's results."""
    asked = urlencode({"list": address} | ({"at": str(at)} if at else {}))
    return f"{path}{'&' if '?' in path else '?'}{asked}"


def opened_from(visit: PageRequest, archive: Archive, announcement_id: int | None) -> OpenedFrom | None:
    """Return the list that a page was opened from, None where it names none; without an announcement: a search's."""
    address = local(visit.asked("list"))
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    if parts.path == "/search" and asked.get("show") != ["acts"]:
        return _in_search(visit, archive, address, asked)
    if parts.path not in LISTS or announcement_id is None:
        return None
    name, list_of = LISTS[parts.path]
    fields = {key: values for key, values in asked.items() if key != "page"}
    try:
        question = list_of(replace(visit, query=fields), archive)
    except PageError:  # the address was made by hand
        return None
    return _in_list(archive, announcement_id, address, parts.path, fields, name, question)


def _in_list(
    archive: Archive,
    id: int,
    address: str,
    path: str,
    fields: Mapping[str, Sequence[str]],
    name: str,
    question: DeskQuestion,
) -> OpenedFrom | None:
    place = None if question.choice.problem else question.place(archive, id)
    if place is None:
        return None
    is_short_lived = bool(question.choice.query.selection.values("state"))
    beside = place.after or place.before
    page = (place.number - 1) // ON_A_PAGE + 1
    before, after, waiting = (
        in_list(f"/announcements/{one}", address) if one else ""
        for one in (place.before, place.after, place.next_waiting)
    )
    return OpenedFrom(
        name=name, address=address, number=place.number, total=place.total, before=before, after=after,
        next_waiting=waiting, back=_back(path, fields, page, id if place.is_listed else beside),
        back_judged=_back(path, fields, page, beside) if is_short_lived else "",
    )  # fmt: skip


def _in_search(
    visit: PageRequest, archive: Archive, address: str, asked: Mapping[str, Sequence[str]]
) -> OpenedFrom | None:
    """Return the place in a search's results, by the number that the link carried."""
    at = visit.asked("at")
    number = int(at) if at.isascii() and at.isdigit() and len(at) <= LONGEST_NUMBER else 0
    try:
        query = parse_query(next(iter(asked.get("q", ())), ""), vocabulary())
    except QueryError:
        return None
    first = max(0, number - 2)  # results before the first one that is asked for
    found = archive.search.find(query, order=order_of(replace(visit, query=asked)), limit=3, offset=first)
    at_first = number - 1 - first
    if number < 1 or at_first >= len(found.articles):
        return None
    results = dict(enumerate(found.articles, first + 1))
    fields = {key: values for key, values in asked.items() if key != "page"}
    page = (number - 1) // RESULTS_ON_A_PAGE + 1
    return OpenedFrom(
        name="检索", address=address, number=number, total=found.total if found.is_exact else 0,
        back=_back("/search", fields, page, results[number].id, letter="s"),
        before=_result(results.get(number - 1), address, number - 1),
        after=_result(results.get(number + 1), address, number + 1),
    )  # fmt: skip


def _result(one: FoundArticle | None, address: str, at: int) -> str:
    if one is None:
        return ""
    path = f"/announcements/{one.announcement}" if one.announcement else f"/articles/{one.id}"
    return in_list(path, address, at=at)


def _back(path: str, fields: Mapping[str, Sequence[str]], page: int, id: int | None, *, letter: str = "a") -> str:
    """Return the address of a page of a list, at one of its rows."""
    shown = urlencode({**fields, **({"page": [str(page)]} if page > 1 else {})}, doseq=True)
    return f"{path}{f'?{shown}' if shown else ''}{f'#{letter}-{id}' if id else ''}"
