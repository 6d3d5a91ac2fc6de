"""简报: the brief of a week or a day, of all acts or those of a filter, to read, to print and to take along."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.reports.brief import Brief, brief_of
from scheduler.reports.brief_forms import BRIEF_FORMS, write_brief
from scheduler.reports.brief_text import as_document
from scheduler.reports.gist import figures_of, gist_of
from scheduler.reports.period import Period, PeriodError, day_of, period_named, week_of
from scheduler.review.filter_form import FilterChoice, choice_of, form_values
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.search import FACETS, value_name
from scheduler.review.read_as import read_as
from storage.archive import Archive
from storage.records import BEIJING

FORM_OF = {form.ending: name for name, form in BRIEF_FORMS.items()}


async def brief(visit: PageRequest) -> Response:
    """Show a brief, or give it as a file. Of a filter that cannot be read the page says why."""
    period, choice, ending = _asked(visit), choice_of(visit), visit.names.get("format")
    if choice.problem and ending:
        raise PageError(400, choice.problem)
    made, offered = await visit.read(lambda archive: _made(archive, visit, period, choice))
    made = replace(made, rising=visit.site.rising.of(period, visit.now.astimezone(BEIJING).date()))
    if ending is None:
        return _page(visit, made, choice, offered)
    if ending == "json":
        return visit.json(as_document(made))
    form = FORM_OF[ending]
    body = await asyncio.to_thread(write_brief, made, form)
    return visit.text(body, type=BRIEF_FORMS[form].media, file=f"brief-{period.name}.{ending}")


def _made(archive: Archive, visit: PageRequest, period: Period, choice: FilterChoice) -> tuple[Brief, dict[str, Any]]:
    """Return the brief of what is chosen, named as the filter was read, and what the form offers."""
    said = [part.text for part in read_as(choice.query, FACETS, value_name)]
    if choice.tags:
        said.append(f"标签是 {'、'.join(choice.tags)}")
    made = brief_of(archive, period, now=visit.now, chosen=choice.chosen(archive), about="，".join(said))
    return made, form_values(archive, visit.now)


def _page(visit: PageRequest, made: Brief, choice: FilterChoice, offered: dict[str, Any]) -> Response:
    period, week, day = made.period, week_of(visit.now), day_of(visit.now)
    tabs = (("今日", day), ("昨日", day.moved(-1)), ("本周", week), ("上周", week.moved(-1)))
    return visit.html(
        "brief.html", 400 if choice.problem else 200, brief=made, gist=gist_of(made), figures=figures_of(made),
        tabs=tabs, is_served=True, is_over=period.end <= visit.now, later=period.moved(1), earlier=period.moved(-1),
        choice=choice, **offered,
    )  # fmt: skip


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
