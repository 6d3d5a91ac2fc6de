"""Choose the blocks of a page that are the article, by the density of its text and the containers of the CMS. No I/O.

Every block that reads like prose gives its length to the element that holds it, and less to each element further out.
The element with the highest sum is the core; what stands beside it and reads alike joins it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.extract.blocks import Element, TextBlock, are_inside, elements_of, standing_in
from crawler.extract.containers import is_boilerplate, is_known, is_labelled

SENTENCE = re.compile(r"[，。；！？：、…]|[,.;!?](?:\s|$)")
STOPPED = re.compile(r"[，。；！？]|[,.;!?](?:\s|$)")  # colons and enumeration commas stand in bylines too
# Elements that are parts of a text and never hold an article.
TEXTUAL = frozenset({
    "p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "br", "hr", "center", "th",
    "caption",
})  # fmt: skip
TRANSPARENT = frozenset(["tbody", "thead", "ul", "ol", "dl"])
DECAY_A_LEVEL = 0.8  # per level outwards: an article of two equal sections still beats one of its sections
OUTWARD_LEVELS = 8  # levels; 0.8 ** 8 is less than a fifth
UNPUNCTUATED_WORTH = 0.25  # worth of a line without punctuation: a heading, a table cell, a menu without links
KNOWN_BONUS = 1.6  # a known container wins over what surrounds it, not over a much longer text elsewhere
LABELLED_BONUS = 1.15
HEADLINE_CHARACTERS = 8  # characters of a link that is a headline; shorter ones are names and buttons
TEASER_WORTH = 0.25  # worth of the prose in a list item with a linked headline
WIDENED_LEVELS = 4  # levels around the core that are looked at
FIRST_PROSE = 20  # characters: shorter lines below a headline are bylines and buttons
ANCHORED_BONUS = 8  # what follows the headline beats lists of teasers that are up to eight times as long


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The chosen blocks and the element they stand in.

    `is_guided`: a CMS container or the headline led to it. `is_labelled`: it is named like an article. `agreement` is
    how much of the prose of this choice and of the one by density alone is the same, from 0 to 1.
    """

    blocks: tuple[TextBlock, ...]
    core: Element
    is_guided: bool
    is_labelled: bool
    agreement: float


def prose(block: TextBlock) -> float:
    """Return how many characters of prose a block is worth."""
    if block.is_linked:
        return 0.0
    chars = len(block.text) - block.link_chars
    return chars if SENTENCE.search(block.text) else chars * UNPUNCTUATED_WORTH


def named_boilerplate(blocks: Sequence[TextBlock]) -> set[Element]:
    """Return the elements whose name says boilerplate, whatever they hold."""
    return {element for element in elements_of(blocks) if is_boilerplate(element)}


def settle_boilerplate(named: set[Element], blocks: Sequence[TextBlock], headline: TextBlock | None) -> set[Element]:
    """Return the named boilerplate without the elements that hold the article all the same.

    A body with the class `has-sidebar` and an article with the class `comment-open` are no boilerplate: they hold the
    headline, or the first prose below it and a good part of all prose. Without a headline only what wraps most of the
    page's lines is none, or most of its prose with what HTML or a CMS calls the main part: comments below an article
    that a script draws are all the prose there is.
    """
    if headline is None:
        held, total, lines = *_prose_in(blocks), defaultdict[Element, float](float, Counter(b.home for b in blocks))
        _add_outwards(blocks, lines)
        called = {outer for e in held if e.tag == "main" or is_known(e) for outer in e.ancestors()}
        return {e for e in named if lines[e] < 0.5 * len(blocks) and not (e in called and held[e] >= 0.5 * total)}
    first = first_prose(blocks, headline)
    beside = named.difference(headline.home.ancestors())
    around = beside.intersection(first.home.ancestors()) if first else None
    if not around:
        return beside
    held, total = _prose_in(blocks)
    return {e for e in beside if not (e in around and held[e] >= 0.2 * total)}


def _prose_in(blocks: Sequence[TextBlock]) -> tuple[Mapping[Element, float], float]:
    """Return how much prose each element holds that blocks stand in, and how much there is."""
    held: dict[Element, float] = defaultdict(float)
    for block in blocks:
        if not block.is_linked:
            held[block.home] += prose(block)
    total = sum(held.values()) or 1.0
    _add_outwards(blocks, held)
    return held, total


def _add_outwards(blocks: Iterable[TextBlock], *sums: dict[Element, float]) -> None:
    """Add to each element what the elements in it have."""
    for element in _outwards(blocks):
        if element.parent is not None:
            for own in sums:
                own[element.parent] += own[element]


def _outwards(blocks: Iterable[TextBlock]) -> list[Element]:
    """Return all that blocks stand in, each before what it stands in itself."""
    return sorted(elements_of(blocks), key=lambda element: -element.depth)


def first_prose(blocks: Sequence[TextBlock], headline: TextBlock) -> TextBlock | None:
    """Return the first block below the headline that reads like a sentence, or None."""
    below = (b for b in blocks if b.position > headline.position)
    return next((b for b in below if prose(b) >= FIRST_PROSE and STOPPED.search(b.text)), None)


def choose_body(blocks: Sequence[TextBlock], headline: TextBlock | None) -> Body | None:
    """Return the article among blocks that are no boilerplate, or None when nothing reads like text."""
    density = _density(blocks)
    if not density:
        return None
    anchored = set(_anchored(blocks, headline))
    guided = {e: s * _name_bonus(e) * (ANCHORED_BONUS if e in anchored else 1) for e, s in density.items()}
    core, plain = _widened(_best(guided), blocks, headline), _best(density)
    chosen = standing_in(blocks, core)
    return Body(
        blocks=tuple(chosen),
        core=core,
        is_guided=core in anchored or any(is_known(e) for e in core.ancestors()),
        is_labelled=is_labelled(core) and core.tag != "body",
        agreement=1.0 if core is plain else _agreement(chosen, standing_in(blocks, plain)),
    )


def _best(scores: Mapping[Element, float]) -> Element:
    """Return the element with the highest score, the innermost of equals."""
    return max(scores, key=lambda e: (scores[e], e.depth))


def _widened(core: Element, blocks: Sequence[TextBlock], headline: TextBlock | None) -> Element:
    """Return the outermost of the next elements around the core that adds nothing but prose: a lead, a section."""
    below = [b for b in blocks if headline is None or b.position > headline.position]
    widest = core
    for element, added in _rings(core, below)[1 : 1 + WIDENED_LEVELS]:
        if any(b.link_chars or prose(b) < FIRST_PROSE or not STOPPED.search(b.text) for b in added):
            break
        widest = element if added else widest
    return widest


def _agreement(one: Sequence[TextBlock], other: Sequence[TextBlock]) -> float:
    """Return twice the common prose over all prose (Dice)."""
    total = sum(map(prose, one)) + sum(map(prose, other))
    common = {b.position for b in one} & {b.position for b in other}
    return 2 * sum(prose(b) for b in one if b.position in common) / total if total else 1.0


def _teasing(blocks: Sequence[TextBlock]) -> set[Element]:
    """Return the list items that hold a linked line: teasers of other articles, with a headline and a summary."""
    items = (b.within("li", "dl") for b in blocks if b.is_linked and len(b.text) >= HEADLINE_CHARACTERS)
    return {item for item in items if item is not None}


def _density(blocks: Sequence[TextBlock]) -> dict[Element, float]:
    """Return the elements that may hold the article, with their prose, weighed by distance and links."""
    teasing = _teasing(blocks)
    sums: dict[Element, float] = defaultdict(float)
    chars: dict[Element, float] = defaultdict(int)
    links: dict[Element, float] = defaultdict(int)
    for block, is_teaser in zip(blocks, are_inside(blocks, teasing), strict=True):
        chars[block.home] += len(block.text)
        links[block.home] += block.link_chars
        worth, weight, levels = prose(block) * (TEASER_WORTH if is_teaser else 1), 1.0, 0
        for element in block.home.ancestors() if worth else ():
            if element.tag in TEXTUAL:
                continue
            sums[element] += worth * weight
            if element.tag not in TRANSPARENT:
                weight *= DECAY_A_LEVEL
                levels += 1
                if levels > OUTWARD_LEVELS:
                    break
    _add_outwards(blocks, chars, links)
    return {e: s * (1 - links[e] / chars[e]) for e, s in sums.items()}


def _anchored(blocks: Sequence[TextBlock], headline: TextBlock | None) -> list[Element]:
    """Return the elements around the first prose below the headline, as far out as they add prose rather than links."""
    if headline is None:
        return []
    first = first_prose(blocks, headline)
    if first is None:
        return []
    anchored: list[Element] = []
    for element, added in _rings(first.home, blocks):
        linked = sum(b.is_linked for b in added)
        if linked >= 2 and linked > 0.15 * len(added):
            break
        anchored.append(element)
    return anchored


def _rings(home: Element, blocks: Sequence[TextBlock]) -> list[tuple[Element, list[TextBlock]]]:
    """Return the elements around and including `home`, innermost first, each with the blocks that it adds.

    Elements that are parts of a text count as part of the next one outwards.
    """
    chain = [e for e in home.ancestors() if e.tag not in TEXTUAL]
    level = {element: n for n, element in enumerate(chain)}
    rings: list[tuple[Element, list[TextBlock]]] = [(element, []) for element in chain]
    inside: dict[Element, int | None] = dict(level)
    for block in blocks:
        path, element = [], block.home
        while element not in inside and element.parent is not None:
            path.append(element)
            element = element.parent
        n = inside.setdefault(element, None)
        inside.update(dict.fromkeys(path, n))
        if n is not None:
            rings[n][1].append(block)
    return rings


def _name_bonus(element: Element) -> float:
    if is_known(element):
        return KNOWN_BONUS
    return LABELLED_BONUS if is_labelled(element) else 1.0
