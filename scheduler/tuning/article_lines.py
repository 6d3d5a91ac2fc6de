"""Read articles from lines of JSON, take them in, and word what is established of them: for filters and measuring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from crawler.detect.lexicon import Lexicon
from crawler.intake import Taken, settle
from crawler.reading import judged_on
from storage.archive import Archive
from storage.records import BEIJING, Article, Facts, Judged, Page, Region

Line: TypeAlias = Mapping[str, Any]
EPOCH = datetime.fromtimestamp(0, UTC)  # a page of a filter was never fetched


class LineError(ValueError):
    """A line does not hold what the filter needs."""


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


def taken_in(id: object, judged: Judged, archive: Archive, lexicon: Lexicon) -> Taken:
    """Take the article of a line in and tell nobody; one without an address goes by the id of its line."""
    article = replace(judged.article, url=judged.article.url or f"line:{id}")
    page = Page(source="", url=article.url, final_url=article.url, fetched_at=EPOCH, status=200, headers={}, body=b"")
    judged = judged_on(page, replace(judged, article=article))
    return settle(page, judged, archive=archive, lexicon=lexicon, notify=lambda *_unsent: ())
