"""Take the pictures of the review page that docs/review.md shows, over an archive of invented articles.

.venv/bin/python docs/pictures/draw_review.py [NAME ...]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from PIL import Image

sys.path[:0] = [str(Path(__file__).parents[2] / "tests"), str(Path(__file__).parents[2])]

from browser import ARGUMENTS, CHROMIUM, WELL, serving  # noqa: E402  the path above leads there
from issued_acts import ACTS, issue, visited  # noqa: E402
from seeded_archive import DAY, MORNING, seed  # noqa: E402
from storage.archive import Archive  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

HERE = Path(__file__).parent
DESKTOP, PHONE = (1440, 900), (390, 844)
LIST = quote(f"/?day={DAY}")  # that a policy is opened from


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture: its file is review-NAME.png. `before` does something on the page first; `whole`: to its very end."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    before: Callable[[Tab], None] = lambda _: None
    whole: bool = False


def _press(*keys: str) -> Callable[[Tab], None]:
    """Return what presses keys one after the other, each once the page is still."""

    def press(tab: Tab) -> None:
        for key in keys:
            tab.keyboard.press(key)
            tab.wait_for_timeout(300)

    return press


def _hit(tab: Tab) -> None:
    tab.get_by_text("评分依据").click()
    tab.click(".hits a >> nth=1")


def _fill(path: Path) -> None:
    """Fill an archive with a few days of watching, and a day of many acts."""
    seed(path)
    with Archive(path) as archive:
        issue(archive, [replace(act, day=DAY) for act in ACTS[2:]])
        for at in (MORNING, datetime.now(UTC)):
            archive.runs.record(visited("gov-110000", at))


PICTURES = (
    Picture(name="today", path=f"/?day={DAY}", before=_press("j", "j")),
    Picture(name="today-grouped", path=f"/?day={DAY}&group=act"),
    Picture(name="today-phone", path=f"/?day={DAY}", size=PHONE),
    Picture(name="today-dark", path=f"/?day={DAY}", scheme="dark"),
    Picture(name="today-empty", path="/?day=2026-03-15"),
    Picture(name="keys", path=f"/?day={DAY}", before=_press("?")),
    Picture(name="reject", path=f"/?day={DAY}", before=_press("r")),
    Picture(name="announcement", path=f"/announcements/2?list={LIST}", whole=True),
    Picture(name="announcement-phone", path=f"/announcements/2?list={LIST}", size=PHONE),
    Picture(name="announcement-hit", path="/announcements/2", before=_hit),
    Picture(name="beside", path="/announcements/2?view=beside"),
    Picture(name="article", path="/articles/3", whole=True),
    Picture(name="revisions", path="/articles/2/revisions"),
    Picture(name="search", path="/search?q=(未来产业 OR 低空經濟) -招聘 地区:广东,四川,海南 日期:2026"),
    Picture(name="search-phone", path="/search?q=未来产业", size=PHONE),
    Picture(name="search-acts", path="/search?q=日期:2026&show=acts"),
    Picture(name="search-help", path="/search"),
    Picture(name="tables", path="/archive"),
    Picture(
        name="reviewed", path=f"/?day={DAY}", before=_press("c", "w", "r", "2", "j", "x", "j", "x")
    ),  # the last: it changes the archive
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
        _fill(Path(folder) / "archive.db")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        with serving(Path(folder), more=WELL) as served:
            draw(wanted, browser, served.url)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
