"""Find the announcement that an article belongs to, or open one, and say what people are told about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from crawler.dedupe import cited_keys, decide, keys_of, profile_of, profile_of_member
from crawler.dedupe.compare import WINDOW
from crawler.dedupe.decide import Decision
from crawler.dedupe.fingerprint import NEARLY_ALL, new_part, wording
from crawler.dedupe.names import resembles
from crawler.dedupe.places import codes_around
from crawler.dedupe.profile import Profile
from crawler.dedupe.standing import Standing, is_old, standing_of
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from storage.archive import Archive
from storage.edits import Edit, EditError
from storage.records import BEIJING, Announcement, Article, Assessment, Delivery, Facts, MessageType, Role

Notify: TypeAlias = Callable[[Announcement, MessageType, datetime], Iterable[Delivery]]

NEWSWORTHY_ACTS = frozenset({"印发", "发布会", "解读", "立法"})  # of an announcement; the others are acts of their own
NOVELTY_REACH = 50_000  # characters of what a page adds to a known text: an act is named long before their end
STILL_NEWS = timedelta(days=2)  # a first crawl found the act before: what came out yesterday is told after all


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article that was kept, with all that is known about it. `now` is when its page was fetched.

    `profile` is what it says of its act.
    """

    article_id: int
    source: str
    article: Article
    facts: Facts
    assessment: Assessment
    profile: Profile
    now: datetime


def announce(report: Report, *, archive: Archive, lexicon: Lexicon, notify: Notify) -> tuple[int | None, Role]:
    """Join the announcement that an article is about, or open one; messages go to the outbox of `archive`."""
    profile = report.profile
    decision = _decide(profile, archive)
    if decision.announcement_id is not None and _may_join(profile, decision):
        novelty = _novelty(report, decision, archive, lexicon)
        if novelty is None:
            return decision.announcement_id, _join(report, profile, decision, archive=archive, notify=notify)
        report, profile, decision = novelty, novelty.profile, Decision()
    if not report.assessment.is_announcement:
        return None, "none"
    return _open(report, profile, decision, archive=archive, notify=notify), "new"


def _decide(profile: Profile, archive: Archive) -> Decision:
    known = archive.near_duplicates
    ids = known.sharing([*keys_of(profile), *cited_keys(profile)])
    if profile.region and (profile.is_announcing or (profile.acts and profile.tracks)):
        ids |= known.around(codes_around(profile.region), profile.day, WINDOW)
    return decide(profile, known.members(ids, known.alike(profile.fingerprint)))


def _may_join(profile: Profile, decision: Decision) -> bool:
    """True for an announcement, a copy of one, and what tells of the same act at the same time in other words.

    A page below the threshold that merely names a document comments on it, and a digest holds an act among others.
    """
    assert decision.verdict is not None
    is_copy = decision.verdict.relation in {"reprint", "excerpt"}
    is_told_otherwise = bool(profile.acts) and not decision.verdict.is_certain
    return profile.is_announcing or is_copy or is_told_otherwise


def _novelty(report: Report, decision: Decision, archive: Archive, lexicon: Lexicon) -> Report | None:
    """Return what a page adds to the known text in it, when that announces another act; else None."""
    assert decision.verdict is not None
    assert decision.beside is not None
    if decision.verdict.relation not in {"superset", "excerpt"} or decision.verdict.of_new >= NEARLY_ALL:
        return None
    added = new_part(report.article.text, wording(decision.beside.article.text))[:NOVELTY_REACH]
    rest = replace(report.article, title="", text=added)
    facts = establish(rest, lexicon)
    assessment = assess(rest, facts, lexicon)
    article = replace(rest, title=report.article.title)
    profile = profile_of(
        article, facts, seen=report.now.astimezone(BEIJING).date(), is_announcing=assessment.is_announcement
    )
    part = replace(report, article=article, facts=facts, assessment=assessment, profile=profile)
    known = profile_of_member(decision.beside).names
    is_new = any(not any(resembles(name, old) for old in known) for name in part.profile.names)
    if not assessment.is_announcement or not is_new:
        return None
    return None if _decide(part.profile, archive).announcement_id is not None else part


def _open(report: Report, profile: Profile, decision: Decision, *, archive: Archive, notify: Notify) -> int:
    """Open an announcement; people are told, unless the text says that the act is old."""
    opened = archive.announcements.open(
        report.article_id,
        report.article,
        report.facts,
        report.assessment,
        keys=keys_of(profile),
        standing=_standing(report, profile, archive),
        follows=decision.policy,
        held_back="an old act under a new date" if is_old(profile, report.facts) else None,
        now=report.now,
    )
    _remember(report, profile, archive)
    if opened.held_back is None:
        is_known = archive.announcements.is_policy_told(opened.id)
        type: MessageType = "announcement.updated" if is_known else "announcement.new"
        _tell(opened, type, archive=archive, notify=notify, now=report.now)
    return opened.id


def _join(report: Report, profile: Profile, decision: Decision, *, archive: Archive, notify: Notify) -> Role:
    """Add an article to its announcement; people are told of a new act or a more official text, not of a reprint."""
    assert decision.announcement_id is not None
    before = archive.announcements.get(decision.announcement_id)
    standing = _standing(report, profile, archive)
    _file(report, profile, decision, standing, archive)
    is_update = profile.is_announcing and _is_update(profile, standing, decision, before, archive)
    if profile.is_announcing:
        _enrich(report, before, standing if is_update else Standing.NEWS, archive)
    if is_update:
        archive.announcements.raise_version(before.id, now=report.now)
    joined = archive.announcements.get(before.id)
    if is_update and before.is_told:
        _tell(joined, "announcement.updated", archive=archive, notify=notify, now=report.now)
    elif _is_still_news(profile, joined, report.now):
        _tell(joined, "announcement.new", archive=archive, notify=notify, now=report.now)
    return "update" if is_update else "reprint"


def _file(report: Report, profile: Profile, decision: Decision, standing: Standing, archive: Archive) -> None:
    """Note that an article belongs to the announcement that was decided on, and why."""
    assert decision.announcement_id is not None
    assert decision.verdict is not None
    archive.announcements.join(
        decision.announcement_id,
        report.article_id,
        relation=decision.verdict.relation,
        keys=keys_of(profile),
        standing=standing,
        reason="; ".join(decision.verdict.reasons),
        now=report.now,
    )
    _remember(report, profile, archive)


def _is_update(
    profile: Profile, standing: Standing, decision: Decision, before: Announcement, archive: Archive
) -> bool:
    """True for the first official page about an act, for its document, and for an authority's new act on it."""
    assert decision.verdict is not None
    is_copy = decision.verdict.relation in {"reprint", "excerpt"}
    if standing == Standing.NEWS or (is_copy and standing < Standing.OFFICIAL_TEXT):
        return False
    standings = {mention.article_id: mention.standing for mention in before.mentions}
    if standing > max(standings.values()):
        return True
    official = [m for m in archive.near_duplicates.members_of(before.id) if standings.get(m.article_id)]
    known = {act for member in official for act in member.facts.values("act")}
    return not is_copy and not profile.acts & NEWSWORTHY_ACTS <= known


def _enrich(report: Report, before: Announcement, standing: Standing, archive: Archive) -> None:
    """Let a more official article lead, else add what this one knows more."""
    if standing > max(mention.standing for mention in before.mentions):
        archive.announcements.lead(before.id, report.article_id, report.article, report.facts, report.assessment)
    else:
        archive.announcements.complete(before.id, report.article, report.facts, report.assessment)


def _is_still_news(profile: Profile, announcement: Announcement, now: datetime) -> bool:
    """True when nobody was told of an act of these days: a source's first crawl, which tells nobody, found it first."""
    if announcement.is_told or announcement.held_back or not profile.is_announcing:
        return False
    published = announcement.earliest.published_day if announcement.earliest else None
    since = published or announcement.first_seen_at.astimezone(BEIJING).date()
    return timedelta() <= now.astimezone(BEIJING).date() - since <= STILL_NEWS


def _tell(announcement: Announcement, type: MessageType, *, archive: Archive, notify: Notify, now: datetime) -> None:
    """Put the messages about an announcement into the outbox, and note that people know of it if there are any."""
    deliveries = tuple(notify(announcement, type, now))
    archive.outbox.put(deliveries)
    if deliveries:
        archive.announcements.note_told(announcement.id, now=now)


def _standing(report: Report, profile: Profile, archive: Archive) -> Standing:
    return standing_of(profile, archive.near_duplicates.source(report.source))


def _remember(report: Report, profile: Profile, archive: Archive) -> None:
    archive.near_duplicates.add(report.article_id, profile.fingerprint)


def separate(
    announcement_id: int, article_ids: Sequence[int], *, archive: Archive, reason: str, now: datetime
) -> tuple[Edit, Announcement]:
    """Split articles off an announcement into one of their own, and return the edit and the new announcement.

    Raises:
        EditError: an article is not of this announcement, or none would be left.
    """
    with archive.transaction():
        members = archive.near_duplicates.members([], article_ids)
        if not members:
            raise EditError(announcement_id, "has none of these articles")
        lead, keys = members[0], [key for m in members for key in keys_of(profile_of_member(m))]
        judged = archive.announcements.assessment(lead.article_id)
        opened = archive.announcements.open(lead.article_id, lead.article, lead.facts, judged, keys=keys, now=now)
        edit = archive.edits.split(announcement_id, article_ids, opened.id, reason=reason, now=now)
        return edit, archive.announcements.get(opened.id)
