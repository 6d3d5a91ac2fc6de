"""Sources on the page: switch and pace several at once; try an address, add it, edit and remove one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from crawler.sources import catalogue
from crawler.sources.to_toml import written
from crawler.toml import ConfigurationError, duration_of
from scheduler.config.toml_edits import put_row, remove_row, set_pace, switch_catalogue
from scheduler.config.vocabulary import region_code
from scheduler.review.ask_command import CommandRefusedError, ask_command
from scheduler.review.fault_words import by_field
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.setup import changed, write

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


async def switch(visit: PageRequest) -> Response:
    """Switch or pace the chosen sources."""
    visit.must_manage()
    ids, every, do = list(visit.form.get("id", ())), visit.filled("every"), visit.filled("do")
    if not ids:
        return visit.back("/sources", say="先勾选来源。", problem=True)
    if do == "pace" and every and duration_of(every) is None:
        return visit.back("/sources", say="间隔写作 15m、2h 或 1d。", problem=True)
    own, shipped = _homes(visit, ids)
    edit = partial(_pace, every=every or None) if do == "pace" else partial(_switch, on=do == "on")
    word = {"on": "启用", "off": "停用"}.get(do) or (f"每 {every} 看一次" if every else "按原来的间隔看")
    return await changed(visit, partial(edit, own=own, shipped=shipped), f"{word}：{_named(ids)}", "/sources")


async def remove(visit: PageRequest) -> Response:
    """Take an own source out of the file; what was read of it stays in the archive."""
    id = visit.names["id"]
    own, _ = _homes(visit, [id])
    if not own:
        return visit.back(f"/sources/{id}", say="目录里的来源删不掉，可以停用。", problem=True)
    return await changed(visit, partial(remove_row, table="source", key="id", value=id), f"删去来源 {id}", "/sources")


def _declared(visit: PageRequest) -> Source:
    found = next((one for one in visit.settings.watched if one.id == visit.names["id"]), None)
    if found is None:
        raise PageError(404, "没有这个来源。")
    return found


def _page(visit: PageRequest, form: SourceForm, status: int = 200) -> Response:
    return visit.html("source_form.html", status, form=form)


def _named(ids: Sequence[str]) -> str:
    return "、".join(ids) if len(ids) < 4 else f"{len(ids)} 个来源"


def _homes(visit: PageRequest, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which sources stand in config.toml itself, and which in the catalogue."""
    here = {row.get("id") for row in visit.site.file.document().unwrap().get("source", ())}
    shipped = {one.id for one in catalogue()}
    elsewhere = [id for id in ids if id not in here and id not in shipped]
    if elsewhere:
        raise PageError(409, f"{_named(elsewhere)} 写在 [sources] files 的文件里，请在那个文件里改。")
    return [id for id in ids if id in here], [id for id in ids if id not in here]


def _pace(document: TOMLDocument, *, own: Sequence[str], shipped: Sequence[str], every: str | None) -> None:
    if shipped:
        set_pace(document, shipped, every)
    for id in own:
        put_row(document, "source", "id", {"every": every}, instead_of=id)


def _switch(document: TOMLDocument, *, own: Sequence[str], shipped: Sequence[str], on: bool) -> None:
    if shipped:
        switch_catalogue(document, shipped, on=on, is_on_there=[one.id for one in catalogue() if one.enabled])
    for id in own:
        put_row(document, "source", "id", {"enabled": None if on else False, "off_because": None}, instead_of=id)


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
    Route(pattern="/sources/switch", handler=switch, method="POST"),
    Route(pattern=rf"{ID}/edit", handler=edit),
    Route(pattern=rf"{ID}/test", handler=test, method="POST"),
    Route(pattern=rf"{ID}/remove", handler=remove, method="POST"),
)
