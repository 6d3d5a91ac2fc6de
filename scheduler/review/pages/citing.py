"""引用: an announcement or article to cite, in every form, and to print on one page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from datasette.utils.asgi import Response

from crawler.text.regions import region
from scheduler.reports.citation_forms import CITATION_FORMS
from scheduler.reports.cite import Citation, cite_announcement, cite_article
from scheduler.review.one_page import one_page_of
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive

SHOWN_FORMS = ("gbt7714", "gbt7714-2015", "ris", "bibtex", "noteexpress", "markdown")  # the others are tables
FORM_PATTERN = f"(?P<format>{'|'.join(CITATION_FORMS)})"


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
            texts = {name: CITATION_FORMS[name].write(citations) for name in SHOWN_FORMS}
            return visit.html("cite.html", id=id, kind=kind, citations=citations, texts=texts)
        return as_file(visit, citations, format)

    return page


def as_file(visit: PageRequest, citations: Sequence[Citation], format: str) -> Response:
    """Return citations as a file to save."""
    form = CITATION_FORMS[format]
    return visit.text(form.write(citations), type=f"{form.media}; charset=utf-8", file=form.file)


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


_article = citing(lambda archive, id: [cite_article(archive, id)], "articles")
_announcement = citing(_of_announcement, "announcements")
ROUTES = (
    Route(pattern=r"/articles/(?P<id>\d+)/cite", handler=_article),
    Route(pattern=rf"/articles/(?P<id>\d+)/cite\.{FORM_PATTERN}", handler=_article),
    Route(pattern=r"/announcements/(?P<id>\d+)/cite", handler=_announcement),
    Route(pattern=rf"/announcements/(?P<id>\d+)/cite\.{FORM_PATTERN}", handler=_announcement),
    Route(pattern=r"/announcements/(?P<id>\d+)/brief", handler=one_page),
)
