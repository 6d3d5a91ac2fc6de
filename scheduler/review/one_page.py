"""Print an announcement on one page of paper: what matters most, cut so that it always fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.notify.markup import short
from scheduler.reports.citation_forms import gbt7714
from scheduler.reports.cite import Citation, cite_announcement
from storage.archive import Archive
from storage.records import Announcement, Hit, Mention, Milestone, Target

# What an A4 page with margins of 16 mm holds in 10.5 point type, with a long title and a long citation.
TITLE_CHARACTERS = 120
MOST_NAMES = 5
MOST_TARGETS = 6
TARGET_CHARACTERS = 60
MOST_HITS = 5
SENTENCE_CHARACTERS = 90
MOST_STEPS = 5
MOST_ARTICLES = 5
ADDRESS_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """The announcement as the page shows it, each list with what matters most in it."""

    announcement: Announcement
    title: str
    issuers: tuple[str, ...]
    documents: tuple[str, ...]
    tracks: tuple[str, ...]
    targets: tuple[Target, ...]
    hits: tuple[Hit, ...]
    steps: tuple[Milestone, ...]
    articles: tuple[Mention, ...]
    citation: Citation
    cited: str


def one_page_of(archive: Archive, announcement_id: int) -> OnePage:
    """Return an announcement as one page shows it. Raises `KeyError` when there is none."""
    said = archive.announcements.get(announcement_id)
    cited = cite_announcement(archive, announcement_id)
    return OnePage(
        announcement=said, title=short(said.title, TITLE_CHARACTERS), issuers=_few(said.issuers, MOST_NAMES),
        documents=_few(said.policy_titles, 3), tracks=_few(said.tracks, 2 * MOST_NAMES),
        targets=tuple(Target(year=t.year, text=short(t.text, TARGET_CHARACTERS)) for t in said.targets[:MOST_TARGETS]),
        hits=_strongest(said.explanation), steps=said.timeline[-MOST_STEPS:], articles=said.mentions[:MOST_ARTICLES],
        citation=cited, cited=_fitting(cited),
    )  # fmt: skip


def _fitting(cited: Citation) -> str:
    """Return a citation as text, its title and its address cut to what the page holds."""
    return gbt7714(replace(cited, title=short(cited.title, TITLE_CHARACTERS), url=short(cited.url, ADDRESS_CHARACTERS)))


def _few(names: Iterable[str], most: int) -> tuple[str, ...]:
    named = tuple(short(name, TARGET_CHARACTERS) for name in names)
    return named if len(named) <= most else (*named[:most], f"等 {len(named)} 个")


def _strongest(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the strongest hits, one for each sentence."""
    found: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: -hit.points):
        if hit.points > 0:
            found.setdefault(hit.sentence or hit.term, hit)
    return tuple(
        Hit(term=h.term, place=h.place, start=h.start, points=h.points, sentence=short(h.sentence, SENTENCE_CHARACTERS))
        for h in list(found.values())[:MOST_HITS]
    )
