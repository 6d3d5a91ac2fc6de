"""Give and undo verdicts, with all that follows from them: what the review page and `futurewatch verdict` do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.acts.separate import separate
from scheduler.config.config import Settings
from scheduler.notify.message import deliveries_for
from scheduler.notify.retract import let_stand, take_back
from scheduler.notify.subscriptions import subscriptions
from storage.archive import Archive
from storage.edits import Edit
from storage.records import VerdictValue
from storage.verdicts import SeenState, Verdict, VerdictError

TIME_TO_UNDO = timedelta(seconds=60)  # a correction waits so long: a slip of the finger reaches nobody


class StaleVerdictError(Exception):
    """A verdict was given on a page that shows what is so no longer. `standing` is the verdict that stands now."""

    def __init__(self, standing: Verdict | None, now: SeenState) -> None:
        self.standing = standing
        self.now = now
        super().__init__(f"the page was another: it is {now} now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A verdict that was given or undone. `told` counts the messages that it put into the outbox."""

    verdict: Verdict
    told: int


def judge(
    archive: Archive,
    article_id: int,
    verdict: VerdictValue,
    *,
    who: str,
    reason: str,
    settings: Settings,
    now: datetime,
    seen: SeenState | None = None,
    press: str | None = None,
) -> Reviewed:
    """Give a verdict on an article; on the leading one of an announcement it is a verdict on the announcement.

    A rejected announcement is taken back, see `scheduler.notify.retract`; any other verdict lets it stand again.

    `seen` is what its author saw, None: nobody asks. `press` names the button on a card that was pressed for it.

    Raises:
        VerdictError: there is no such article.
        StaleVerdictError: its author saw something else than there is now.
    """
    with archive.transaction():
        announcement_id = archive.announcements.led_by(article_id)
        if seen is not None:
            _check_seen(archive, article_id, announcement_id, verdict, seen)
        given = archive.verdicts.give(
            article_id, verdict, who=who, reason=reason, now=now, announcement_id=announcement_id, seen=seen,
            press=press,
        )  # fmt: skip
        return Reviewed(verdict=given, told=_follow(archive, announcement_id, settings, now))


def judge_announcement(
    archive: Archive,
    announcement_id: int,
    verdict: VerdictValue,
    *,
    who: str,
    reason: str,
    settings: Settings,
    now: datetime,
    seen: SeenState | None = None,
    press: str | None = None,
) -> Reviewed:
    """Give a verdict on an announcement, by its leading article.

    Raises:
        VerdictError: there is no such announcement, or it was merged into another.
        StaleVerdictError: its author saw something else than there is now.
    """
    with archive.transaction():
        try:
            lead = archive.announcements.get(announcement_id).lead_article_id
        except KeyError as error:
            raise VerdictError(announcement_id, f"there is no announcement {announcement_id}") from error
        if lead is None or archive.announcements.led_by(lead) != announcement_id:
            raise VerdictError(announcement_id, f"announcement {announcement_id} was merged into another")
        return judge(archive, lead, verdict, who=who, reason=reason, settings=settings, now=now, seen=seen, press=press)


def seen_now(archive: Archive, article_id: int, announcement_id: int | None) -> tuple[SeenState, Verdict | None]:
    """Return what a page shows now of an article, or of the announcement that it leads, and the standing verdict."""
    if announcement_id is None:
        standing, version = archive.verdicts.of(article_id), 0
    else:
        standing = archive.verdicts.of_announcements([announcement_id]).get(announcement_id)
        version = archive.announcements.get(announcement_id).version
    return SeenState(version=version, verdict=standing.id if standing else 0), standing


def _check_seen(
    archive: Archive, article_id: int, announcement_id: int | None, verdict: VerdictValue, seen: SeenState
) -> None:
    """Raise `StaleVerdictError` unless the author saw what is so now, or says what somebody else has said meanwhile."""
    now, standing = seen_now(archive, article_id, announcement_id)
    is_agreed = standing is not None and standing.verdict == verdict and now.version == seen.version
    if now != seen and not is_agreed:
        raise StaleVerdictError(standing, now)


def undo(archive: Archive, verdict_id: int, *, settings: Settings, now: datetime) -> Reviewed:
    """Let a verdict stand no longer; the one before it does again, with what follows from that.

    Raises:
        VerdictError: there is no such verdict, or it was undone before.
    """
    with archive.transaction():
        undone = archive.verdicts.undo(verdict_id, now=now)
        return Reviewed(verdict=undone, told=_follow(archive, undone.announcement_id, settings, now))


def split_off(
    archive: Archive,
    announcement_id: int,
    article_ids: Sequence[int],
    *,
    reason: str,
    tells: bool,
    settings: Settings,
    now: datetime,
) -> Edit:
    """Split articles off an announcement into one of their own; `tells`: the endpoints hear of the act it swallowed.

    Raises:
        EditError: an article is not of this announcement, or none would be left.
    """
    with archive.transaction():
        edit, opened = separate(announcement_id, article_ids, archive=archive, reason=reason, now=now)
        if tells:
            subscribed = subscriptions(archive, settings.endpoint)
            archive.outbox.put(
                deliveries_for(opened, "announcement.new", now, settings=settings, subscribed=subscribed)
            )
            archive.announcements.note_told(opened.id, now=now)
        return edit


def _follow(archive: Archive, announcement_id: int | None, settings: Settings, now: datetime) -> int:
    """Let the announcement be rejected or not as its standing verdict says; return how many messages tell of it."""
    if announcement_id is None:
        return 0
    standing = archive.verdicts.of_announcements([announcement_id]).get(announcement_id)
    if standing is not None and standing.verdict == "rejected":
        told = take_back(
            archive, announcement_id, standing.reason, settings=settings, now=now, tells=settings.alert.corrections,
            after=TIME_TO_UNDO,
        )  # fmt: skip
    else:
        told = let_stand(archive, announcement_id, settings=settings, now=now)
    return told or 0
