"""Put the briefs that are due into the outbox: once for each time and endpoint, whatever ends in between."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.china_time.clock import next_at
from scheduler.config.brief_table import BriefTable
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.log import get_logger
from scheduler.notify.message import document, envelope
from scheduler.reports.brief import Brief, brief_of
from scheduler.reports.brief_forms import BRIEF_FORMS, write_brief
from scheduler.reports.gist import gist_of
from scheduler.reports.period import Period
from storage.archive import Archive
from storage.records import BEIJING, Delivery

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()

LATE_AT_MOST = timedelta(hours=6)  # a machine that slept over the morning sends its brief at noon, not in the evening
LOOKED_BACK = timedelta(days=8)  # the two latest times of a weekly brief lie within two of these


async def send_due_briefs(program: Program, now: datetime) -> None:
    """Write the briefs that are due, in a thread with a connection of its own."""
    if program.settings.brief:
        await asyncio.to_thread(_send_due, program.settings, now)


def _send_due(settings: Settings, now: datetime) -> None:
    with Archive.existing(settings.archive.path) as archive:
        put_due_briefs(archive, settings, now=now)


def put_due_briefs(archive: Archive, settings: Settings, *, now: datetime) -> int:
    """Put the briefs that are due and not there yet into the outbox; return how many messages that are.

    Raises:
        BriefTemplateError: an own template cannot be used.
    """
    return sum(_put(archive, settings, table, now) for table in settings.brief)


def period_due(table: BriefTable, now: datetime) -> Period | None:
    """Return what the latest brief of a table is about: from the time before to its own; None when it is too late."""
    before, latest = sorted(_times(table, now - 2 * LOOKED_BACK, now))[-2:]
    return Period(start=before, end=latest) if now - latest <= LATE_AT_MOST else None


def _times(table: BriefTable, since: datetime, until: datetime) -> Iterable[datetime]:
    for clock in table.at:
        moment = next_at(clock, table.day, since)
        while moment <= until:
            yield moment.astimezone(BEIJING)
            moment = next_at(clock, table.day, moment)


def _put(archive: Archive, settings: Settings, table: BriefTable, now: datetime) -> int:
    period = period_due(table, now)
    if period is None:
        return 0
    wanted = [one for one in settings.endpoint if one.name in table.endpoints]
    missing = [one for one in wanted if not archive.outbox.has(_id(table, one, period))]
    if not missing:
        return 0
    brief = brief_of(archive, period, now=now)
    if not (table.empty or brief.entries or brief.changed or brief.rejected):
        return 0
    archive.outbox.put(_delivery(table, one, brief, settings, now) for one in missing)
    log.info("brief written", brief=table.name, endpoints=[one.name for one in missing], new=len(brief.entries))
    return len(missing)


def _id(table: BriefTable, endpoint: Endpoint, period: Period) -> str:
    """Return the id of a brief's message: the same however often it is made, so that it goes out once."""
    return f"msg_{uuid.uuid5(uuid.NAMESPACE_URL, f'{table.name} {endpoint.name} {period.name}').hex}"


def _delivery(table: BriefTable, endpoint: Endpoint, brief: Brief, settings: Settings, now: datetime) -> Delivery:
    data: dict[str, Any] = {
        "name": table.name, "title": brief.period.title, "from": brief.period.start.isoformat(),
        "to": brief.period.end.isoformat(), "summary": gist_of(brief), "count": len(brief.entries),
        "items": [*_items("announcement.new", brief, settings), *_items("announcement.updated", brief, settings)],
        "review_url": f"{settings.review.url}/brief",
    }  # fmt: skip
    if endpoint.kind == "email":
        data["files"] = [_file(brief, form, table.template) for form in table.attach]
    return Delivery(
        id=_id(table, endpoint, brief.period), announcement_id=None, version=None, endpoint=endpoint.name, type="brief",
        payload=envelope("brief", data, now), state="pending", attempts=0, created_at=now, next_attempt_at=now,
        reason=f"brief {table.name}",
    )  # fmt: skip


def _items(type: str, brief: Brief, settings: Settings) -> Iterable[dict[str, Any]]:
    for entry in brief.entries if type == "announcement.new" else brief.changed:
        said = entry.announcement
        review_url = f"{settings.review.url}/announcements/{said.id}"
        yield {"type": type, "announcement": document(said), "review_url": review_url, "routed_by": "brief"}


def _file(brief: Brief, form: str, template: str | None) -> dict[str, str]:
    written = write_brief(brief, form, Path(template) if template else None)
    kind = BRIEF_FORMS[form]
    return {
        "name": f"brief-{brief.period.end:%Y-%m-%d-%H%M}.{kind.ending}", "media": kind.media,
        "base64": base64.b64encode(written).decode(),
    }  # fmt: skip
