"""Verdicts: give one on announcements or articles, say why, and undo it; in place for a script, else with a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from datasette.utils.asgi import Response

from scheduler.review.give_verdict import (
    Reviewed,
    StaleVerdictError,
    judge,
    judge_announcement,
    seen_now,
    undo,
)
from scheduler.review.page_request import LONGEST_NUMBER, PageError, PageRequest, Route
from scheduler.review.wording import VERDICTS, WAITING
from storage.archive import Archive
from storage.records import VerdictValue
from storage.verdicts import SeenState, Verdict, VerdictError

ABOUT = re.compile(r"(?P<kind>announcements|articles)/(?P<id>\d{1,19})(?::(?P<seen>\d+\.\d+))?")
MOST_AT_ONCE = 500  # announcements and articles that one press judges: what a page can show, several times over


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedThing:
    """An announcement or article that a verdict is about, and what its page showed; None: nobody asks."""

    kind: str
    id: int
    seen: SeenState | None

    @property
    def path(self) -> str:
        """The address of its page, without the slash."""
        return f"{self.kind}/{self.id}"

    def title(self, archive: Archive) -> str:
        """Return what it is called. Raises `KeyError` when there is none."""
        if self.kind == "announcements":
            return archive.announcements.get(self.id).policy_title
        return str(archive.articles.row(self.id)["title"])


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleThing:
    """A thing that is not what its page showed: how it is called and what stands now."""

    thing: JudgedThing
    title: str
    error: StaleVerdictError

    @property
    def about(self) -> str:
        """It as a form names it, with what is so now."""
        return f"{self.thing.path}:{self.error.now}"


async def say(visit: PageRequest) -> Response:
    """Give a verdict on one or several; a rejection needs a reason, and what is stale is asked again."""
    verdict, things = visit.filled("verdict"), things_of(visit)
    reason = "；".join(filter(None, (visit.filled("reason"), visit.filled("more"))))
    if verdict not in get_args(VerdictValue):
        raise PageError(400, "没有这种判定。")
    if verdict == "rejected" and not reason:
        return await _ask_reason(visit, things)

    def change(archive: Archive) -> tuple[list[Reviewed], list[StaleThing], list[Mapping[str, str]]]:
        done, stale = [], []
        for one in things:
            give = judge_announcement if one.kind == "announcements" else judge
            try:
                done.append(give(
                    archive, one.id, cast("VerdictValue", verdict), who=visit.who, reason=reason,
                    settings=visit.settings, now=visit.now, seen=one.seen,
                ))  # fmt: skip
            except StaleVerdictError as error:
                stale.append(StaleThing(thing=one, title=one.title(archive), error=error))
        return done, stale, [_state_now(archive, one.verdict) for one in done]

    try:
        done, stale, states = await visit.write(change)
    except VerdictError as error:
        raise PageError(404, "没有这一条，或它已并入另一条。") from error
    back = visit.filled("back") or f"/{things[0].path}"
    values = {"stale": stale, "verdict": verdict, "reason": reason, "back": back}
    if visit.wants_json:
        asked = visit.site.render(visit, "conflict_form.html", values) if stale else ""
        return await _told(visit, _said(done), states, ask=asked)
    if stale:
        return visit.html("conflict.html", 409, **values)
    return visit.back(f"/{things[0].path}", say=_said(done))


async def take_out(visit: PageRequest) -> Response:
    """Undo verdicts, all of one press at once."""
    ids = [int(id) for id in visit.form.get("id", ()) if id.isascii() and id.isdigit() and len(id) < LONGEST_NUMBER]

    def change(archive: Archive) -> tuple[list[Reviewed], list[Mapping[str, str]]]:
        done = [undo(archive, id, settings=visit.settings, now=visit.now) for id in ids]
        return done, [_state_now(archive, one.verdict) for one in done]

    try:
        done, states = await visit.write(change)
    except VerdictError as error:
        raise PageError(409, "这个判定已经撤销过了。") from error
    if not done:
        raise PageError(409, "没有可以撤销的判定。")
    first = done[0].verdict
    told = sum(one.told for one in done)
    named = f"：{first.title}" if len(done) == 1 else f"，{len(done)} 条"
    said = f"已撤销“{VERDICTS[first.verdict]}”{named}" + (f"，{told} 条消息已排队" if told else "")
    if visit.wants_json:
        return await _told(visit, said, states, ask="")
    return visit.back(say=said)


async def _told(visit: PageRequest, said: str, states: Sequence[Mapping[str, str]], *, ask: str) -> Response:
    """Tell a script what was done, what is to be asked, and which verdict could be undone next."""
    last = await visit.read(lambda archive: archive.verdicts.last_of(visit.who))
    document = {"said": said, "verdicts": states, "ask": ask, "last": last_said(last)}
    return visit.json(document, 409 if ask else 200)


async def _ask_reason(visit: PageRequest, things: Sequence[JudgedThing]) -> Response:
    """Ask for the reason of a rejection, where no script opened the dialog."""
    try:
        titles = await visit.read(lambda archive: [one.title(archive) for one in things])
    except KeyError as error:
        raise PageError(404, "没有这一条。") from error
    is_missing = "reason" in visit.form or "more" in visit.form
    return visit.html(
        "reject.html", 400 if is_missing else 200, titles=titles, abouts=visit.form["about"], missing=is_missing,
        back=visit.filled("back") or f"/{things[0].path}",
    )  # fmt: skip


def last_said(last: Verdict | None) -> Mapping[str, Any] | None:
    """Return the last verdict as a line that offers to undo it, None without one."""
    return {"id": last.id, "said": f"已标为“{VERDICTS[last.verdict]}”：{last.title}"} if last else None


def things_of(visit: PageRequest) -> list[JudgedThing]:
    """Return what a form is about, each once."""
    found = [ABOUT.fullmatch(about) for about in dict.fromkeys(visit.form.get("about", ()))]
    things = [
        JudgedThing(kind=match["kind"], id=int(match["id"]), seen=SeenState.parse(match["seen"] or ""))
        for match in found
        if match and int(match["id"]) < 2**63
    ]
    if not things or len(things) < len(found):
        raise PageError(404 if found else 400, "没有这一条。" if found else "先选择要判定的政策。")
    if len(things) > MOST_AT_ONCE:
        raise PageError(400, f"一次最多判定 {MOST_AT_ONCE} 条。")
    return things


def _state_now(archive: Archive, verdict: Verdict) -> Mapping[str, str]:
    """Return what a page shows of a thing after a verdict on it was given or undone."""
    seen, standing = seen_now(archive, verdict.article_id, verdict.announcement_id)
    is_act = verdict.announcement_id is not None
    path = f"announcements/{verdict.announcement_id}" if is_act else f"articles/{verdict.article_id}"
    value = standing.verdict if standing else ""
    return {
        "path": path, "about": f"{path}:{seen}", "id": str(verdict.id), "verdict": value,
        "word": VERDICTS.get(value, WAITING),
    }  # fmt: skip


def _said(done: Sequence[Reviewed]) -> str:
    if not done:
        return ""
    verdict, told = done[0].verdict.verdict, sum(one.told for one in done)
    named = f"：{done[0].verdict.title}" if len(done) == 1 else f"，{len(done)} 条"
    sent = ""
    if told:
        sent = f"，更正将在一分钟后发往 {told} 个接收端" if verdict == "rejected" else f"，{told} 条消息已排队"
    return f"已标为“{VERDICTS[verdict]}”{named}{sent}"


ROUTES = (
    Route(pattern="/verdicts", handler=say, method="POST"),
    Route(pattern="/verdicts/undo", handler=take_out, method="POST"),
)
