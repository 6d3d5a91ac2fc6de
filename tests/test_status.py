"""`status`: how daemon, sources and endpoints are, for people, for scripts, and again and again in a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Futurewatch
from forked import STREAMS, Started
from local_portal import LocalPortal
from storage.archive import Archive
from storage.lock import crawler_of
from storage.ticks import Gap

NOW = datetime.now(UTC).replace(microsecond=0)
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")


def test_status_says_what_waits_and_who_watches(watched: Futurewatch) -> None:
    """Messages by endpoint, open incidents, times without a watch, no daemon: in the table and in the document."""
    watched.crawl()
    with Archive(watched.archive) as archive:
        archive.incidents.open("disk", summary="The disk is nearly full", detail="12 MB are free", now=NOW)
        archive.ticks.note_gap(Gap(started_at=NOW - timedelta(hours=9), ended_at=NOW, cause="asleep", missed=41))
    said = json.loads(watched.run("status", "--json"))
    assert said["daemon"] == {"watching": False, "pid": None, "last_tick_at": None}
    assert [(gap["cause"], gap["missed"]) for gap in said["gaps"]] == [("asleep", 41)]
    assert [(one["name"], one["states"]) for one in said["endpoints"]] == [("team", {"pending": 1})]
    assert [one["key"] for one in said["incidents"]] == ["disk"]
    assert said["sources"][0]["outcome"] == "ok"
    shown = watched.run("status")
    for words in ("no daemon is watching", "1 times in 7 days, 41 visits missed", "The disk is nearly full", "hi-gov"):
        assert words in shown


def test_configured_endpoint_is_shown_before_its_first_message(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Who asks whether alerts would go out sees where to."""
    futurewatch.configure(portal, more="[[endpoint]]\nname = 'ops'\nkind = 'webhook'\nurl = 'http://127.0.0.1:9'\n")
    assert [one["name"] for one in json.loads(futurewatch.run("status", "--json", code=1))["endpoints"]] == ["ops"]


def test_process_that_ended_watches_no_more(futurewatch: Futurewatch) -> None:
    """What the lock's file says of a process that is gone counts for nothing."""
    lock = futurewatch.archive.with_name("archive.db.lock")
    assert crawler_of(futurewatch.archive) is None
    lock.write_text(str(os.getpid()), encoding="ascii")
    assert crawler_of(futurewatch.archive) == os.getpid()
    done = subprocess.Popen(["true"])
    done.wait()
    lock.write_text(str(done.pid), encoding="ascii")
    assert crawler_of(futurewatch.archive) is None


@dataclass
class Terminal:
    """A command in a terminal of its own, and what it has drawn so far."""

    process: Started
    master: int
    slave: int
    drawn: str = ""

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + 25
        while words not in self.drawn:
            assert time.monotonic() < deadline, self.drawn
            self.drawn += os.read(self.master, 65536).decode("utf-8", "replace")

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def in_terminal(futurewatch: Futurewatch, *arguments: str, environment: dict[str, str]) -> Terminal:
    master, slave = pty.openpty()
    process = Started(
        [*arguments, "--config", str(futurewatch.config)], terminals=dict.fromkeys(STREAMS, os.ttyname(slave)),
        environment=os.environ | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"} | environment,
    )  # fmt: skip
    return Terminal(process, master, slave)


@pytest.mark.parametrize("no_colour", ["", "1"])
def test_watch_shows_again_until_ctrl_c(watched: Futurewatch, no_colour: str) -> None:
    """What changes in the archive appears by itself; NO_COLOR is obeyed; Ctrl-C is exit code 0."""
    terminal = in_terminal(watched, "status", "--watch", environment={"NO_COLOR": no_colour} if no_colour else {})
    terminal.wait_for("no source fails")
    with Archive(watched.archive) as archive:
        archive.incidents.open("disk", summary="The disk is nearly full", detail="", now=NOW)
    terminal.wait_for("The disk is nearly full")
    assert terminal.interrupt() == 0
    assert bool(COLOUR.search(terminal.drawn)) is not bool(no_colour)
    os.close(terminal.master)
    os.close(terminal.slave)


def test_watch_without_a_terminal_is_wrong_use(watched: Futurewatch) -> None:
    """A script that asks for it is told what to do instead."""
    watched.run("status", "--watch", code=2)
