"""Define a summary by a language model: sentences, each with the quote that carries it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence that a model wrote, and the words of the policy's text that carry it."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A machine's summary: a Chinese paragraph and an English gist; either may be empty, not both."""

    zh: tuple[SummarySentence, ...]
    en: tuple[SummarySentence, ...]
