"""简报: the brief of a week or a day to read, to print and to take along."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from datasette.utils.asgi import Response

from scheduler.reports.brief import brief_of
from scheduler.reports.brief_forms import BRIEF_FORMS, write_brief
from scheduler.reports.brief_text import as_document
from scheduler.reports.gist import figures_of, gist_of
from scheduler.reports.period import Period, PeriodError, day_of, period_named, week_of
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.records import BEIJING

FORM_OF = {form.ending: name for name, form in BRIEF_FORMS.items()}


async def brief(visit: PageRequest) -> Response:
    """Show a brief, or give it as a file."""
    period = _asked(visit)
    made = await visit.read(lambda archive: brief_of(archive, period, now=visit.now))
    made = replace(made, rising=visit.site.rising.of(period, visit.now.astimezone(BEIJING).date()))
    ending = visit.names.get("format")
    if ending is None:
        week, day = week_of(visit.now), day_of(visit.now)
        tabs = (("今日", day), ("昨日", day.moved(-1)), ("本周", week), ("上周", week.moved(-1)))
        return visit.html(
            "brief.html", brief=made, gist=gist_of(made), figures=figures_of(made), tabs=tabs, is_served=True,
            is_over=period.end <= visit.now, later=period.moved(1), earlier=period.moved(-1),
        )  # fmt: skip
    if ending == "json":
        return visit.json(as_document(made))
    form = FORM_OF[ending]
    body = await asyncio.to_thread(write_brief, made, form)
    return visit.text(body, type=BRIEF_FORMS[form].media, file=f"brief-{period.name}.{ending}")


def _asked(visit: PageRequest) -> Period:
    asked = visit.asked("period") or visit.asked("week") or visit.asked("day")
    try:
        return period_named(asked) if asked else week_of(visit.now)
    except PeriodError as error:
        raise PageError(400, "周写作 2026-W48，日写作 2026-11-28。") from error


ROUTES = (
    Route(pattern="/brief", handler=brief),
    Route(pattern=rf"/brief\.(?P<format>{'|'.join(FORM_OF)})", handler=brief),
)
