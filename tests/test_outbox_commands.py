"""The commands of delivery as operators use them: outbox, endpoints, announcements reject."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from notify_examples import NOON, endpoint_of, store
from notify_examples import tell as put
from scheduler.config.config import load
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.due_digests import gather
from scheduler.notify.message import deliveries_for
from storage.archive import Archive


@pytest.fixture
def told(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> Futurewatch:
    """The command over an archive with one announcement that waits to be sent."""
    futurewatch.configure(portal, receiver=receiver)
    settings = load(futurewatch.config)
    with Archive(futurewatch.archive) as archive:
        made = store(archive, 1)
        archive.outbox.put(deliveries_for(made, "announcement.new", NOON, settings=settings))
    return futurewatch


def listed(futurewatch: Futurewatch, *arguments: str) -> list[dict[str, Any]]:
    rows = json.loads(futurewatch.run("outbox", "list", *arguments, "--json"))
    assert isinstance(rows, list)
    return rows


def test_outbox_says_why_each_message_goes_there(told: Futurewatch) -> None:
    """Each row has state, answer and reason, for scripts and for people; filters narrow it."""
    (row,) = listed(told)
    assert (row["endpoint"], row["state"], row["reason"], row["announcement"]) == ("team", "pending", "at once", 1)
    told.run("deliver")
    (row,) = listed(told, "--endpoint", "team", "--state", "delivered")
    assert row["last_answer"] == "http 204"
    assert listed(told, "--endpoint", "nobody") == []
    assert "at once" in told.run("outbox", "list")


def test_reject_corrects_what_was_sent(told: Futurewatch, receiver: LocalReceiver) -> None:
    """Rejecting sends the correction with the next delivery; an unknown announcement is wrong use."""
    told.run("deliver")
    said = json.loads(told.run("announcements", "reject", "1", "--reason", "误判", "--json"))
    assert said == {"rejected": 1, "was_rejected": False, "corrections": 1}
    assert json.loads(told.run("announcements", "reject", "1", "--reason", "x", "--json"))["was_rejected"]
    told.run("deliver")
    assert [payload["type"] for _, payload, _ in receiver.tries] == ["announcement.new", "announcement.corrected"]
    told.run("announcements", "reject", "99", "--reason", "x", code=2)


def test_flood_is_released_and_discarded(told: Futurewatch, receiver: LocalReceiver) -> None:
    """`outbox release` lets a flood out as one digest; what holds nothing is exit code 1."""
    settings = load(told.config)
    with Archive(told.archive) as archive:
        put(archive, settings.endpoint[0], *range(2, 30))
        gather(archive, settings.endpoint[0], flood=20, review_url="", now=NOON)
    question = next(row["digest"] for row in listed(told, "--state", "held"))
    assert json.loads(told.run("outbox", "release", question, "--json")) == {"released": 29}
    told.run("outbox", "release", question, code=1)
    told.run("outbox", "discard", "msg_nothing", code=1)
    told.run("deliver")
    digests = [payload["data"] for _, payload, _ in receiver.tries if payload["type"] == "digest"]
    assert [(data["reason"], data["count"]) for data in digests] == [("flood", 29), ("overflow", 29)]


def test_endpoint_gets_a_sample(told: Futurewatch, receiver: LocalReceiver) -> None:
    """`endpoints test` sends one signed sample past the outbox; a wrong name is wrong use, a refusal exit code 1."""
    assert json.loads(told.run("endpoints", "test", "team", "--json"))["verdict"] == "delivered"
    ((_, payload, _),) = receiver.tries
    assert payload["data"]["announcement"]["title"].startswith("示例")
    receiver.faults.append("500")
    assert "http 500" in told.run("endpoints", "test", "team", code=1)
    process = told.start("endpoints", "test", "taem")
    _, problem = process.communicate(timeout=30)
    assert (process.returncode, "did you mean 'team'?" in problem) == (2, True)
    assert len(listed(told)) == 1


def test_endpoints_are_listed_with_their_state(told: Futurewatch) -> None:
    """What an endpoint wants and what waits for it, for people too."""
    (row,) = json.loads(told.run("endpoints", "list", "--json"))
    assert (row["name"], row["kind"], row["wants"], row["pending"]) == ("team", "webhook", "everything, at once", 1)
    assert "everything, at once" in told.run("endpoints", "list")


def test_template_with_faults_stops_delivery(told: Futurewatch, tmp_path: Path) -> None:
    """A broken template is exit code 2 with its file and line, before anything is sent."""
    (tmp_path / "mine").mkdir(exist_ok=True)
    (tmp_path / "mine/wecom.md.j2").write_text("{% block title %}", encoding="utf-8")
    told.config.write_text(told.config.read_text("utf-8") + '[alert]\ntemplates = "mine"\n', encoding="utf-8")
    process = told.start("deliver")
    _, problem = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "wecom.md.j2: line 1" in problem


def test_dispatch_is_what_the_configuration_says(told: Futurewatch) -> None:
    """Flood limit, review address and endpoints come from config.toml."""
    told.config.write_text(told.config.read_text("utf-8") + "[alert]\nflood = 5\n", encoding="utf-8")
    dispatch = dispatch_of(load(told.config))
    assert (dispatch.flood, dispatch.review_url) == (5, "http://127.0.0.1:8080")
    assert dispatch.endpoints[0].name == endpoint_of().name
