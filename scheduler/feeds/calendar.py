"""Write closing days as a calendar (iCalendar, RFC 5545), which phones and mail programs subscribe to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from icalendar import TRANSP, Calendar, Event

from crawler.text.addresses import web_address
from scheduler.questions.documents import DeadlineDocument

MEDIA_TYPE = "text/calendar"
CALENDAR_NAME = "未来产业：截止日期"
ASK_AGAIN = timedelta(hours=6)


def calendar_of(deadlines: Iterable[DeadlineDocument], *, review_url: str) -> str:
    """Return the calendar of closing days: whole days, the same name for the same act and day for ever."""
    calendar = Calendar.new(
        uid="futurewatch-deadlines", name=CALENDAR_NAME, prodid="-//FutureWatch//deadlines//ZH",
        refresh_interval=ASK_AGAIN,
    )  # fmt: skip
    for one in deadlines:
        calendar.add_component(_event(one, review_url))
    return str(calendar.to_ical(), encoding="utf-8")


def _event(one: DeadlineDocument, review_url: str) -> Event:
    day = date.fromisoformat(one.day)
    review = f"{review_url}/announcements/{one.act}"
    said = (
        "、".join(one.issuers), one.region.name if one.region else "", f"“{one.quote}”", web_address(one.url), review
    )  # fmt: skip
    return Event.new(
        uid=f"deadline-{one.act}-{one.day}@futurewatch", stamp=datetime.fromisoformat(one.first_seen_at),
        start=day, end=day + timedelta(days=1), summary=f"{one.kind}截止：{one.policy_title}",
        description="\n".join(filter(None, said)), url=review, categories=[one.kind], transparency=TRANSP.TRANSPARENT,
    )  # fmt: skip
