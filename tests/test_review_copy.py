"""A review page over a copy of the archive, in a process of its own: it is read there, and written at home."""

from __future__ import annotations

import os
import re
from pathlib import Path

import httpx

from browser import serving
from forked import run_forked
from seeded_archive import seed
from storage.archive import Archive

TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')
HEADING = re.compile(r"<h1.*?</h1>", re.DOTALL)
PATH = "/announcements/2"


def back_up(home: Path, into: Path) -> None:
    """Copy the archive as operators do: beside the old copy, then in its place."""
    fresh = into.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    command = ["backup", str(fresh), "--config", str(home / "config.toml")]
    code, out, err = run_forked(command, environment=os.environ)
    assert code == 0, out + err
    fresh.replace(into)


def confirm(client: httpx.Client) -> httpx.Response:
    """Give a verdict as the page's own form does."""
    token = TOKEN.search(client.get("/search?q=未来产业").text)
    assert token
    form = {"csrftoken": token[1], "verdict": "confirmed", "about": PATH.removeprefix("/")}
    return client.post("/verdicts", data=form, headers={"Origin": str(client.base_url).rstrip("/")})


def test_copy_is_read_and_home_is_written(tmp_path: Path) -> None:
    """The copy shows what home shows and leads there; a verdict is refused, given at home, and in the next copy."""
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    copy.mkdir()
    seed(home / "archive.db")
    with serving(home) as at_home:
        back_up(home, copy / "archive.db")
        with (
            serving(copy, review=f'home = "{at_home.url}"') as served,
            httpx.Client(base_url=at_home.url) as writing, httpx.Client(base_url=served.url) as reading,
        ):  # fmt: skip
            there, here = writing.get(PATH).text, reading.get(PATH).text
            assert HEADING.findall(here) == HEADING.findall(there) != []
            assert f'href="{at_home.url}{PATH}"' in here
            assert ('action="/verdicts"' in there, 'action="/verdicts"' in here) == (True, False)
            refused, given = confirm(reading), confirm(writing)
            assert (refused.status_code, given.status_code) == (403, 303)
            assert f"请到 {at_home.url} 判定" in refused.text
            back_up(home, copy / "archive.db")
            assert reading.get(PATH).status_code == 200
    with Archive.existing(copy / "archive.db") as archive:
        assert len(archive.verdicts.all()) == 1
