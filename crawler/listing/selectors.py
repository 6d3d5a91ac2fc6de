"""Read a listing by the selectors of its source, and propose selectors where no rows are found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.listing.anchors import Anchor, LinkTitles, base_of, target_of
from crawler.listing.blocks import Block, Row
from crawler.listing.found import Found
from crawler.listing.page_regions import ancestors
from crawler.listing.page_text import PageText
from crawler.listing.row_days import MonthDay, read_day
from crawler.listing.row_finder import LinkPlaces
from crawler.listing.rows import day_beside, find_blocks, found_among
from crawler.listing.titles import length, plain
from crawler.sources.rules import ListingRules
from crawler.text.dates import Today
from storage.records import Link

NAME = re.compile(r"[A-Za-z_][\w-]*")
FEWEST_ROWS = 3  # links that make a repeated block


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A repeated block of links that may be the list: its selectors, and the rows that they find."""

    rules: ListingRules
    links: tuple[Link, ...]


def select_rows(tree: LexborHTMLParser, url: str, rules: ListingRules, today: Today) -> Found:
    """Return the rows that a source's own selectors find, in the page's order, each address once.

    Raises:
        ValueError: a selector is not valid CSS.
    """
    base = base_of(tree, url)
    nodes = [node.css_first("a") or node if node.tag != "a" else node for node in _css(tree, rules.link)]
    links = [(node, target) for node in nodes if (target := target_of(node, base))]
    text = PageText(tree)
    places, titles = LinkPlaces(links, text), LinkTitles(text)
    anchors = [titles.anchor_of(node, target, position) for position, (node, target) in enumerate(links)]
    found = found_among([_row(anchor, places, rules, today) for anchor in anchors], places, today)
    missing = len(nodes) - len(anchors)
    return replace(found, rows_seen=found.rows_seen + missing, unusable=missing)


def select_next(tree: LexborHTMLParser, url: str, rules: ListingRules) -> str | None:
    """Return the address that a source's own selector for the next page finds, None on the last page."""
    node = next(iter(_css(tree, rules.next)), None)
    return target_of(node, base_of(tree, url)) if node else None


def _css(root: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    try:
        return root.css(selector)
    except SelectolaxError as error:
        raise ValueError(f"not a CSS selector: {selector}") from error


def _row(anchor: Anchor, places: LinkPlaces, rules: ListingRules, today: Today) -> Row:
    row = places.row(anchor.node)
    titles = _css(row, rules.title) if rules.title else []
    title = plain(titles[0].text()) if titles else anchor.title
    return Row(anchor=anchor, title=title, day=_day(anchor, places, rules, today), block=row)


def _day(anchor: Anchor, places: LinkPlaces, rules: ListingRules, today: Today) -> date | MonthDay | None:
    if rules.date:
        return read_day([node.text(separator=" ") for node in _css(places.row(anchor.node), rules.date)], today)
    return day_beside(anchor, places, today)


def propose(tree: LexborHTMLParser, url: str, today: Today, n: int) -> list[Proposal]:
    """Return the `n` repeated blocks of links that are most likely a list, the likeliest first."""
    blocks = [block for block in find_blocks(tree, url, today)[1] if len(block.rows) >= FEWEST_ROWS]
    proposals: list[Proposal] = []
    for block in sorted(blocks, key=_likelihood, reverse=True):
        proposal = _proposal(tree, url, block, today)
        if proposal.links and all(proposal.rules.link != other.rules.link for other in proposals):
            proposals.append(proposal)
        if len(proposals) == n:
            break
    return proposals


def _proposal(tree: LexborHTMLParser, url: str, block: Block, today: Today) -> Proposal:
    bare = ListingRules(link=_link_selector(tree, block))
    full = replace(bare, date=_date_selector(block))
    plainly, dated = (select_rows(tree, url, rules, today).links for rules in (bare, full))
    # A selector for the day is proposed only where it finds what is found without it.
    return Proposal(rules=full, links=dated) if dated == plainly else Proposal(rules=bare, links=plainly)


def _likelihood(block: Block) -> float:
    """Return how likely a block is the list: what its titles say, twice where a day stands beside."""
    said = sum(min(length(row.title), 20) / 20 * (2 if row.day else 1) for row in block.rows)
    return said * (0.5 if block.is_frame else 1.0)


def _link_selector(tree: LexborHTMLParser, block: Block) -> str:
    """Return the selector that finds the block's links and the fewest others, such as the category before a title."""
    tails = Counter(" > ".join(_tags_between(row.anchor.node, row.block)) for row in block.rows)
    plain_selector = f"{' > '.join(_path(block.rows[0].block))} > {tails.most_common(1)[0][0]}"
    wanted = {row.anchor.node.mem_id for row in block.rows}

    def closeness(selector: str) -> float:
        found = {node.mem_id for node in tree.css(selector)}
        return len(found & wanted) / max(1, len(found | wanted))

    return max((plain_selector + which for which in ("", ":last-of-type", ":first-of-type")), key=closeness)


def _tags_between(node: LexborNode, block: LexborNode) -> list[str]:
    tags = [node.tag or "a"]
    for parent in ancestors(node):
        if parent.mem_id == block.mem_id:
            break
        tags.insert(0, parent.tag or "*")
    return tags


def _path(block: LexborNode) -> list[str]:
    """Return the steps of a selector down to a block, from the nearest element with an id."""
    steps: list[str] = []
    for node in [block, *ancestors(block)]:
        steps.insert(0, _step(node))
        if steps[0].startswith("#"):
            break
    return steps


def _step(node: LexborNode) -> str:
    name = node.attributes.get("id") or ""
    if NAME.fullmatch(name):
        return f"#{name}"
    classes = [f".{word}" for word in (node.attributes.get("class") or "").split() if NAME.fullmatch(word)]
    return f"{node.tag}{''.join(classes)}"


def _date_selector(block: Block) -> str:
    found = Counter(step for row in block.rows for step in _dated_steps(row))
    step, count = next(iter(found.most_common(1)), ("", 0))
    return step if count * 2 >= len(block.rows) else ""


def _dated_steps(row: Row) -> Iterator[str]:
    around = row.anchor.node.parent
    nodes: Sequence[LexborNode] = around.css("*") if around else ()
    for node in nodes:
        words = plain(node.text(separator=" "))
        is_day = len(words) <= 20 and read_day([words]) is not None
        if is_day and node.mem_id != row.anchor.node.mem_id:
            yield _step(node)
            return
