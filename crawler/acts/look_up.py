"""Look up what the archive knows of the act of an article: all that the decision about it needs."""

from __future__ import annotations

from datetime import datetime

from crawler.acts.decide import KnownAct
from crawler.acts.second_act import second_act
from crawler.dedupe import best_match, cited_keys, keys_near, keys_of, keys_of_waiting
from crawler.dedupe.best_match import BestMatch
from crawler.dedupe.compare import MONTH
from crawler.dedupe.places import codes_around
from crawler.dedupe.profile import Profile
from crawler.dedupe.stages import WINDOW
from crawler.detect.lexicon import Lexicon
from crawler.reading.judge import JudgedPage
from storage.archive import Archive
from storage.records import BEIJING, NATION, KeptArticle


def look_up(
    judged: JudgedPage, kept: KeptArticle, *, source: str, now: datetime, archive: Archive, lexicon: Lexicon
) -> KnownAct:
    """Return what is known of the act of an article that was just kept. `now` is when its page was fetched."""
    part_of = archive.announcements.of_article(kept.article_id)
    if part_of is not None:
        return _known_of_part(part_of, kept, archive)
    if not judged.is_on_topic:
        return KnownAct()
    kind_and_region = archive.near_duplicates.source(source)
    match = _match(judged.profile, archive)
    is_announcing = judged.assessment.is_announcement
    found = archive.waiting.sharing(keys_of_waiting(judged.profile)) if is_announcing else []
    waiting = tuple(page for page in found if page.article_id != kept.article_id)
    second = second_act(judged, match, lexicon, seen=now.astimezone(BEIJING).date())
    if second is not None and _match(second.profile, archive).announcement_id is None:
        return KnownAct(source=kind_and_region, second_act=second)
    if match.announcement_id is None:
        is_told = match.policy is not None and archive.announcements.is_policy_told(match.policy)
        return KnownAct(source=kind_and_region, match=match, is_policy_told=is_told, waiting=waiting)
    return KnownAct(
        source=kind_and_region,
        match=match,
        act=archive.announcements.so_far(match.announcement_id),
        members=tuple(archive.near_duplicates.members_of(match.announcement_id)),
        waiting=waiting,
    )


def may_be_copy(judged: JudgedPage, archive: Archive) -> bool:
    """Whether an article that the gate kept out shares wording with one that is known: an excerpt without any term."""
    return not judged.is_on_topic and bool(archive.near_duplicates.alike(judged.profile.fingerprint))


def _known_of_part(announcement_id: int, kept: KeptArticle, archive: Archive) -> KnownAct:
    """Return what is known of an article that belongs to an announcement; more only where an edit may change it."""
    if kept.change != "revised":
        return KnownAct(part_of=announcement_id)
    act = archive.announcements.so_far(announcement_id)
    if act.lead_article_id != kept.article_id:
        return KnownAct(part_of=announcement_id)
    earlier = archive.revisions.of(kept.article_id)[-2]
    return KnownAct(part_of=announcement_id, act=act, earlier=earlier)


def _match(profile: Profile, archive: Archive) -> BestMatch:
    """Return where an article belongs among the articles that share keys, wording, or region and days with it."""
    known = archive.near_duplicates
    ids = known.sharing([*keys_of(profile), *keys_near(profile), *cited_keys(profile)])
    if profile.is_announcing or profile.tracks:
        for region in profile.regions_asked:
            window = WINDOW if region == NATION.code else MONTH  # the nation's acts of a month are hundreds
            ids |= known.around(codes_around(region), profile.day, window)
    return best_match(profile, known.members(ids, known.alike(profile.fingerprint)))
