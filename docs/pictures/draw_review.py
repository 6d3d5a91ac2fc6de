"""Take the pictures of the review page that docs/review.md shows, over an archive of invented articles.

.venv/bin/python docs/pictures/draw_review.py [NAME ...]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

sys.path[:0] = [str(Path(__file__).parents[2] / "tests"), str(Path(__file__).parents[2])]

from browser import ARGUMENTS, CHROMIUM, serving  # noqa: E402  the path above leads there
from seeded_archive import DAY, seed  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

HERE = Path(__file__).parent
DESKTOP, PHONE = (1280, 900), (360, 740)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture: its file is review-NAME.png. `before` does something on the page first; `whole`: to its very end."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    before: Callable[[Tab], None] = lambda _: None
    whole: bool = False


def _reject(tab: Tab) -> None:
    tab.keyboard.press("r")
    tab.keyboard.type("旧闻重发")


def _review(tab: Tab) -> None:
    """Confirm one, watch one, reject one; the bar with the last verdict is there then."""
    for key in ("c", "w"):
        with tab.expect_navigation():
            tab.keyboard.press(key)
    _reject(tab)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


PICTURES = (
    Picture(name="today", path=f"/?day={DAY}", whole=True),
    Picture(name="today-phone", path=f"/?day={DAY}", size=PHONE),
    Picture(name="today-dark", path=f"/?day={DAY}", scheme="dark"),
    Picture(name="today-empty", path="/?day=2026-03-15"),
    Picture(name="keys", path=f"/?day={DAY}", before=lambda tab: tab.keyboard.press("?")),
    Picture(name="reject", path=f"/?day={DAY}", before=_reject),
    Picture(name="announcement", path="/announcements/2", whole=True),
    Picture(name="announcement-phone", path="/announcements/2", size=PHONE),
    Picture(name="announcement-hit", path="/announcements/2", before=lambda tab: tab.click(".hits a >> nth=1")),
    Picture(name="beside", path="/announcements/2?view=beside"),
    Picture(name="article", path="/articles/3", whole=True),
    Picture(name="revisions", path="/articles/2/revisions"),
    Picture(name="search", path="/search?q=未来产业"),
    Picture(name="search-phone", path="/search?q=未来产业", size=PHONE),
    Picture(name="search-help", path="/search"),
    Picture(name="tables", path="/archive"),
    Picture(name="reviewed", path=f"/?day={DAY}", before=_review),  # the last: it changes the archive
)


def draw(pictures: Iterable[Picture], browser: Browser, url: str) -> None:
    """Take pictures of a site."""
    for picture in pictures:
        context = browser.new_context(
            viewport={"width": picture.size[0], "height": picture.size[1]}, color_scheme=picture.scheme,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        tab = context.new_page()
        tab.goto(url + picture.path)
        picture.before(tab)
        tab.wait_for_timeout(400)
        path = HERE / f"review-{picture.name}.png"
        tab.screenshot(path=path, full_page=picture.whole)
        Image.open(path).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)  # a third
        context.close()


def main(names: list[str]) -> None:
    """Take the named pictures, all when none is named."""
    from playwright.sync_api import sync_playwright

    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        seed(Path(folder) / "archive.db")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        with serving(Path(folder)) as served:
            draw(wanted, browser, served.url)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
