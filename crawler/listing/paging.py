"""Find the next page of an HTML listing: in the page's paging script, else in its links. Never by guess.

Families differ by one: on TRS `index_1` is page 2, elsewhere `name_2` is. In both, the
suffix of a page's file is the current number of its script, so that the next one's is that number plus one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.anchors import base_of, target_of
from crawler.listing.packed import packed_markup
from crawler.listing.page_regions import words_of
from crawler.listing.titles import plain
from crawler.text.addresses import places_of, resolve
from crawler.text.depth import levelled

CALL = re.compile(
    r"""\bcreatePage\w*\s*\(\s*
    (?P<place>['"][^'"]*['"]\s*,\s*)?
    ['"]?(?P<count>\d+)['"]?\s*,\s*['"]?(?P<current>\d+)['"]?\s*,\s*
    ['"](?P<name>[^'"]*)['"]\s*,\s*['"]\.?(?P<ext>\w+)['"]""",
    re.VERBOSE,
)
CURRENT = re.compile(r"\bvar\s+(?:currentPage|nCurrIndex|currPage|curPage)\s*=\s*['\"]?(\d+)")
COUNT = re.compile(r"\bvar\s+(?:countPage|nPageCount|pageCount|totalPage|pageTotal)\s*=\s*['\"]?(\d+)")
NAMED = re.compile(r"""(\w+)\\?["']?\s*\+\s*\\?["']_\\?["']\s*\+""")  # "index"+"_" + nextPage + "."+"html"
NAMED_EXT = re.compile(r"""\+\s*\\?["']\.?(?:\\?["']\s*\+\s*\\?["'])?\.?(s?html?|jsp|aspx)\b""")
NEXT_WORDS = re.compile(r"^(?:下一?页|后一?页|下一?頁|向后|往后|next(?:\s*page)?)?\s*[>›＞»→]{0,2}$", re.IGNORECASE)
NEXT_SIGNS = {">", "›", "＞", "→"}  # two of them may mean the last page
MAY_SAY_NEXT = re.compile("[页頁xX>›＞→&]")  # without one of these no text can: next has an x
OFF = frozenset({"disabled", "disable", "off", "nolink", "unable", "none", "forbid", "inactive"})
ON = frozenset({"on", "cur", "current", "active", "now", "this", "selected", "hover", "thispage", "pageon", "focus"})
FIRST_FILE = re.compile(r"^(?P<name>.*?)(?:_(?P<number>\d+))?\.(?P<ext>s?html?|jsp|aspx?|php)$")
NUMBER = re.compile(r"\d{1,4}")
LONGEST_NUMBER = 6  # digits of the number of a page
SAID_PAGES = re.compile(r"共\s*(?:<[^<>]*>\s*){0,3}(\d+)\s*(?:</[^<>]*>\s*){0,3}页")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A page's paging script: the page's own number, the number of pages, the file that pages are numbered on."""

    current: int
    count: int
    first: int
    name: str
    ext: str

    def next_file(self) -> str | None:
        """Return the file of the next page, None on the last."""
        is_last = self.current - self.first + 1 >= self.count
        return None if is_last else f"{self.name}_{self.current + 1}.{self.ext}"


def next_page(tree: LexborHTMLParser, text: str, url: str) -> str | None:
    """Return the address of the next page, None on the last or when the page does not tell."""
    base = base_of(tree, url)
    if script := _call(text, url) or _variables(tree, text, url):
        file = script.next_file()
        return resolve(file, base) if file else None
    return _by_link(tree, base, url) or _by_packed_link(text, base, url) or _by_count(text, url)


def _by_packed_link(text: str, base: str, url: str) -> str | None:
    """Follow the pager that the page's script unpacks."""
    markup = packed_markup(text)
    return _by_link(LexborHTMLParser(levelled(markup)), base, url) if markup else None


def _call(text: str, url: str) -> Script | None:
    """Read createPageHTML(25, 0, "index", "html") or createPageHTML('page-div', 34, 1, 'common_list', 'shtml', 500)."""
    if "createPage" not in text:
        return None
    match = next((m for m in CALL.finditer(text) if not text[: m.start()].endswith(("function ", "//"))), None)
    if match is None:
        return None
    current = int(match["current"])
    first = 1 if match["place"] or _is_one_based(current, url) else 0
    return Script(current=current, count=int(match["count"]), first=first, name=match["name"], ext=match["ext"])


def _variables(tree: LexborHTMLParser, text: str, url: str) -> Script | None:
    """Read `var currentPage = 0; var countPage = 125`, the inline script of TRS."""
    current, count = CURRENT.search(text), COUNT.search(text)
    if current is None or count is None:
        return None
    number = int(current[1])
    file = FIRST_FILE.match(urlsplit(url).path.rpartition("/")[2])
    named, ext = NAMED.search(text), NAMED_EXT.search(text)
    return Script(
        current=number,
        count=int(count[1]),
        first=1 if _is_one_based(number, url) else 0,
        name=file["name"] if file else named[1] if named else "index",
        ext=file["ext"] if file else ext[1] if ext else _usual_ext(tree),
    )


def _is_one_based(current: int, url: str) -> bool:
    """True when the first page, which has no number in its address, calls itself 1."""
    file = FIRST_FILE.match(urlsplit(url).path.rpartition("/")[2])
    return current == 1 and not (file and file["number"])


def _usual_ext(tree: LexborHTMLParser) -> str:
    """Return the suffix of most pages that this one links to: a system writes listings as it writes articles."""
    found = (re.search(r"\.(s?html?)$", node.attributes.get("href") or "") for node in tree.css("a[href]"))
    return next(iter(Counter(match[1] for match in found if match).most_common(1)), ("html", 0))[0]


def _by_link(tree: LexborHTMLParser, base: str, url: str) -> str | None:
    for node in _next_nodes(tree):
        target = target_of(node, base)
        if target is None and plain(node.text()) in NEXT_SIGNS:  # the arrow of a picture show
            continue
        if target and target not in places_of(url):
            return None if words_of(node) & OFF or words_of(node.parent or node) & OFF else target
        return None  # 下一页 that leads nowhere: this is the last page, or a script turns it
    return _by_number(tree, base, url)


def _next_nodes(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    yield from tree.css("link[rel=next], a[rel=next]")
    signs = []
    for node in tree.css("a, span, button, li"):
        if not MAY_SAY_NEXT.search(text := node.text()):
            continue
        words = plain(text)
        if words in NEXT_SIGNS:
            signs.append(node)
        elif len(words) <= 10 and re.search(r"[页頁]|next", words, re.IGNORECASE) and NEXT_WORDS.match(words):
            yield node.css_first("a") or node
    yield from (node for node in tree.css("a[title]") if NEXT_WORDS.match(node.attributes.get("title") or "-"))
    yield from (node.css_first("a") or node for node in signs if node.tag == "a")


def _by_number(tree: LexborHTMLParser, base: str, url: str) -> str | None:
    """Follow the number after the current one in a row of numbered links."""
    numbered = {int(words): node for node in tree.css("a") if NUMBER.fullmatch(words := plain(node.text()))}
    if not numbered:
        return None
    current = _current_number(tree, numbered, base, url)
    following = numbered.get(current + 1) if current else None
    target = target_of(following, base) if following else None
    return target if target and target not in places_of(url) else None


def _current_number(tree: LexborHTMLParser, numbered: dict[int, LexborNode], base: str, url: str) -> int | None:
    for number, node in numbered.items():
        if words_of(node) & ON or words_of(node.parent or node) & ON or target_of(node, base) in places_of(url):
            return number
    for node in tree.css("span, strong, b, em, li, font"):
        words = plain(node.text())
        is_here = words.isdecimal() and len(words) <= 4 and node.css_first("a") is None
        if is_here and {int(words) - 1, int(words) + 1} & numbered.keys():
            return int(words)
    return None


def _by_count(text: str, url: str) -> str | None:
    """Count on the number in the page's own address, while the page says how many there are."""
    pages = SAID_PAGES.search(text) or COUNT.search(text)
    if pages is None:
        return None
    for shape, read, write in NUMBERS:
        if (match := shape.search(url)) and (number := read(match[2])) is not None:
            return (
                f"{url[: match.start(2)]}{write(number + 1)}{url[match.end(2) :]}" if number < int(pages[1]) else None
            )
    return None


def _of_base64(written: str) -> int | None:
    try:
        number = base64.b64decode(unquote(written) + "==").decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else None


def _in_base64(number: int) -> str:
    return quote(base64.b64encode(str(number).encode()).decode(), safe="")


def _of_digits(written: str) -> int:
    return int(written)


# How an address writes the number of its page: ?page=2, ?page=Mg==, /page/2/, /list/p2.html
NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | None], Callable[[int], str]], ...] = (
    (re.compile(r"([?&](?:\w*page\w*|p|pg)=)(\d{1,6})(?=&|$)", re.IGNORECASE), _of_digits, str),
    (
        re.compile(r"([?&](?:\w*page\w*|p|pg)=)([A-Za-z0-9]{2,8}(?:=|%3D){0,2})(?=&|$)", re.IGNORECASE),
        _of_base64,
        _in_base64,
    ),
    (re.compile(r"(/(?:page|pg|p)[/_-]?)(\d{1,6})(?=/?$|\.\w+$)", re.IGNORECASE), _of_digits, str),
)
