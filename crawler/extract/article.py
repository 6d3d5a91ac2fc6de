"""Put the article of one page together. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser

from crawler.extract import wechat
from crawler.extract.attachments import absolute, list_attachments
from crawler.extract.blocks import TextBlock, clean, elements_of, parse, read_blocks, standing_outside
from crawler.extract.body import choose_body, named_boilerplate, prose, settle_boilerplate
from crawler.extract.containers import is_known
from crawler.extract.head import Head, read_head
from crawler.extract.headline import Headline, find_headline, squash
from crawler.extract.lines import lines_of
from crawler.extract.metadata import Metadata, own_number, read_metadata
from crawler.extract.pager import next_page
from crawler.extract.published import DateClues, Published, find_published
from crawler.extract.publisher import OWN, dateline_blocks, find_byline, find_publisher
from crawler.extract.script_state import Detail, find_detail
from crawler.extract.second_opinion import second_opinion
from crawler.extract.surroundings import has_empty_container
from crawler.extract.trim import LABELLED_END, trim
from crawler.text.dates import Today
from crawler.text.decode import decode_markup, is_file
from crawler.text.document_number import normalise
from storage.records import Article, Attachment, Page

# Characters. A shorter text makes the scripts be searched for a longer one, and needs a
# headline or a container that vouches for it: real flashes have 90 to 180, but so have footers.
ENOUGH_CHARACTERS = 150
TAIL_LINES = 3  # lines at the end of a text, and below it, in which a source may be named
FOOTER = re.compile(
    r"ICP备|公网安备|版权所有|copyright|网站标识码|不良信息|(?:主办|承办|协办)(?:单位)?\s*[：:]|技术支持|网站地图|javascript"
    r"|您的浏览器|正在加载|loading",
    re.IGNORECASE,
)
NEARLY_ALL_SHARE = 0.9  # of a page's prose: on 6 real pages and 10 made of some the libraries agreed by .77 to 1.0
TopicGate = Callable[[str], bool]
LXML_DEPTH = 240  # levels; lxml drops what is nested deeper than about 255, and the libraries agree on what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The text of a page, the blocks it was taken from, and whether anything but its density speaks for it."""

    lines: tuple[str, ...]
    blocks: tuple[TextBlock, ...] = ()
    agreement: float = 0.0
    is_guided: bool = False
    is_vouched: bool = False

    @property
    def length(self) -> int:
        """Characters of all lines."""
        return sum(map(len, self.lines))


NOTHING = _Text(lines=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A page's contents, read once.

    `shown` are its `blocks` without boilerplate, `prose` those that may be the text. Relative days count from `today`.
    `is_selected`: a selector found elements.
    """

    markup: str
    today: Today
    head: Head
    headline: Headline
    metadata: Metadata
    shown: tuple[TextBlock, ...]
    blocks: tuple[TextBlock, ...]
    is_selected: bool

    @property
    def prose(self) -> list[TextBlock]:
        """The shown blocks outside of the label-value table."""
        return [b for b in self.shown if b.position not in self.metadata.positions]

    @property
    def said(self) -> str:
        """The headline and all that is shown, in lines."""
        return "\n".join([self.headline.text, *(block.text for block in self.shown)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The article of a page, with what it was read from; `reading` is None where there is no page to read."""

    article: Article
    reading: _Reading | None = None
    text: _Text = NOTHING
    is_from_script: bool = False


def any_text(_text: str) -> bool:
    """Return that a text is worth a second opinion."""
    return True


def read_page(page: Page, body: str = "", today: Today | None = None, *, gate: TopicGate = any_text) -> Worked:
    """Return the article of one page; its text is empty when there is none.

    `body` is a source's own CSS selector of the element that holds the text; the general rules are used where it finds
    nothing. The agreement is that of the choice guided by CMS container and headline with density alone; where nothing
    guides and much prose stands elsewhere, that with the libraries (`second_opinion`), which are asked only about a
    page whose shown text passes the `gate`. It is 1 for a text that a script carries or a selector gives, 0 without a
    text. Relative days count from the visit, or from `today` where that is given.
    """
    if is_file(page.body):  # a listing that links to a file: it is its own attachment
        file = Attachment(url=page.final_url, title="")
        return Worked(article=Article(url=page.final_url, title="", text="", attachments=(file,), agreement=0.0))
    markup = decode_markup(page.body)
    tree = parse(markup)
    if tree.body is None:
        return Worked(article=Article(url=page.final_url, title="", text="", agreement=0.0))
    reading = _read(tree, markup, body, today or Today.of_visit(page.fetched_at))
    text = _chosen_text(reading) or _in_place(_settled(_read_text(reading), reading, gate), tree)
    is_unsure = text.length < ENOUGH_CHARACTERS or reading.headline.block is None
    detail = find_detail(tree, reading.headline.text) if is_unsure else None
    base = _base(tree, page.final_url)
    if detail is not None and _is_better(detail, told := _told(detail), text, reading.headline):
        article = _from_detail(page, reading, detail, told, base)
        return Worked(article=article, reading=reading, text=told, is_from_script=True)
    following = next_page(tree, markup, page.final_url) if text.lines else None
    article = replace(_from_markup(page, reading, text, base), next_page=following)
    return Worked(article=article, reading=reading, text=text)


def _read(tree: LexborHTMLParser, markup: str, body: str, today: Today) -> _Reading:
    head = read_head(tree, markup)
    selector = body or (wechat.POST if head.is_of_account else "")
    chosen = frozenset(node.mem_id for node in tree.css(selector)) if selector else frozenset()
    blocks = read_blocks(tree.body, chosen) if tree.body is not None else []
    named = named_boilerplate(blocks)
    shown = standing_outside(blocks, named)
    headline = find_headline(head, blocks, shown)
    boilerplate = settle_boilerplate(named, blocks, headline.anchor)
    if boilerplate != named:
        shown = standing_outside(blocks, boilerplate)
    return _Reading(
        markup=markup, today=today, head=head, headline=headline, metadata=read_metadata(shown), shown=tuple(shown),
        blocks=tuple(blocks), is_selected=bool(chosen),
    )  # fmt: skip


def _chosen_text(reading: _Reading) -> _Text | None:
    """Return the text of the element that a selector chose, None when it chose nothing with text."""
    blocks = reading.blocks if reading.is_selected else ()
    chosen = [(b, e) for b in blocks if (e := next((e for e in b.home.ancestors() if e.is_chosen), None))]
    if not chosen:
        return None
    core = chosen[0][1]
    kept = trim([b for b, _ in chosen], reading.headline.block, reading.headline.text, core)
    lines = tuple(lines_of(kept, core))
    return _Text(lines=lines, blocks=tuple(kept), agreement=1.0, is_guided=True, is_vouched=True) if lines else None


def _read_text(reading: _Reading) -> _Text:
    headline = reading.headline
    body = choose_body(reading.prose, headline.anchor)
    if body is None:
        return NOTHING
    kept = trim(body.blocks, headline.block, headline.text, body.core)
    return _Text(
        lines=tuple(lines_of(kept, body.core)),
        blocks=tuple(kept),
        agreement=body.agreement,
        is_guided=body.is_guided,
        is_vouched=body.is_guided or body.is_labelled,
    )


def _settled(text: _Text, reading: _Reading, gate: TopicGate) -> _Text:
    """Return the text as it stands after a second opinion where one is needed; nothing where it is no article."""
    if all(FOOTER.search(line) for line in text.lines) or (text.length < ENOUGH_CHARACTERS and not text.is_vouched):
        return NOTHING
    is_deep = any(b.home.depth > LXML_DEPTH for b in text.blocks)
    if is_deep or text.is_guided or _is_nearly_all(text, reading) or not gate(reading.said):
        return text
    opinion = second_opinion(text.lines, reading.markup)
    return replace(text, lines=opinion.lines, agreement=opinion.agreement)


def _is_nearly_all(text: _Text, reading: _Reading) -> bool:
    """Return whether hardly any prose of the page stands elsewhere: nobody could take another text for the article."""
    return sum(map(prose, text.blocks)) >= NEARLY_ALL_SHARE * sum(map(prose, reading.prose))


def _in_place(text: _Text, tree: LexborHTMLParser) -> _Text:
    """Return a text, or nothing where it stands beside the empty container of the CMS: then it is a list of news."""
    is_inside = any(map(is_known, elements_of(text.blocks)))
    return text if is_inside or not text.lines or not has_empty_container(tree) else NOTHING


def _from_markup(page: Page, reading: _Reading, text: _Text, base: str) -> Article:
    near = dateline_blocks(reading.shown, reading.headline.block)
    published = _published(page, reading, text, first=())
    return Article(
        url=page.final_url,
        title=reading.headline.text,
        text="\n".join(text.lines),
        publisher=find_publisher(reading.head, reading.headline.text, reading.metadata, near, _tail(reading, text)),
        byline=find_byline(near),
        published_at=published.when if published else None,
        published_from=published.source if published else None,
        published_doubt=published.doubt if published else None,
        document_number=own_number(reading.headline.text, reading.metadata, near, text.lines),
        index_number=reading.metadata.index_number,
        document_date=reading.metadata.document_date,
        attachments=list_attachments(text.blocks or reading.shown, base),  # a notice may be nothing but links
        agreement=round(text.agreement, 3),
    )


def _tail(reading: _Reading, text: _Text) -> list[TextBlock]:
    """Return the last lines of the text as the page shows them, and the labelled ones among the next."""
    last = text.blocks[-1].position if text.blocks else -1
    near = [b for b in reading.shown if last - TAIL_LINES < b.position <= last + TAIL_LINES] if text.blocks else []
    return [b for b in near if b.position <= last or LABELLED_END.match(b.text)]


def _from_detail(page: Page, reading: _Reading, detail: Detail, text: _Text, base: str) -> Article:
    """Return the article that a script carries; what its object lacks is read from the page."""
    from_page = _from_markup(page, reading, text, base)
    published = _published(page, reading, text, first=detail.published)
    listed = (Attachment(url=absolute(url, base), title=title) for url, title in detail.files)
    is_named = detail.publisher is not None and not OWN.fullmatch(detail.publisher)
    return replace(
        from_page,
        title=detail.title or from_page.title,
        publisher=detail.publisher if is_named else from_page.publisher,
        published_at=published.when if published else None,
        published_from=published.source if published else None,
        published_doubt=published.doubt if published else None,
        document_number=normalise(detail.document_number or "") or from_page.document_number,
        attachments=tuple({a.url: a for a in (*listed, *from_page.attachments)}.values()),
    )


def _published(page: Page, reading: _Reading, text: _Text, *, first: Sequence[Published]) -> Published | None:
    shown = DateClues(
        head=reading.head, blocks=reading.shown, headline=reading.headline.block, text=text.blocks,
        tabled=reading.metadata.fields.get("published"), stated=first, markup=reading.markup, url=page.final_url,
    )  # fmt: skip
    return find_published(shown, reading.today)


def _base(tree: LexborHTMLParser, url: str) -> str:
    """Return the address that the page's links are relative to."""
    node = tree.css_first("base[href]")
    return absolute(node.attributes.get("href") or "", url) if node is not None else url


def _is_better(detail: Detail, told: _Text, text: _Text, headline: Headline) -> bool:
    """Return whether the script's article is the page's: there is no other, or it has the page's title and more text.

    A title that is shown nowhere says that the script draws the page; then its text counts however short it is.
    """
    own, page = squash(detail.title), squash(headline.text)
    if not own or not page or not (own in page or page in own):
        return bool(told.lines) and not text.lines
    return bool(told.lines) and (headline.block is None or told.length > text.length)


def _told(detail: Detail) -> _Text:
    """Return the text of an article that a script carries."""
    if "<" not in detail.content:
        return _Text(lines=tuple(filter(None, map(clean, detail.content.split("\n")))), agreement=1.0)
    body = parse(detail.content).body
    blocks = read_blocks(body) if body is not None else []
    if not blocks:
        return NOTHING
    root = next(e for e in blocks[0].home.ancestors() if e.parent is None)
    kept = trim(blocks, None, detail.title, root)
    return _Text(lines=tuple(lines_of(kept, root)), blocks=tuple(kept), agreement=1.0)
