"""Make markup no deeper than a parser reads in linear time."""

from __future__ import annotations

import re
from collections import Counter

# Elements within each other; real pages have 10 to 130, and parsers take time by the square of them.
DEEPEST_LEVEL = 600
TAG = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|textarea|title|template)\b.*?(?:</\1\s*>|$)|<(/?)([a-zA-Z][\w-]*)[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
# Elements that never stay open, or whose end tag may be missing: they do not nest without others between them.
CLOSED_BY_THEMSELVES = frozenset({
    "a", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "li", "p", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "html",
    "head", "body",
})  # fmt: skip
# Starts of tags but the usual ones of these: no page nests deeper than it has such tags, those left out that end before
# the next one starts. That is told in a quarter of the time that following all tags takes.
START = r"<(?!/|a[ >]|li[ >]|p[ >]|br|t[dr][ >]|img[ >])"
MAY_NEST = re.compile(rf"{START}[a-zA-Z]")
NESTS_NOTHING = re.compile(rf"{START}([a-zA-Z][\w-]*+)[^<>]*+>[^<]*+</\1(?=[\s>])")
# What HTML leaves open though it is written <div/>.
OPEN_ANYHOW = frozenset({"div", "span", "b", "i", "em", "strong", "font", "ul", "ol", "table", "section", "center"})


def levelled(markup: str) -> str:
    """Return markup without the tags that nest deeper than any real page; their text and links stay."""
    if markup.count("<") <= DEEPEST_LEVEL:
        return markup
    starts = len(MAY_NEST.findall(markup))
    if starts <= DEEPEST_LEVEL or starts - len(NESTS_NOTHING.findall(markup)) < DEEPEST_LEVEL:
        return markup
    around, kept, start = _Open(), list[str](), 0
    for match in TAG.finditer(markup):
        name = (match[3] or "").lower()
        if not name or name in CLOSED_BY_THEMSELVES or (match[0].endswith("/>") and name not in OPEN_ANYHOW):
            continue
        if (around.close(name) if match[2] else around.open(name)) > DEEPEST_LEVEL:
            kept.append(markup[start : match.start()])
            start = match.end()
    return "".join([*kept, markup[start:]]) if kept else markup


class _Open:
    """The elements that are open at a place of a page."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    def open(self, name: str) -> int:
        """Return the depth of an element that begins."""
        self._names.append(name)
        self._counts[name] += 1
        return len(self._names)

    def close(self, name: str) -> int:
        """Return the depth of an element that ends, with all that stood open in it; 0 when none was open."""
        if not self._counts[name]:
            return 0
        last = ""
        while last != name:
            last = self._names.pop()
            self._counts[last] -= 1
        return len(self._names) + 1
