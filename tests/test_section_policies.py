"""General plans with a section on future industries: off, in the digest, instant, wherever the choice matters."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner

from builders import article_of, page_of
from crawler.intake import settle
from crawler.own_rule import Rule as OwnRule
from crawler.own_rule import Weights
from crawler.reading import judge_article
from local_robots import Robot
from notify_examples import NOON, World, endpoint_of
from scheduler.cli import main
from scheduler.config import config as configuration
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.program import lexicon_of
from scheduler.notify.message import deliveries_for
from storage.archive import Archive
from storage.records import SECTION_PLAN

Choice = Literal["off", "digest", "instant"]
TITLE = "桂西省：培育未来产业 打造先进制造业集群"
TEXT = (
    "桂西省人民政府近日印发《桂西省现代化产业体系建设行动方案》，提出前瞻布局未来产业，到2030年建成3个未来产业先导区，"
    "未来产业产值突破300亿元。"
)
PLAN = {"id": "plan", "title": TITLE, "text": TEXT}
DAY = date(2026, 3, 18)


def settings_of(folder: Path, choice: Choice | None) -> Settings:
    """Return a configuration with a choice, or without one."""
    chosen = f'[detect]\nsection_policies = "{choice}"\n' if choice else ""
    file = folder / "config.toml"
    file.write_text(f'[archive]\npath = "a.db"\n[crawl]\ncontact = "mailto:a@example.org"\n{chosen}')
    return configuration.load(file)


def told(archive: Archive, folder: Path, choice: Choice | None, endpoint: Endpoint, rules: int = 0) -> None:
    """Take the plan in, as a crawl does with this choice, and let the endpoint be told of it."""
    settings = settings_of(folder, choice)
    points = Weights(title=60.0, lead=60.0, body=60.0)
    own = tuple(OwnRule(name=f"own {n}", any=("未来产业",), points=points) for n in range(rules))
    lexicon = lexicon_of(settings).model_copy(update={"rules": own})
    page = page_of(url="https://www.example.gov.cn/t1.html", source="gov", at=NOON)
    judged = judge_article(page, article_of(TITLE, TEXT, url=page.url, on=DAY), lexicon)
    notify = partial(deliveries_for, settings=settings.model_copy(update={"endpoint": (endpoint,)}))
    settle(page, judged, archive=archive, lexicon=lexicon, notify=notify)


@pytest.mark.parametrize(
    ("choice", "states"), [("off", []), (None, ["waiting"]), ("digest", ["waiting"]), ("instant", ["pending"])]
)
def test_choice_in_the_outbox(tmp_path: Path, choice: Choice | None, states: list[str]) -> None:
    """An instant endpoint gets nothing, a message for the hour of the digest (also unasked), or one at once."""
    with Archive(tmp_path / "a.db") as archive:
        told(archive, tmp_path, choice, endpoint_of())
        assert [one.state for one in archive.outbox.list()] == states


@pytest.mark.parametrize(("choice", "type"), [("digest", "digest"), ("instant", "announcement.new")])
def test_choice_in_what_is_sent(tmp_path: Path, room: Robot, choice: Choice, type: str) -> None:
    """The only plan of a day still comes in a digest; told at once it comes as itself."""
    endpoint = endpoint_of(url=room.url)
    with Archive(tmp_path / "a.db") as archive:
        told(archive, tmp_path, choice, endpoint)
        world = World(archive, endpoint)
        asyncio.run(world.live(timedelta(hours=1), step=timedelta(minutes=10)))
        assert len(room.taken) == (0 if type == "digest" else 1)
        asyncio.run(world.live(timedelta(hours=24), step=timedelta(minutes=10)))
        (said,) = room.taken
    assert said["type"] == type
    if type == "digest":
        assert (said["data"]["reason"], said["data"]["count"]) == ("digest", 1)


def test_rules_do_not_crowd_the_choice_out(tmp_path: Path) -> None:
    """A plan under many rules of the operator's own still says that it is for the digest."""
    with Archive(tmp_path / "a.db") as archive:
        told(archive, tmp_path, "digest", endpoint_of(), rules=20)
        (delivery,) = archive.outbox.list()
        (announcement,) = [archive.announcements.get(1)]
    assert announcement.explanation[0].term.startswith(SECTION_PLAN)
    assert delivery.state == "waiting"


@pytest.mark.parametrize(
    ("choice", "label", "is_marked"),
    [
        ("off", "related", False), (None, "announcement", True), ("digest", "announcement", True),
        ("instant", "announcement", False),
    ],
)  # fmt: skip
def test_choice_in_the_filters(tmp_path: Path, choice: Choice | None, label: str, is_marked: bool) -> None:
    """`assess`, `group` and `evaluate` go by the configuration, evaluate also with a lexicon of its own."""
    settings_of(tmp_path, choice)
    assessed, grouped = (ask(tmp_path, name) for name in ("assess", "group"))
    assert assessed["label"] == label
    assert any(hit["term"].startswith(SECTION_PLAN) for hit in assessed["hits"]) == is_marked
    assert (grouped["announcement"] is not None) == (label == "announcement")
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps(PLAN | {"label": "announcement", "depth": "section"}), encoding="utf-8")
    lexicon = Path(configuration.__file__).parents[2] / "crawler/detect/lexicon.toml"
    for more in ((), ("--lexicon", str(lexicon))):
        done = CliRunner().invoke(main, ["evaluate", str(lines), "--json", *more, *config_of(tmp_path)])
        assert json.loads(done.stdout)["hits"] == int(label == "announcement")


def ask(folder: Path, name: str) -> Any:
    """Return the answer of a filter to the plan."""
    done = CliRunner().invoke(main, [name, *config_of(folder)], input=json.dumps(PLAN) + "\n")
    return json.loads(done.stdout)


def config_of(folder: Path) -> list[str]:
    """Return the option that names the configuration."""
    return ["--config", str(folder / "config.toml")]
