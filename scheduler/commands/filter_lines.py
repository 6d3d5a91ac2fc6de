"""The filters: JSON lines in, JSON lines out, in the same order. No archive, no network, no clock.

A line that cannot be worked on gives `{"id": …, "error": …}` and exit code 1; the others go on.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from crawler.intake import Taken, settle
from crawler.listing import read_listing
from crawler.reading import judged_on
from crawler.text.dates import Today
from crawler.text.json_text import json_of
from storage.archive import Archive
from storage.records import BEIJING, Article, Assessment, Facts, Judged, Listing, Page, Region

Line: TypeAlias = Mapping[str, Any]
EPOCH = datetime.fromtimestamp(0, UTC)  # a page of a filter was never fetched


class LineError(ValueError):
    """A line does not hold what the filter needs."""


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


def facts_document(facts: Facts) -> dict[str, Any]:
    """Return facts as a JSON document; tracks and targets as the text prints them."""
    return {
        "region": region_document(facts.region),
        "issuers": list(facts.values("issuer")),
        "policy_titles": list(facts.values("policy_title")),
        "document_number": facts.first("document_number"),
        "instrument": facts.first("instrument"),
        "act": facts.first("act"),
        "tracks": list(dict.fromkeys(track.quote for track in facts.of("track"))),
        "targets": [{"year": t.year, "text": t.quote} for t in facts.of("target")],
    }


def region_document(region: Region | None) -> dict[str, str] | None:
    """Return a region as a JSON document, None when there is none."""
    return {"code": region.code, "name": region.name} if region else None


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


def article_of(line: Line) -> Article:
    """Return the article that a line of `assess` or `group` carries."""
    title, text = line.get("title"), line.get("text")
    if not isinstance(title, str) or not isinstance(text, str):
        raise LineError("title and text are needed")
    return Article(
        url=str(line.get("url") or ""),
        title=title,
        text=text,
        publisher=line.get("publisher") or None,
        published_at=_published(line.get("published_at")),
    )


def _published(value: object) -> datetime | date | None:
    if not value:
        return None
    try:
        if len(str(value)) <= len("2024-02-29"):
            return date.fromisoformat(str(value))
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise LineError(f"published_at is not RFC 3339: {value}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def group_line(line: Line, archive: Archive, lexicon: Lexicon) -> dict[str, Any]:
    """Answer one line of `futurewatch group`; the archive remembers the lines before it."""
    article = article_of(line)
    facts = establish(article, lexicon)
    judged = Judged(article=article, facts=facts, assessment=assess(article, facts, lexicon))
    taken = taken_in(line.get("id"), judged, archive, lexicon)
    return {"announcement": taken.announcement_id, "role": taken.role}


def taken_in(id: object, judged: Judged, archive: Archive, lexicon: Lexicon) -> Taken:
    """Take the article of a line in and tell nobody; one without an address goes by the id of its line."""
    article = replace(judged.article, url=judged.article.url or f"line:{id}")
    page = Page(source="", url=article.url, final_url=article.url, fetched_at=EPOCH, status=200, headers={}, body=b"")
    judged = judged_on(page, replace(judged, article=article))
    return settle(page, judged, archive=archive, lexicon=lexicon, notify=lambda *_unsent: ())
