"""Turn a message into the parts that an endpoint takes, by templates that an operator can replace."""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader, StrictUndefined, Template, TemplateError

from crawler.text.written_text import NotUtf8Error, read_written
from crawler.toml import ConfigurationError, Fault
from scheduler.notify.channels.channel import UNLIMITED_ROOM, MessageForm
from scheduler.notify.channels.registry import channels
from scheduler.notify.markup import short
from scheduler.notify.sample import SAMPLES
from scheduler.notify.split import AskedAct, MessageFile, MessagePart, split
from scheduler.notify.view import message_view

JUDGED_TYPES = frozenset({"announcement.new", "announcement.updated", "announcement.closing"})
TEMPLATE_BLOCKS = ("title", "head", "announcement", "line", "incident", "foot")


class Templates:
    """The message templates, shipped ones and the operator's.

    Raises:
        ConfigurationError: a template cannot be read, lacks a block, or fails on a sample of some message.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._loaded = {form: self._load(form) for form in _forms()}
        faults = [fault for form in self._loaded for fault in self._faults(form)]
        if faults:
            raise ConfigurationError(faults)

    def parts(self, kind: str, payload: str, *, now: datetime, buttons: bool = False) -> tuple[MessagePart, ...]:
        """Return a message as an endpoint of this kind takes it; `payload` is its JSON, `now` when it is sent.

        `buttons`: the last part asks for a verdict, where the message is about one act to judge.

        Raises:
            jinja2.TemplateError: an operator's template fails on this message.
        """
        channel = channels()[kind]
        if channel.text is None:
            return (MessagePart(title="", text=payload),)
        said = json.loads(payload)
        view = message_view(said, now=now)
        url = view["items"][0]["url"] if len(view["items"]) == 1 else ""
        title = self._title(channel.text, view)
        html = self._whole(channel.html, view) if channel.html else ""
        texts = self._texts(channel.text, view, channel.text.room)
        parts = [MessagePart(title=title, text=text, html=html, url=url, files=_files(said["data"])) for text in texts]
        if buttons and channel.callback and said["type"] in JUDGED_TYPES:
            (item,) = view["items"]
            asks = AskedAct(id=item["id"], version=item["version"])
            last = MessagePart(title=title, text="", url=item["review"]) if channel.callback.is_apart else parts.pop()
            parts.append(replace(last, asks=asks))
        return tuple(parts)

    def _texts(self, form: MessageForm, view: Mapping[str, Any], room: int) -> list[str]:
        head, foot = (self._block(form, name, view) for name in ("head", "foot"))
        return split(head, list(self._items(form, view)), foot, room=room, measure=form.measure)

    def _whole(self, form: MessageForm, view: Mapping[str, Any]) -> str:
        (text,) = self._texts(form, view, UNLIMITED_ROOM)
        return text

    def _title(self, form: MessageForm, view: Mapping[str, Any]) -> str:
        """Return the title as one line without markup; what an entity stands for is written as one for Slack only."""
        return " ".join(str(view["headline"]).split()) if form.is_html else self._block(form, "title", view)

    def _items(self, form: MessageForm, view: Mapping[str, Any]) -> Iterable[str]:
        if view["incident"]:
            yield self._block(form, "incident", view)
        block = "line" if view["is_digest"] else "announcement"
        for item in view["items"]:
            yield self._block(form, block, {**view, "item": item})

    def _block(self, form: MessageForm, name: str, view: Mapping[str, Any]) -> str:
        template = self._loaded[form]
        context = template.new_context({**view, "shows_title": form.shows_title})
        text = "".join(template.blocks[name](context))
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _load(self, form: MessageForm) -> Template:
        environment = Environment(
            loader=self._loader(form), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            autoescape=form.is_html,  # noqa: S701  in the other forms `finalize` makes each value harmless
            finalize=form.dialect.finalize,
        )  # fmt: skip
        environment.filters["short"] = short
        environment.globals["link"] = form.dialect.linked
        try:
            return environment.select_template(list(form.templates))
        except (TemplateError, OSError, NotUtf8Error) as error:
            file = getattr(error, "filename", None) or f"{self._folder}/{form.templates[0]}"
            where = f"line {line}" if (line := getattr(error, "lineno", None)) else ""
            raise ConfigurationError([Fault(file=str(file), key=where, problem=str(error))]) from error

    def _loader(self, form: MessageForm) -> BaseLoader:
        folders = [Path(self._folder)] if self._folder else []
        return ChoiceLoader([FunctionLoader(partial(_template_in, folder)) for folder in (*folders, form.folder)])

    def _faults(self, form: MessageForm) -> Iterable[Fault]:
        """Yield what is wrong with a template: blocks that are missing, messages that it cannot say."""
        template = self._loaded[form]
        missing = [name for name in TEMPLATE_BLOCKS if name not in template.blocks]
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


def _files(data: Mapping[str, Any]) -> tuple[MessageFile, ...]:
    return tuple(
        MessageFile(name=one["name"], media=one["media"], body=base64.b64decode(one["base64"]))
        for one in data.get("files", ())
    )


def _forms() -> list[MessageForm]:
    """Return how messages are written, for all kinds of endpoints."""
    return [form for channel in channels().values() for form in (channel.text, channel.html) if form]


@functools.cache
def templates_in(folder: str | None) -> Templates:
    """Return the templates of a folder, read once."""
    return Templates(folder)


def _template_in(folder: Path, name: str) -> tuple[str, str, None] | None:
    """Return the text of a template and its file, None where the folder has none of the name."""
    file = folder / name
    return (read_written(file), str(file), None) if file.is_file() else None
