"""历史与撤销: what was changed in the configuration from the pages, who was sent a link, by whom, and the way back."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.config import secrets_in
from scheduler.config.fault_words import fault_in_chinese
from scheduler.config.log import HIDDEN
from scheduler.config.written import ChangeError, ConfigChange
from scheduler.review.accounts import ROLES
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.invitations import Invitation

SHOWN_CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change. `lines` is what it took out of the file and put in, without secrets; `undo` is where it is undone.

    `undo` is empty when that cannot be done, `undone_by` while it stands.
    """

    made_at: datetime
    who: str
    about: str
    undone_by: str = ""
    undo: str = ""
    lines: tuple[str, ...] = ()


async def history(visit: PageRequest) -> Response:
    """Show the changes, the latest first, and whether the file was changed by hand since."""
    visit.must_manage()
    file, secrets = visit.site.file, secrets_in(visit.settings)
    links = await visit.read(lambda archive: archive.invitations.list())
    try:
        undoable, by_hand = file.undoable(), file.was_changed_by_hand()
    except ConfigurationError as error:
        raise PageError(409, f"配置文件读不了：{error}") from error
    changes = [_shown(one, secrets, undoable) for one in (await asyncio.to_thread(file.changes))[:SHOWN_CHANGES]]
    changes += _links(links[:SHOWN_CHANGES], visit.now)
    changes = sorted(changes, key=lambda one: one.made_at, reverse=True)[:SHOWN_CHANGES]
    return visit.html("history.html", changes=changes, by_hand=by_hand, path=file.path)


async def undo(visit: PageRequest) -> Response:
    """Put back what stood before a change."""
    visit.must_manage()
    number, who = visit.number("id"), visit.who
    try:
        undone = await asyncio.to_thread(lambda: visit.site.file.undo(number, who=who))
    except ChangeError as error:
        raise PageError(409, "撤销不了：它已经撤销，或者文件后来又改过，以文件为准。") from error
    except ConfigurationError as error:
        raise PageError(409, "撤销不了：" + "".join(map(fault_in_chinese, error.faults))) from error
    await visit.site.take_up_changes()
    return visit.back("/history", say=f"已撤销：{undone.about}。")


async def read_again(visit: PageRequest) -> Response:
    """Let page and daemon read the file that was changed by hand."""
    visit.must_manage()
    try:
        await asyncio.to_thread(visit.site.file.tried, lambda _: None)
    except ConfigurationError as error:
        said = "；".join(f"{fault.key}：{fault_in_chinese(fault)}" for fault in error.faults)
        return visit.back("/history", say=f"文件有错，没有读取：{said}", problem=True)
    visit.site.file.touch()
    await visit.site.take_up_changes()
    return visit.back("/history", say="已重新读取配置文件。")


def _shown(change: ConfigChange, secrets: set[str], undoable: int | None) -> ShownChange:
    found = difflib.unified_diff(change.before.splitlines(), change.after.splitlines(), n=1, lineterm="")
    lines = [line for line in found if not line.startswith(("---", "+++", "@@"))]
    for secret in filter(None, secrets):
        lines = [line.replace(secret, HIDDEN) for line in lines]
    return ShownChange(
        made_at=change.made_at, who=change.who, about=change.about, undone_by=change.undone_by, lines=tuple(lines),
        undo=f"/history/{change.number}/undo" if change.number == undoable else "",
    )  # fmt: skip


def _links(links: list[Invitation], now: datetime) -> Iterator[ShownChange]:
    """Yield the links that were made; to undo one is to withdraw it. Their use is a change of the file."""
    for one in links:
        about = f"给 {one.name} 发重设密码的链接" if one.name else f"邀请一位{ROLES.get(one.role or '')}"
        yield ShownChange(
            made_at=one.made_at, who=one.made_by, about=about, undone_by=one.withdrawn_by or "",
            undo=f"/users/invitations/{one.id}/withdraw" if one.is_open(now) else "",
        )  # fmt: skip


ROUTES = (
    Route(pattern="/history", handler=history),
    Route(pattern=r"/history/(?P<id>\d+)/undo", handler=undo, method="POST"),
    Route(pattern="/history/read", handler=read_again, method="POST"),
)
