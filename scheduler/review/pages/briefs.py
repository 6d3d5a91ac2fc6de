"""简报: the brief of a week to read, to print and to take along."""

from __future__ import annotations

from dataclasses import replace

from datasette.utils.asgi import Response

from scheduler.reports.brief import WeekError, brief_of, week_named, week_of
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.records import BEIJING


async def weekly(visit: PageRequest) -> Response:
    """Show the brief of a week, or give it as a file."""
    asked = visit.asked("week")
    try:
        week = week_named(asked) if asked else week_of(visit.now)
    except WeekError as error:
        raise PageError(400, "周写作 2026-W48。") from error
    brief = await visit.read(lambda archive: brief_of(archive, week, now=visit.now))
    brief = replace(brief, rising=visit.site.rising.of(week, visit.now.astimezone(BEIJING).date()))
    format = visit.names.get("format")
    if format is None:
        is_over = week.end <= visit.now
        return visit.html(
            "brief.html", brief=brief, is_served=True, is_over=is_over, later=week.moved(1), earlier=week.moved(-1)
        )
    name = f"brief-{week.name}.{format}"
    if format == "json":
        return visit.json(as_document(brief))
    if format == "md":
        return visit.text(as_markdown(brief), type="text/markdown; charset=utf-8", file=name)
    return visit.text(as_html(brief), type="text/html; charset=utf-8", file=name)


ROUTES = (
    Route(pattern="/brief", handler=weekly),
    Route(pattern=r"/brief\.(?P<format>html|md|json)", handler=weekly),
)
