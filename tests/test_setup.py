"""The steps of a first run: what counts as done, what they say, and `setup` on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from dataclasses import replace

import pytest

from conftest import COMMAND, Futurewatch, publish
from crawler.sources import catalogue
from local_portal import LocalPortal
from local_receiver import SECRET, LocalReceiver
from scheduler.config.config import load
from scheduler.demo.samples import GOVERNMENT
from scheduler.health.setup import SetupState, setup_of
from scheduler.health.setup_words import off_in_chinese, step_in_chinese, step_in_english

NEW = SetupState(
    contact="you@example.org", has_sample_contact=True, reviewer="", audience=(), enabled=4, tried={}, visited=0,
    articles=0, announcements=0, is_watching=False, backups="", off={"off in the configuration": 2},
)  # fmt: skip
READY = replace(NEW, has_sample_contact=False, reviewer="李雷", audience=("team",), tried={"works": 3, "fails": 1},
                visited=4, articles=30, announcements=2)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "states"),
    [
        (NEW, "to do,to do,to do,to do,to do,off"),
        (replace(NEW, is_watching=True), "to do,to do,to do,under way,under way,off"),
        (replace(READY, visited=1), "done,done,done,done,under way,off"),
        (replace(READY, audience=()), "done,done,to do,done,done,off"),
        (replace(READY, enabled=0, tried={}, visited=0), "done,done,done,to do,to do,off"),
        (replace(READY, backups="/backups"), "done,done,done,done,done,done"),
    ],
)
def test_states_of_the_steps(state: SetupState, states: str) -> None:
    """The list is over when every step is done; backups may be left off."""
    found = setup_of(state)
    assert ",".join(step.state for step in found.steps) == states
    assert found.is_done == ("to do" not in states and "under way" not in states)


def test_steps_say_how_far_they_are() -> None:
    found = setup_of(replace(READY, tried={"works": 2, "fails": 1}))
    catalogue, first = found.steps[3:5]
    assert step_in_chinese(found, catalogue) == "3 / 4，通 2，不通 1。"
    assert step_in_english(found, first) == "all 4 visited, 30 articles read, 2 announcements."


def test_reasons_of_the_catalogue_are_in_chinese() -> None:
    """Why a shipped source is off is said in Chinese on the page."""
    reasons = {one.off_because for one in catalogue() if not one.enabled}
    assert len(reasons) > 10
    assert [one for one in reasons if off_in_chinese(one) == one] == []


def test_what_is_left_is_shown_without_questions(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """Where nobody can answer, the list is printed: exit 1 while a step is left, 0 after the first crawl."""
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT[:1])
    futurewatch.environment["FUTUREWATCH_USER"] = "李雷"
    left = json.loads(futurewatch.run("setup", "--json", code=1))
    assert [step["key"] for step in left["steps"] if step["state"] != "done"] == ["catalogue", "first crawl", "backups"]
    futurewatch.crawl()
    said = futurewatch.run("setup")
    assert "all 1 visited" in said


def test_questions_of_a_first_run(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """On a terminal each missing step is asked for, the endpoint is tried, and the file keeps its comments."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1])
    text = futurewatch.config.read_text(encoding="utf-8").replace("mailto:watch@", "mailto:you@")
    futurewatch.config.write_text(text + "# the end\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "FUTUREWATCH_USER"}
    process = subprocess.Popen(
        [*COMMAND, "setup", "--config", str(futurewatch.config)], env=environment, stdin=theirs,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said = _answer(process, ours, "", "desk@example.cn", "李雷", "webhook", "夜班", receiver.url)
        said += _answer(process, ours, "none: ", SECRET)  # what is typed before a secret is asked for is thrown away
        said += _answer(process, ours, "sample now?", "y", "y")
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    said += rest.decode()
    os.close(ours)
    os.close(theirs)
    settings = load(futurewatch.config)
    assert settings.crawl.contact == "mailto:desk@example.cn", said
    assert settings.review.name == "李雷"
    assert [one.name for one in settings.endpoint] == ["夜班"]
    assert receiver.url not in futurewatch.config.read_text(encoding="utf-8")
    assert "# the end" in futurewatch.config.read_text(encoding="utf-8")
    assert len(receiver.tries) == 1
    assert "all 1: 1 work, 0 do not" in said
    assert process.returncode == 1  # the first crawl is left


def _answer(process: subprocess.Popen[bytes], terminal: int, question: str, *answers: str) -> str:
    """Wait until a question is asked, and type answers; return what was printed meanwhile."""
    assert process.stdout
    said = b""
    while question.encode() not in said:
        said += (read := os.read(process.stdout.fileno(), 1024))
        assert read, said.decode()
    os.write(terminal, "".join(f"{answer}\n" for answer in answers).encode())
    return said.decode(errors="replace")
