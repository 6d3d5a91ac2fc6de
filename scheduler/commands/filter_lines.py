"""The filters: JSON lines in, JSON lines out, in the same order. No archive, no network, no clock.

A line that cannot be worked on gives `{"id": …, "error": …}` and exit code 1; the others go on.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from crawler.listing import read_listing
from crawler.text.dates import Today
from crawler.text.json_text import json_of
from scheduler.tuning.article_lines import EPOCH, Line, LineError, article_of, facts_document, taken_in
from storage.archive import Archive
from storage.records import BEIJING, Article, Assessment, Judged, Listing, Page


def run(lines: Iterable[str], work: Callable[[Line], dict[str, Any]]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield one answer for each line that is not blank, and whether the line could be worked on."""
    for raw in lines:
        if not raw.strip():
            continue
        identity = None
        try:
            line = json_of(raw)
            if not isinstance(line, dict):
                raise LineError("a line must be a JSON object")
            identity = line.get("id")
            yield {"id": identity} | work(line), True
        except Exception as error:  # noqa: BLE001  one bad line must not end the batch; its error is the answer
            yield {"id": identity, "error": _message(error)}, False


def _message(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    return str(error) if isinstance(error, LineError) else f"{type(error).__name__}: {error}"


def extract_line(line: Line, now: datetime) -> dict[str, Any]:
    """Answer one line of `futurewatch extract`; 3小时前 counts from `now`, and a page may be of any time."""
    return article_document(extract(page_of(line), today=Today.asked(now)))


def article_document(article: Article) -> dict[str, Any]:
    """Return an article as a JSON document."""
    return {
        "title": article.title,
        "text": article.text,
        "publisher": article.publisher,
        "published_at": published_text(article),
        "published_precision": article.published_precision,
        "document_number": article.document_number,
        "attachments": [{"url": a.url, "title": a.title} for a in article.attachments],
        "agreement": article.agreement,
    }


def links_line(line: Line, now: datetime) -> dict[str, Any]:
    """Answer one line of `futurewatch links`; 昨天 counts from `now`, and a page may be of any time."""
    return listing_document(read_listing(page_of(line), today=Today.asked(now)))


def listing_document(listing: Listing) -> dict[str, Any]:
    """Return a listing page as a JSON document."""
    links = [
        {"url": k.url, "title": k.title, "date": k.date and k.date.isoformat(), "explains": k.explains}
        for k in listing.links
    ]
    return {"links": links, "next": listing.next, "state": listing.state}


def assess_line(line: Line, lexicon: Lexicon) -> dict[str, Any]:
    """Answer one line of `futurewatch assess`."""
    article = article_of(line)
    facts = establish(article, lexicon)
    return assessment_document(assess(article, facts, lexicon)) | facts_document(facts)


def assessment_document(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as a JSON document."""
    return {
        "label": assessment.label,
        "score": assessment.score,
        "threshold": assessment.threshold,
        "hits": [{"term": h.term, "place": h.place, "start": h.start, "points": h.points} for h in assessment.hits],
        "lexicon_version": assessment.lexicon_version,
    }


def published_text(article: Article) -> str | None:
    """Return a publication time for people: a day, or Beijing time with its offset."""
    moment = article.published_at
    if isinstance(moment, datetime):
        return moment.astimezone(BEIJING).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None


def page_of(line: Line) -> Page:
    """Return the page that a line of `extract` or `links` carries."""
    url, encoded = line.get("url"), line.get("body_base64")
    if not isinstance(url, str) or not isinstance(encoded, str):
        raise LineError("url and body_base64 are needed")
    try:
        body = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise LineError(f"body_base64 is not base64: {error}") from error
    headers = {"Content-Type": str(line["content_type"])} if line.get("content_type") else {}
    return Page(source="", url=url, final_url=url, fetched_at=EPOCH, status=200, headers=headers, body=body)


def group_lines(lines: Iterable[str], archive: Archive, lexicon: Lexicon) -> list[tuple[dict[str, Any], bool]]:
    """Return the answers to all lines of `futurewatch group`, and whether each line could be worked on.

    They are given when all lines have come: an act that opens later joins the pages that told of it before.
    """
    taken = list(run(lines, lambda line: _grouped(line, archive, lexicon)))
    return [(_settled(answer, archive) if worked else answer, worked) for answer, worked in taken]


def _grouped(line: Line, archive: Archive, lexicon: Lexicon) -> dict[str, Any]:
    article = article_of(line)
    facts = establish(article, lexicon)
    judged = Judged(article=article, facts=facts, assessment=assess(article, facts, lexicon))
    taken = taken_in(line.get("id"), judged, archive, lexicon)
    return {"article": taken.kept.article_id, "role": taken.role}


def _settled(answer: dict[str, Any], archive: Archive) -> dict[str, Any]:
    announcement_id = archive.announcements.of_article(answer["article"])
    is_gathered = announcement_id is not None and answer["role"] == "none"
    role = "reprint" if is_gathered else answer["role"]
    return {"id": answer["id"], "announcement": announcement_id, "role": role}
