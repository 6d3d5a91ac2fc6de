"""引用与简报: an announcement or article to cite, to print on one page, and the brief of a week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from datasette.utils.asgi import Response

from crawler.text.regions import region
from scheduler.reports.brief import WeekError, brief_of, week_named, week_of
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from scheduler.reports.cite import Citation, cite_announcement, cite_article, render
from scheduler.review.one_page import one_page_of
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.records import BEIJING

TYPES = {
    "gbt7714": ("text/plain; charset=utf-8", "citation.txt"),
    "markdown": ("text/markdown; charset=utf-8", "citation.md"),
    "csv": ("text/csv; charset=utf-8", "citation.csv"),
    "jsonl": ("application/jsonl; charset=utf-8", "citation.jsonl"),
}  # fmt: skip
FORMAT = r"(?P<format>gbt7714|markdown|csv|jsonl)"


def citing(cite: Callable[[Archive, int], list[Citation]], kind: str) -> Callable[[PageRequest], Awaitable[Response]]:
    """Return the handler that shows citations of an announcement or article, or gives them as a file."""

    async def page(visit: PageRequest) -> Response:
        id = visit.number("id")
        try:
            citations = await visit.read(lambda archive: cite(archive, id))
        except KeyError as error:
            raise PageError(404, "没有这一条") from error
        format = visit.names.get("format")
        if format is None:
            shown = {"gbt7714": "GB/T 7714—2015", "markdown": "Markdown", "jsonl": "JSON Lines"}
            texts = {name: render(citations, name) for name in shown}  # type: ignore[arg-type]  # three of the formats
            return visit.html("cite.html", id=id, kind=kind, citations=citations, texts=texts, FORMATS=shown)
        return as_file(visit, citations, format)

    return page


def as_file(visit: PageRequest, citations: Sequence[Citation], format: str) -> Response:
    """Return citations as a file to save."""
    media, file = TYPES[format]
    text = render(citations, format)  # type: ignore[arg-type]  # it is among TYPES
    return visit.text(text, type=media, file=file)


def _of_announcement(archive: Archive, id: int) -> list[Citation]:
    """Return the citations of an announcement's articles, the most official one first."""
    lead = cite_announcement(archive, id)
    others = (mention.article_id for mention in archive.announcements.get(id).mentions)
    return [lead, *(cite_article(archive, one) for one in others if one != lead.article_id)]


async def one_page(visit: PageRequest) -> Response:
    """Show an announcement as one page to print."""
    id = visit.number("id")
    try:
        made = await visit.read(lambda archive: one_page_of(archive, id))
    except KeyError as error:
        raise PageError(404, "没有这一条政策") from error
    return visit.html("one_page.html", page=made, region=region)


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


_article = citing(lambda archive, id: [cite_article(archive, id)], "articles")
_announcement = citing(_of_announcement, "announcements")
ROUTES = (
    Route(pattern=r"/articles/(?P<id>\d+)/cite", handler=_article),
    Route(pattern=rf"/articles/(?P<id>\d+)/cite\.{FORMAT}", handler=_article),
    Route(pattern=r"/announcements/(?P<id>\d+)/cite", handler=_announcement),
    Route(pattern=rf"/announcements/(?P<id>\d+)/cite\.{FORMAT}", handler=_announcement),
    Route(pattern=r"/announcements/(?P<id>\d+)/brief", handler=one_page),
    Route(pattern="/brief", handler=weekly),
    Route(pattern=r"/brief\.(?P<format>html|md|json)", handler=weekly),
)
