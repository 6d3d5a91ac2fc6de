"""What becomes other when sources are switched and paced: shown before it is done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from scheduler.config.config import Settings, load
from scheduler.config.toml_edits import put_row, set_catalogue
from scheduler.config.written import ConfigFile, TomlEdit
from scheduler.sources.switched import switched
from seeded_archive import GUANGDONG, MORNING, SHANGHAI, seed
from storage.archive import Archive

SOURCE = """
[[source]]
id = "{id}"
name = "门户"
region = "{region}"
level = "province"
kind = "government"
listings = ["https://example.org/{id}/"]
every = "1h"
"""


def test_acts_that_are_lost_or_come_later(tmp_path: Path) -> None:
    """An act that no other source had is lost, one that another had comes later; switched on again both were given."""
    seed(tmp_path / "archive.db")
    file = ConfigFile(tmp_path / "config.toml")
    named = {"gov-310000": "310000", "gov-440000": "440000", "gxt-440000": "440000", "gov-990000": "460000"}
    text = "".join(SOURCE.format(id=id, region=region) for id, region in named.items())
    file.path.write_text(f"[sources]\ncatalogue = false\n{text}", encoding="utf-8")

    def without(*ids: str) -> Settings:
        def edit(document: object) -> None:
            for id in ids:
                put_row(document, "source", "id", {"enabled": False}, instead_of=id)  # type: ignore[arg-type]

        return file.tried(edit)[1]

    now = MORNING + timedelta(days=1)
    with Archive(tmp_path / "archive.db") as archive:
        off = switched(archive, without(), without("gov-310000", "gov-440000", "gov-990000"), now=now)
        on = switched(archive, without("gov-310000", "gov-990000"), without(), now=now)
    assert [one.title for one in off.lost] == [SHANGHAI.title]
    assert [(one.title, one.later) for one in off.later] == [(GUANGDONG.title, timedelta(hours=6, minutes=4))]
    assert (off.visits_before, off.visits_after, off.unread) == (96, 24, ())
    assert [one.title for one in on.given] == [SHANGHAI.title]
    assert on.unread == ("gov-990000",)


def test_tags_of_the_catalogue(tmp_path: Path) -> None:
    """Tags of a source of the catalogue stand under [sources.tags], and go again without a trace."""
    file = ConfigFile(tmp_path / "config.toml")
    file.path.write_text("[sources]   # ours\n", encoding="utf-8")

    def tagged(tags: list[str] | None) -> TomlEdit:
        return partial(set_catalogue, key="tags", values={"gov-440000": tags})

    file.change(tagged(["重点"]), who="李雷", about="加标签", now=MORNING)
    assert {one.id: one.tags for one in load(file.path).watched if one.tags} == {"gov-440000": ("重点",)}
    file.change(tagged(None), who="李雷", about="去掉标签", now=MORNING)
    assert file.path.read_text(encoding="utf-8").strip() == "[sources]   # ours"
