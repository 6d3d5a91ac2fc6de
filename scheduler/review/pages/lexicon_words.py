"""词库: take words in, change and take out tracks, each after seeing which alerts the archive gains and loses; undo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from datasette.utils.asgi import Response

from crawler.detect.lexicon import Track
from scheduler.review.ask_command import CommandRefusedError, ask_command
from scheduler.review.page_request import PageError, PageRequest, Route

COMPARED = "90d"  # how far back alerts are compared
SHOWN_ALERTS = 20  # alerts gained, and as many lost


@dataclass(frozen=True, slots=True, kw_only=True)
class WordForm:
    """A word or track as it is filled in; `compared` is what it would change, None before it was looked at.

    `was` is the name of the track that is changed, empty for a new word; `drops` when it is to go.
    """

    word: str = ""
    track: str = ""
    aliases: str = ""
    alone: bool = True
    was: str = ""
    drops: bool = False
    compared: Mapping[str, Any] | None = None
    problem: str = ""


async def lexicon(visit: PageRequest) -> Response:
    """Show the lexicon that is in use, and an empty form or the track that is asked for."""
    if asked := visit.asked("track"):
        return _page(visit, _form_of(_track(visit, asked)))
    return _page(visit, WordForm(word=visit.asked("word")))


async def take_in(visit: PageRequest) -> Response:
    """Show what a word would change, or take it in."""
    form = WordForm(word=visit.filled("word"), track=visit.filled("track"), alone=bool(visit.filled("alone")))
    options = [*(["--track", form.track] if form.track else []), "--policy" if form.alone else "--no-policy"]
    return await _answer(visit, form, "add", *options, "--", form.word, said=f"已收进“{form.word}”")


async def change(visit: PageRequest) -> Response:
    """Show what other words of a track, or its end, would change, or do it."""
    track, do = _track(visit, visit.filled("was")), visit.filled("do")
    if do in {"drop", "dropped"}:
        form = replace(_form_of(track), drops=True)
        return await _answer(visit, form, "remove", "--", track.name, said=f"已删去赛道“{track.name}”")
    form = WordForm(
        word=visit.filled("word"), aliases=visit.filled("aliases"), alone=bool(visit.filled("alone")), was=track.name
    )
    aliases = [word for word in re.split(r"[\s,，、;；]+", form.aliases) if word]
    given = [part for alias in aliases for part in ("--alias", alias)] or ["--no-alias"]
    options = ["--name", form.word, *given, "--policy" if form.alone else "--no-policy"]
    return await _answer(visit, form, "change", *options, "--", track.name, said=f"已修改赛道“{form.word}”")


async def undo(visit: PageRequest) -> Response:
    """Bring back the lexicon from before the last change."""
    return await _answer(visit, WordForm(), "undo", said="已撤销词库的最后一次改动", is_sure=True)


async def _answer(
    visit: PageRequest, form: WordForm, verb: str, *rest: str, said: str, is_sure: bool = False
) -> Response:
    """Ask for a change of the lexicon: show what it would do, or say that it was made."""
    visit.must_manage()
    is_sure = is_sure or visit.filled("do") in {"save", "dropped"}
    sure = ["--yes"] if is_sure else []
    try:
        found = await ask_command(
            visit.site.file.path, ["lexicon", verb], "--since", COMPARED, *sure, *rest, who=visit.who
        )
    except CommandRefusedError as error:
        return _page(visit, replace(form, problem=str(error)), 400)
    if not is_sure:
        return _page(visit, replace(form, compared=found))
    visit.site.file.touch()  # page and daemon read the lexicon again
    await visit.site.take_up_changes()
    return visit.lead_to("/lexicon", say=f"{said}，词库现在是 {found['lexicon_version']} 版。")


def _track(visit: PageRequest, name: str) -> Track:
    found = next((one for one in visit.site.lexicon.tracks if one.name == name), None)
    if found is None:
        raise PageError(404, "词库里没有这个赛道。")
    return found


def _form_of(track: Track) -> WordForm:
    return WordForm(word=track.name, aliases="、".join(track.aliases), alone=track.policy, was=track.name)


def _page(visit: PageRequest, form: WordForm, status: int = 200) -> Response:
    known = visit.site.lexicon
    return visit.html(
        "lexicon.html", status, form=form, lexicon=known, shown=SHOWN_ALERTS, is_own=bool(visit.settings.detect.lexicon)
    )  # fmt: skip


ROUTES = (
    Route(pattern="/lexicon", handler=lexicon),
    Route(pattern="/lexicon", handler=take_in, method="POST"),
    Route(pattern="/lexicon/track", handler=change, method="POST"),
    Route(pattern="/lexicon/undo", handler=undo, method="POST"),
)
