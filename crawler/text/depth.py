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
# Ends and starts of tags, the usual ones of those that do not nest left out. A comment, and what a script or a style
# holds, is passed over.
MARK = re.compile(
    r"<(?:/(?!a>|li>|p>|t[dr]>)([a-zA-Z][\w-]*+)[^>]*+|(?!a[ >]|li[ >]|p[ >]|br[ >]|t[dr][ >]|img[ >])"
    r"(?:!--.*?(?:-->|$)|((?i:script|style|textarea|title|template))(?=[\s/>])[^<]*+(?:<(?!/(?i:\2))[^<]*+)*+"
    r"|([a-zA-Z][\w-]*+)))",
    re.DOTALL,
)
# What HTML leaves open though it is written <div/>.
OPEN_ANYHOW = frozenset({"div", "span", "b", "i", "em", "strong", "font", "ul", "ol", "table", "section", "center"})


def levelled(markup: str) -> str:
    """Return markup without the tags that nest deeper than any real page; their text and links stay."""
    if markup.count("<") <= DEEPEST_LEVEL or _deepest_at_most(markup) <= DEEPEST_LEVEL:
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


def _deepest_at_most(markup: str) -> int:
    """Return a depth that no element exceeds: of each tag, the most that are open at once, and the sum of these.

    Real pages get 30 to 320. It is told in a quarter of the time that following all tags takes. Where few elements
    begin, it is their number.
    """
    marks: list[tuple[str, str, str]] = MARK.findall(markup)
    starts = [start for _, _, start in marks if start]
    if len(starts) <= DEEPEST_LEVEL:
        return len(starts)
    opened, most = dict[str, int](), dict[str, int]()
    for end, _, start in marks:
        if start:
            tag = start.lower()
            opened[tag] = number = opened.get(tag, 0) + 1
            if number > most.get(tag, 0):
                most[tag] = number
        elif opened.get(tag := end.lower()):
            opened[tag] -= 1
    return sum(most.values())


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
