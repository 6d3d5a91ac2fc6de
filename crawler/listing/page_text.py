"""Read the text of a page once, and know which part of it stands in each element: elements nest in the thousands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

UNSEEN = {"script", "style", "template", "noscript", "-comment", "textarea"}


class _Stream:
    """Pieces of text in their order."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    @cached_property
    def before(self) -> list[int]:
        """How many characters stand before each piece."""
        return list(accumulate(map(len, self.pieces), initial=0))


class _Part:
    """The part of a page that an element holds: elements by numbers, pieces of what is seen, pieces of all text."""

    __slots__ = ("all_end", "all_start", "end", "number", "numbers_end", "start", "stream")

    def __init__(self, number: int, stream: _Stream, all_start: int) -> None:
        self.number, self.stream, self.start, self.all_start = number, stream, len(stream.pieces), all_start
        self.numbers_end = self.end = self.all_end = 0

    def close(self, numbers_end: int, all_end: int) -> None:
        """Note where the element ends."""
        self.numbers_end, self.end, self.all_end = numbers_end, len(self.stream.pieces), all_end


class PageText:
    """The text of a page by its elements. What is unseen shows its text to nobody but itself."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._all: list[str] = []
        self._parts: dict[int, _Part] = {}
        if tree.root:
            self._read(tree.root)
        self._chosen: Callable[[str], tuple[list[int], list[LexborNode]]] = cache(lambda css: self._choose(tree, css))

    def _read(self, root: LexborNode) -> None:
        opened = [(self._open(root, _Stream()), root.iter(include_text=True))]  # markup nests deeper than Python calls
        while opened:
            part, children = opened[-1]
            for child in children:
                if child.is_text_node:
                    self._add(child, part.stream)
                    continue
                inner, first = self._open(child, part.stream), child.first_child
                if first is not None and not (first.is_text_node and first.next is None):
                    opened.append((inner, child.iter(include_text=True)))
                    break
                if first is not None:
                    self._add(first, inner.stream)
                inner.close(len(self._parts), len(self._all))
            else:
                part.close(len(self._parts), len(self._all))
                opened.pop()

    def _add(self, text: LexborNode, stream: _Stream) -> None:
        piece = text.text_content or ""
        stream.pieces.append(piece)
        self._all.append(piece)

    def _open(self, node: LexborNode, around: _Stream) -> _Part:
        stream = _Stream() if node.tag in UNSEEN else around
        self._parts[node.mem_id] = part = _Part(len(self._parts), stream, len(self._all))
        return part

    def _choose(self, tree: LexborHTMLParser, selector: str) -> tuple[list[int], list[LexborNode]]:
        nodes = [node for node in tree.css(selector) if node.mem_id in self._parts]
        return [self._parts[node.mem_id].number for node in nodes], nodes

    def inside(self, node: LexborNode, selector: str, most: int) -> Sequence[LexborNode]:
        """Return the first elements that a selector chooses, of an element and what it holds, in order."""
        part = self._parts[node.mem_id]
        numbers, nodes = self._chosen(selector)
        if not numbers:
            return ()
        start = bisect_left(numbers, part.number)
        return nodes[start : min(start + most, bisect_left(numbers, part.numbers_end, start))]

    def length(self, node: LexborNode) -> int:
        """Return how many characters are seen of an element."""
        part = self._parts[node.mem_id]
        return part.stream.before[part.end] - part.stream.before[part.start]

    def seen(self, node: LexborNode, *, most: int | None = None, but: frozenset[int] = frozenset()) -> list[str]:
        """Return the first visible pieces of text in an element, all if `most` is None, without the elements `but`."""
        part = self._parts[node.mem_id]
        if not but:
            return part.stream.pieces[part.start : part.end if most is None else min(part.end, part.start + most)]
        gaps = [(other.start, other.end) for other in self._within(node, but) if other.stream is part.stream]
        return _outside(part.stream.pieces, part.start, part.end, gaps, most)

    def written(self, node: LexborNode, *, most: int, but: frozenset[int]) -> list[str]:
        """Return the first pieces of text in an element, those of scripts too, without the elements `but`."""
        part = self._parts[node.mem_id]
        gaps = [(other.all_start, other.all_end) for other in self._within(node, but)]
        return _outside(self._all, part.all_start, part.all_end, gaps, most)

    def words(self, node: LexborNode, most: int, *, but: frozenset[int] = frozenset()) -> str:
        """Return what is seen of an element, cut off behind so many characters."""
        return "".join(self.seen(node, most=most, but=but))[:most]  # no piece is empty

    def _within(self, node: LexborNode, elements: frozenset[int]) -> list[_Part]:
        around = self._parts[node.mem_id]
        found = (self._parts[id] for id in elements if id in self._parts and id != node.mem_id)
        return [part for part in found if around.number < part.number < around.numbers_end]


def _outside(pieces: Sequence[str], start: int, end: int, gaps: list[tuple[int, int]], most: int | None) -> list[str]:
    """Return the first pieces of a range that are in no gap."""
    found: list[str] = []
    for gap_start, gap_end in [*sorted(gaps), (end, end)]:
        if gap_start > start:
            left = gap_start if most is None else min(gap_start, start + most - len(found))
            found += pieces[start:left]
        start = max(start, gap_end)
    return found
