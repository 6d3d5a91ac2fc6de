"""Ids that last: what a source has under an earlier id is its own under the one of today."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import run_of, sample_page, source_of
from conftest import path_of
from crawler.detect.lexicon import load_lexicon
from crawler.intake import take_in
from crawler.toml import ConfigurationError
from scheduler.config import config
from scheduler.demo.samples import PRESS_CONFERENCE
from storage.archive import Archive
from storage.checks import SourceCheck
from storage.records import Link
from storage.renames import take_over
from storage.search.query import parse_query

NOW = datetime(2026, 3, 18, 6, tzinfo=UTC)
EMPTY: dict[str, Any] = {"problems": [], "listings": [], "columns": [], "article": None, "newest": []}
BLOCK = """
[[source]]
id = "{id}"
name = "海州高新区"
region = "460000"
level = "zone"
kind = "government"
listings = ["https://{id}.example.org/tz/"]
{more}
"""


def test_history_goes_on_under_the_new_id() -> None:
    """Articles, visits, checks, rows and the first crawl are found under the new id; a second time nothing is left."""
    with Archive.in_memory() as archive:
        archive.runs.register([source_of("old").row])
        where = f"https://old.example.org{path_of(PRESS_CONFERENCE)}"
        page = sample_page(PRESS_CONFERENCE, where, source="old", at=NOW)
        take_in(page, archive, load_lexicon(), lambda *_: ())
        archive.runs.record(run_of(NOW, source="old"))
        archive.checks.record(
            SourceCheck(source="old", checked_at=NOW, state="works", outcome="ok", cause=None, reason="", detail=EMPTY)
        )
        url = "https://old.example.org/202603/t20260318_1.html"
        archive.frontier.note("old", [(url, Link(url=url, title="关于开会的通知"))], NOW, is_quiet=False)
        assert take_over(archive.db, {"old": "new", "never": "new"}) == ("old",)
        assert archive.runs.had_first_crawl("new")
        assert archive.checks.of("new") is not None
        assert archive.runs.standing("new")[0] is not None
        left = "SELECT count(*) FROM {} WHERE source = 'old'"
        tables = ("articles", "pages", "links", "runs", "checks", "deliveries", "moves", "shown", "listings")
        assert [table for table in tables if archive.db.execute(left.format(table)).fetchone()[0]] == []
        assert archive.search.find(parse_query("source:new")).total == 1
        assert take_over(archive.db, {"old": "new"}) == ()


def test_of_two_histories_the_newer_ids_stays() -> None:
    """Where both ids have a row for one thing, that of today's id stays; visits of both are kept."""
    with Archive.in_memory() as archive:
        archive.runs.register([source_of("old").row, source_of("new").row])
        for id, reason in (("old", "before"), ("new", "now")):
            archive.checks.record(
                SourceCheck(
                    source=id, checked_at=NOW, state="fails", outcome="empty", cause=None, reason=reason, detail=EMPTY
                )
            )
            archive.runs.record(run_of(NOW, source=id))
        take_over(archive.db, {"old": "new"})
        check = archive.checks.of("new")
        assert check is not None
        assert check.reason == "now"
        assert archive.db.execute("SELECT count(*) FROM runs WHERE source = 'new'").fetchone()[0] == 2


def configured(folder: Path, text: str) -> config.Settings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def test_configurations_may_name_the_earlier_id(tmp_path: Path) -> None:
    """`off` and `--source` find a source by an id that it had; an own source of that id takes its place."""
    settings = configured(tmp_path, '[sources]\noff = ["city-420100-ovc"]\n')
    (source,) = settings.named(("city-420100-ovc",))
    assert (source.id, source.enabled) == ("zone-guanggu", False)
    own = configured(tmp_path, BLOCK.format(id="city-420100-ovc", more=""))
    assert {source.id for source in own.watched} & {"city-420100-ovc", "zone-guanggu"} == {"city-420100-ovc"}


def test_alias_leads_to_one_source(tmp_path: Path) -> None:
    """An alias of two sources, or one that is a source's id, is a fault that names both."""
    two = BLOCK.format(id="a", more='aliases = ["x"]') + BLOCK.format(id="b", more='aliases = ["x", "a"]')
    with pytest.raises(ConfigurationError) as caught:
        configured(tmp_path, "[sources]\ncatalogue = false\n" + two)
    assert "'x' is an alias of a as well" in str(caught.value)
    assert "'a' is the id of a source" in str(caught.value)
