"""导入订阅: make sources of a feed reader's list, after a look at what they would be."""

from __future__ import annotations

from functools import partial

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.fault_words import fault_in_chinese
from scheduler.config.toml_edits import put_rows
from scheduler.review.page_request import PageRequest, Route
from scheduler.review.pages.setup import write
from scheduler.sources.opml import ImportedFeed, OpmlError, imported_feeds


async def form(visit: PageRequest) -> Response:
    """Ask for the list."""
    return _page(visit, "")


async def take(visit: PageRequest) -> Response:
    """Show what a list would make, or add the sources that were ticked."""
    visit.must_manage()
    text, ticked = visit.filled("opml"), set(visit.form.get("url", ()))
    try:
        found = imported_feeds(text.encode(), visit.settings.watched)
    except OpmlError:
        return _page(visit, text, problem="这不是订阅列表（OPML），或里面没有订阅源。")
    if visit.filled("do") != "save":
        return _page(visit, text, found)
    sources = [one.source for one in found if one.source and one.url in ticked]
    if not sources:
        return _page(visit, text, found, problem="先勾选要添加的。")
    rows = [source.model_dump(mode="json", exclude_defaults=True) for source in sources]
    about = f"添加 {len(rows)} 个订阅源"
    try:
        await write(visit, partial(put_rows, table="source", rows=rows), about)
    except ConfigurationError as error:
        return _page(visit, text, found, problem="没有添加：" + "".join(map(fault_in_chinese, error.faults)))
    return visit.lead_to("/sources", say=f"{about}，已写进 {visit.site.file.path.name}。")


def _page(visit: PageRequest, text: str, found: list[ImportedFeed] | None = None, problem: str = "") -> Response:
    return visit.html("opml.html", 400 if problem else 200, text=text, found=found, problem=problem)


ROUTES = (
    Route(pattern="/sources/opml", handler=form),
    Route(pattern="/sources/opml", handler=take, method="POST"),
)
