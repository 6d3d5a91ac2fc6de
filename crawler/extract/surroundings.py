"""Tell where an element of a page stands: in the place of the text, or in the frame of the site. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.containers import BOILERPLATE, BOILERPLATE_TAGS, HEADER, folded, is_known_name

AROUND = re.compile(r"(?:^|[-_\s])(?:head|header|foot|footer|banner|nav|logo|top|bottom|copyright)(?=$|[-_\s\d])")
SMALL_PIXELS = 60  # of a side: icons, buttons and counters
LEAST_TEXT = 15  # characters: a container with fewer has no text
# For each of thousands of elements all that it stands in would be looked at; pages nest some forty deep.
MOST_ANCESTORS = 64
MOST_CONTAINERS = 32  # the outer ones come first, and hold what the inner ones hold


def is_around(node: LexborNode) -> bool:
    """True for what stands in the frame of a site: its head, its foot, its navigation, its lists beside the text."""
    return any(_is_boilerplate(one) for one in _and_ancestors(node))


def is_small(node: LexborNode) -> bool:
    """True when the attributes of an element make it an icon, a button or a counter."""
    sizes = ((node.attributes.get(name) or "").removesuffix("px") for name in ("width", "height"))
    return any(size.isdecimal() and int(size) <= SMALL_PIXELS for size in sizes)


def has_empty_container(tree: LexborHTMLParser) -> bool:
    """True when a page has the container of its CMS and no text in it: what is read elsewhere is not the article's."""
    known = [node for node in tree.css("[id], [class]") if is_known_name(_names(node))]
    return bool(known) and all(_characters(node) < LEAST_TEXT for node in known[:MOST_CONTAINERS])


def _characters(node: LexborNode) -> int:
    """Return how many characters an element shows; what its scripts say is not shown."""
    silent = node.css("script, style, noscript")
    return len(node.text(strip=True)) - sum(len(one.text(strip=True)) for one in silent)


def _is_boilerplate(node: LexborNode) -> bool:
    names = folded(_names(node))
    is_named = BOILERPLATE.search(names) or HEADER.search(names) or AROUND.search(names)
    return node.tag in BOILERPLATE_TAGS or node.tag == "header" or is_named is not None


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return " ".join(filter(None, (attributes.get("id"), attributes.get("class"))))


def _and_ancestors(node: LexborNode) -> Iterator[LexborNode]:
    one: LexborNode | None = node
    for _ in range(MOST_ANCESTORS):
        if one is None or one.tag in {"body", "html"}:
            return
        yield one
        one = one.parent
