"""Merge and split announcements by hand, and undo it."""

from __future__ import annotations

from datasette.utils.asgi import Response

from scheduler.review.give_verdict import split_off
from scheduler.review.page_request import PageError, Route, Visit
from storage.archive import Archive
from storage.edits import Edit, EditError

ID = r"/announcements/(?P<id>\d+)"


async def merge(visit: Visit) -> Response:
    """Move all articles of an announcement into another: both are about one act."""
    id, into, reason = visit.number("id"), visit.filled("into"), visit.filled("reason")
    if not (into.isascii() and into.isdigit() and len(into) < 16):
        return visit.back(f"/announcements/{id}", say="请填要并入的那一条的编号。", problem=True)
    try:
        await visit.write(lambda archive: archive.edits.merge(id, int(into), reason=reason, now=visit.now))
    except EditError:
        return visit.back(f"/announcements/{id}", say=f"并不进 {into}：没有这一条，或它已并入别处。", problem=True)
    return Response.redirect(f"/announcements/{into}", status=303)


async def split(visit: Visit) -> Response:
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


async def undo(visit: Visit) -> Response:
    """Put the articles of an edit back where they were."""
    id = visit.number("id")
    try:
        edit = await visit.write(lambda archive: archive.edits.undo(id, now=visit.now))
    except EditError as error:
        raise PageError(409, "这次改动已经撤销过了。") from error
    return Response.redirect(f"/announcements/{edit.announcement_id}", status=303)


ROUTES = (
    Route(pattern=rf"{ID}/merge", handler=merge, method="POST"),
    Route(pattern=rf"{ID}/split", handler=split, method="POST"),
    Route(pattern=r"/edits/(?P<id>\d+)/undo", handler=undo, method="POST"),
)
