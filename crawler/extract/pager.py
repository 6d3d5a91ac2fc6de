"""Find where a divided article goes on: a page at the same address but for a number. No I/O.

`content_77.html` goes on at `content_77_2.html` (1-based: most systems) or `content_77_1.html` (0-based: TRS), `/77` at
`/77/2`, `?id=77` at `?id=77&page=2`. Only such addresses are believed: a 下一页 that leads anywhere else is the next
article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST_PAGES = 99  # pages of an article; higher numbers at its address are ids of other things
FILE = re.compile(r"^(?P<stem>.*?)(?P<ext>\.(?:s?html?|jspx?|aspx?|php|do|cn))?$", re.IGNORECASE)
CALL = re.compile(
    r"""createPage\w*\s*\(\s*(?:['"][^'"]*['"]\s*,\s*)?['"]?(?P<count>\d{1,3})['"]?\s*,\s*['"]?(?P<current>\d{1,3})['"]?\s*,\s*
    ['"](?P<stem>[^'"]+)['"]\s*,\s*['"]\.?(?P<ext>\w+)['"]""",
    re.VERBOSE,
)  # createPageHTML(3, 0, "t20310506_77", "html")
QUERY = re.compile(r"(?:page|pageno|pagenum|pageindex|p|pn|cpage|curpage)", re.IGNORECASE)
NUMBERED = re.compile(r"(?<=\d)[_-]1$")  # show-12-345-1.html is page 1 of article 345 (PHPCMS)
# Behind the stem of an address that may be a further page. To compile one pattern of both for each page takes 0.2 ms.
BEHIND_STEM = re.compile(r"(?:[_-]1)?[_\-/]\d{1,2}\b")
NEXT = re.compile(r"[\[【(（<]*\s*(?:下一?页|后一?页|下一頁|next(?:\s*page)?)\s*[\]】)）]*[>›»→\s]*", re.IGNORECASE)
COMMENTS = re.compile(r"comment|pinglun|reply|replies|review|remark", re.IGNORECASE)
# How the call is written: to look for each is quicker than to look for one in the markup in lower case.
PAGER_CALLS, PAGER_QUERY = ("createPage", "CreatePage", "createpage"), re.compile(r"[?&;][pP]\w*=\d")


@dataclass(frozen=True, slots=True)
class _Address:
    """An address taken apart. `query` is sorted."""

    site: str
    folder: str
    stem: str
    ext: str
    query: tuple[tuple[str, str], ...]


def next_page(
    tree: LexborHTMLParser, markup: str, url: str, *, first: str | None = None, number: int = 1
) -> str | None:
    """Return the address of page `number` + 1 of an article, None when there is none.

    `url` is the address of page `number`, `first` that of page 1 where this is another one.
    """
    start = _taken_apart(first or url)
    if start is None or not (start.stem or start.query):
        return None
    if script := _call(markup, start):
        return urljoin(url, script) if script != "last" else None
    unnumbered = NUMBERED.sub("", start.stem)
    links = [(node, href) for node in tree.css("a[href]") if _may_lead_on(href := _href(node), unnumbered)]
    if found := _linked(links, start, url, number):
        return found
    is_numbered = unnumbered != start.stem and number == (_suffix(replace(start, stem=unnumbered), url) or 0)
    return _linked(links, replace(start, stem=unnumbered), url, number, is_named=True) if is_numbered else None


def may_go_on(markup: str, url: str) -> bool:
    """Whether the markup of an article has anything that looks like its own pager."""
    start = _taken_apart(url)
    if start is None or not (start.stem or start.query):
        return False
    return any(call in markup for call in PAGER_CALLS) or _names_further(markup, NUMBERED.sub("", start.stem))


def _names_further(text: str, stem: str) -> bool:
    """Whether a text has something like the address of a further page: of a query, or with a number behind the stem."""
    if PAGER_QUERY.search(text):
        return True
    if not stem:
        return BEHIND_STEM.search(text) is not None
    at = text.find(stem)
    while at >= 0 and not BEHIND_STEM.match(text, at + len(stem)):
        at = text.find(stem, at + 1)
    return at >= 0


def _href(link: LexborNode) -> str:
    return link.attributes.get("href") or ""


def _may_lead_on(href: str, stem: str) -> bool:
    """Whether a link may lead to a further page: to join and take apart all of them costs as much as the whole page."""
    return (stem in href or href.startswith("?")) and _names_further(href, stem)


def _call(markup: str, start: _Address) -> str | None:
    """Return the file that the page's own pager script leads to, `last` at its end, None without one."""
    match = next((m for m in CALL.finditer(markup) if m["stem"] == start.stem), None)
    if match is None:
        return None
    count, current = int(match["count"]), int(match["current"])
    file = f"{match['stem']}_{current + 1}.{match['ext']}"
    return "last" if current + 1 >= count + _counts_from_one(match) else file


def _counts_from_one(match: re.Match[str]) -> bool:
    """A call with the place of the pager first (createPageHTML('page-div', 3, 1, …)) counts from 1."""
    return match[0][match[0].index("(") + 1 :].lstrip()[:1] in {"'", '"'} and int(match["current"]) > 0


def _linked(
    links: Sequence[tuple[LexborNode, str]], start: _Address, url: str, number: int, *, is_named: bool = False
) -> str | None:  # fmt: skip
    """Return the link that says 下一页 or the next number, else the one with the next number in its address.

    `is_named`: only what a link says counts.
    """
    here = _suffix(start, url) or 0
    numbers: dict[int, str] = {}
    rest: dict[int, str] = {}
    for node, href in links:
        target = _joined(url, href)
        suffix = _suffix(start, target) if target else None
        if target is None or suffix is None or _is_of_comments(node):
            continue
        text = node.text(strip=True).strip("[]()（）【】 ")
        if NEXT.fullmatch(text) and suffix > here:
            return target
        if text.isdecimal() and int(text) <= MOST_PAGES:
            numbers.setdefault(int(text), target)
        elif suffix > here:
            rest.setdefault(suffix, target)
    if numbers:
        return numbers.get(number + 1)
    return rest[min(rest)] if rest and not start.query and not is_named else None


def _suffix(start: _Address, url: str) -> int | None:
    """Return the number that an address adds to the first page's, None when it is another article's."""
    other = _taken_apart(url)
    if other is None or other.site != start.site:
        return None
    if other.query != start.query:
        return _by_query(start, other)
    if start.folder != other.folder:
        is_below = not start.ext and not other.ext and other.folder == f"{start.folder}{start.stem}/"
        return _number(other.stem) if is_below else None
    if other.ext != start.ext or not other.stem.startswith(start.stem) or not start.stem:
        return None
    rest = other.stem[len(start.stem) :]
    return _number(rest[1:]) if rest[:1] in {"_", "-"} else None


def _by_query(start: _Address, other: _Address) -> int | None:
    if (start.folder, start.stem, start.ext) != (other.folder, other.stem, other.ext):
        return None
    known = dict(start.query)
    added = [pair for pair in other.query if known.get(pair[0]) != pair[1]]
    if len(added) != 1 or not QUERY.fullmatch(added[0][0]) or len(other.query) > len(start.query) + 1:
        return None
    return _number(added[0][1])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text[:3]) <= MOST_PAGES and len(text) <= 2 else None


def _taken_apart(url: str) -> _Address | None:
    try:
        parts = urlsplit(url)
    except ValueError:  # unbalanced brackets in the host
        return None
    folder, _, file = parts.path.rpartition("/")
    match = FILE.match(file)
    assert match is not None  # it matches everything
    query = tuple(sorted(parse_qsl(parts.query)))
    return _Address(parts.netloc.lower(), f"{folder}/", match["stem"], match["ext"] or "", query)


def _joined(url: str, href: str) -> str | None:
    try:
        return urljoin(url, href.strip()).partition("#")[0]
    except ValueError:
        return None


def _is_of_comments(node: LexborNode) -> bool:
    return any(COMMENTS.search(names) for names in _names(node))


def _names(node: LexborNode) -> Iterator[str]:
    parent = node.parent
    while parent is not None:
        attributes = parent.attributes
        yield f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        parent = parent.parent
