"""An article: its text with every hit marked, how it was reworded, and the page as it was served."""

from __future__ import annotations

import re
from itertools import pairwise

from datasette.utils.asgi import Response
from selectolax.lexbor import LexborHTMLParser

from crawler.attachments import kind_of
from crawler.text.decode import decode
from crawler.text.differences import Change, differences
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.opened_from import OpenedFrom, opened_from
from scheduler.review.pages.preview import Preview, preview_of_article
from storage.archive import Archive
from storage.records import Page, Revision
from storage.verdicts import Verdict

MARKUP = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype|!--|html|head|body|div|meta|script|title)", re.IGNORECASE)
# What could ask the portal for something though the policy of the answer forbids scripts and files.
CALLERS = "script, link, base, meta[http-equiv], iframe, frame, frameset, object, embed, applet, portal"


async def article(visit: PageRequest) -> Response:
    """Show an article; `?view=beside` puts the original page beside the text."""
    id = visit.number("id")

    def read(archive: Archive) -> tuple[Preview, Verdict | None, OpenedFrom | None]:
        opened = opened_from(visit, archive, None)
        return preview_of_article(archive, id), archive.verdicts.last_of(visit.who), opened

    shown, last, opened = await visit.read(read)
    return visit.html("article.html", shown=shown, last=last, opened=opened, beside=visit.asked("view") == "beside")


async def revisions(visit: PageRequest) -> Response:
    """Show what an article said before it was edited, and each edit character by character."""
    id = visit.number("id")

    def read(archive: Archive) -> list[Revision]:
        return archive.revisions.of(id)

    wordings = await visit.read(read)
    if not wordings:
        raise PageError(404, "档案里没有这篇文章。")
    changes: list[tuple[Change, ...]] = [()]
    for before, after in pairwise(wordings):
        changes.append(differences(_words(before), _words(after)))
    return visit.html("revisions.html", id=id, wordings=list(zip(wordings, changes, strict=True)))


async def snapshot(visit: PageRequest) -> Response:
    """Give a page as it was served, as text in UTF-8; the guard's policy lets nothing in it run or load.

    Elements that could call out are taken away besides. A file is given to be saved, never to be opened here.
    """
    id = visit.number("id")

    def read(archive: Archive) -> Page:
        return archive.pages.get(id)

    try:
        page = await visit.read(read)
    except KeyError as error:
        raise PageError(404, "没有这个快照。") from error
    kind = kind_of(page.body)
    if kind:
        return visit.text(page.body, type="application/octet-stream", file=f"snapshot-{id}.{kind}")
    text = decode(page.body)
    if not MARKUP.match(text):
        return visit.text(text, type="text/plain; charset=utf-8")
    return visit.text(_silent(text), type="text/html; charset=utf-8")


def _silent(markup: str) -> str:
    """Return a page without what could ask for anything."""
    tree = LexborHTMLParser(markup)
    for node in tree.css(CALLERS):
        node.decompose()
    return tree.html or ""


def _words(wording: Revision) -> str:
    return f"{wording.title}\n{wording.text}"


ROUTES = (
    Route(pattern=r"/articles/(?P<id>\d+)", handler=article),
    Route(pattern=r"/articles/(?P<id>\d+)/revisions", handler=revisions),
    Route(pattern=r"/snapshots/(?P<id>\d+)", handler=snapshot),
)
