"""What many tests need: a portal, a receiver, a configuration, and the command itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from forked import Started, run_forked
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_receiver import SECRET, LocalReceiver, open_receiver
from local_robots import Robot, open_robot
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from storage.archive import Archive

COMMAND = [sys.executable, "-m", "scheduler"]

hypothesis.settings.register_profile("untimed", deadline=None)  # a machine that is busy is no fault
hypothesis.settings.load_profile("untimed")


@dataclass
class Futurewatch:
    """The command, run as people run it, over one configuration."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.folder / "archive.db"

    def configure(
        self, portal: LocalPortal, *, receiver: LocalReceiver | None = None, more: str = "", crawl: str = ""
    ) -> None:
        """Write a configuration with one source, and an endpoint when there is a receiver."""
        self.environment["TEST_SECRET"] = SECRET
        in_this_process = "readers = 0\n"  # a process to read in takes two seconds to start
        endpoint = f"""
[[endpoint]]
name = "team"
kind = "webhook"
url = "{receiver.url}"
secret = "env:TEST_SECRET"
""" if receiver else ""  # fmt: skip
        self.config.write_text(f"""
[archive]
path = "archive.db"
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0.05
timeout_seconds = 3
allow_private_networks = true
{crawl if "readers" in crawl else in_this_process + crawl}
[review]
enabled = false
[monitor]
enabled = false
[sources]
catalogue = false
{more}
[[source]]
id = "hi-gov"
name = "海南省人民政府"
region = "460000"
level = "province"
kind = "government"
listings = ["{portal.url}/zwgk/"]
{endpoint}
""", encoding="utf-8")  # fmt: skip

    def start(self, *arguments: str, stdin: str = "") -> Started:
        """Start a command and go on."""
        command = [*arguments, "--config", str(self.config)]
        return Started(command, environment=os.environ | self.environment, stdin=stdin)

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        """Run a command to its end and return its stdout; its exit code must be `code`."""
        command = [*arguments, "--config", str(self.config)]
        returned, out, err = run_forked(command, environment=os.environ | self.environment, stdin=stdin)
        assert returned == code, f"exit {returned}\n{out}\n{err}"
        return out

    def crawl(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Crawl the one source and return its run."""
        (run,) = json.loads(self.run("crawl", *arguments, "--json", code=code))
        assert isinstance(run, dict)
        return run


@pytest.fixture(autouse=True, scope="session")
def _caches_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what commands remember of configurations out of the user's caches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


@pytest.fixture(autouse=True)
def _logs_end_with_the_test() -> Iterator[None]:
    """Forget where a command that ran in this process has sent its logs: that stream is closed by then."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def now_at_start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the module's NOW be the start of each test: a receiver refuses a signature five minutes old."""
    monkeypatch.setattr(request.module, "NOW", datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def portal() -> Iterator[LocalPortal]:
    """A portal without pages."""
    with open_portal() as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[LocalReceiver]:
    """A receiver that takes everything."""
    with open_receiver() as opened:
        yield opened


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An empty archive in memory."""
    with Archive.in_memory() as opened:
        yield opened


@pytest.fixture
def room() -> Iterator[Robot]:
    """A chat room's robot that takes everything."""
    with open_robot("webhook") as opened:
        yield opened


@pytest.fixture
def futurewatch(tmp_path: Path) -> Futurewatch:
    """The command over an empty folder."""
    return Futurewatch(tmp_path)


def path_of(sample: Sample) -> str:
    """Return where a sample stands on a test's portal."""
    return f"/zwgk/{sample.day[:7].replace('-', '')}/t{sample.day.replace('-', '')}_{sample.number}.html"


def publish(portal: LocalPortal, *samples: Sample, encoding: str = "utf-8", etag: str = "") -> None:
    """Let a portal list these samples, the last first, and nothing else."""
    rows = [(path_of(sample), sample.title, sample.day) for sample in reversed(samples)]
    portal.serve("/zwgk/", listing_page(rows).encode(encoding), headers={"ETag": etag} if etag else {})
    for sample in samples:
        page = article_page(sample.title, sample.paragraphs, day=sample.day, publisher=sample.publisher)
        portal.serve(path_of(sample), page.encode(encoding))


@pytest.fixture
def watched(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> Futurewatch:
    """The command after a source's first crawl; a press conference has appeared since."""
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT[:2])
    assert futurewatch.crawl()["outcome"] == "ok"
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    return futurewatch
