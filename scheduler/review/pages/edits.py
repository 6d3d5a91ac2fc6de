"""Merge and split announcements by hand, and undo it."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from crawler.dedupe import compare, profile_of_member
from crawler.dedupe.compare import Likeness
from crawler.dedupe.places import codes_around
from crawler.dedupe.stages import WINDOW
from scheduler.review.give_verdict import split_off
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.edits import Edit, EditError
from storage.records import Announcement

ID = r"/announcements/(?P<id>\d+)"
MOST_CANDIDATES = 20  # announcements of the same region and days: what a wrong split looks like


async def choose(visit: PageRequest) -> Response:
    """Offer what an announcement may be merged into, with the reasons; `?into=` shows both before it is done."""
    id, into = visit.number("id"), visit.asked("into")

    def read(archive: Archive) -> dict[str, Any]:
        one = _known(archive, id)
        if into:
            other = _known(archive, int(into) if into.isascii() and into.isdigit() and len(into) < 16 else 0)
            return {"one": one, "into": other, "likeness": likeness_of(archive, one.id, other.id), "candidates": []}
        return {"one": one, "into": None, "likeness": None, "candidates": candidates_of(archive, one)}

    return visit.html("merge.html", **await visit.read(read))


def candidates_of(archive: Archive, one: Announcement) -> list[tuple[Announcement, Likeness]]:
    """Return the announcements of the same region and days with how alike they are, the likeliest first."""
    day = one.earliest.published_day if one.earliest else None
    if one.region is None or day is None:
        return []
    near = archive.near_duplicates.around(codes_around(one.region.code), day, WINDOW) - {one.id}
    found = [(archive.announcements.get(id), likeness_of(archive, one.id, id)) for id in sorted(near, reverse=True)]
    alike = [(other, likeness) for other, likeness in found if likeness is not None and other.mentions]
    order = {"same": 0, "policy": 1, "apart": 2}
    return sorted(alike, key=lambda pair: (order[pair[1].kinship], -pair[1].strength))[:MOST_CANDIDATES]


def likeness_of(archive: Archive, one: int, other: int) -> Likeness | None:
    """Return how alike the likest articles of two announcements are, None where one has none any more."""
    mine, theirs = (
        [profile_of_member(member) for member in archive.near_duplicates.members_of(id)] for id in (one, other)
    )
    pairs = [compare(new, old) for new in mine for old in theirs]
    return max(pairs, key=lambda found: (found.is_same, found.strength), default=None)


def _known(archive: Archive, id: int) -> Announcement:
    try:
        found = archive.announcements.get(id)
    except KeyError as error:
        raise PageError(404, "没有这一条政策。") from error
    if not found.mentions:
        raise PageError(404, "这一条已并入别处。")
    return found


async def merge(visit: PageRequest) -> Response:
    """Move all articles of an announcement into another: both are about one act."""
    id, into, reason = visit.number("id"), visit.filled("into"), visit.filled("reason")
    if not (into.isascii() and into.isdigit() and len(into) < 16):
        return visit.back(f"/announcements/{id}", say="请填要并入的那一条的编号。", problem=True)
    try:
        await visit.write(lambda archive: archive.edits.merge(id, int(into), reason=reason, now=visit.now))
    except EditError:
        return visit.back(f"/announcements/{id}", say=f"并不进 {into}：没有这一条，或它已并入别处。", problem=True)
    return visit.lead_to(f"/announcements/{into}", say=f"已并入 {into}，可在页面下方的条上撤销。")


async def split(visit: PageRequest) -> Response:
    """Move the ticked articles into an announcement of their own: they are about another act."""
    id, reason = visit.number("id"), visit.filled("reason")
    articles = [int(value) for value in visit.form.get("article", ()) if value.isascii() and value.isdigit()]
    tells = bool(visit.filled("tells"))

    def change(archive: Archive) -> Edit:
        return split_off(archive, id, articles, reason=reason, tells=tells, settings=visit.settings, now=visit.now)

    try:
        edit = await visit.write(change)
    except EditError:
        return visit.back(f"/announcements/{id}", say="拆不开：请勾选一部分文章，至少留下一篇。", problem=True)
    return Response.redirect(f"/announcements/{edit.other_id}", status=303)


async def undo(visit: PageRequest) -> Response:
    """Put the articles of an edit back where they were."""
    id = visit.number("id")
    try:
        edit = await visit.write(lambda archive: archive.edits.undo(id, now=visit.now))
    except EditError as error:
        raise PageError(409, "这次改动已经撤销过了。") from error
    return Response.redirect(f"/announcements/{edit.announcement_id}", status=303)


ROUTES = (
    Route(pattern=rf"{ID}/merge", handler=choose),
    Route(pattern=rf"{ID}/merge", handler=merge, method="POST"),
    Route(pattern=rf"{ID}/split", handler=split, method="POST"),
    Route(pattern=r"/edits/(?P<id>\d+)/undo", handler=undo, method="POST"),
)
