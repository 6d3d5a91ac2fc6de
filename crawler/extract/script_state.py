"""Find the article in the data that a page's scripts carry, where the markup has none. No I/O.

`window.__NUXT__`, `_CONFIG.DETAIL`, `__INITIAL_STATE__`, JSON-LD: the object that carries a title and the most text is
the article; hot lists carry titles and little text, many in a list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.headline import squash
from crawler.extract.literals import load, read_literals
from crawler.extract.published import Published
from crawler.text.dates import from_epoch, read_moment

CONTENT = (
    "content", "contentnoencode", "contenthtml", "articlebody", "articlecontent", "detailcontent", "newscontent",
    "htmlcontent", "doccontent", "dochtmlcon", "maincontent", "contenttext", "maintext", "body", "html", "text", "txt",
)  # fmt: skip
TITLE = ("title", "headline", "articletitle", "doctitle", "subject", "newstitle", "name")
PUBLISHER = (
    "publisher", "source", "sourcename", "contentsource", "docsource", "origin", "media", "medianame", "publishername",
    "copyfrom", "author",
)  # fmt: skip
TIME = (
    "displaypublishtime", "publishtime", "firstpublishtime", "publishedtime", "publishedat", "datepublished", "pubtime",
    "pubdate", "publishdate", "releasetime", "releasedate", "publisheddate", "docreltime", "showtime", "ptime",
    "ctime", "createtime", "createdat", "time", "date",
)  # fmt: skip
NUMBER = ("documentnumber", "docnumber", "fileno", "filenumber", "filenum", "wenhao", "refno", "fwzh", "wh", "docno")
FILES = ("attachments", "attachmentlist", "files", "filelist", "appendix")

HAN = re.compile(r"[\u3400-\u9fff]")
ESCAPED = re.compile(r"\\[ux]|%[Ee][4-9]|&#")  # of JavaScript, of an address, of markup
LEAST_TEXT_CHARACTERS = 30  # 汉字 of a text; a summary in a hot list has fewer or stands in a list
DEEPEST_LEVEL = 40  # levels of a state that are searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The object of a state that is the article. `content` may be markup; fields it lacks are None or empty."""

    title: str
    content: str
    publisher: str | None
    published: tuple[Published, ...]
    document_number: str | None
    files: tuple[tuple[str, str], ...]


def find_detail(tree: LexborHTMLParser, title: str) -> Detail | None:
    """Return the article that a script carries, None when none does. `title` is the page's, to tell it from others."""
    wanted = squash(title)
    found = [(_score(value, wanted, siblings), n, value) for n, (value, siblings) in enumerate(_objects(tree))]
    best = max((f for f in found if f[0] > 0), default=None, key=lambda f: (f[0], -f[1]))
    return _detail(best[2]) if best else None


def _objects(tree: LexborHTMLParser) -> Iterator[tuple[Mapping[str, Any], int]]:
    for state in _states(tree):
        yield from _dicts(state, 0, 1)


def _dicts(value: Any, depth: int, siblings: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield the objects of a state with the number of their siblings in a list."""
    if depth > DEEPEST_LEVEL:
        return
    if isinstance(value, dict):
        yield value, siblings
        for inner in value.values():
            yield from _dicts(inner, depth + 1, siblings)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner, depth + 1, max(siblings, len(value)))


def _score(value: Mapping[str, Any], title: str, siblings: int) -> float:
    """Return how much an object is like the page's article: its 汉字, more with the page's title, less in a list."""
    chars = len(HAN.findall(_content(value)))
    if chars < LEAST_TEXT_CHARACTERS:
        return 0
    own = squash(_string(value, TITLE))
    is_titled = 3.0 if own and title and (own in title or title in own) else 1.0 if own else 0.5
    return chars * is_titled / (4 if siblings > 3 else 1)


def _detail(value: Mapping[str, Any]) -> Detail:
    return Detail(
        title=html.unescape(_string(value, TITLE)).strip(),
        content=_content(value),
        publisher=_string(value, PUBLISHER).strip() or None,
        published=tuple(_moments(value)),
        document_number=_string(value, NUMBER).strip() or None,
        files=tuple(_files(value)),
    )


def _fields(value: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    """Yield what the object has under the names, in their order, however it spells them."""
    spelt = {re.sub(r"[^a-z]", "", key.lower()): key for key in value if isinstance(key, str)}
    yield from (value[spelt[name]] for name in names if name in spelt and value[spelt[name]])


def _string(value: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for field in _fields(value, names):
        if isinstance(field, str) and field.strip():
            return field
        if isinstance(field, dict) and isinstance(inner := field.get("name") or field.get("title"), str):
            return inner
    return ""


def _content(value: Mapping[str, Any]) -> str:
    """Return the longest text under a content name; a list of paragraphs is joined."""
    return max((_joined(field) for field in _fields(value, CONTENT)), key=len, default="")


def _joined(field: Any) -> str:
    if isinstance(field, str):
        return html.unescape(field) if "<" not in field and "&lt;" in field else field
    if isinstance(field, list):
        return "\n".join(_joined(f) if isinstance(f, str) else _content(f) for f in field if isinstance(f, str | dict))
    return ""


def _moments(value: Mapping[str, Any]) -> Iterator[Published]:
    for field in _fields(value, TIME):
        moment = read_moment(field) if isinstance(field, str) else None
        if isinstance(field, int | float) and not isinstance(field, bool):
            moment = from_epoch(field)
        if moment:
            yield Published(when=moment, source="script state")


def _files(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for entries in _fields(value, FILES):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and (url := _string(entry, ("url", "fileurl", "href", "path", "filepath"))):
                yield url, _string(entry, ("name", "filename", "title"))


def _states(tree: LexborHTMLParser) -> Iterator[Any]:
    """Yield the literals of the page's scripts that may carry a text."""
    for node in tree.css("script"):
        text = node.text()
        if len(text) < 2 * LEAST_TEXT_CHARACTERS or not _may_carry(text):
            continue
        if "json" in (node.attributes.get("type") or ""):
            yield from filter(None, [load(unquote(text) if text.lstrip().startswith("%") else text)])
        else:
            yield from read_literals(text)


def _may_carry(text: str) -> bool:
    """Return whether a script names a text and has the 汉字 of one, or characters that are written otherwise."""
    folded = text[:2_000_000].lower()
    is_named = any(word in folded for word in ("content", "body", "text", "html", "txt"))
    return is_named and (len(HAN.findall(text)) >= LEAST_TEXT_CHARACTERS or ESCAPED.search(text) is not None)
