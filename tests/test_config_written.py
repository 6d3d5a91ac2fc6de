"""config.toml as the pages change it: comments stay, faults change nothing, every change can be undone."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from crawler.toml import ConfigurationError
from scheduler.config.config import load
from scheduler.config.kept_secrets import keep_secret
from scheduler.config.toml_edits import put_row, remove_row, set_key, switch_catalogue
from scheduler.config.written import ChangeError, ConfigFile, TomlEdit

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
TEXT = """# ours
[crawl]
contact = "mailto:you@example.org"   # goes into the User-Agent

[[endpoint]]
# the night shift
name = "night"
kind = "webhook"
url = "https://example.org/hook"   # theirs
min_score = 70
"""


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o640)
    return ConfigFile(path)


def changed(file: ConfigFile, edit: TomlEdit) -> str:
    """Make an edit and return the file's text."""
    file.change(edit, who="李雷", about="改动", now=NOW)
    return file.path.read_text(encoding="utf-8")


def put(**values: object) -> TomlEdit:
    return partial(put_row, table="endpoint", key="name", values=values, instead_of="night")


def test_only_what_is_changed_changes(file: ConfigFile) -> None:
    """Comments, order and keys that were not named stay as a person wrote them."""
    text = changed(file, put(min_score=80.0, regions=["四川省"]))
    kept = [line for line in TEXT.splitlines() if "min_score" not in line]
    assert all(line in text.splitlines() for line in kept)
    endpoint = load(file.path).endpoint[0]
    assert (endpoint.min_score, endpoint.regions) == (80, ("510000",))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640


def test_line_ends_of_windows_stay(file: ConfigFile) -> None:
    file.path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    changed(file, put(min_score=80.0))
    written = file.path.read_bytes()
    assert b"80" in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_fault_changes_nothing(file: ConfigFile) -> None:
    """An edit after which the file had a fault is refused with the key, and leaves no file behind."""
    with pytest.raises(ConfigurationError) as raised:
        changed(file, put(regions=["粤东"]))
    (fault,) = raised.value.faults
    assert (fault.file, fault.key) == (str(file.path), "endpoint[0].regions")
    assert file.path.read_text(encoding="utf-8") == TEXT
    assert [path.name for path in file.path.parent.iterdir()] == ["config.toml"]


def test_undone_back_to_the_first(file: ConfigFile) -> None:
    """The latest change is undone first, then the one before; the record names who did both."""
    changed(file, partial(set_key, table="crawl", key="contact", value="mailto:desk@example.cn"))
    changed(file, put(mode="digest"))
    for number in (2, 1):
        assert file.undoable() == number
        file.undo(number, who="韩梅梅")
    assert file.path.read_text(encoding="utf-8") == TEXT
    assert [(one.number, one.who, one.undone_by) for one in file.changes()] == [
        (2, "李雷", "韩梅梅"),
        (1, "李雷", "韩梅梅"),
    ]
    assert not file.was_changed_by_hand()
    assert stat.S_IMODE(file.history.stat().st_mode) == 0o700


def test_file_changed_by_hand_wins(file: ConfigFile) -> None:
    """What a person writes after a change stays: it is not undone away, and the next change is made on top of it."""
    changed(file, put(mode="digest"))
    file.path.write_text(file.path.read_text(encoding="utf-8") + "\n[schedule]\nevery = '45m'\n", encoding="utf-8")
    assert file.was_changed_by_hand()
    assert file.undoable() is None
    with pytest.raises(ChangeError):
        file.undo(1, who="李雷")
    assert "every = '45m'" in changed(file, put(mode=None))


def test_every_change_is_another_mark(file: ConfigFile) -> None:
    """Who serves or watches sees by the mark that there is something to read: after a change, an undo, a touch."""
    marks = [file.mark()]
    changed(file, put(mode="digest"))
    marks.append(file.mark())
    file.undo(1, who="李雷")
    marks.append(file.mark())
    file.touch()
    assert len({*marks, file.mark()}) == 4


def test_secret_stands_in_a_file_of_its_own(file: ConfigFile) -> None:
    """Only its owner reads it; another value of the same name gets another file, so an undo finds the old one."""
    first = keep_secret(file.path, "夜班.url", "https://example.org/hook?key=1")
    assert keep_secret(file.path, "夜班.url", "https://example.org/hook?key=1") == first == "file:secrets/夜班.url"
    assert keep_secret(file.path, "夜班.url", "https://example.org/hook?key=2") == "file:secrets/夜班.url-2"
    kept = file.path.parent / "secrets/夜班.url"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    changed(file, put(name="夜班", url=first))
    assert load(file.path).endpoint[0].url.reveal() == "https://example.org/hook?key=1"


def test_rows_come_and_go(file: ConfigFile) -> None:
    changed(file, lambda document: put_row(document, "endpoint", "name", {
        "name": "day", "kind": "webhook", "url": "https://example.org/day"}))  # fmt: skip
    assert [one.name for one in load(file.path).endpoint] == ["night", "day"]
    changed(file, put(enabled=False))
    assert [one.name for one in load(file.path).endpoint] == ["day"]
    for name in ("day", "night"):
        changed(file, partial(remove_row, table="endpoint", key="name", value=name))
    assert load(file.path).endpoint == ()


def test_catalogue_is_switched_by_what_differs(file: ConfigFile) -> None:
    """A source that is as the catalogue has it is named nowhere."""
    switch = partial(switch_catalogue, is_on_there=["gov-440000", "gov-110000"])
    text = changed(file, lambda document: switch(document, ["gov-440000", "gov-420000"], on=False))
    assert 'off = ["gov-440000"]' in text
    text = changed(file, lambda document: switch(document, ["gov-440000"], on=True))
    assert "off" not in text
