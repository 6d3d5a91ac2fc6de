"""List the closing days that acts name: calls for applications, open competitions, drafts that views are asked on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.text.regions import region
from scheduler.questions.acts import chosen_acts, region_document
from scheduler.questions.documents import DeadlineDocument
from storage.archive import Archive
from storage.records import BEIJING
from storage.search.query import Query

OPEN_COMPETITION = "揭榜"  # its act is an 申报 or a 名单, its title says what it is
CALL_KINDS = ("申报", OPEN_COMPETITION, "征求意见")
OTHER_KIND = "其他"
ANY_ACT = Query()
MOST_DEADLINES = 500  # of one answer
AHEAD = timedelta(days=90)  # where no end is given


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDeadlines:
    """A question for closing days: from one day to another, of the acts that a query chooses, of some kinds.

    Empty `kinds`: of all.
    """

    since: str
    until: str
    query: Query = ANY_ACT
    kinds: Collection[str] = ()
    limit: int = MOST_DEADLINES


def asked_days(since: date | None, until: date | None, *, now: datetime) -> tuple[date, date]:
    """Return the first and the last day that a question is about: today where none is given, and 90 days on."""
    first = since or now.astimezone(BEIJING).date()
    return first, until or min(first, date.max - AHEAD) + AHEAD


def list_deadlines(archive: Archive, asked: AskedDeadlines) -> tuple[DeadlineDocument, ...]:
    """Return closing days, the nearest first; an act that names several has each."""
    chosen = chosen_acts(archive, asked.query)
    same = ("day", "quote", "act", "title", "policy_title", "article", "url", "first_seen_at")
    found = (
        DeadlineDocument(
            **{name: row[name] for name in same},
            kind=kind_of(row["kind"], row["title"]), issuers=tuple(row["issuers"]), tracks=tuple(row["tracks"]),
            region=region_document(region(row["region"])) if row["region"] else None,
        )
        for row in archive.fact_rows.deadlines(asked.since, asked.until, chosen=chosen)
    )  # fmt: skip
    return tuple(one for one in found if not asked.kinds or one.kind in asked.kinds)[: asked.limit]


def kind_of(act: str | None, title: str) -> str:
    """Return what closes: an open competition by its title, else the act; acts that are no calls are others."""
    if OPEN_COMPETITION in title:
        return OPEN_COMPETITION
    return act if act in CALL_KINDS else OTHER_KIND
