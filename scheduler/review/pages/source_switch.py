"""Several sources at once: switched, paced and removed after what that changes was shown; tagged at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from crawler.sources import catalogue
from crawler.toml import ConfigurationError, duration_of
from scheduler.config.fault_words import fault_in_chinese
from scheduler.config.toml_edits import put_row, remove_row, set_catalogue, switch_catalogue
from scheduler.config.written import ChangeError
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.setup import changed
from scheduler.sources.switched import switched

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from crawler.sources import Source

SHOWN_POLICIES = 20  # acts that are lost, and as many that come later
PARTS = str.maketrans(dict.fromkeys("，,、；;#", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSources:
    """The sources that a form chooses, those of config.toml itself and those of the catalogue; and what it fills in."""

    own: Sequence[Source]
    shipped: Sequence[Source]
    every: str
    tags: tuple[str, ...]

    @property
    def all(self) -> Sequence[Source]:
        """All of them."""
        return [*self.own, *self.shipped]


async def switch(visit: PageRequest) -> Response:
    """Show what a change of the chosen sources comes to, or make it."""
    visit.must_manage()
    chosen, do = _chosen(visit), visit.filled("do")
    if not chosen.all:
        return visit.back("/sources", say="先勾选来源。", problem=True)
    if do == "pace" and chosen.every and duration_of(chosen.every) is None:
        return visit.back("/sources", say="间隔写作 15m、2h 或 1d。", problem=True)
    if do in {"tag", "untag"} and not chosen.tags:
        return visit.back("/sources", say="先写标签。", problem=True)
    if do not in CHANGES or (do == "remove" and chosen.shipped):
        return visit.back("/sources", say="目录里的来源删不掉，可以停用。", problem=True)
    word, edit = CHANGES[do]
    about = f"{word(chosen)}：{_named([one.id for one in chosen.all])}"
    if visit.filled("sure") or do in {"tag", "untag"}:  # a tag changes nothing that is read or sent
        return await changed(visit, partial(edit, chosen=chosen), about, "/sources")
    return await _preview(visit, partial(edit, chosen=chosen), about)


async def _preview(visit: PageRequest, edit: Callable[[TOMLDocument], None], about: str) -> Response:
    try:
        _, after = await asyncio.to_thread(visit.site.file.tried, edit)
    except ConfigurationError as error:
        return visit.back("/sources", say="改不成：" + "".join(map(fault_in_chinese, error.faults)), problem=True)
    except ChangeError as error:
        raise PageError(409, f"配置文件写不进去：{error}") from error
    found = await visit.read(lambda archive: switched(archive, visit.settings, after, now=visit.now))
    return visit.html("source_switch.html", found=found, about=about, shown=SHOWN_POLICIES)


def _chosen(visit: PageRequest) -> ChosenSources:
    """Return what is chosen. Raises `PageError` where a source stands in a file of its own."""
    ids = set(visit.form.get("id", ()))
    here = {row.get("id") for row in visit.site.file.document().unwrap().get("source", ())}
    known = {one.id for one in catalogue()}
    sources = [one for one in visit.settings.watched if one.id in ids]
    if elsewhere := [one.id for one in sources if one.id not in here | known]:
        raise PageError(409, f"{_named(elsewhere)} 写在 [sources] files 的文件里，请在那个文件里改。")
    return ChosenSources(
        own=[one for one in sources if one.id in here], shipped=[one for one in sources if one.id not in here],
        every=visit.filled("every"), tags=tuple(dict.fromkeys(visit.filled("tags").translate(PARTS).split())),
    )  # fmt: skip


def _named(ids: Sequence[str]) -> str:
    return "、".join(ids) if len(ids) < 4 else f"{len(ids)} 个来源"


def _switch(document: TOMLDocument, *, chosen: ChosenSources, on: bool) -> None:
    if chosen.shipped:
        is_on_there = [one.id for one in catalogue() if one.enabled]
        switch_catalogue(document, [one.id for one in chosen.shipped], on=on, is_on_there=is_on_there)
    _put(document, chosen.own, {"enabled": None if on else False, "off_because": None})


def _pace(document: TOMLDocument, *, chosen: ChosenSources) -> None:
    every = chosen.every or None
    set_catalogue(document, "every", {one.id: every for one in chosen.shipped})
    _put(document, chosen.own, {"every": every})


def _tag(document: TOMLDocument, *, chosen: ChosenSources, on: bool) -> None:
    def tags(source: Source) -> list[str] | None:
        kept = [tag for tag in source.tags if tag not in chosen.tags]
        return [*kept, *(chosen.tags if on else ())] or None

    set_catalogue(document, "tags", {one.id: tags(one) for one in chosen.shipped})
    for one in chosen.own:
        _put(document, [one], {"tags": tags(one)})


def _remove(document: TOMLDocument, *, chosen: ChosenSources) -> None:
    for one in chosen.own:
        remove_row(document, "source", "id", one.id)


def _put(document: TOMLDocument, sources: Sequence[Source], values: Mapping[str, Any]) -> None:
    for one in sources:
        put_row(document, "source", "id", values, instead_of=one.id)


CHANGES: Mapping[str, tuple[Callable[[ChosenSources], str], Callable[..., None]]] = {
    "on": (lambda _: "启用", partial(_switch, on=True)),
    "off": (lambda _: "停用", partial(_switch, on=False)),
    "pace": (lambda chosen: f"每 {chosen.every} 看一次" if chosen.every else "按原来的间隔看", _pace),
    "tag": (lambda chosen: f"加标签 {'、'.join(chosen.tags)}", partial(_tag, on=True)),
    "untag": (lambda chosen: f"去掉标签 {'、'.join(chosen.tags)}", partial(_tag, on=False)),
    "remove": (lambda _: "删去来源", _remove),
}
ROUTES = (Route(pattern="/sources/switch", handler=switch, method="POST"),)
