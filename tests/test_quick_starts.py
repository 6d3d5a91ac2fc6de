"""What commands leave out so that they start soon: modules, plug-ins that nobody has, a question for each source."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builders import run_of, source_of
from crawler.text.addresses import names_host, netloc
from storage import records
from storage.archive import Archive
from storage.folding import Table
from storage.plugins import plugins_of

NOW = datetime(2026, 3, 18, 4, tzinfo=UTC)


def modules_after(code: str) -> set[str]:
    """Return the modules that a new interpreter has after some code."""
    said = f"{code}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split())


def test_configuration_is_read_without_scrapy() -> None:
    """Reading a configuration without exits needs nothing that fetches."""
    assert not {"scrapy", "twisted", "httpx"} & modules_after("import scheduler.config.config")


def test_records_are_imported_when_asked_for() -> None:
    """Who needs a run gets no announcements with it; every record stands in one module, and nothing else is one."""
    assert "storage.records.announced" not in modules_after("from storage.records import Run")
    told = [name for names in records.MODULES.values() for name in names.split()]
    assert sorted(told) == sorted(records.__all__)
    for module, names in records.MODULES.items():
        part = import_module(f"storage.records.{module}")
        assert all(getattr(records, name) is getattr(part, name) for name in names.split())
    with pytest.raises(AttributeError, match="Nothing"):
        records.Nothing  # noqa: B018


def test_plugins_are_found_where_packages_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that names a group is loaded, and where none does, `importlib.metadata` is not even imported."""
    assert plugins_of("futurewatch.nothing") == ()
    asked = "from storage.plugins import plugins_of; plugins_of('futurewatch.nothing')"
    assert "importlib.metadata" not in modules_after(asked)
    (tmp_path / "added_for_a_test.py").write_text("THING = 'added'\n", encoding="utf-8")
    metadata = tmp_path / "added-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: added\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[futurewatch.nothing]\na = added_for_a_test:THING\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert plugins_of("futurewatch.nothing") == ("added",)


def test_short_text_folds_as_a_long_one() -> None:
    """Before the pattern is made, each character of a query is looked up: the result is the same."""
    pairs = {"國": "国", "Ａ": "a", "\U0002f800": "丽"}
    short = "國Ａ\U0002f800x"
    assert Table(pairs).apply(short) == "国a丽x"
    assert Table(pairs).apply(short * 100) == "国a丽x" * 100


def test_states_of_all_sources_are_those_of_each() -> None:
    """One question for all gives what one for each gives, whatever their visits were."""
    with Archive.in_memory() as archive:
        ids = ["never", "well", "ill", "was-ill"]
        archive.runs.register(source_of(id).row for id in ids)
        outcomes = {"well": "ok unchanged", "ill": "ok error error", "was-ill": "error empty ok"}
        for id, told in outcomes.items():
            for number, outcome in enumerate(told.split()):
                cause = "timeout" if outcome == "error" else None
                at = NOW + number * timedelta(minutes=30)
                archive.runs.record(run_of(at, source=id, outcome=outcome, cause=cause))  # type: ignore[arg-type]
        states = archive.runs.states(ids)
        assert states == [archive.runs.state(id) for id in ids]
        assert [state.failures for state in states] == [0, 0, 2, 0]
        assert [dict(state.troubles) for state in states] == [{}, {}, {"timeout": 2}, {"timeout": 1, "empty": 1}]
        assert [state.last and state.last.outcome for state in states] == [None, "unchanged", "error", "ok"]
        assert archive.runs.standings(ids) == {id: archive.runs.standing(id) for id in ids}


def test_collector_waits_for_the_start_and_goes_on_as_usual() -> None:
    """Nothing is collected while the program starts; then the collector has its thresholds, and garbage goes."""
    said = modules_after(
        "import gc; usual = gc.get_threshold()\n"
        "from scheduler.config import collector\n"
        "collector.postpone_collector(); collector.postpone_collector(); waits = gc.get_threshold() != usual\n"
        "collector.begin_collecting(); collector.begin_collecting(); goes_on = gc.get_threshold() == usual\n"
        "frozen = gc.get_freeze_count() > 0\n"
        "print('waits' * waits, 'goes_on' * goes_on, 'frozen' * frozen, 'alone' * (not gc.callbacks))"
    )
    assert {"waits", "goes_on", "frozen", "alone"} <= said


def test_first_collection_ends_the_start() -> None:
    """A command that nobody told that its start is over collects as usual after so many objects."""
    said = modules_after(
        "import gc; usual = gc.get_threshold()\n"
        "from scheduler.config import collector\n"
        "collector.postpone_collector(); kept = [[] for _ in range(collector.FIRST_COLLECTION_AFTER + 1000)]\n"
        "print('goes_on' * (gc.get_threshold() == usual))"
    )
    assert "goes_on" in said


@pytest.mark.parametrize("url", [
    "http://a.cn", "https://a.cn:8080/x", "http://a.cn?x", "http://a.cn#x", "HTTP://A.cn/x", "http://u:p@a.cn/",
    "http:///x", "http://[::1]:80/x", "http://:80/", "ftp://a.cn/", "//a.cn/x", "http://a.cn\n/x", "http://中国.cn/",
    "http://a.cn:x/", "a.cn",
])  # fmt: skip
def test_host_is_cut_as_the_standard_library_does(url: str) -> None:
    """What cuts the host of a usual address says the same as `urlsplit`, which takes ten times as long."""
    assert netloc(url) == urlsplit(url).netloc.rpartition("@")[2].lower()
    assert names_host(url) == (urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname))
