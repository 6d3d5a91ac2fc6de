"""A real browser over the review page: Debian's Chromium, driven by playwright, and the server as people start it."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from forked import Started

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
START_SECONDS = 90  # beside other work a start takes many times its five seconds
EXPECTED_WITHIN_MS = 20_000  # a busy machine is no fault; what is there at once is seen at once
# A configuration with which there is nothing to warn of once its source was visited.
WELL = """
[crawl]
contact = "mailto:desk@example.org"
[[source]]
id = "gov-110000"
name = "北京市人民政府"
region = "110000"
level = "province"
kind = "government"
listings = ["http://127.0.0.1:9/zwgk/"]
"""
# Rules of axe-core: an empty list asks all. Colours do not depend on the width, and their rule takes most of the time,
# so it is asked once in each theme: on a desktop in the light, on a phone in the dark.
SCROLLING = ["scrollable-region-focusable"]
LOOKS: tuple[tuple[int, Literal["light", "dark"], list[str]], ...] = (
    (1440, "light", []), (768, "light", SCROLLING), (390, "light", SCROLLING),
    (390, "dark", ["color-contrast"]),
)  # fmt: skip
PHONE: ViewportSize = {"width": 320, "height": 640}


@dataclass(frozen=True, kw_only=True)
class Served:
    """A review page that is being served, and the folder with its configuration and archive."""

    url: str
    folder: Path
    process: Started

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.folder / "archive.db"


@contextmanager
def serving(
    folder: Path, *, more: str = "", review: str = "", environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Serve the archive of a folder (`archive.db`, made when it is not there) on a free port of the loopback address.

    `more` goes into its configuration, `review` into its table of that name. A webhook endpoint `team` and a digest
    `digest` that nobody answers are in it.
    """
    port = free_port()
    (folder / "config.toml").write_text(f"""
[archive]
path = "archive.db"
[sources]
catalogue = false
[review]
port = {port}
{review}
[[endpoint]]
name = "team"
kind = "webhook"
url = "http://127.0.0.1:9/hook"
[[endpoint]]
name = "digest"
kind = "webhook"
url = "http://127.0.0.1:9/digest"
mode = "digest"
min_score = 70
{more}
""", encoding="utf-8")  # fmt: skip
    process = Started(
        ["review", "--config", str(folder / "config.toml")],
        environment=os.environ | {"FUTUREWATCH_USER": "审阅员"} | dict(environment or {}),
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield Served(url=url, folder=folder, process=process)
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: Started) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/static/icon.svg") as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError("\n".join(process.said()))


def violations(browser: Browser, served: Served, paths: Sequence[str]) -> list[str]:
    """Return what axe-core finds on pages, and which are wider than the screen, at each of the widths.

    All rules are asked once, on a desktop in the light. A page is then made narrower, and darker: there only the rules
    that depend on that are asked.
    """
    from axe_playwright_python.sync_playwright import Axe

    found, context = [], browser.new_context(base_url=served.url, locale="zh-CN")
    tab, script = context.new_page(), Axe().axe_script
    for path in paths:
        tab.set_viewport_size({"width": LOOKS[0][0], "height": 900})
        tab.emulate_media(color_scheme="light")
        tab.goto(path)
        tab.evaluate(script)
        for width, scheme, rules in LOOKS:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(color_scheme=scheme)
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{width} {path}: wider than the screen")
            options = {"runOnly": rules} if rules else {"resultTypes": ["violations"]}
            for one in tab.evaluate("options => axe.run(options).then(said => said.violations)", options):
                nodes = [node["target"] for node in one["nodes"][:3]]
                found.append(f"{width} {scheme} {path}: {one['id']}: {one['help']} {nodes}")
    context.close()
    return found


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Without one the tests are skipped, but fail where CI is true."""
    if not shutil.which(CHROMIUM):
        if os.environ.get("CI") == "true":
            pytest.fail(f"there is no {CHROMIUM}: run deploy/install-browser.sh")
        pytest.skip(f"there is no {CHROMIUM}: run deploy/install-browser.sh")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=EXPECTED_WITHIN_MS)

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()
