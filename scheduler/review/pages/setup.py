"""设置: the steps of a first run, each with what can be done about it here."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.fault_words import fault_in_chinese
from scheduler.config.toml_edits import set_key
from scheduler.config.written import ChangeError, TomlEdit
from scheduler.health.survey import setup_in
from scheduler.review.page_request import PageError, PageRequest, Route

LONGEST_FIELD_CHARACTERS = 200  # characters of a contact, a name or a folder
CONTACT = re.compile(r"\S+@\S+\.\S+|https?://\S+")


async def setup(visit: PageRequest) -> Response:
    """Show the steps, done or not."""
    found = await visit.read(lambda archive: setup_in(archive, visit.settings))
    return visit.html("setup.html", setup=found)


async def contact(visit: PageRequest) -> Response:
    """Say where portals can write to."""
    text = visit.filled("contact").removeprefix("mailto:")
    if not CONTACT.fullmatch(text):
        return visit.back("/setup", say="联系方式要写邮箱或网址。", problem=True)
    value = text if text.startswith("http") else f"mailto:{text}"
    edit = partial(set_key, table="crawl", key="contact", value=value)
    return await changed(visit, edit, f"联系方式改为 {text}", "/setup")


async def name(visit: PageRequest) -> Response:
    """Say who signs verdicts here."""
    value = visit.filled("name")
    edit = partial(set_key, table="review", key="name", value=value or None)
    return await changed(visit, edit, f"署名改为 {value}" if value else "署名改回系统用户名", "/setup")


async def backups(visit: PageRequest) -> Response:
    """Say where backups go."""
    value = visit.filled("folder")
    edit = partial(set_key, table="archive", key="backups", value=value or None)
    return await changed(visit, edit, f"备份写到 {value}" if value else "不再备份", "/setup")


async def verify(visit: PageRequest) -> Response:
    """Try the catalogue from here, in a process of its own; where the daemon runs, it visits every source anyway."""
    visit.must_manage()
    setup = await visit.read(lambda archive: setup_in(archive, visit.settings))
    if setup.state.is_watching:
        return visit.back("/setup", say="程序正在逐个看来源，不用另外核对。")
    command = [sys.executable, "-m", "scheduler", "sources", "verify", "--config", str(visit.site.file.path)]
    report = visit.site.file.path.with_name("verified")
    await asyncio.to_thread(_start, [*command, "--report", str(report)])
    return visit.back("/setup", say="开始核对，每个网站都按间隔慢慢问，可以离开这一页。")


def _start(command: list[str]) -> None:
    nowhere = subprocess.DEVNULL
    subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)  # noqa: S603  our own command


async def changed(visit: PageRequest, edit: TomlEdit | Callable[..., None], about: str, back: str) -> Response:
    """Write a change into the configuration, and return to a page with what became of it."""
    visit.must_manage()
    if any(len(value) > LONGEST_FIELD_CHARACTERS for values in visit.form.values() for value in values):
        return visit.back(back, say="太长了。", problem=True)
    try:
        await write(visit, edit, about)
    except ConfigurationError as error:
        return visit.back(back, say="没有改成：" + "".join(map(fault_in_chinese, error.faults)), problem=True)
    return visit.back(back, say=f"{about}，已写进 {visit.site.file.path.name}。")


async def write(visit: PageRequest, edit: TomlEdit | Callable[..., None], about: str) -> None:
    """Write a change into the configuration and take it up. Raises `ConfigurationError` with its faults."""
    file, who, now = visit.site.file, visit.who, visit.now
    try:
        await asyncio.to_thread(lambda: file.change(edit, who=who, about=about, now=now))
    except ChangeError as error:
        raise PageError(409, f"配置文件写不进去：{error}") from error
    await visit.site.take_up_changes()


ROUTES = (
    Route(pattern="/setup", handler=setup),
    Route(pattern="/setup/contact", handler=contact, method="POST"),
    Route(pattern="/setup/name", handler=name, method="POST"),
    Route(pattern="/setup/backups", handler=backups, method="POST"),
    Route(pattern="/setup/verify", handler=verify, method="POST"),
)
