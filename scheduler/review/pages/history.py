"""历史与撤销: what was changed in the configuration from the pages, by whom, and the way back."""

from __future__ import annotations

import asyncio
import difflib
from dataclasses import dataclass

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.config import secrets_in
from scheduler.config.log import HIDDEN
from scheduler.config.written import ChangeError, ConfigChange
from scheduler.review.fault_words import fault_in_chinese
from scheduler.review.page_request import PageError, PageRequest, Route

SHOWN_CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change, and the lines that it took out and put in, without secrets."""

    change: ConfigChange
    lines: tuple[str, ...]


async def history(visit: PageRequest) -> Response:
    """Show the changes, the latest first, and whether the file was changed by hand since."""
    visit.must_manage()
    file, secrets = visit.site.file, secrets_in(visit.settings)
    changes = [_shown(one, secrets) for one in (await asyncio.to_thread(file.changes))[:SHOWN_CHANGES]]
    try:
        undoable, by_hand = file.undoable(), file.was_changed_by_hand()
    except ConfigurationError as error:
        raise PageError(409, f"配置文件读不了：{error}") from error
    return visit.html("history.html", changes=changes, undoable=undoable, by_hand=by_hand, path=file.path)


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


def _shown(change: ConfigChange, secrets: set[str]) -> ShownChange:
    found = difflib.unified_diff(change.before.splitlines(), change.after.splitlines(), n=1, lineterm="")
    lines = [line for line in found if not line.startswith(("---", "+++", "@@"))]
    for secret in filter(None, secrets):
        lines = [line.replace(secret, HIDDEN) for line in lines]
    return ShownChange(change=change, lines=tuple(lines))


ROUTES = (
    Route(pattern="/history", handler=history),
    Route(pattern=r"/history/(?P<id>\d+)/undo", handler=undo, method="POST"),
    Route(pattern="/history/read", handler=read_again, method="POST"),
)
