"""接收端: add, try, edit, switch and remove endpoints, each change shown before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.fault_words import by_field
from scheduler.config.kept_secrets import keep_secret
from scheduler.config.secret import REFERENCE_PREFIXES, Secret
from scheduler.config.toml_edits import put_row, remove_row
from scheduler.notify.answer import Answer
from scheduler.notify.channels.registry import channel_names
from scheduler.notify.routing import route
from scheduler.notify.split import MessagePart
from scheduler.notify.trial import sample_part, send_sample
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.setup import changed, write
from storage.archive import Archive

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

LISTS = ("regions", "tracks", "acts", "instruments", "to")
DAYS = ("remind",)  # lists of numbers of days
TEXTS = ("name", "kind", "role", "mode", "digest_at", "quiet")
NUMBERS = ("min_score", "urgent_score")
DEFAULTS: Mapping[str, Any] = {"role": "audience", "mode": "instant", "digest_at": "08:30", "min_score": 0.0,
                               "urgent_score": 0.0}  # fmt: skip
LOOKED_BACK = timedelta(days=30)
MOST_ANNOUNCEMENTS = 1000  # of the last days that are looked at: more is no small archive
PARTS = str.maketrans(dict.fromkeys("，,、；;", " "))
NAME = r"(?P<name>[^/?#]{1,80})"


class NumberError(ValueError):
    """A field of the form holds no number. Carries the field and what is said of it."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointForm:
    """A form as it is filled. `was` is the name before the edit, empty for a new endpoint.

    `keeps` names the secrets that stay as they are; `wrong` says what is wrong by field.
    """

    values: Mapping[str, str]
    was: str = ""
    keeps: Sequence[str] = ()
    wrong: Mapping[str, str] | None = None
    sample: MessagePart | None = None
    received: int | None = None
    answer: Answer | None = None


async def receivers(visit: PageRequest) -> Response:
    """Show the endpoints of the file, those that are switched off too, and an empty form."""
    return await _page(visit, EndpointForm(values={"kind": "webhook"} | _shown(DEFAULTS)))


async def receiver(visit: PageRequest) -> Response:
    """Show an endpoint in the form."""
    row = _row_of(visit, _named(visit))
    keeps = [name for name in ("url", "secret") if row.get(name)]
    values = _shown({**DEFAULTS, **{name: value for name, value in row.items() if name not in keeps}})
    return await _page(visit, EndpointForm(values=values, was=str(row["name"]), keeps=keeps))


async def save(visit: PageRequest) -> Response:
    """Show what a form would do, try it, or keep it: as its button says."""
    visit.must_manage()
    was = visit.filled("was")
    before = _row_of(visit, was) if was else {}
    form = EndpointForm(
        values={name: visit.filled(name) for name in (*TEXTS, *LISTS, *DAYS, *NUMBERS, "url", "secret")}, was=was,
        keeps=[name for name in ("url", "secret") if before.get(name)],
    )  # fmt: skip
    try:
        row = _row(form.values)
        endpoint, settings = await asyncio.to_thread(_tried, visit, form, row)
    except ConfigurationError as error:
        return await _page(visit, replace(form, wrong=by_field(error.faults)), 400)
    except NumberError as error:
        return await _page(visit, replace(form, wrong={error.field: error.said}), 400)
    if visit.filled("do") == "save":
        return await _keep(visit, form, row)
    received = await visit.read(lambda archive: _received(archive, endpoint, visit.now))
    answer = await send_sample(endpoint, settings, now=visit.now) if visit.filled("do") == "test" else None
    sample = sample_part(endpoint.kind, settings, now=visit.now)
    return await _page(visit, replace(form, sample=sample, received=received, answer=answer, wrong={}))


async def test(visit: PageRequest) -> Response:
    """Send a configured endpoint a sample."""
    visit.must_manage()
    found = next((one for one in visit.settings.endpoint if one.name == _named(visit)), None)
    if found is None:
        raise PageError(404, "没有这个接收端，或它已停用。")
    answer = await send_sample(found, visit.settings, now=visit.now)
    said = f"试发成功：{found.name} 答“{answer.text}”。" if answer.is_delivered else f"没有发成：{answer.text}"
    return visit.back("/receivers", say=said, problem=not answer.is_delivered)


def switching(on: bool) -> Callable[[PageRequest], Any]:
    """Return the handler that switches an endpoint."""

    async def switch(visit: PageRequest) -> Response:
        name = str(_row_of(visit, _named(visit))["name"])
        values = {"enabled": None if on else False}
        edit = partial(put_row, table="endpoint", key="name", values=values, instead_of=name)
        return await changed(visit, edit, f"{'启用' if on else '停用'}接收端 {name}", "/receivers")

    return switch


async def remove(visit: PageRequest) -> Response:
    """Take an endpoint out of the file; what it was sent stays in the archive."""
    name = str(_row_of(visit, _named(visit))["name"])
    edit = partial(remove_row, table="endpoint", key="name", value=name)
    return await changed(visit, edit, f"删去接收端 {name}", "/receivers")


async def _page(visit: PageRequest, form: EndpointForm, status: int = 200) -> Response:
    rows = [dict(row) for row in _rows(visit)]
    return visit.html("receivers.html", status, rows=rows, form=form, ENDPOINTS=channel_names())


async def _keep(visit: PageRequest, form: EndpointForm, row: Mapping[str, Any]) -> Response:
    """Write a form that was tried into the file; what was typed as a secret goes into a file of its own."""
    typed = {name: form.values[name] for name in ("url", "secret") if form.values[name]}
    path = visit.site.file.path
    kept = {
        name: value if value.startswith(REFERENCE_PREFIXES) else keep_secret(path, f"{row['name']}.{name}", value)
        for name, value in typed.items()
    }
    edit = partial(put_row, table="endpoint", key="name", values={**row, **kept}, instead_of=form.was)
    about = f"{'修改' if form.was else '添加'}接收端 {row['name']}"
    await write(visit, edit, about)
    return visit.back("/receivers", say=f"{about}，已写进 {path.name}。")


def _tried(visit: PageRequest, form: EndpointForm, row: Mapping[str, Any]) -> tuple[Endpoint, Settings]:
    """Return the endpoint that a form makes. Raises `ConfigurationError` with what is wrong."""
    url, secret = form.values["url"], form.values["secret"]
    typed = ({"url": url} if url else {}) | ({"secret": secret} if secret.startswith(REFERENCE_PREFIXES) else {})

    def edit(document: TOMLDocument) -> None:
        put_row(document, "endpoint", "name", {**row, **typed, "enabled": None}, instead_of=form.was)

    _, settings = visit.site.file.tried(edit)
    endpoint = next(one for one in settings.endpoint if one.name == row["name"])
    if secret and "secret" not in typed:
        endpoint = endpoint.model_copy(update={"secret": Secret(secret)})
    return endpoint, settings


def _row(values: Mapping[str, str]) -> dict[str, Any]:
    """Return a form as a row of the file; what is as by default stands in it nowhere. Raises `NumberError`."""
    row: dict[str, Any] = {name: values[name] or None for name in TEXTS}
    row |= {name: values[name].translate(PARTS).split() or None for name in LISTS}
    row |= {name: _days(name, values[name]) or None for name in DAYS}
    row |= {name: _points(name, values[name]) for name in NUMBERS}
    return {name: None if value == DEFAULTS.get(name) else value for name, value in row.items()}


def _days(field: str, text: str) -> list[int]:
    words = text.translate(PARTS).split()
    if not all(word.isascii() and word.isdigit() for word in words):
        raise NumberError(field, "天数要写成数字，如 7 1。")
    return sorted({int(word) for word in words}, reverse=True)


def _points(field: str, text: str) -> float:
    try:
        return float(text or 0)
    except ValueError as error:
        raise NumberError(field, "分数要写成数字。") from error


def _shown(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row of the file as a form shows it."""
    shown = dict.fromkeys((*TEXTS, *LISTS, *DAYS, *NUMBERS, "url", "secret"), "")
    for name, value in row.items():
        shown[name] = (
            "，".join(map(str, value))
            if isinstance(value, list)
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
        )
    return shown


def _named(visit: PageRequest) -> str:
    """Return the endpoint's name in the address, where other letters than Latin ones are escaped."""
    return unquote(visit.names["name"])


def _rows(visit: PageRequest) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the file as it stands now: a file changed by hand counts."""
    try:
        return list(visit.site.file.document().unwrap().get("endpoint", ()))
    except ConfigurationError as error:
        raise PageError(409, f"配置文件有错，先改好它：{error}") from error


def _row_of(visit: PageRequest, name: str) -> Mapping[str, Any]:
    found = next((row for row in _rows(visit) if row.get("name") == name), None)
    if found is None:
        raise PageError(404, "没有这个接收端。")
    return found


def _received(archive: Archive, endpoint: Endpoint, now: datetime) -> int:
    """Return how many announcements of the last 30 days an endpoint would have got."""
    recent = [
        one for one in archive.announcements.list(limit=MOST_ANNOUNCEMENTS) if now - one.first_seen_at < LOOKED_BACK
    ]
    return sum(route(endpoint, one, now) is not None for one in recent)


ROUTES = (
    Route(pattern="/receivers", handler=receivers),
    Route(pattern="/receivers", handler=save, method="POST"),
    Route(pattern=rf"/receivers/{NAME}", handler=receiver),
    Route(pattern=rf"/receivers/{NAME}/test", handler=test, method="POST"),
    Route(pattern=rf"/receivers/{NAME}/on", handler=switching(True), method="POST"),
    Route(pattern=rf"/receivers/{NAME}/off", handler=switching(False), method="POST"),
    Route(pattern=rf"/receivers/{NAME}/remove", handler=remove, method="POST"),
)
