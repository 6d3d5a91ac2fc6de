"""Find the headline of an article: what the page declares, confirmed by what it shows. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from crawler.cms.registry import FAMILIES
from crawler.extract.blocks import Element, TextBlock
from crawler.extract.containers import folded
from crawler.extract.head import Head
from crawler.text.dates import find_stamps
from storage.folding import fold

TITLED = re.compile(
    r"(?:^|[-_\s])(?:(?:art(?:icle)?|news|main|con|zw|til|cont|big)?-?(?:title|tit|biaoti|headline)\d?|ti)(?=$|[-_\s\d])"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", *(tag for family in FAMILIES for tag in family.title_tags)})
SEPARATOR = re.compile(r"\s*[_|｜丨]+\s*|\s+[-–—]+\s+|\s*(?:--|——|-)\s*(?=[^-–—_|｜丨]{2,24}$)")
SITE = re.compile(
    r"网|政府|新闻|频道|日报|晚报|客户端|门户|中心|[厅局委部]$|\.(?:com|cn|net|org)|资讯|财经|专栏|栏目|公开|公告|动态|要闻"
    r"|文件|手机|报道|在线|平台|百科",
    re.IGNORECASE,
)
PLACE = re.compile(r"[\u3400-\u9fff]{1,9}[省市县区州盟旗]")  # the first half of 滨海市_政府门户网站
# A page title that names the site alone.
SITE_ONLY = re.compile(r"[-_|—\s]*.{2,20}(?:网站?|政府|门户|频道|[厅局委]|委员会|首页|客户端)[-_|—\s]*")
# A page title that names a column, or a template that nobody filled in.
COLUMN_ONLY = re.compile(
    r".{0,12}(?:内容页?|详情页?|详细页?|正文页?|文章页|信息页|通知公告|公告公示|公示公告|(?:政务|政府|信息)(?:信息)?公开|(?:工作|新闻|政务)?动态|要闻"
    r"|政策文件|法规文件|综合(?:消息|新闻)|资讯|列表|栏目|首页|无标题文档|新建网页\s*\d*)"
)
LONG_HEADING_CHARACTERS = 8  # characters that make a heading a headline without anything that confirms it
LONGEST_HEADLINE, LONGEST_DATELINE = 80, 100  # characters
SENTENCE = re.compile(r"[。；！？]|，.*，")
NO_TITLE = re.compile(
    r"[。；：:]$|^(?:首页|当前位置|您(?:当前|现在)?的?位置|来源|作者|发布)|[>›»|｜]|©|ICP备|(?:19|20)\d\d-\d"
)
LEAST_HEADLINE_CHARACTERS = 4  # characters of a headline; shorter ones are names of columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """`text` is the title; `block` is where the page shows it, None when it does not.

    `is_confirmed`: a declaration, an only h1 or two things together say so. Any other one is a guess among headings.
    """

    text: str
    block: TextBlock | None
    is_confirmed: bool

    @property
    def anchor(self) -> TextBlock | None:
        """The block below which the text must begin, None when that is not certain."""
        return self.block if self.is_confirmed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A heading as the page shows it, lines of one heading joined."""

    text: str
    block: TextBlock
    rank: int


@lru_cache(maxsize=64)  # a page's titles are asked for again and again
def squash(text: str) -> str:
    """Return a text folded, without white space and punctuation, to compare titles by."""
    return "".join(filter(str.isalnum, fold(text))).lower()


def find_headline(head: Head, blocks: Sequence[TextBlock], kept: Sequence[TextBlock]) -> Headline:
    """Return the headline; its text is empty when the page has none. `kept` are the blocks outside of boilerplate."""
    shown = list(_shown(kept))
    sure = next(_titles(head, shown, kept), "")
    above = "" if sure else next(_above_dateline(kept), "")
    text = sure or next(_guesses(shown, above), "") or cut_site(head.title, head.site_name)
    return Headline(text=text, block=_place(text, shown, blocks), is_confirmed=bool(sure) or text == above != "")


def _titles(head: Head, shown: Sequence[_Shown], blocks: Sequence[TextBlock]) -> Iterator[str]:
    """Yield what may be the title, best first."""
    if declared := _declared(head):
        yield _untruncated(declared, shown)
    yield from _confirmed(head, shown, blocks)
    short = cut_site(head.title, head.site_name)
    yield from (s.text for s in shown if s.rank <= 2 and _is_cut_of(short, s.text))
    firsts = [s.text for s in shown if s.rank == 1 and len(s.text) >= LONG_HEADING_CHARACTERS]
    if len(firsts) == 1:
        yield firsts[0]
    found = head.first("og:title", "article:title", "twitter:title", "headline")
    said = cut_site(found[1], head.site_name) if found else short
    if (
        len(squash(said)) >= LONG_HEADING_CHARACTERS
        and not SITE_ONLY.fullmatch(said)
        and not COLUMN_ONLY.fullmatch(said)
    ):
        yield said


def _guesses(shown: Sequence[_Shown], above: str) -> Iterator[str]:
    """Yield what looks like a headline though nothing confirms it: high headings, the line above a dateline, others."""
    ranked = [s for s in sorted(shown, key=lambda s: s.rank) if len(s.text) >= LONG_HEADING_CHARACTERS]
    yield from (s.text for s in ranked if s.rank <= 2)
    if above:
        yield above
    yield from (s.text for s in ranked)


def _above_dateline(blocks: Sequence[TextBlock]) -> Iterator[str]:
    """Yield the lines that stand right above a short line with a day, and sound like a title.

    Two signs together: such a line is as good as a heading that the page title confirms.
    """
    texts = [b.text for b in blocks if not b.is_linked]
    for above, line in pairwise(texts):
        is_dateline = len(line) <= LONGEST_DATELINE and not SENTENCE.search(line) and find_stamps(line)
        if is_dateline and LONG_HEADING_CHARACTERS <= len(above) <= LONGEST_HEADLINE and not NO_TITLE.search(above):
            yield above


def _confirmed(head: Head, shown: Sequence[_Shown], blocks: Sequence[TextBlock]) -> Iterator[str]:
    """Yield the longest heading that the page title contains, at its beginning if there is one, else such a line."""
    whole = squash(head.title)
    inside = [s for s in shown if len(squash(s.text)) >= LEAST_HEADLINE_CHARACTERS and squash(s.text) in whole]
    if some := [s for s in inside if whole.startswith(squash(s.text))] or inside:
        yield max(some, key=lambda s: (len(squash(s.text)), -s.rank)).text
    lines = (b.text for b in blocks if 2 * len(b.text) > len(head.title) > 0 and not b.is_linked)
    begun = (line for line in lines if squash(line[:LEAST_HEADLINE_CHARACTERS]) in whole)  # few lines are read whole
    long = (line for line in begun if squash(line) in whole and len(squash(line)) >= LONG_HEADING_CHARACTERS)
    yield from sorted(long, key=len, reverse=True)[:1]


def _declared(head: Head) -> str | None:
    found = head.first("articletitle")
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else None


def _untruncated(declared: str, shown: Sequence[_Shown]) -> str:
    """Return the heading that goes on where a declared title is cut, else the declared title."""
    longer = [s.text for s in shown if s.rank <= 2 and _is_cut_of(declared, s.text)]
    return longer[0] if longer else declared


def _is_cut_of(short: str, whole: str) -> bool:
    """Return whether `short` is the beginning of `whole`, of which at most a subtitle's length was cut."""
    start = squash(short.rstrip(".…"))
    return len(start) >= 8 and squash(whole).startswith(start) and len(whole) <= 2 * len(short) + 10


def cut_site(title: str, site_name: str | None) -> str:
    """Return a page title without the names of columns and of the site at its end."""
    whole = title
    while True:
        cuts = [m for m in SEPARATOR.finditer(title) if m.start() > 0]
        if not cuts:
            return title.strip()
        left, right = title[: cuts[-1].start()], title[cuts[-1].end() :]
        is_site = _is_site(cuts[-1][0], right, site_name) or (title != whole and PLACE.fullmatch(right))
        if not is_site or len(squash(left)) < LEAST_HEADLINE_CHARACTERS:
            return title.strip()
        title = left


def _is_site(separator: str, name: str, site_name: str | None) -> bool:
    """Return whether what stands behind a separator is a site or a column. A lone hyphen may belong to a title."""
    if name == site_name:
        return True
    is_spaced = separator.startswith(" ") or "--" in separator
    return len(name) <= 24 and bool(SITE.search(name) or "_" in separator or (is_spaced and len(name) <= 12))


def _shown(blocks: Sequence[TextBlock]) -> Iterator[_Shown]:
    """Yield the headings of the page; rank 1 is h1, 2 an element named like a title, 3 a lower heading."""
    for element, lines in groupby(blocks, key=_heading):
        if element is None:
            continue
        some = list(lines)
        if len(some) <= 4:  # a headline of more lines is none
            rank = 1 if element.tag == "h1" else 2 if TITLED.search(folded(element.names)) else 3
            yield _Shown(text=_joined(b.text for b in some), block=some[0], rank=rank)


def _heading(block: TextBlock) -> Element | None:
    home = block.home
    for element in (home, *([home.parent] if home.parent else [])):
        if element.tag in HEADINGS or TITLED.search(folded(element.names)):
            return element
    return None


def _joined(lines: Iterable[str]) -> str:
    """Return the lines of one headline as one, with a space where a subtitle begins, none where a bracket is open."""
    text = ""
    for line in lines:
        is_inside = (
            text.count("《") > text.count("》") or text.count("（") > text.count("）") or text.endswith(("关于", "的"))
        )
        text += line if is_inside or not text else f" {line}"
    return text


def _place(text: str, shown: Sequence[_Shown], blocks: Sequence[TextBlock]) -> TextBlock | None:
    """Return where the title stands: the best heading that says it, else the first line outside of links that does."""
    wanted = squash(text)
    if not wanted:
        return None
    if headings := [s for s in shown if squash(s.text) == wanted]:
        return min(headings, key=lambda s: s.rank).block
    lines = [b for b in blocks if squash(b.text) == wanted]
    return next((b for b in lines if not b.link_chars), lines[0] if lines else None)
