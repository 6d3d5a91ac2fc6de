"""Notes and tags of announcements, and the list of what has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.review.filter_form import FilterChoice, tags_in
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.rows import DeskQuestion, asked_list, previewed
from scheduler.review.pages.verdicts import things_of
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.search.query import Query

LONGEST_NOTE = 4000  # characters
TOO_LONG = "标签太长了，最多 24 个字。"
BETWEEN_TAGS = str.maketrans(dict.fromkeys("，、# \u3000", ","))

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
    tags = _typed(visit)
    try:
        await visit.write(lambda archive: _known(archive, id).notes.tag(id, tags, who=visit.who, now=visit.now))
    except ValueError:
        return visit.back(f"/announcements/{id}", say=TOO_LONG, problem=True)
    return visit.back(f"/announcements/{id}#notes")


async def untag(visit: PageRequest) -> Response:
    """Take a tag from an announcement."""
    id, name = visit.number("id"), visit.filled("tag")
    await visit.write(lambda archive: archive.notes.untag(id, name))
    return visit.back(f"/announcements/{id}#notes")


async def tag_several(visit: PageRequest) -> Response:
    """Ask which tags the chosen announcements are to have, then give and take them."""
    ids = [one.id for one in things_of(visit) if one.kind == "announcements"]
    if not ids:
        raise PageError(400, "标签只能加给政策：先选择几条政策。")
    given, taken = _typed(visit), [name for name in visit.form.get("take", ()) if name]
    if "tags" not in visit.form:
        return await _ask_tags(visit, ids)
    if not given and not taken:
        return await _ask_tags(visit, ids, problem="写一个标签，或勾选要去掉的。")

    def change(archive: Archive) -> None:
        for id in ids:
            _known(archive, id).notes.tag(id, given, who=visit.who, now=visit.now)
            for name in taken:
                archive.notes.untag(id, name)

    try:
        await visit.write(change)
    except ValueError:
        return await _ask_tags(visit, ids, problem=TOO_LONG)
    done = [f"{word} {'、'.join(f'#{name}' for name in names)}"
            for word, names in (("加上", given), ("去掉", taken)) if names]  # fmt: skip
    return visit.back("/", say=f"{len(ids)} 条政策已{'，'.join(done)}。")


async def _ask_tags(visit: PageRequest, ids: Sequence[int], *, problem: str = "") -> Response:
    def read(archive: Archive) -> dict[str, Any]:
        titles = [_known(archive, id).announcements.get(id).policy_title for id in ids]
        return {"titles": titles, "standing": archive.notes.tags_among(ids), "known": archive.notes.tags()}

    return visit.html(
        "tag_several.html", 400 if problem else 200, abouts=visit.form["about"], problem=problem,
        typed=visit.filled("tags"), back=visit.filled("back") or "/", **await visit.read(read),
    )  # fmt: skip


def _typed(visit: PageRequest) -> tuple[str, ...]:
    return tags_in(visit.filled("tags").translate(BETWEEN_TAGS))


def list_of_tagged(visit: PageRequest, archive: Archive) -> DeskQuestion:
    """Return the list of what has all of some tags, and notes or tags that hold some words; without either: of none."""
    tags, words = tags_in(visit.asked("tag")), visit.asked("q")
    question = replace(asked_list(visit, order="seen"), choice=FilterChoice(query=Query(), fields={}, tags=tags))
    if tags and not words:
        return question
    ids = json.dumps(archive.notes.matching(words))
    within = Chosen(clauses=("n.id IN (SELECT value FROM json_each(:ids))",), values={"ids": ids})
    return replace(question, within=within)


async def tags(visit: PageRequest) -> Response:
    """List the announcements with some tags, or whose notes and tags hold some words; all tags otherwise."""
    names, words = tags_in(visit.asked("tag")), visit.asked("q")

    def read(archive: Archive) -> dict[str, Any]:
        listed = list_of_tagged(visit, archive).read(archive)
        last = archive.verdicts.last_of(visit.who)
        known = archive.notes.tags(beside=names)
        return {"known": known, "listed": listed, "previewed": previewed(archive, listed), "last": last}

    return visit.html("tags.html", names=names, words=words, **await visit.read(read))


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
    Route(pattern="/tags/several", handler=tag_several, method="POST"),
)
