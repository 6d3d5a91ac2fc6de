"""An operator's own rule: a condition and its points, with plain words, and regular expressions between slashes.

No I/O, no points given: `crawler.detect.rules` tells which rules hold. Light, because every configuration reads it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from crawler.toml import Model, Strings
from storage.folding import fold

SLASHES = re.compile(r"/(?P<pattern>.+)/[a-z]*")  # flags behind the second slash change nothing: case never counts


@lru_cache(maxsize=4096)  # more words than an operator keeps
def compiled(word: str) -> re.Pattern[str]:
    """Return the pattern that finds a word in a plain text; one between slashes is a regular expression.

    A Latin word is not found inside a longer one: AI is not in 5AI or CHAIN.

    Raises:
        re.error: what stands between the slashes is no regular expression.
    """
    if expression := expression_of(word):
        return re.compile("".join(map(_plain, expression)), re.IGNORECASE)
    plain = fold(word.strip())
    escaped = re.escape(plain)
    return re.compile(rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if plain.isascii() else escaped)


def expression_of(word: str) -> str | None:
    """Return the regular expression between slashes, None for a plain word."""
    match = SLASHES.fullmatch(word.strip())
    return match["pattern"] if match else None


def _plain(character: str) -> str:
    r"""Return a character of an expression as it stands in a plain text, where 。 stays and ， is a comma.

    ASCII is left alone: there \D is not \d.
    """
    return character if character.isascii() else re.escape(fold(character))


class Weights(Model):
    """The points of one mention by where it stands."""

    title: float
    lead: float
    body: float
    attachment: float = 0.0


class Rule(Model):
    """A condition of the operator's own: one of `any`, all of `must`, none of `not`. docs/rules.md

    A word between slashes is a regular expression: `/第.批名单/`. A rule counts once, where it is worth most.
    """

    model_config = ConfigDict(serialize_by_alias=True)  # what is dumped can be read again

    name: Annotated[str, Field(min_length=1)]
    """What its hits are shown under."""
    enabled: bool = True
    """False keeps the rule without counting it."""
    any_: Strings = Field(default=(), alias="any")
    """One of these must be there; empty asks for none."""
    must: Strings = ()
    """All of these must be there."""
    not_: Strings = Field(default=(), alias="not")
    """None of these may be there."""
    points: Weights
    """What it is worth by the place where one of `any`, or without these of `must`, stands."""

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        """Refuse a rule that would hold for every article, and words that are no regular expressions."""
        if not self.any_ and not self.must:
            raise ValueError(f"rule {self.name!r} needs a word in any or must")
        for word in (*self.any_, *self.must, *self.not_):
            try:
                compiled(word)
            except re.error as error:
                raise ValueError(f"rule {self.name!r}: {word} is no regular expression: {error}") from error
        return self

    @property
    def opening(self) -> tuple[str, ...]:
        """The words without one of which the rule gives no points; a rule that only takes points has none.

        The gate lets an article pass that has one of them, whatever it is about.
        """
        if not self.enabled or max(self.points.model_dump().values()) <= 0:
            return ()
        return next(((word,) for word in self.must if not expression_of(word)), ()) or self.any_ or self.must[:1]
