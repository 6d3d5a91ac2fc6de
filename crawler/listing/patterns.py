"""Build the addresses of rows that have an id only, from a pattern: `/detail?id={noticeId}`. No I/O.

A pattern stands in the portal's own script or template, in the source's declaration, or is read off a known article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from crawler.listing.shapes import shape_points
from crawler.text.addresses import resolve

KEY = re.compile(r"\{(\w+)\}")
LITERAL = r"""(?:"[^"\n\\]{0,200}"|'[^'\n\\]{0,200}')"""
VALUE = r"[A-Za-z_$][\w.$]{0,80}(?:\[\w{1,20}\][\w.]{0,40})?"
# "/detail?id=" + row.id + "&type=" + row.type
SUM = re.compile(rf"{LITERAL}(?:\s{{0,5}}\+\s{{0,5}}(?:{LITERAL}|{VALUE})){{1,8}}")
PART = re.compile(rf"({LITERAL})|({VALUE})")
EDGE = re.compile(r"[\s\"'<>]+")
# `/detail/${row.id}`, href="/detail?id={{ item.id }}", href="/detail/<%= id %>"
FILLED_IN = re.compile(
    r"""[`"'](?P<whole>[^`"'\s<>{}$\[]{1,200}(?:\$\{|\{\{|<%=|\[\[)\s{0,3}[\w.]{1,80}\s{0,3}(?:\}\}?|%>|\]\])[^`"'\s<>]{0,100})[`"']"""
)
GAP = re.compile(r"(?:\$\{|\{\{|<%=|\[\[)\s{0,3}(?:\w+\.){0,4}(\w+)\s{0,3}(?:\}\}?|%>|\]\])")
IS_ADDRESS = re.compile(r"^(?:https?://|/|\.{1,2}/|#!?/|[\w-]+\.(?:s?html?|jsp|do|php|aspx?)\b)", re.IGNORECASE)
NO_ARTICLE = re.compile(
    r"api/|ajax|download|upload|login|search|logout|\.(?:jpe?g|png|gif|css|js|json|svg)\b", re.IGNORECASE
)
MOST_PATTERNS = 50  # in one page
LONGEST_VALUE = 200  # characters of an id


def is_pattern(written: str) -> bool:
    """True for an address with keys in braces, False for a CSS selector or the path of a key."""
    return KEY.search(written) is not None


def patterns_in(text: str) -> tuple[str, ...]:
    """Return the patterns of addresses that a page's scripts and templates put together, in order."""
    found: dict[str, None] = {}
    for pattern in (*_sums(text), *_filled_in(text)):
        if IS_ADDRESS.match(pattern) and KEY.search(pattern) and not NO_ARTICLE.search(pattern):
            found.setdefault(pattern)
        if len(found) >= MOST_PATTERNS:
            break
    return tuple(found)


def _sums(text: str) -> Iterator[str]:
    """Yield what strings and values are put together to, piece by piece: a whole link may stand around an address."""
    for match in SUM.finditer(text):
        parts = PART.findall(match[0])
        whole = "".join(literal[1:-1] if literal else f"{{{value.rpartition('.')[2]}}}" for literal, value in parts)
        yield from (piece for piece in EDGE.split(html.unescape(whole)) if "{" in piece)


def _filled_in(text: str) -> Iterator[str]:
    for match in FILLED_IN.finditer(text):
        yield html.unescape(GAP.sub(r"{\1}", match["whole"]))


def filled(pattern: str, row: Mapping[str, Any], base: str) -> str | None:
    """Return the address of a row by a pattern, None when the row lacks one of its values."""
    values = {plain_key(key): value for key, value in row.items()}
    given = {key: values.get(plain_key(key)) for key in KEY.findall(pattern)}
    if not given or not all(_is_value(value) for value in given.values()):
        return None
    return resolve(KEY.sub(lambda match: quote(str(given[match[1]]), safe=""), pattern), base)


def addresses_by(patterns: Iterable[str], rows: Sequence[Mapping[str, Any]], base: str) -> list[str]:
    """Return the addresses of rows by the pattern that fits them best, an empty list where none fits all.

    Each row must get an address of its own; the one that looks most like an article's counts.
    """
    whole = [[url for row in rows if (url := filled(pattern, row, base))] for pattern in patterns]
    fitting = [urls for urls in whole if len(set(urls)) == len(rows)]
    return max(fitting, key=lambda urls: shape_points(urls[0]), default=[])


def pattern_of(known: str, rows: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a pattern read off the address of a known article, None when nothing in it is called as the rows' ids.

    A value of one of the rows in the address decides; else a value of its query under the name of one of their keys.
    """
    for row in rows:
        for key, value in row.items():
            if _is_value(value) and len(str(value)) >= 4 and re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", known):
                return known.replace(str(value), f"{{{key}}}")
    parts = urlsplit(known)
    keys = {plain_key(key): key for key in (rows[0] if rows else ())}
    for name, value in parse_qsl(f"{parts.query}&{parts.fragment.partition('?')[2]}"):
        own = keys.get(plain_key(name))
        if own and re.search(r"id|key|code|no$", name, re.IGNORECASE) and _is_value(rows[0].get(own)):
            return known.replace(f"{name}={value}", f"{name}={{{own}}}")
    return None


def identities(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the keys under which each row has a value of its own that may be its id."""
    keys = [key for key in rows[0] if re.search(r"id$|uuid|guid|key$|code$|no$", key, re.IGNORECASE)] if rows else []
    return tuple(key for key in keys if _tells_apart([row.get(key) for row in rows]))


def _tells_apart(values: Sequence[Any]) -> bool:
    return all(_is_value(value) for value in values) and len({str(value) for value in values}) == len(values)


def _is_value(value: object) -> bool:
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return is_plain and 0 < len(str(value)) <= LONGEST_VALUE


def plain_key(key: object) -> str:
    """Return a key in lower case without `_` and `-`: systems write one name in many ways."""
    return re.sub(r"[_\-]", "", str(key)).lower()
