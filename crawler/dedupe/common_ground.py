"""Read what two articles have in common, each thing when it is asked for. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.dedupe.profile import Profile
from crawler.dedupe.quantities import shared
from crawler.dedupe.rarity import GROUP_CHARACTERS, groups_of, is_rare, phrases_of, weight_of

UNMISTAKABLE_NAME_CHARACTERS = 8  # characters of a name that is found without its marks; 未来产业行动计划 has 8
MOST_TOLD = 5  # shared things of a kind that people are told


@dataclass(frozen=True)
class CommonGround:
    """The things that a new article and an old one share."""

    new: Profile
    old: Profile

    @cached_property
    def words(self) -> frozenset[int]:
        """The groups of characters that both have, by their hashes."""
        return self.new.group_set.intersection(self.old.groups)

    @cached_property
    def rare_words(self) -> frozenset[int]:
        """The groups of characters that both have and few texts of the field."""
        return frozenset(filter(is_rare, self.words))

    @cached_property
    def weight(self) -> float:
        """The weight of the shared groups."""
        return weight_of(self.words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The amounts that both give for one thing."""
        return shared(self.new.quantities, self.old.quantities)

    @cached_property
    def amounts(self) -> frozenset[str]:
        """The amounts that both give, for whatever."""
        return self.new.amounts & self.old.amounts

    @cached_property
    def tracks(self) -> frozenset[str]:
        """The tracks that both give."""
        return self.new.tracks & self.old.tracks

    @cached_property
    def offices(self) -> frozenset[str]:
        """The issuers that both give."""
        return self.new.issuers & self.old.issuers

    @cached_property
    def acts(self) -> frozenset[str]:
        """The acts that both tell."""
        return self.new.acts & self.old.acts

    @cached_property
    def named_in_passing(self) -> str | None:
        """A document of one that the other names without 《》, None when there is none."""
        return named_in_passing(self.new, self.old) or named_in_passing(self.old, self.new)

    @cached_property
    def batches(self) -> frozenset[str]:
        """The batches in the names of one that the other tells."""
        return frozenset((*_batches_told(self.new, self.old), *_batches_told(self.old, self.new)))

    @cached_property
    def rare_phrases(self) -> tuple[str, ...]:
        """The shared wording that few texts have, in runs, the longest first."""
        return tuple(phrases_of(self.new.said, self.rare_words))

    @cached_property
    def coined(self) -> frozenset[str]:
        """The phrases in “” that both print and few texts have: what an act calls its own things (“测出来”)."""
        return frozenset(phrase for phrase in self.new.quoted & self.old.quoted if _is_rare_phrase(phrase))

    @property
    def days(self) -> int:
        """The days between them."""
        return abs((self.new.day - self.old.day).days)

    @property
    def phrases(self) -> str:
        """The longest shared wording that few texts have, for people."""
        return listed(self.rare_phrases)


def _is_rare_phrase(phrase: str) -> bool:
    """True for a phrase that holds a group of characters that few texts have, or is shorter than a group."""
    return any(map(is_rare, groups_of(phrase))) or len(phrase) < GROUP_CHARACTERS


def listed(values: Iterable[str]) -> str:
    """Return the first things of a list, for people."""
    some = list(values)
    return "、".join(some[:MOST_TOLD]) + ("…" if len(some) > MOST_TOLD else "")


def named_in_passing(one: Profile, other: Profile) -> str | None:
    """Return a document of `other` that the text of `one` names without 《》, None when it names none."""
    names = (name.text for name in other.names if len(name.text) >= UNMISTAKABLE_NAME_CHARACTERS)
    return next((name for name in names if name in one.bare), None)


def _batches_told(one: Profile, other: Profile) -> Iterator[str]:
    """Yield the batches in the names of one that the title or text of the other tells."""
    return (batch.number for batch in one.batches if f"第{batch.number}批" in other.bare or batch in other.batches)
