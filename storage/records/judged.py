"""Define the results of detection: facts, hits, assessments, judged articles. Frozen, no I/O and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.page import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region by its six-digit GB/T 2260 code; the nation is 000000 国家."""

    code: str
    name: str


NATION = Region(code="000000", name="国家")
SECTION_PLAN = "综合规划"  # how the hit of a general plan begins of which a section is about future industries
Label = Literal["announcement", "related", "irrelevant"]
VerdictValue = Literal["confirmed", "rejected", "watch"]  # a reviewer's judgement of an article
Place = Literal["title", "lead", "body", "attachment"]
Act = Literal["印发", "征求意见", "解读", "发布会", "名单", "申报", "立法", "部署会", "失效"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One cue of the lexicon in an article.

    `start` is the character offset in the title (place `title`), in the text (places `lead` and `body`) or in the
    wording of its attachment (place `attachment`); `sentence` is what stands around it, for people to read.
    """

    term: str
    place: Place
    start: int
    points: float
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Whether an article announces a policy. The points of `hits` sum to `score`."""

    score: float
    threshold: float
    label: Label
    hits: tuple[Hit, ...]
    lexicon_version: str

    @property
    def is_announcement(self) -> bool:
        """True at or above the threshold."""
        return self.label == "announcement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that an article establishes, with the words that say so. Kinds: `storage/fact_kinds.py`.

    `start` is the offset of `quote` in the title or text (see `Hit`), -1 when it was read from the
    page's metadata. `year` is the year of a target, else None. A region's value is its code. `number` and `unit` are a
    target's or a sum's quantity (`12`, `个`), None where it has none.
    """

    kind: str
    value: str
    quote: str
    place: Place
    start: int
    year: int | None = None
    number: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that an article establishes, in order of appearance within a kind."""

    all: tuple[Fact, ...] = ()
    region: Region | None = None

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Return the facts of one kind."""
        return tuple(fact for fact in self.all if fact.kind == kind)

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of one kind, each once."""
        return tuple(dict.fromkeys(fact.value for fact in self.of(kind)))

    def first(self, kind: str) -> str | None:
        """Return the first value of one kind, or None."""
        return next(iter(self.values(kind)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An article with its facts and its assessment."""

    article: Article
    facts: Facts
    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArticle:
    """Where an article went. `change`: it is `new`, the `same` as before, or a `revised` text under a known key."""

    article_id: int
    change: Literal["new", "same", "revised"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One wording of an article. `replaced_at` is None for the one that stands now, which is the last."""

    title: str
    text: str
    label: Label
    score: float
    facts: tuple[Fact, ...]
    page_id: int
    fetched_at: datetime
    replaced_at: datetime | None
