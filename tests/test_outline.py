"""The outline of a configuration that is remembered: always the same as one that is read anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.toml import ConfigurationError
from scheduler.config.config import load
from scheduler.config.outline import outline_of, read_outline

CONFIG = """
[crawl]
contact = "mailto:watch@example.org"
[archive]
backups = "copies"
[sources]
catalogue = false
files = ["own.toml"]
[[endpoint]]
name = "team"
kind = "webhook"
url = "https://hooks.example.org/secret-part"
"""
OWN = """
[[source]]
id = "hi-gov"
name = "海南省人民政府"
region = "460000"
level = "province"
kind = "government"
listings = ["https://www.hainan.gov.cn/zwgk/"]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "config.toml"


def memory(config: Path) -> str:
    (kept,) = (config.parent / "caches" / "futurewatch").iterdir()
    return kept.read_text(encoding="utf-8")


def test_outline_is_the_same_when_it_is_remembered(config: Path) -> None:
    """The second time the models are not asked, and the answer is equal; no address of an endpoint is kept."""
    first = read_outline(config)
    said = memory(config)
    assert read_outline(config) == first == outline_of(load(config))
    assert [(one.id, one.host) for one in first.sources] == [("hi-gov", "www.hainan.gov.cn")]
    assert first.audience == ("team",)
    assert "secret-part" not in said


@pytest.mark.parametrize("name", ["config.toml", "own.toml"])
def test_fault_that_came_since_is_told(config: Path, name: str) -> None:
    """A file that was changed is read anew, with its faults."""
    read_outline(config)
    changed = config.with_name(name)
    changed.write_text("[[sauce]]\n" + changed.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="sauce"):
        read_outline(config)


def test_change_is_seen_at_once(config: Path) -> None:
    """A source more, an applied check or a spoilt cache: the outline is that of now."""
    assert len(read_outline(config).sources) == 1
    own = config.with_name("own.toml")
    own.write_text(OWN + OWN.replace("hi-gov", "hi-two"), encoding="utf-8")
    assert len(read_outline(config).sources) == 2
    (kept,) = (config.parent / "caches" / "futurewatch").iterdir()
    kept.write_text("{}", encoding="utf-8")
    assert len(read_outline(config).sources) == 2


def test_configuration_is_read_where_nothing_can_be_remembered(config: Path) -> None:
    """A folder for caches that cannot be made changes nothing but the time that it takes."""
    (config.parent / "caches").write_text("in the way", encoding="utf-8")
    assert read_outline(config) == outline_of(load(config))
