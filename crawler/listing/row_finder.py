"""Find the row around a link, the words beside it, and the block of like rows around that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

from selectolax.lexbor import LexborNode

from crawler.listing.anchors import EDGES, HIGHEST_ROW
from crawler.listing.page_regions import HIGHEST_LEVEL, OUTERMOST, ancestors
from crawler.listing.page_text import PageText

ROWS = {"li", "tr", "dt", "dd", "ul", "div", "section", "article"}  # what a row of its own may be; a cell is none
MOST_PIECES = 200  # of text that are read of a row, for each of its links: one around a whole page has thousands
FURTHEST_NODES = 40  # elements and texts beside a link that are looked at
SIBLING_ELEMENTS = 4  # elements beside a link that may hold its day


class LinkPlaces:
    """Where the links of a page stand among each other."""

    def __init__(self, links: Iterable[tuple[LexborNode, str]], text: PageText) -> None:
        """Take the links with their addresses; several links to one address count as one."""
        self.text = text
        self._addresses: dict[int, set[str]] = defaultdict(set)
        self._links: dict[int, int] = defaultdict(int)
        self._all: set[str] = set()
        self._day_first: dict[int, bool] = {}
        self._kinds: dict[int, Counter[str]] = {}
        self._around: dict[int, tuple[LexborNode, ...]] = {}
        for node, url in links:
            self._all.add(url)
            for element in (node, *self.around(node)):
                self._addresses[element.mem_id].add(url)
                self._links[element.mem_id] += 1

    def around(self, node: LexborNode) -> Sequence[LexborNode]:
        """Return what `ancestors` yields; what links have around them in common is walked and kept once."""
        if node.mem_id in self._around:
            return self._around[node.mem_id]
        path, parent, outside = [node], node.parent, tuple[LexborNode, ...]()
        while parent is not None and parent.tag not in OUTERMOST:
            if (further := self._around.get(parent.mem_id)) is not None:
                outside = (parent, *further)
                break
            path.append(parent)
            parent = parent.parent
        for element in reversed(path):
            self._around[element.mem_id] = outside = outside[:HIGHEST_LEVEL]
            outside = (element, *outside)
        return self._around[node.mem_id]

    def share(self, element: LexborNode) -> float:
        """Return which part of the page's addresses an element holds, from 0 to 1."""
        return len(self._addresses.get(element.mem_id, ())) / max(1, len(self._all))

    def _levels(self, node: LexborNode) -> Iterator[LexborNode]:
        """Yield the elements that hold no other address, from the link outwards."""
        for level, element in enumerate((node, *self.around(node))):
            if len(self._addresses[element.mem_id]) > 1 or level > HIGHEST_ROW or (level and element.tag in EDGES):
                return
            yield element

    def row(self, node: LexborNode) -> LexborNode:
        """Return the row: the largest element around a link that holds no other address.

        A link that broken markup nests around another is a row by itself.
        """
        return [node, *self._levels(node)][-1] if self._addresses[node.mem_id] else node

    def block(self, node: LexborNode) -> LexborNode:
        """Return the element whose children of one kind are the rows: the innermost with a like row beside this one."""
        element = node
        for parent in self.around(node):
            if self._links[parent.mem_id] > 1 and self._like(parent)[element.tag or ""] > 1:
                return parent
            element = parent
        return element

    def _like(self, parent: LexborNode) -> Counter[str]:
        """Return how many children with links an element has, by tag."""
        if parent.mem_id not in self._kinds:
            holding = (child for child in parent.iter() if self._addresses.get(child.mem_id))
            self._kinds[parent.mem_id] = Counter(child.tag or "" for child in holding)
        return self._kinds[parent.mem_id]

    def are_rows_apart(self, one: LexborNode, other: LexborNode) -> bool:
        """True when two links with one address stand in rows of their own, not as title and summary in one row."""
        inside = {element.mem_id: child for child, element in pairwise([one, *ancestors(one)])}
        for child, element in pairwise([other, *ancestors(other)]):
            if element.mem_id in inside:
                return _is_like(inside[element.mem_id], child) and (child.tag in ROWS or not self._is_item(element))
        return False

    def _is_item(self, element: LexborNode) -> bool:
        return element.parent is not None and self._like(element.parent)[element.tag or ""] > 1

    def words_beside(self, node: LexborNode, title: frozenset[int]) -> Iterator[list[str]]:
        """Yield the pieces of text around a title, the nearest first: in the row, level by level, then beside it."""
        yield from self.words_in_row(node, title)
        yield from self._beside(self.row(node))

    def words_in_row(self, node: LexborNode, title: frozenset[int]) -> Iterator[list[str]]:
        """Yield the pieces of text in a row around its title, level by level from the inside."""
        inside: LexborNode | None = None
        for element in self._levels(node):
            seen = title | {inside.mem_id} if inside else title
            said = self.text.written(element, most=MOST_PIECES, but=seen)
            yield [] if element.mem_id in seen else [*said, *self._times(element)]
            inside = element

    def _beside(self, row: LexborNode) -> Iterator[list[str]]:
        before, after = list(self._near(row, forward=False)), list(self._near(row, forward=True))
        yield from (before, after) if row.parent and self._starts_with_day(row.parent) else (after, before)

    def _near(self, row: LexborNode, *, forward: bool) -> Iterator[str]:
        sibling = row.next if forward else row.prev
        seen = passed = 0
        while sibling is not None and seen < SIBLING_ELEMENTS and passed < FURTHEST_NODES:
            passed += 1
            holds_link = bool(self._addresses.get(sibling.mem_id))
            if holds_link and sibling.tag == row.tag:
                return
            if sibling.tag == "-text":
                yield sibling.text_content or ""
            elif not holds_link:
                seen += 1
                yield from self.text.seen(sibling)
                yield from self._times(sibling)
            sibling = sibling.next if forward else sibling.prev

    def _starts_with_day(self, parent: LexborNode) -> bool:
        """True for a flat list that starts with a day: each day then belongs to the link that follows."""
        if parent.mem_id not in self._day_first:
            first = takewhile(lambda child: not self._addresses.get(child.mem_id), parent.iter(include_text=True))
            words = (char for child in first for piece in self._seen(child) for char in piece)
            self._day_first[parent.mem_id] = any(char.isdigit() for char in words)
        return self._day_first[parent.mem_id]

    def _seen(self, child: LexborNode) -> list[str]:
        return [child.text_content or ""] if child.tag == "-text" else self.text.seen(child)

    def _times(self, element: LexborNode) -> list[str]:
        """Return what the `<time datetime>` elements in an element say."""
        return [time.attributes["datetime"] or "" for time in self.text.inside(element, "time[datetime]", MOST_PIECES)]


def _is_like(one: LexborNode, other: LexborNode) -> bool:
    return one.mem_id != other.mem_id and one.tag == other.tag not in {"td", "th"} and (
        one.attributes.get("class") == other.attributes.get("class")
    )  # fmt: skip
