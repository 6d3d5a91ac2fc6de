"""Sources on the page: try an address and add it, try and edit a source as the block that declares it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from crawler.sources.to_toml import written
from crawler.toml import ConfigurationError
from scheduler.config.fault_words import by_field
from scheduler.config.toml_edits import put_row, remove_row
from scheduler.config.vocabulary import region_code
from scheduler.review.ask_command import CommandRefusedError, ask_command
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.setup import write

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from crawler.sources import Source

FIELDS = ("url", "name", "region", "kind", "every")
EMPTY: Mapping[str, str] = dict.fromkeys(FIELDS, "")
ID = r"/sources/(?P<id>[a-z0-9][a-z0-9-]*)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """A source as it is filled in. `toml` is its block, empty until it was tried; `tried` is what was read then."""

    values: Mapping[str, str]
    was: str = ""
    toml: str = ""
    tried: Mapping[str, Any] | None = None
    wrong: Mapping[str, str] | None = None
    problem: str = ""


async def new(visit: PageRequest) -> Response:
    """Show an empty form."""
    return _page(visit, SourceForm(values=EMPTY))


async def edit(visit: PageRequest) -> Response:
    """Show a source as the block that declares it; one of the catalogue is replaced by an own of the same id."""
    found = _declared(visit)
    shown = found.model_copy(update={"enabled": True, "off_because": ""})
    return _page(visit, SourceForm(values=EMPTY, was=found.id, toml=written(shown)))


async def test(visit: PageRequest) -> Response:
    """Read a source now, as a visit would, and show what it gives."""
    visit.must_manage()
    found = _declared(visit)
    tried = await ask_command(visit.site.file.path, ["sources", "test"], found.id)
    return _page(visit, SourceForm(values=EMPTY, was=found.id, toml=written(found), tried=tried))


async def save(visit: PageRequest) -> Response:
    """Try an address and show what it gives, or keep the block that was tried."""
    visit.must_manage()
    form = SourceForm(
        values={name: visit.filled(name) for name in FIELDS}, was=visit.filled("was"), toml=visit.filled("toml")
    )
    if visit.filled("do") == "try":
        return await _try(visit, form)
    try:
        row = _row_of(form)
        about = f"{'修改' if form.was else '添加'}来源 {row['id']}"
        await write(visit, partial(_put, row=row, was=form.was), about)
    except ConfigurationError as error:
        return _page(visit, replace(form, wrong=by_field(error.faults)), 400)
    except (ValueError, KeyError, IndexError) as error:
        return _page(visit, replace(form, problem=f"这一段读不懂：{error}"), 400)
    return visit.lead_to(f"/sources/{row['id']}", say=f"{about}，已写进 {visit.site.file.path.name}。")


def _declared(visit: PageRequest) -> Source:
    found = next((one for one in visit.settings.watched if one.id == visit.names["id"]), None)
    if found is None:
        raise PageError(404, "没有这个来源。")
    return found


def _page(visit: PageRequest, form: SourceForm, status: int = 200) -> Response:
    return visit.html("source_form.html", status, form=form)


async def _try(visit: PageRequest, form: SourceForm) -> Response:
    values = form.values
    region = region_code(values["region"]) if values["region"] else ""
    if region is None:
        return _page(visit, replace(form, wrong={"region": f"没有叫“{values['region']}”的地区。"}), 400)
    if not values["url"].startswith(("http://", "https://")):
        return _page(visit, replace(form, wrong={"url": "要写栏目页的网址。"}), 400)
    told = {"--name": values["name"], "--region": region, "--kind": values["kind"]}
    given = [part for name, value in told.items() if value for part in (name, value)]
    try:
        tried = await ask_command(visit.site.file.path, ["sources", "add"], *given, "--", values["url"])
    except CommandRefusedError as error:
        return _page(visit, replace(form, problem=str(error)), 400)
    return _page(visit, replace(form, toml=tried.get("toml", ""), tried=tried))


def _row_of(form: SourceForm) -> dict[str, Any]:
    """Return the row that a block declares. Raises `ValueError`, `KeyError` or `IndexError` for what is none."""
    row: dict[str, Any] = tomllib.loads(form.toml)["source"][0]
    every = form.values["every"]
    return {"id": row["id"]} | row | ({"every": every} if every else {})


def _put(document: TOMLDocument, *, row: Mapping[str, Any], was: str) -> None:
    if was:
        remove_row(document, "source", "id", was)
    put_row(document, "source", "id", row)


ROUTES = (
    Route(pattern="/sources/new", handler=new),
    Route(pattern="/sources/new", handler=save, method="POST"),
    Route(pattern=rf"{ID}/edit", handler=edit),
    Route(pattern=rf"{ID}/test", handler=test, method="POST"),
)
