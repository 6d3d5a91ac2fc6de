"""Tell which of the operator's rules hold for an article. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.detect.lexicon import Lexicon
from crawler.detect.reading import ArticleParts, Part
from crawler.own_rule import Rule, compiled
from storage.records import Hit

LONGEST_SHOWN = 20  # characters of what an expression found that a person still reads beside the points


def find_rules(reading: ArticleParts, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield a hit for each rule that holds, at the place where it is worth most."""
    for rule in lexicon.rules:
        if not rule.enabled or not _all(rule.must, reading) or _some(rule.not_, reading):
            continue
        hits = [
            _hit(rule, part, found) for part, found in _found(rule.any_ or rule.must, _worth_reading(rule, reading))
        ]
        strongest = max(hits, key=lambda hit: abs(hit.points), default=None)
        if strongest and strongest.points:  # in a place where it is worth nothing it explains nothing
            yield strongest


def _all(words: Iterable[str], reading: ArticleParts) -> bool:
    return all(any(_search(word, part) for part in reading.parts) for word in words)


def _some(words: Iterable[str], reading: ArticleParts) -> bool:
    return any(_search(word, part) for word in words for part in reading.parts)


def _search(word: str, part: Part) -> re.Match[str] | None:
    return compiled(word).search(part.plain.text)


def _worth_reading(rule: Rule, reading: ArticleParts) -> list[Part]:
    """Return the parts in which the rule is worth anything."""
    points = rule.points
    worth = {"title": points.title, "body": points.lead or points.body, "attachment": points.attachment}
    return [part for part in reading.parts if worth[part.name]]


def _found(words: Iterable[str], parts: Iterable[Part]) -> Iterator[tuple[Part, re.Match[str]]]:
    """Yield the first place of each word in each part, in reading order."""
    for part in parts:
        for word in words:
            if match := _search(word, part):
                yield part, match


def _hit(rule: Rule, part: Part, found: re.Match[str]) -> Hit:
    shown = part.plain.at(found.start())
    points = getattr(rule.points, part.place(shown))
    return part.hit(f"规则:{rule.name}:{found[0][:LONGEST_SHOWN]}", shown, points)
