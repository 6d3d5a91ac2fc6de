"""Tell which announcement an article belongs to: by document number, document name and region, or equal text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.dedupe.identity import identity, plain
from storage.records import Article, Candidate, Facts, Key

YEARS = re.compile(r"[（(]?(20\d\d)\s*年?\s*[-—–~～至到]*\s*(?:20\d\d)?\s*年?[)）]?")
DRAFT = re.compile(r"(征求意见稿|草案|送审稿|公开征求)")
ABOUT = re.compile(r"^关于(印发|发布|转发|公布|加快|推动|推进|促进)?")
TRIAL = re.compile(r"[（(](试行|暂行|修订|修订版|征求意见稿|草案|送审稿)[)）]")
YEARS_APART = 1  # a plan of December is reported in January; the same name two years on is another policy


def keys_of(article: Article, facts: Facts) -> tuple[Key, ...]:
    """Return what would tell another article about the same act, the surest first."""
    return tuple(dict.fromkeys([*_number_keys(facts), *_name_keys(article, facts), _text_key(article)]))


def same_announcement(candidates: Sequence[Candidate], keys: Sequence[Key]) -> int | None:
    """Return the announcement among `candidates` that has one of an article's `keys`, None when none is the same.

    A name is the same policy only when its years are at most one apart.
    """
    for key in keys:
        for candidate in candidates:
            if candidate.key.text == key.text and _near(candidate.key.year, key.year):
                return candidate.announcement_id
    return None


def _near(one: int | None, other: int | None) -> bool:
    return one is None or other is None or abs(one - other) <= YEARS_APART


def _number_keys(facts: Facts) -> Iterator[Key]:
    for number in facts.values("document_number"):
        yield Key(text=f"number:{plain(number)}")


def _name_keys(article: Article, facts: Facts) -> Iterator[Key]:
    region = facts.region.code if facts.region else ""
    published = article.published_day.year if article.published_day else None
    for title in facts.values("policy_title"):
        stage = "draft" if DRAFT.search(title) else "final"
        printed = YEARS.search(title)
        yield Key(text=f"name:{region}:{stage}:{_name(title)}", year=int(printed[1]) if printed else published)


def _name(title: str) -> str:
    """Return a document's name without its years, stage and opening formula."""
    return plain(ABOUT.sub("", TRIAL.sub("", YEARS.sub("", title))))


def _text_key(article: Article) -> Key:
    return Key(text=f"text:{identity(article.title, article.text)}")
