"""比较: two to five regions or acts beside each other, the matrix of regions, tracks and years, and who was first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from crawler.text.regions import by_code
from scheduler.questions.compared_acts import compare_acts
from scheduler.questions.compared_regions import FEWEST_REGIONS, MOST_REGIONS, compare_regions, matrix
from scheduler.questions.comparison_documents import ComparedAct, ComparedRegion, MatrixDocument, YearTargets
from scheduler.reports.brief_forms import BRIEF_FORMS
from scheduler.reports.spreadsheet import csv_of
from scheduler.review.filter_form import FilterChoice, choice_of, form_values
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.verdicts import things_of
from storage.archive import Archive
from storage.records import BEIJING

EXPORTS = {"CSV": "/compare.csv", "Excel": "/compare.xlsx"}
MATRIX_COLUMNS = ("region", "region_name", "track", "year", "count", "is_first")


async def compare(visit: PageRequest) -> Response:
    """Show regions beside each other (the two with the most acts where none is chosen) and the matrix of all."""
    choice, codes = choice_of(visit).without("region"), _codes(visit)
    today = visit.now.astimezone(BEIJING).date()

    def read(archive: Archive) -> dict[str, Any]:
        offered = form_values(archive, visit.now)
        if choice.problem:
            return {"columns": (), "whole": None, **offered}
        whole = matrix(archive, choice.query)
        chosen = codes or [one.code for one in whole.regions[:FEWEST_REGIONS]]
        return {"columns": compare_regions(archive, chosen, choice.query, today=today), "whole": whole, **offered}

    found = await visit.read(read)
    shown: Sequence[ComparedRegion] = found["columns"]
    years = _years(goals for one in shown for goals in one.targets)
    return visit.html(
        "compare.html", 400 if choice.problem else 200, choice=choice, years=years, rows=_matrix_rows(found),
        shared=_shared(shown), most=MOST_REGIONS, link=lambda some: _link(choice, some),
        chosen=[one.region.code for one in shown],
        exports={name: _link(choice, (), path=path) for name, path in EXPORTS.items()}, **found,
    )  # fmt: skip


async def acts(visit: PageRequest) -> Response:
    """Show acts beside each other."""
    ids = list(dict.fromkeys(int(id) for id in visit.query.get("act", ()) if id.isascii() and id.isdigit()))

    def read(archive: Archive) -> Sequence[ComparedAct]:
        try:
            return compare_acts(archive, ids[:MOST_REGIONS])
        except KeyError as error:
            raise PageError(404, "没有这一条政策。") from error

    columns = await visit.read(read) if ids else ()
    years = _years(goals for one in columns for goals in one.goals)
    return visit.html("compare_acts.html", columns=columns, most=MOST_REGIONS, years=years)


async def of_chosen(visit: PageRequest) -> Response:
    """Lead to the acts that were chosen in a list, beside each other."""
    ids = [one.id for one in things_of(visit) if one.kind == "announcements"]
    if not FEWEST_REGIONS <= len(ids) <= MOST_REGIONS:
        say = f"比较要选 {FEWEST_REGIONS} 到 {MOST_REGIONS} 条政策，选了 {len(ids)} 条。"
        return visit.back("/", say=say, problem=True)
    return visit.lead_to(f"/compare/acts?{urlencode([('act', id) for id in ids])}")


async def as_csv(visit: PageRequest) -> Response:
    """Return the matrix as CSV, a row for each region, track and year."""
    whole = await _matrix(visit)
    names = {one.code: one.name for one in whole.regions}
    rows = ({**one.model_dump(), "region_name": names[one.region]} for one in whole.cells)
    return visit.text(csv_of(MATRIX_COLUMNS, rows), type="text/csv; charset=utf-8", file="matrix.csv")


async def as_xlsx(visit: PageRequest) -> Response:
    """Return the matrix as an Excel workbook."""
    from scheduler.questions.matrix_xlsx import matrix_as_xlsx  # xlsxwriter takes a moment to load

    book = await asyncio.to_thread(matrix_as_xlsx, await _matrix(visit))
    return visit.text(book, type=BRIEF_FORMS["xlsx"].media, file="matrix.xlsx")


async def _matrix(visit: PageRequest) -> MatrixDocument:
    """Return the matrix that is asked for. Raises `PageError` for a filter that cannot be read."""
    choice = choice_of(visit).without("region")
    if choice.problem:
        raise PageError(400, choice.problem)
    return await visit.read(lambda archive: matrix(archive, choice.query))


def _codes(visit: PageRequest) -> list[str]:
    """Return the regions that are asked for, each once. Raises `PageError` for one that there is not."""
    codes = list(dict.fromkeys(code for code in visit.query.get("region", ()) if code))
    if unknown := [code for code in codes if code not in by_code()]:
        raise PageError(400, f"没有代码为 {unknown[0]} 的地区。")
    return codes[:MOST_REGIONS]


def _link(choice: FilterChoice, codes: Sequence[str], *, path: str = "/compare") -> str:
    pairs = [*choice.fields.items(), *(("region", code) for code in codes)]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _years(goals: Iterable[YearTargets]) -> list[int | None]:
    """Return the years that there are goals for, those without a year last."""
    years = {one.year for one in goals}
    return sorted(years, key=lambda year: year or 9999)


def _shared(columns: Sequence[ComparedRegion]) -> set[str]:
    """Return the tracks that all columns have."""
    named = [{track.name for track in one.tracks} for one in columns]
    return set.intersection(*named) if named else set()


def _matrix_rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each region: its cells by track and year, None where there is no act, and its sum."""
    whole: MatrixDocument | None = found["whole"]
    if whole is None:
        return []
    cells = {(one.region, one.track, one.year): one for one in whole.cells}
    return [
        {
            "region": place,
            "cells": [(*key, cells.get((place.code, *key))) for key in product(whole.tracks, whole.years)],
            "sum": sum(one.count for one in whole.cells if one.region == place.code),
        }
        for place in whole.regions
    ]  # fmt: skip


ROUTES = (
    Route(pattern="/compare", handler=compare),
    Route(pattern="/compare/acts", handler=acts),
    Route(pattern="/compare/chosen", handler=of_chosen, method="POST"),
    Route(pattern=r"/compare\.csv", handler=as_csv),
    Route(pattern=r"/compare\.xlsx", handler=as_xlsx),
)
