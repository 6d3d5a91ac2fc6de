"""Verdicts: give one on an announcement or an article, say why, and undo it."""

from __future__ import annotations

from typing import cast, get_args

from datasette.utils.asgi import Response

from scheduler.review.give_verdict import Reviewed, StaleVerdictError, judge, judge_announcement, undo
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.wording import VERDICTS
from storage.archive import Archive
from storage.records import VerdictValue
from storage.verdicts import SeenState, VerdictError

KIND = r"(?P<kind>announcements|articles)"


async def say(visit: PageRequest) -> Response:
    """Give a verdict; a rejection needs a reason."""
    verdict, reason, id = visit.filled("verdict"), visit.filled("reason"), visit.number("id")
    if verdict not in get_args(VerdictValue):
        raise PageError(400, "没有这种判定。")
    if verdict == "rejected" and not reason:
        return await _form(visit, back=visit.filled("back"), missing=True)
    given = judge_announcement if visit.names["kind"] == "announcements" else judge

    def change(archive: Archive) -> Reviewed:
        return given(
            archive,
            id,
            cast("VerdictValue", verdict),
            who=visit.who,
            reason=reason,
            settings=visit.settings,
            now=visit.now,
            seen=SeenState.parse(visit.filled("seen")),
        )

    try:
        done = await visit.write(change)
    except VerdictError as error:
        raise PageError(404, "没有这一条，或它已并入另一条。") from error
    except StaleVerdictError as error:
        return await _asked_again(visit, error)
    return visit.back(_page_of(visit), say=_said(done))


async def _asked_again(visit: PageRequest, stale: StaleVerdictError) -> Response:
    """Ask who judged a page of before, with what has happened since; nothing that was typed is lost."""
    kind, id = visit.names["kind"], visit.number("id")
    shown = await visit.read(lambda archive: _title(archive, kind, id))
    return visit.html(
        "conflict.html", 409, kind=kind, id=id, title=shown, stale=stale, verdict=visit.filled("verdict"),
        reason=visit.filled("reason"), back=visit.filled("back") or _page_of(visit),
    )  # fmt: skip


def _title(archive: Archive, kind: str, id: int) -> str:
    return archive.announcements.get(id).title if kind == "announcements" else str(archive.articles.row(id)["title"])


async def ask(visit: PageRequest) -> Response:
    """Ask for the reason of a rejection, where no script opens the dialog."""
    return await _form(visit, back=visit.asked("back"), missing=False)


async def _form(visit: PageRequest, *, back: str, missing: bool) -> Response:
    kind, id = visit.names["kind"], visit.number("id")
    try:
        shown = await visit.read(lambda archive: _title(archive, kind, id))
    except KeyError as error:
        raise PageError(404, "没有这一条。") from error
    status = 400 if missing else 200
    return visit.html("reject.html", status, kind=kind, id=id, title=shown, back=back, missing=missing,
                      seen=visit.filled("seen") or visit.asked("seen"))  # fmt: skip


async def take_out(visit: PageRequest) -> Response:
    """Undo a verdict."""
    id = visit.number("id")
    try:
        done = await visit.write(lambda archive: undo(archive, id, settings=visit.settings, now=visit.now))
    except VerdictError as error:
        raise PageError(409, "这个判定已经撤销过了。") from error
    told = f"，{done.told} 条消息已排队" if done.told else ""
    return visit.back(say=f"已撤销“{VERDICTS[done.verdict.verdict]}”：{done.verdict.title}{told}")


def _page_of(visit: PageRequest) -> str:
    return f"/{visit.names['kind']}/{visit.names['id']}"


def _said(done: Reviewed) -> str:
    told = ""
    if done.told:
        is_rejected = done.verdict.verdict == "rejected"
        told = f"，更正将在一分钟后发往 {done.told} 个渠道" if is_rejected else f"，{done.told} 条消息已排队"
    return f"已标为“{VERDICTS[done.verdict.verdict]}”：{done.verdict.title}{told}"


ROUTES = (
    Route(pattern=rf"/{KIND}/(?P<id>\d+)/verdict", handler=say, method="POST"),
    Route(pattern=rf"/{KIND}/(?P<id>\d+)/reject", handler=ask),
    Route(pattern=r"/verdicts/(?P<id>\d+)/undo", handler=take_out, method="POST"),
)
