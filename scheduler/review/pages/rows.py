"""Announcements as rows of a list with a preview: filters, groups, counts and pages. Not a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import cast, get_args

from scheduler.review.filter_form import FilterChoice, choice_of, region_groups
from scheduler.review.page_request import PageRequest
from scheduler.review.pages.preview import Preview, preview_of
from storage.archive import Archive
from storage.overview.announcements import GroupCount, ListedAnnouncement, ListGroup, ListOrder
from storage.overview.place import ListPlace, place_of
from storage.overview.selected import Chosen
from storage.records import Region
from storage.verdicts import SeenState, Verdict

ON_A_PAGE = 50
EVERY = Chosen()
RowGroup = tuple[GroupCount | None, Sequence["DeskRow"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """An announcement as a line of a list; `number` counts from 1 over all pages. `verdict` is the one that stands."""

    listed: ListedAnnouncement
    verdict: Verdict | None
    number: int

    @property
    def about(self) -> str:
        """The announcement as a verdict names it, with the state that this row shows."""
        seen = SeenState(version=self.listed.version, verdict=self.verdict.id if self.verdict else 0)
        return f"announcements/{self.listed.id}:{seen}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskList:
    """A page of a list. `total` counts what the filters choose, `all` and `waiting` what there is without a state."""

    groups: Sequence[RowGroup]
    total: int
    all: int
    waiting: int
    page: int
    size: int
    grouped: ListGroup | None
    order: ListOrder
    choice: FilterChoice
    regions: Mapping[str, Sequence[Region]]
    acts: Sequence[str]
    tracks: Sequence[str]

    @property
    def rows(self) -> list[DeskRow]:
        """The rows of all groups, in their order."""
        return [row for _, some in self.groups for row in some]

    @property
    def current(self) -> DeskRow | None:
        """The row that a preview shows first: the first one that waits, else the first."""
        return next((row for row in self.rows if row.verdict is None), next(iter(self.rows), None))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQuestion:
    """A list that a request asks for: its filters, order, grouping and page.

    `within` are conditions besides those that a reader chose.
    """

    choice: FilterChoice
    order: ListOrder
    group: ListGroup | None
    page: int
    within: Chosen = EVERY
    with_rejected: bool = True

    def read(self, archive: Archive, *, size: int = ON_A_PAGE) -> DeskList:
        """Return the list."""
        chosen, of_any_state = self._chosen(archive, self.choice), self.choice.without("state")
        every = chosen if of_any_state == self.choice else self._chosen(archive, of_any_state)
        first = (self.page - 1) * size
        found = archive.overview.find(chosen, limit=size, offset=first, order=self.order, group=self.group)
        tallied = {one.name: one for one in archive.overview.tally(chosen, self.group)} if self.group else {}
        counts = archive.overview.tally(every, "act")
        return DeskList(
            groups=_grouped(rows_of(archive, found, first=first + 1), self.group, tallied),
            total=archive.overview.count(chosen), all=sum(one.count for one in counts),
            waiting=sum(one.waiting for one in counts), page=self.page, size=size, grouped=self.group,
            order=self.order, choice=self.choice, regions=region_groups(archive.overview.names("region", self.within)),
            acts=archive.overview.names("act", self.within), tracks=archive.overview.names("tracks", self.within),
        )  # fmt: skip

    def place(self, archive: Archive, id: int) -> ListPlace | None:
        """Return the place of an announcement in the list, None when there is none of its id."""
        chosen = self._chosen(archive, self.choice)
        return place_of(archive.db, id, chosen, order=self.order, group=self.group)

    def _chosen(self, archive: Archive, choice: FilterChoice) -> Chosen:
        chosen = choice.chosen(archive).within(self.within)
        return replace(chosen, with_rejected=chosen.with_rejected or self.with_rejected)


def asked_list(visit: PageRequest, *, order: ListOrder) -> DeskQuestion:
    """Return the list that a request asks for; `order` holds where it names none."""
    asked, group = visit.asked("order"), visit.asked("group")
    return DeskQuestion(
        choice=choice_of(visit), order=cast("ListOrder", asked) if asked in get_args(ListOrder) else order,
        group=cast("ListGroup", group) if group in get_args(ListGroup) else None, page=visit.page(),
    )  # fmt: skip


def rows_of(archive: Archive, found: Sequence[ListedAnnouncement], *, first: int = 1) -> list[DeskRow]:
    """Return announcements as rows, in their order; `first` is the number of the first one."""
    verdicts = archive.verdicts.of_announcements(one.id for one in found)
    return [DeskRow(listed=one, verdict=verdicts.get(one.id), number=at) for at, one in enumerate(found, first)]


def _grouped(
    rows: Sequence[DeskRow], group: ListGroup | None, tallied: Mapping[str | None, GroupCount]
) -> list[RowGroup]:
    if group is None:
        return [(None, rows)] if rows else []
    return [(tallied.get(name), list(some)) for name, some in groupby(rows, lambda row: _name_in(row.listed, group))]


def _name_in(listed: ListedAnnouncement, group: ListGroup) -> str | None:
    if group == "track":
        return next(iter(listed.tracks), None)
    return listed.act if group == "act" else listed.region_name


def previewed(archive: Archive, listed: DeskList) -> Preview | None:
    """Return what the preview of a list shows first, None for an empty list."""
    return preview_of(archive, listed.current.listed.id) if listed.current else None
