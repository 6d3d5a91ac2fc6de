"""Find the pages that a fetched page leads to: rows of a list, other parts of an article. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.detect import mentions
from crawler.detect.facts.reading import NEARLY_EMPTY
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract, has_frame, holds_text, may_need_more, text_frames
from crawler.listing import ListEndpoint, ListingRules, find_endpoint, read_listing
from storage.records import Article, Attachment, Listing, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead:
    """A listing page as it was read; `endpoint` is its script's own request, where a script loads its rows."""

    listing: Listing
    endpoint: ListEndpoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The further parts of an article page: addresses of frames, its next page, attachments that may matter."""

    frames: tuple[str, ...] = ()
    next_page: str | None = None
    attachments: tuple[Attachment, ...] = ()


def read_list(page: Page, rules: ListingRules | None = None, patterns: Sequence[str] = ()) -> ListRead:
    """Return the rows of a listing page, or what its script asks for."""
    listing = read_listing(page, rules, patterns)
    return ListRead(listing=listing, endpoint=find_endpoint(page) if listing.state == "script_list" else None)


def survey(page: Page, lexicon: Lexicon, *, body: str = "") -> Survey:
    """Return what else belongs to an article page, given the frames and further pages that were fetched for it."""
    may_go_on = any(map(may_need_more, (page, *page.frames)))
    if not may_go_on and not has_frame(page):
        return Survey()
    article = extract(page, body=body, gate=lambda said: mentions(said, lexicon))
    frames = text_frames(page, article)
    if not may_go_on:
        return Survey(frames=frames)
    attachments = article.attachments if _may_matter(article, lexicon) else ()
    return Survey(frames=frames, next_page=article.next_page, attachments=attachments)


def read_frame(page: Page) -> tuple[bool, tuple[str, ...]]:
    """Return whether the page of a frame says anything, and the frames that may hold the text where it does not."""
    return (True, ()) if holds_text(page) else (False, text_frames(page, extract(page)))


def _may_matter(article: Article, lexicon: Lexicon) -> bool:
    """Attachments are read of pages that may be about the topic, and of those that only point to them."""
    names = "\n".join(attachment.title for attachment in article.attachments)
    is_topical = mentions(f"{article.title}\n{article.text}\n{names}", lexicon)
    return is_topical or len(article.text) < NEARLY_EMPTY
