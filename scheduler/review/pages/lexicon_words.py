"""词库: take a word in after seeing which alerts the archive gains and loses, and take the last one out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.review.ask_command import CommandRefusedError, ask_command
from scheduler.review.page_request import PageRequest, Route

COMPARED = "90d"  # how far back alerts are compared
SHOWN_ALERTS = 20  # alerts gained, and as many lost


@dataclass(frozen=True, slots=True, kw_only=True)
class WordForm:
    """A word as it is filled in; `compared` is what it would change, None before it was looked at."""

    word: str = ""
    track: str = ""
    alone: bool = True
    compared: Mapping[str, Any] | None = None
    problem: str = ""


async def lexicon(visit: PageRequest) -> Response:
    """Show the lexicon that is in use, and an empty form."""
    return _page(visit, WordForm(word=visit.asked("word")))


async def take_in(visit: PageRequest) -> Response:
    """Show what a word would change, or take it in."""
    visit.must_manage()
    form = WordForm(word=visit.filled("word"), track=visit.filled("track"), alone=bool(visit.filled("alone")))
    options = [*(["--track", form.track] if form.track else []), "--policy" if form.alone else "--no-policy"]
    is_kept = visit.filled("do") == "save"
    try:
        found = await _ask(visit, "add", *options, *(["--yes"] if is_kept else []), "--", form.word)
    except CommandRefusedError as error:
        return _page(visit, replace(form, problem=str(error)), 400)
    if not is_kept:
        return _page(visit, replace(form, compared=found))
    return await _changed(visit, f"已收进“{form.word}”，词库现在是 {found['lexicon_version']} 版。")


async def take_out(visit: PageRequest) -> Response:
    """Bring back the lexicon from before the last word."""
    visit.must_manage()
    try:
        found = await _ask(visit, "undo", "--yes")
    except CommandRefusedError as error:
        return _page(visit, WordForm(problem=str(error)), 400)
    return await _changed(visit, f"已撤下最后收进的词，词库现在是 {found['lexicon_version']} 版。")


async def _ask(visit: PageRequest, verb: str, *rest: str) -> Mapping[str, Any]:
    return await ask_command(visit.site.file.path, ["lexicon", verb], "--since", COMPARED, *rest, who=visit.who)


async def _changed(visit: PageRequest, said: str) -> Response:
    """Let page and daemon read the lexicon again."""
    visit.site.file.touch()
    await visit.site.take_up_changes()
    return visit.lead_to("/lexicon", say=said)


def _page(visit: PageRequest, form: WordForm, status: int = 200) -> Response:
    known = visit.site.lexicon
    return visit.html(
        "lexicon.html", status, form=form, lexicon=known, shown=SHOWN_ALERTS, is_own=bool(visit.settings.detect.lexicon)
    )  # fmt: skip


ROUTES = (
    Route(pattern="/lexicon", handler=lexicon),
    Route(pattern="/lexicon", handler=take_in, method="POST"),
    Route(pattern="/lexicon/undo", handler=take_out, method="POST"),
)
