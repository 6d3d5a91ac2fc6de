"""期限: the closing days of calls and consultations as a list and a month, with their calendar feed and reminders."""

from __future__ import annotations

import calendar
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from scheduler.china_time.workdays import is_workday
from scheduler.questions.deadlines import CALL_KINDS, OTHER_KIND, AskedDeadlines, list_deadlines
from scheduler.questions.documents import DeadlineDocument
from scheduler.review.filter_form import choice_of, form_values
from scheduler.review.page_request import PageRequest, Route
from storage.archive import Archive
from storage.records import BEIJING

AHEAD = timedelta(days=366)
BACK = timedelta(days=183)
SOON_DAYS = 7  # days: what closes within a week is marked
NEAR_WEEKS = 4  # weeks that are named; the rest is later
SHAPES = {"申报": "apply", "揭榜": "list", "征求意见": "consult", OTHER_KIND: "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day of the month that is shown, with what closes on it. `is_out` lies in a month beside it."""

    day: date
    is_out: bool
    is_today: bool
    is_workday: bool
    closing: Sequence[DeadlineDocument]


async def deadlines(visit: PageRequest) -> Response:
    """Show what closes from today on, or what has closed, nearest first, and a month of it."""
    choice, today = choice_of(visit), visit.now.astimezone(BEIJING).date()
    kind = visit.asked("kind") if visit.asked("kind") in {*CALL_KINDS, OTHER_KIND} else ""
    is_past = bool(visit.asked("past"))
    month = _month(visit.asked("month")) or today.replace(day=1)
    first, last = (today - BACK, today - timedelta(days=1)) if is_past else (today, today + AHEAD)

    def read(archive: Archive) -> dict[str, Any]:
        def between(since: date, until: date) -> Sequence[DeadlineDocument]:
            asked = AskedDeadlines(since=since.isoformat(), until=until.isoformat(), query=choice.query)
            return [] if choice.problem else list_deadlines(archive, asked)

        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        return {
            "found": between(first, last), "of_month": between(weeks[0][0], weeks[-1][-1]), "weeks": weeks,
            "reminded": archive.reminders.since(first.isoformat()), **form_values(archive, visit.now),
        }  # fmt: skip

    found = await visit.read(read)
    counts = Counter(one.kind for one in found["found"])
    shown = [one for one in found["found"] if not kind or one.kind == kind]
    fields = {**choice.fields, "kind": kind, "past": visit.asked("past")}
    return visit.html(
        "deadlines.html", 400 if choice.problem else 200, choice=choice, kind=kind, is_past=is_past, counts=counts,
        total=len(found["found"]), groups=_groups(shown, today, is_past=is_past), today=today,
        kinds=(*CALL_KINDS, OTHER_KIND), SHAPES=SHAPES, SOON_DAYS=SOON_DAYS, days=date.fromisoformat, month=month,
        earlier=month - timedelta(days=1), later=month + timedelta(days=31), calendar=_calendar(found, month, today),
        remind=[one for one in visit.settings.endpoint if one.remind and one.enabled],
        told={(one.announcement_id, one.day) for one in found["reminded"]},
        feed=_feed(visit, fields), link=lambda **more: _link({**fields, **more}), **found,
    )  # fmt: skip


def _month(text: str) -> date | None:
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(match[1]), int(match[2]), 1) if match else None


def _groups(
    shown: Sequence[DeadlineDocument], today: date, *, is_past: bool
) -> list[tuple[str, list[DeadlineDocument]]]:
    """Return the closing days under the names of their weeks; those that have passed by month, the last first."""
    if is_past:
        latest = sorted(shown, key=lambda one: one.day, reverse=True)
        return [(f"{month[:4]} 年 {int(month[5:])} 月", list(some)) for month, some in groupby(latest, _month_of)]
    return [(name, list(some)) for name, some in groupby(shown, lambda one: _week(date.fromisoformat(one.day), today))]


def _month_of(one: DeadlineDocument) -> str:
    return one.day[:7]


def _week(day: date, today: date) -> str:
    monday = today - timedelta(days=today.weekday())
    number = (day - monday).days // 7
    if number >= NEAR_WEEKS:
        return "更晚"
    first = monday + timedelta(days=7 * number)
    last = first + timedelta(days=6)
    spelled = f"{first.month} 月 {first.day} 日—{last.month} 月 {last.day} 日"
    return {0: "本周", 1: "下周"}.get(number, spelled)


def _calendar(found: dict[str, Any], month: date, today: date) -> list[list[CalendarDay]]:
    closing: dict[str, list[DeadlineDocument]] = defaultdict(list)
    for one in found["of_month"]:
        closing[one.day].append(one)
    return [
        [
            CalendarDay(
                day=day, is_out=day.month != month.month, is_today=day == today, is_workday=is_workday(day),
                closing=closing[day.isoformat()],
            )
            for day in week
        ]
        for week in found["weeks"]
    ]  # fmt: skip


def _link(fields: dict[str, Any]) -> str:
    given = {name: value for name, value in fields.items() if value}
    return f"/deadlines?{urlencode(given)}" if given else "/deadlines"


def _feed(visit: PageRequest, fields: dict[str, Any]) -> str:
    """Return the address of the calendar of what is asked for."""
    given = {name: value for name, value in fields.items() if value and name != "past"}
    return f"{visit.settings.review.url}/calendar.ics" + (f"?{urlencode(given)}" if given else "")


ROUTES = (Route(pattern="/deadlines", handler=deadlines),)
