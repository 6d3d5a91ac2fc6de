"""Ask the libraries where nothing guides the own rules: readability-lxml, and trafilatura when that disagrees. No I/O.

They cost five to ten times the own rules (benchmarks/extraction.py), and on Chinese pages they are right less often;
but where neither a CMS container nor a headline guides, the text on which two of three agree is the safest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.blocks import clean, parse, read_blocks
from crawler.extract.lines import lines_of
from crawler.extract.trim import without_tail

# What the libraries drop anyway or never look at: with it they take up to twice as long, and say the same.
UNREAD = re.compile(r"<(script|style|svg|noscript|iframe|select)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
UNUSED = re.compile(
    r"\s(?:href|src|style|on\w+|data-[\w-]+|alt|target)\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE
)
GRAM_CHARACTERS = 5  # characters; a run of five shared characters is rarely chance in Chinese
AGREED_SHARE = 0.6  # below this two texts are different texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The lines on which the extractors agree best, and how well, from 0 to 1."""

    lines: tuple[str, ...]
    agreement: float


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how much two texts share, from 0 to 1: twice the common 5-grams over all (Dice), order aside."""
    first, second = _grams(one), _grams(other)
    total = first.total() + second.total()
    common = sum(min(number, second[gram]) for gram, number in first.items() if gram in second)
    return 2 * common / total if total else 0.0


def second_opinion(lines: tuple[str, ...], markup: str) -> Opinion:
    """Return the own lines with their agreement, or those on which the libraries agree better."""
    markup = UNUSED.sub("", UNREAD.sub("", markup))
    readable = without_tail(_readability(markup))
    agreement = similarity(lines, readable)
    if agreement >= AGREED_SHARE:
        return Opinion(lines=lines, agreement=agreement)
    third = without_tail(_trafilatura(markup))
    with_third, without_own = similarity(lines, third), similarity(readable, third)
    if without_own >= AGREED_SHARE and without_own > max(agreement, with_third):
        return Opinion(lines=readable, agreement=without_own)
    return Opinion(lines=lines, agreement=max(agreement, with_third))


def _grams(lines: Sequence[str]) -> Counter[str]:
    text = "".join(filter(str.isalnum, "".join(lines)))
    starts = range(max(1, len(text) - GRAM_CHARACTERS + 1)) if text else ()
    return Counter([text[start : start + GRAM_CHARACTERS] for start in starts])


def _readability(markup: str) -> tuple[str, ...]:
    """Return the lines that readability keeps, none when it fails on the page."""
    from lxml.etree import LxmlError
    from readability import Document
    from readability.readability import Unparseable

    try:
        summary = Document(markup).summary(html_partial=True)
    except (Unparseable, LxmlError, ValueError, TypeError):  # it raises these on empty and broken pages
        return ()
    body = parse(summary).body
    blocks = read_blocks(body) if body is not None else []
    if not blocks:
        return ()
    root = next(e for e in blocks[0].home.ancestors() if e.parent is None)
    return tuple(lines_of(blocks, root))


def _trafilatura(markup: str) -> tuple[str, ...]:
    """Return the lines that trafilatura keeps, none when it finds no text."""
    import trafilatura

    text = trafilatura.extract(markup, include_comments=False, fast=True) or ""
    return tuple(filter(None, map(clean, text.split("\n"))))
