"""Notes and tags of announcements, and the list of what has them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.review.filter_form import FilterChoice
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.rows import asked_list, previewed
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.search.query import Query

LONGEST_NOTE = 4000  # characters

ID = r"/announcements/(?P<id>\d+)"


async def add(visit: PageRequest) -> Response:
    """Keep a note beside an announcement."""
    id, text = visit.number("id"), visit.filled("text")
    if not 0 < len(text) <= LONGEST_NOTE:
        return visit.back(f"/announcements/{id}", say=f"备注要有 1 到 {LONGEST_NOTE} 个字。", problem=True)
    await visit.write(lambda archive: _known(archive, id).notes.add(id, text, who=visit.who, now=visit.now))
    return visit.back(f"/announcements/{id}#notes", say="备注已保存。")


async def remove(visit: PageRequest) -> Response:
    """Take a note away; it stays in the record."""
    id = visit.number("id")
    done = await visit.write(lambda archive: archive.notes.remove(id, who=visit.who, now=visit.now))
    return visit.back(say="备注已删除。" if done else "这条备注已经删除过了。", problem=not done)


async def tag(visit: PageRequest) -> Response:
    """Give an announcement tags, several separated by blanks or commas."""
    id = visit.number("id")
    tags = visit.filled("tags").replace("，", " ").replace(",", " ").replace("、", " ").replace("#", " ").split()
    try:
        await visit.write(lambda archive: _known(archive, id).notes.tag(id, tags, who=visit.who, now=visit.now))
    except ValueError:
        return visit.back(f"/announcements/{id}", say="标签太长了，最多 24 个字。", problem=True)
    return visit.back(f"/announcements/{id}#notes")


async def untag(visit: PageRequest) -> Response:
    """Take a tag from an announcement."""
    id, name = visit.number("id"), visit.filled("tag")
    await visit.write(lambda archive: archive.notes.untag(id, name))
    return visit.back(f"/announcements/{id}#notes")


async def tags(visit: PageRequest) -> Response:
    """List the announcements with a tag, or whose notes and tags hold some words; all tags otherwise."""
    name, words = visit.asked("tag"), visit.asked("q")
    question = replace(asked_list(visit, order="seen"), choice=FilterChoice(query=Query(), fields={}))

    def read(archive: Archive) -> dict[str, Any]:
        ids = archive.notes.tagged(name) if name else archive.notes.matching(words)
        within = Chosen(clauses=("n.id IN (SELECT value FROM json_each(:ids))",), values={"ids": json.dumps(ids)})
        listed = question.read(archive, within=within)
        last = archive.verdicts.last_of(visit.who)
        return {"known": archive.notes.tags(), "listed": listed, "previewed": previewed(archive, listed), "last": last}

    return visit.html("tags.html", name=name, words=words, **await visit.read(read))


def _known(archive: Archive, id: int) -> Archive:
    try:
        archive.announcements.get(id)
    except KeyError as error:
        raise PageError(404, "没有这一条政策。") from error
    return archive


ROUTES = (
    Route(pattern=rf"{ID}/notes", handler=add, method="POST"),
    Route(pattern=r"/notes/(?P<id>\d+)/remove", handler=remove, method="POST"),
    Route(pattern=rf"{ID}/tags", handler=tag, method="POST"),
    Route(pattern=rf"{ID}/tags/remove", handler=untag, method="POST"),
    Route(pattern="/tags", handler=tags),
)
