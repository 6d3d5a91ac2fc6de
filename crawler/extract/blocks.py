"""Read markup as blocks of text in reading order, each knowing the elements it stands in. No I/O.

A block is what a browser shows as one line or paragraph: text between two breaks. Everything later works on
the blocks, so that the tree is walked once (0.2 ms per 1,000 nodes, measured on real pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import not_
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

# rt and rp are phonetics beside the text, not text.
SKIPPED = frozenset({
    "script", "style", "noscript", "iframe", "svg", "select", "template", "object", "embed", "canvas", "audio", "video",
    "map", "head", "title", "math", "datalist", "button", "textarea", "rt", "rp",
})  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "input", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0002fa1f]"
# A line break in the source between two Chinese characters is no space in the text.
WRAPPED = re.compile(rf"(?<={CJK})[^\S\u3000\u00a0]*[\r\n][^\S\u3000\u00a0]*(?={CJK})")
NO_WIDTH = ("\u200b", "\ufeff", "\u00ad")  # count as blanks
DEEPEST_LEVEL = 600  # levels that are told apart: real pages have 10 to 130, hostile ones would cost time by the square
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


# Elements and blocks are not frozen: a page has thousands, and a frozen record takes five times as long to make.
@dataclass(slots=True, eq=False)
class Element:
    """A block-level element. `names` holds its id and classes, separated by blanks, as written.

    `is_chosen`: a source's own selector says that this holds the text.
    """

    tag: str
    names: str
    parent: Element | None
    depth: int
    is_hidden: bool = False
    is_chosen: bool = False

    def ancestors(self) -> Iterator[Element]:
        """Yield the element itself and what it stands in, innermost first."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent


class BlockLink(NamedTuple):
    """A link in a block: `href` as written, `text` and `title` as shown."""

    href: str
    text: str
    title: str


@dataclass(slots=True, eq=False)
class TextBlock:
    """One line of text. `link_chars` of its characters stand in links; `position` counts from the top of the page.

    `links` has address, text and title of each link, as written; `times` are what its `<time datetime>` elements say.
    """

    text: str
    link_chars: int
    home: Element
    links: Sequence[tuple[str, str, str]]
    position: int
    times: tuple[str, ...] = ()

    @property
    def anchors(self) -> tuple[BlockLink, ...]:
        """Its links as shown. Most blocks are navigation, whose links nobody asks for."""
        return tuple(BlockLink(href.strip(), clean(text), clean(title)) for href, text, title in self.links)

    @property
    def is_linked(self) -> bool:
        """True when more than half of the text is links: navigation, related links, tags."""
        return self.link_chars * 2 > len(self.text)

    def within(self, *tags: str) -> Element | None:
        """Return the innermost element with one of the tags that the block stands in, or None."""
        return next((e for e in self.home.ancestors() if e.tag in tags), None)


def elements_of(blocks: Iterable[TextBlock]) -> list[Element]:
    """Return all that blocks stand in, each once."""
    elements: dict[Element, None] = {}
    for block in blocks:
        element: Element | None = block.home
        while element is not None and element not in elements:
            elements[element] = None
            element = element.parent
    return list(elements)


def are_inside(blocks: Iterable[TextBlock], elements: Iterable[Element]) -> Iterator[bool]:
    """Yield for each block whether it stands in one of the elements; what it stands in is looked at once for all."""
    known = dict.fromkeys(elements, True)
    for block in blocks:
        path, element = [], block.home
        while element not in known and element.parent is not None:
            path.append(element)
            element = element.parent
        is_inside = known.setdefault(element, False)
        for passed in path:
            known[passed] = is_inside
        yield is_inside


def standing_in(blocks: Sequence[TextBlock], element: Element) -> list[TextBlock]:
    """Return the blocks that stand in an element."""
    return list(compress(blocks, are_inside(blocks, (element,))))


def standing_outside(blocks: Sequence[TextBlock], elements: Iterable[Element]) -> list[TextBlock]:
    """Return the blocks that stand in none of some elements."""
    return list(compress(blocks, map(not_, are_inside(blocks, elements))))


def parse(markup: str) -> LexborHTMLParser:
    """Return the tree of a page. Nesting of any depth, missing end tags and a missing body are fine."""
    return LexborHTMLParser(markup)


def clean(text: str) -> str:
    """Return text with single spaces, none at the edges, none where a source line wraps between Chinese characters."""
    text = text.strip()
    if text.isprintable() and " " not in text:
        return text  # most lines of a page; printable are no blanks but the space, and nothing without width
    if "\n" in text or "\r" in text:
        text = WRAPPED.sub("", text)
    for mark in NO_WIDTH:
        if mark in text:
            text = text.replace(mark, " ")
    return " ".join(text.split())  # a third of the time of a pattern, and every line of a page comes through here


def read_blocks(root: LexborNode, chosen: frozenset[int] = frozenset()) -> list[TextBlock]:
    """Return the blocks below a node in reading order, empty ones left out; `chosen` are the `mem_id`s of elements."""
    return _Reader(chosen).read(root)


class _Reader:
    """Walks a tree once and cuts its text where block-level elements begin and end."""

    __slots__ = ("blocks", "chosen", "element", "link", "link_chars", "links", "parts", "times", "too_deep")

    def __init__(self, chosen: frozenset[int]) -> None:
        self.chosen = chosen
        self.blocks: list[TextBlock] = []
        self.element = Element(tag="root", names="", parent=None, depth=0)
        self.parts: list[str] = []
        self.links: list[_Link] = []
        self.link: _Link | None = None
        self.link_chars = 0
        self.times: list[str] = []
        self.too_deep = 0  # open elements below the deepest that are told apart

    def read(self, root: LexborNode) -> list[TextBlock]:
        """Walk without recursion: real pages nest deeper than the stack of the interpreter.

        Each node is asked for its tag once, and a text goes no further: that halves the time of the walk.
        """
        open_nodes: list[tuple[LexborNode, str]] = []
        node = root.child
        while node is not None or open_nodes:
            if node is None:
                node, tag = open_nodes.pop()
                if tag == "a":
                    self.link = None
                elif tag not in INLINE:
                    self._close()
            elif (tag := node.tag or "") == "-text":
                self._add(node.text_content or "")
            elif tag in INLINE:
                if tag == "a":
                    self._open_link(node.attributes)
                elif tag == "time":
                    self.times.append(node.attributes.get("datetime") or "")
                open_nodes.append((node, tag))
                node = node.child
                continue
            elif tag not in SKIPPED and node.is_element_node:
                self._open(tag, node)
                open_nodes.append((node, tag))
                node = node.child
                continue
            node = node.next
        self._cut()
        return self.blocks

    def _close(self) -> None:
        if self.parts:
            self._cut()
        if self.too_deep:
            self.too_deep -= 1
        else:
            self.element = self.element.parent or self.element

    def _open(self, tag: str, node: LexborNode) -> None:
        if self.parts:
            self._cut()
        if self.element.depth >= DEEPEST_LEVEL:
            self.too_deep += 1
            return
        names, is_hidden = "", False
        if attributes := node.attributes:
            names = " ".join(filter(None, (attributes.get("id"), attributes.get("class"))))
            is_hidden = "style" in attributes and HIDDEN.search(attributes["style"] or "") is not None
        is_chosen = bool(self.chosen) and node.mem_id in self.chosen
        self.element = Element(tag, names, self.element, self.element.depth + 1, is_hidden, is_chosen)

    def _open_link(self, attributes: Mapping[str, str | None]) -> None:
        if href := attributes.get("href"):
            self.link = (href, attributes.get("title") or "", [])
            self.links.append(self.link)

    def _add(self, text: str) -> None:
        if self.element.tag == "pre" and "\n" in text:
            for line in text.split("\n"):
                self.parts.append(line)
                self._cut()
            return
        self.parts.append(text)
        if self.link is not None:
            self.link[2].append(text)
            self.link_chars += len(text.strip())

    def _cut(self) -> None:
        """End a block. Links and times without text so far wait for it: a link may hold the paragraph."""
        parts = self.parts
        text = clean("".join(parts) if len(parts) > 1 else parts[0] if parts else "")
        parts.clear()
        if not text:
            return
        links: Sequence[tuple[str, str, str]] = ()
        if self.links:
            links = [(href, own[0] if len(own) == 1 else "".join(own), title) for href, title, own in self.links]
            self.links = [self.link] if self.link else []
        times: tuple[str, ...] = ()
        if self.times:
            times = tuple(filter(None, self.times))
            self.times.clear()
        self.blocks.append(TextBlock(text, self.link_chars, self.element, links, len(self.blocks), times))
        self.link_chars = 0


_Link = tuple[str, str, list[str]]  # address and title as written, and the pieces of its text so far
