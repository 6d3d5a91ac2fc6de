"""Define the documents of comparisons: acts, regions, the matrix, who was first, a draft, a policy in time. Pure."""

from __future__ import annotations

from typing import Literal

from scheduler.questions.documents import ApiDocument, RegionDocument


class QuotedValue(ApiDocument):
    """Something that an act says, with its words and where they stand."""

    value: str
    quote: str
    act: int
    article: int


class YearTargets(ApiDocument):
    """The goals for one year of one kind (规模, 企业, …); `year` is null where none is named."""

    year: int | None
    kind: str
    targets: tuple[QuotedValue, ...]


class NamedCount(ApiDocument):
    """How many acts have something."""

    name: str
    count: int


class SupportMeasure(ApiDocument):
    """A means of support, how many acts name it, and the words of the latest."""

    name: str
    count: int
    latest: QuotedValue


class DatedAct(ApiDocument):
    """An act by its day in China."""

    id: int
    title: str
    policy_title: str
    day: str
    act: str | None


class ComparedRegion(ApiDocument):
    """A region as a column beside others: what its acts say. `read` of the `acts`, the latest, are looked through."""

    region: RegionDocument
    acts: int
    read: int
    first: DatedAct | None
    latest: tuple[DatedAct, ...]
    issuers: tuple[NamedCount, ...]
    tracks: tuple[NamedCount, ...]
    targets: tuple[YearTargets, ...]
    money: tuple[QuotedValue, ...]
    measures: tuple[SupportMeasure, ...]
    deadlines: tuple[QuotedValue, ...]


class ComparedAct(ApiDocument):
    """An act as a column beside others: what it says on the same things, in its own words.

    `goals` are its `targets` by year and kind.
    """

    id: int
    title: str
    policy_title: str
    region: RegionDocument | None
    act: str | None
    instrument: str | None
    issuers: tuple[str, ...]
    first_published_at: str | None
    tracks: tuple[str, ...]
    targets: tuple[QuotedValue, ...]
    goals: tuple[YearTargets, ...]
    money: tuple[QuotedValue, ...]
    measures: tuple[QuotedValue, ...]
    deadlines: tuple[QuotedValue, ...]


class MatrixCell(ApiDocument):
    """How many acts a province has of a track in a year; `is_first`: it was the first with this track, in this year."""

    region: str
    track: str
    year: str
    count: int
    is_first: bool


class FollowingRegion(ApiDocument):
    """A region that came after the first with a track, so many days later."""

    region: RegionDocument
    day: str
    act: int
    days_later: int


class FirstDocument(ApiDocument):
    """The first regions with a track: all regions of that day, then who followed."""

    track: str
    day: str
    first: tuple[FollowingRegion, ...]
    then: tuple[FollowingRegion, ...]


class MatrixDocument(ApiDocument):
    """Counts of acts by region, track and year, the most frequent tracks first; and who was first with each track."""

    regions: tuple[RegionDocument, ...]
    tracks: tuple[str, ...]
    years: tuple[str, ...]
    cells: tuple[MatrixCell, ...]
    firsts: tuple[FirstDocument, ...]


class TextPiece(ApiDocument):
    """A piece of a paragraph; `is_changed` where the other text has something else."""

    text: str
    is_changed: bool


class ParagraphChange(ApiDocument):
    """A paragraph that differs, under the heading that it stands below; a side is empty where it is missing."""

    heading: str
    kind: Literal["changed", "added", "removed"]
    before: tuple[TextPiece, ...]
    after: tuple[TextPiece, ...]


class DraftComparison(ApiDocument):
    """A draft against its document. `same` counts the paragraphs that did not change."""

    draft: DatedAct
    final: DatedAct
    same: int
    changes: tuple[ParagraphChange, ...]


class ChainStep(ApiDocument):
    """An act of a policy with the article that was the first to have it; `day` is a day in China."""

    day: str
    act: str
    title: str
    id: int
    article: int


class ChainDocument(ApiDocument):
    """A policy that went through several acts (征求意见, 印发, 解读), in order of time."""

    policy_id: int
    steps: tuple[ChainStep, ...]
