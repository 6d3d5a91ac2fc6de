"""Rank the policies that are like one: by what their texts share, their tracks, what they cite, their kind."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.dedupe.fingerprint import fingerprint, wording
from storage.archive import Archive
from storage.overview.announcements import ListedAnnouncement
from storage.overview.similar import RelatedAct
from storage.records import Announcement, Article, Facts

MOST_SHOWN_POLICIES = 5
LEAST_LIKENESS = 0.15  # below it two policies share a frequent track and nothing else
# What a whole share of each is worth: wording says most, a kind of document hardly anything.
WORDS_WEIGHT, TRACKS_WEIGHT, CITED_WEIGHT, INSTRUMENT_WEIGHT = 0.5, 0.3, 0.15, 0.05
ENOUGH_CITED = 3  # documents that both cite: more say nothing more
TOLD_TRACKS, TOLD_TITLES = 4, 2
TOLD_SHARE = 0.05  # of the wording: less is a turn of phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPolicy:
    """A policy by its latest act, with its likeness from 0 to 1 and what it shares, as words for people."""

    act: ListedAnnouncement
    likeness: float
    reasons: tuple[str, ...]


def similar_policies(archive: Archive, one: Announcement, article: Article, facts: Facts) -> tuple[SimilarPolicy, ...]:
    """Return the policies most like an announcement, whose main source says this; each policy once."""
    keys = fingerprint(wording(article.wording).said)
    cited = facts.values("cited_title")
    related = archive.similar.of(one.policy_id or one.id, keys=keys, tracks=one.tracks, cited=cited)
    ranked = sorted((_compared(one, other, len(keys)) for other in related), key=lambda each: -each.likeness)
    found = {each.act.policy_id: each for each in reversed(ranked) if each.likeness >= LEAST_LIKENESS}
    return tuple(sorted(found.values(), key=lambda each: (-each.likeness, -each.act.id))[:MOST_SHOWN_POLICIES])


def _compared(one: Announcement, other: RelatedAct, keys: int) -> SimilarPolicy:
    tracks = [track for track in one.tracks if track in other.act.tracks]
    union = len({*one.tracks, *other.act.tracks})
    share = other.shared_keys / keys if keys else 0.0
    is_same_kind = one.instrument is not None and one.instrument == other.act.instrument
    likeness = (
        WORDS_WEIGHT * min(1.0, share)
        + TRACKS_WEIGHT * len(tracks) / max(1, union)
        + CITED_WEIGHT * min(1.0, len(other.cited) / ENOUGH_CITED)
        + INSTRUMENT_WEIGHT * is_same_kind
    )
    reasons = (
        f"文字 {share:.0%} 相同" if share >= TOLD_SHARE else "",
        f"赛道相同：{'、'.join(tracks[:TOLD_TRACKS])}{' 等' if len(tracks) > TOLD_TRACKS else ''}" if tracks else "",
        f"都引用{''.join(f'《{title}》' for title in other.cited[:TOLD_TITLES])}" if other.cited else "",
        f"都是{one.instrument}" if is_same_kind else "",
    )
    return SimilarPolicy(act=other.act, likeness=likeness, reasons=tuple(filter(None, reasons)))
