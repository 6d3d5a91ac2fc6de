"""Read an article through the frames that hold its text. No I/O, no clock."""

from __future__ import annotations

from dataclasses import replace

from crawler.extract.article import read_page
from crawler.extract.blocks import parse
from crawler.extract.frames import HAS_FRAME, address_of, find_frames
from crawler.extract.text_kind import text_kind
from crawler.text.decode import decode_markup
from storage.records import Article, Page

MOST_LINKED = 0.3  # share of a frame's characters in links: beyond it is a list, of hot news for example


def has_frame(page: Page) -> bool:
    """Whether a page shows anything in a frame: a look at its markup, no parsing."""
    return HAS_FRAME.search(page.body) is not None


def text_frames(page: Page, article: Article) -> tuple[str, ...]:
    """Return the addresses of the frames that may hold the text of a page, none where it shows one itself."""
    if not has_frame(page) or text_kind(page, article) == "text":
        return ()
    frames = find_frames(parse(decode_markup(page.body)))
    addresses = (address_of(frame, page.final_url) for frame in frames)
    return tuple(dict.fromkeys(address for address in addresses if address.startswith(("http://", "https://"))))


def holds_text(frame: Page) -> bool:
    """Whether the page of a frame says anything, rather than play, list or lead on."""
    return text_kind(frame, _read_frame(frame)) == "text"


def with_frames(page: Page, first: Article) -> Article:
    """Return the article of a page with the texts of the frames that were fetched for it."""
    inner = [_read_frame(frame) for frame in page.frames]
    texts = dict.fromkeys(one.text for one in inner if one.text)
    if not texts:
        return first
    lead = inner[0]
    attachments = {a.url: a for one in (first, *inner) for a in one.attachments}
    return replace(
        first,
        title=first.title or lead.title,
        text="\n".join(texts),
        publisher=first.publisher or lead.publisher,
        published_at=first.published_at or lead.published_at,
        published_from=first.published_from or lead.published_from,
        document_number=first.document_number or lead.document_number,
        attachments=tuple(attachments.values()),
        agreement=max(one.agreement for one in inner),
    )


def _read_frame(frame: Page) -> Article:
    """Return the article of a frame's page: all that it says where nothing vouches for a text, but no list."""
    article = read_page(frame).article
    if text_kind(frame, article) == "text" or _is_list(frame):
        return article
    return read_page(frame, "body").article


def _is_list(frame: Page) -> bool:
    tree = parse(decode_markup(frame.body))
    if tree.body is None:
        return True
    linked = sum(len(node.text(strip=True)) for node in tree.css("a"))
    return linked > MOST_LINKED * len(tree.body.text(strip=True))
