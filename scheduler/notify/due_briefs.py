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
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.message import document, envelope
from scheduler.questions.acts import chosen_acts
from scheduler.reports.brief import Brief, brief_of
from scheduler.reports.brief_forms import BRIEF_FORMS, BriefTemplateError, write_brief
from scheduler.reports.gist import gist_of
from scheduler.reports.period import Period
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.records import BEIJING, Delivery
from storage.search.query import parse_query

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
    """Put the briefs that are due and not there yet into the outbox; return how many messages that are."""
    return sum(
        _put(archive, settings, table, endpoint, now)
        for table in settings.brief
        for endpoint in settings.endpoint
        if endpoint.name in table.endpoints
    )


def period_due(archive: Archive, table: BriefTable, endpoint: Endpoint, now: datetime) -> Period | None:
    """Return what the brief that an endpoint lacks is about; None when it has the latest, or that is too late.

    It begins where the latest one that was sent ends, so that what a sleeping machine left out comes with the next;
    without any, at the time before its own.
    """
    *earlier, latest = sorted(_times(table, now - 2 * LOOKED_BACK, now))
    if now - latest > LATE_AT_MOST or archive.outbox.has(_id(table, endpoint, latest)):
        return None
    sent = (one for one in reversed(earlier) if archive.outbox.has(_id(table, endpoint, one)))
    return Period(start=next(sent, earlier[-1]), end=latest)


def _times(table: BriefTable, since: datetime, until: datetime) -> Iterable[datetime]:
    for clock in table.at:
        moment = next_at(clock, table.day, since)
        while moment <= until:
            yield moment.astimezone(BEIJING)
            moment = next_at(clock, table.day, moment)


def _put(archive: Archive, settings: Settings, table: BriefTable, endpoint: Endpoint, now: datetime) -> bool:
    period = period_due(archive, table, endpoint, now)
    if period is None:
        return False
    chosen = chosen_acts(archive, parse_query(table.filter, vocabulary()), tags=table.tags) if table.about else Chosen()
    brief = brief_of(archive, period, now=now, chosen=chosen, about=table.about)
    if not (table.empty or brief.entries or brief.changed or brief.rejected):
        return False
    archive.outbox.put([_delivery(table, endpoint, brief, settings, now)])
    log.info("brief written", brief=table.name, endpoint=endpoint.name, new=len(brief.entries))
    return True


def _id(table: BriefTable, endpoint: Endpoint, end: datetime) -> str:
    """Return the id of a brief's message: the same however often it is made, so that it goes out once."""
    return f"msg_{uuid.uuid5(uuid.NAMESPACE_URL, f'{table.name} {endpoint.name} {end.isoformat()}').hex}"


def _delivery(table: BriefTable, endpoint: Endpoint, brief: Brief, settings: Settings, now: datetime) -> Delivery:
    data: dict[str, Any] = {
        "name": table.name, "title": brief.title, "from": brief.period.start.isoformat(),
        "to": brief.period.end.isoformat(), "summary": gist_of(brief), "count": len(brief.entries),
        "items": [*_items("announcement.new", brief, settings), *_items("announcement.updated", brief, settings)],
        "review_url": f"{settings.review.url}/brief",
    }  # fmt: skip
    if endpoint.kind == "email":
        data["files"] = [_file(brief, form, table.template) for form in table.attach]
    return Delivery(
        id=_id(table, endpoint, brief.period.end), announcement_id=None, version=None, endpoint=endpoint.name,
        type="brief", payload=envelope("brief", data, now), state="pending", attempts=0, created_at=now,
        next_attempt_at=now, reason=f"brief {table.name}",
    )  # fmt: skip


def _items(type: str, brief: Brief, settings: Settings) -> Iterable[dict[str, Any]]:
    for entry in brief.entries if type == "announcement.new" else brief.changed:
        said = entry.announcement
        review_url = f"{settings.review.url}/announcements/{said.id}"
        yield {"type": type, "announcement": document(said), "review_url": review_url, "routed_by": "brief"}


def _file(brief: Brief, form: str, template: str | None) -> dict[str, str]:
    try:
        written = write_brief(brief, form, Path(template) if template else None)
    except BriefTemplateError as error:  # the brief goes out all the same
        log.error("own template of a brief cannot be used: the shipped one was", problem=str(error))  # noqa: TRY400
        written = write_brief(brief, form)
    kind = BRIEF_FORMS[form]
    return {
        "name": f"brief-{brief.period.end:%Y-%m-%d-%H%M}.{kind.ending}", "media": kind.media,
        "base64": base64.b64encode(written).decode(),
    }  # fmt: skip
