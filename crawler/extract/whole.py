"""Extract a whole article: its first page, the pages it goes on at, its attachments. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.extract.article import TopicGate, any_text, read_page
from crawler.extract.attachments import HAS_FILE, unread_format
from crawler.extract.blocks import parse
from crawler.extract.field_origins import origins_of
from crawler.extract.framed import with_frames
from crawler.extract.pager import may_go_on, next_page
from crawler.extract.removed import Cut, cuts_of
from crawler.text.dates import Today
from crawler.text.decode import decode_markup, is_file
from storage.records import Article, Attachment, File, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissection:
    """An article with what people want to know of it: where each field stands on the page, and what was left out."""

    article: Article
    origins: dict[str, str]
    cuts: tuple[Cut, ...]


def extract(page: Page, *, body: str = "", today: Today | None = None, gate: TopicGate = any_text) -> Article:
    """Return the article of a page and of what was fetched for it; its text is empty when there is none.

    `body` is a source's own CSS selector of the element that holds the text. `next_page` is what is still to be
    fetched. Relative days (昨天, 3小时前) count from the visit, or from `today` where that is given.
    A page whose shown text does not pass the `gate` is read by the own rules alone.
    """
    return _whole(page, read_page(page, body, today, gate=gate).article, body, gate)


def may_need_more(page: Page) -> bool:
    """Whether a page may go on elsewhere or have attachments that are read: a look at its markup, no parsing."""
    markup = decode_markup(page.body)
    return HAS_FILE.search(markup) is not None or may_go_on(markup, page.final_url)


def dissect(page: Page, *, body: str = "") -> Dissection:
    """Return the article of a page, where its fields were read, and what was cut."""
    worked = read_page(page, body)
    article = _whole(page, worked.article, body, any_text)
    return Dissection(article=article, origins=origins_of(worked, article), cuts=tuple(cuts_of(worked)))


def _whole(page: Page, first: Article, body: str, gate: TopicGate) -> Article:
    if page.following:
        first = _with_following(page, first, body, gate)
    first = with_frames(page, first)
    own = next((file for file in page.files if file.url == page.final_url and file.text), None)
    if own is not None and is_file(page.body):  # a row led straight to the document
        return replace(first, text=own.text or "")
    return replace(first, attachments=tuple(_attachments(first, page.files)))


def _with_following(page: Page, first: Article, body: str, gate: TopicGate) -> Article:
    """Return an article with the texts of its further pages; a page that repeats an earlier one adds nothing."""
    texts, attachments = [first.text], {a.url: a for a in first.attachments}
    for following in page.following:
        more = read_page(following, body, gate=gate).article
        attachments |= {a.url: a for a in more.attachments if a.url not in attachments}
        if more.text and more.text not in texts:
            texts.append(more.text)
    return replace(
        first, text="\n".join(filter(None, texts)), attachments=tuple(attachments.values()), next_page=_still(page)
    )


def _still(page: Page) -> str | None:
    """Return where an article goes on after the last page that was fetched."""
    last, known = page.following[-1], {page.url, page.final_url, *(p.url for p in page.following)}
    markup = decode_markup(last.body)
    url = next_page(
        parse(markup), markup, last.final_url, first=page.final_url, number=len(page.following) + 1
    )  # fmt: skip
    return None if url in known else url


def _attachments(article: Article, files: tuple[File, ...]) -> Iterator[Attachment]:
    """Yield the attachments with what was read from their files, or why nothing was."""
    fetched = {file.url: file for file in files}
    listed = {attachment.url for attachment in article.attachments}
    for attachment in article.attachments:
        file = fetched.get(attachment.url)
        if file is not None:
            yield replace(attachment, state=file.state, text=file.text, reason=file.reason)
        elif unread := unread_format(attachment):
            yield replace(attachment, state="unread", reason=unread)
        else:
            yield attachment
    for file in files:
        if file.url not in listed:  # shown in a frame
            yield Attachment(url=file.url, title="", state=file.state, text=file.text, reason=file.reason)
