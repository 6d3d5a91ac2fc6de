"""Turn a message into the parts that an endpoint takes, by templates that an operator can replace."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader, StrictUndefined, Template, TemplateError

from crawler.toml import ConfigurationError, Fault
from crawler.written_text import NotUtf8Error, read_written
from scheduler.config.endpoint import Kind
from scheduler.notify.channels import apprise as services
from scheduler.notify.channels import dingtalk, feishu, slack, wecom
from scheduler.notify.markup import HTML, MARKDOWN, PLAIN, SLACK, Dialect, short
from scheduler.notify.sample import SAMPLES
from scheduler.notify.split import Measure, MessagePart, json_bytes, split, utf8_bytes
from scheduler.notify.view import message_view

SHIPPED = Path(__file__).with_name("templates")
BLOCKS = ("title", "head", "announcement", "line", "incident", "foot")
UNLIMITED = 10**9
TITLED = frozenset({"feishu", "apprise"})  # show the title above the text
FILES: Mapping[str, tuple[str, ...]] = {
    "wecom": ("wecom.md.j2",),
    "dingtalk": ("dingtalk.md.j2", "markdown.md.j2"),
    "feishu": ("feishu.md.j2", "markdown.md.j2"),
    "slack": ("slack.md.j2",),
    "apprise": ("apprise.md.j2", "markdown.md.j2"),
    "text": ("email.txt.j2",),
    "html": ("email.html.j2",),
}
DIALECTS: Mapping[str, Dialect] = {"slack": SLACK, "text": PLAIN, "html": HTML}
ROOMS: Mapping[str, tuple[int, Measure]] = {
    "wecom": (wecom.ROOM, utf8_bytes),
    "dingtalk": (dingtalk.ROOM, json_bytes),
    "feishu": (feishu.ROOM, json_bytes),
    "slack": (slack.ROOM, len),
    "apprise": (services.ROOM, len),
}


class Templates:
    """The message templates, shipped ones and the operator's.

    Raises:
        ConfigurationError: a template cannot be read, lacks a block, or fails on a sample of some message.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._loaded = {form: self._load(form) for form in FILES}
        faults = [fault for form in FILES for fault in self._faults(form)]
        if faults:
            raise ConfigurationError(faults)

    def parts(self, kind: Kind, payload: str, *, now: datetime) -> tuple[MessagePart, ...]:
        """Return a message as an endpoint of this kind takes it; `payload` is its JSON, `now` when it is sent.

        Raises:
            jinja2.TemplateError: an operator's template fails on this message.
        """
        view = message_view(json.loads(payload), now=now)
        url = view["items"][0]["url"] if len(view["items"]) == 1 else ""
        if kind == "email":
            return (
                MessagePart(
                    title=self._title("text", view), text=self._whole("text", view), html=self._whole("html", view)
                ),
            )
        room, measure = ROOMS[kind]
        texts = self._texts(kind, view, room, measure)
        return tuple(MessagePart(title=self._title(kind, view), text=text, url=url) for text in texts)

    def _texts(self, form: str, view: Mapping[str, Any], room: int, measure: Measure) -> list[str]:
        head, foot = (self._block(form, name, view) for name in ("head", "foot"))
        return split(head, list(self._items(form, view)), foot, room=room, measure=measure)

    def _whole(self, form: str, view: Mapping[str, Any]) -> str:
        (text,) = self._texts(form, view, UNLIMITED, len)
        return text

    def _title(self, form: str, view: Mapping[str, Any]) -> str:
        """Return the title as plain text: no kind reads markup there."""
        return " ".join(str(view["headline"]).split()) if form == "html" else self._block(form, "title", view)

    def _items(self, form: str, view: Mapping[str, Any]) -> Iterable[str]:
        if view["incident"]:
            yield self._block(form, "incident", view)
        block = "line" if view["is_digest"] else "announcement"
        for item in view["items"]:
            yield self._block(form, block, {**view, "item": item})

    def _block(self, form: str, name: str, view: Mapping[str, Any]) -> str:
        template = self._loaded[form]
        context = template.new_context({**view, "shows_title": form in TITLED})
        text = "".join(template.blocks[name](context))
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _load(self, form: str) -> Template:
        environment = Environment(
            loader=self._loader(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            autoescape=form == "html",  # noqa: S701  in the other forms `finalize` makes each value harmless
            finalize=DIALECTS.get(form, MARKDOWN).finalize,
        )  # fmt: skip
        environment.filters["short"] = short
        environment.globals["link"] = DIALECTS.get(form, MARKDOWN).linked
        try:
            return environment.select_template(list(FILES[form]))
        except (TemplateError, OSError, NotUtf8Error) as error:
            file = getattr(error, "filename", None) or f"{self._folder}/{FILES[form][0]}"
            where = f"line {line}" if (line := getattr(error, "lineno", None)) else ""
            raise ConfigurationError([Fault(file=str(file), key=where, problem=str(error))]) from error

    def _loader(self) -> BaseLoader:
        folders = [Path(self._folder)] if self._folder else []
        return ChoiceLoader([FunctionLoader(partial(_template_in, folder)) for folder in (*folders, SHIPPED)])

    def _faults(self, form: str) -> Iterable[Fault]:
        """Yield what is wrong with a template: blocks that are missing, messages that it cannot say."""
        template = self._loaded[form]
        missing = [name for name in BLOCKS if name not in template.blocks]
        file = str(template.filename)
        if missing:
            yield Fault(file=file, key="", problem=f"lacks the blocks {', '.join(missing)}")
            return
        for payload in SAMPLES:
            try:
                self._whole(form, message_view(payload, now=datetime.fromtimestamp(0, UTC)))
            except Exception as error:  # noqa: BLE001  whatever a template does, it is the template's fault
                yield Fault(file=file, key=str(payload["type"]), problem=f"{type(error).__name__}: {error}")
                return


@functools.cache
def templates_in(folder: str | None) -> Templates:
    """Return the templates of a folder, read once."""
    return Templates(folder)


def _template_in(folder: Path, name: str) -> tuple[str, str, None] | None:
    """Return the text of a template and its file, None where the folder has none of the name."""
    file = folder / name
    return (read_written(file), str(file), None) if file.is_file() else None
