"""Listings that break while they are watched, on real portals through the real command: told within two runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import Futurewatch, path_of
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_receiver import SECRET, LocalReceiver, open_receiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.notify.incident import document
from storage.archive import Archive

SAMPLES = sorted((*GOVERNMENT, PRESS_CONFERENCE), key=lambda sample: sample.day, reverse=True)
ROWS = [(path_of(sample), sample.title, sample.day) for sample in SAMPLES]
CONFIG = """
[archive]
path = "archive.db"
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0.05
timeout_seconds = 3
allow_private_networks = true
readers = 0
[sources]
catalogue = false
[[endpoint]]
name = "ops"
kind = "webhook"
url = "{url}"
secret = "env:TEST_SECRET"
role = "operator"
"""
SOURCE = """
[[source]]
id = "{id}"
name = "海南省人民政府"
region = "460000"
level = "province"
kind = "government"
listings = ["{url}/zwgk/"]
{more}
"""
PAGE = "<html><head><title>政策文件</title></head><body>{body}</body></html>"
NAVIGATION = "".join(
    f'<li><a href="/{name}/index.html">{title}</a></li>'
    for name, title in (
        ("gk", "信息公开指南与年度报告"), ("hd", "互动交流与在线访谈栏目"), ("fw", "政务服务网上办事大厅"),
        ("sj", "数据开放平台与统计数据"), ("zt", "专题专栏与重点工作推进"), ("lx", "领导信箱与意见征集平台"),
    )
)  # fmt: skip
HOT = NAVIGATION.replace("/index.html", "/content_88231.html")
OLDER = [(f"/zwgk/201901/t201901{n}_{n}.html", f"关于做好第{n}批旧文件清理工作的通知", f"2019-01-{n}")
         for n in range(20, 10, -1)]  # fmt: skip
NEWS = [(f"/xw/202603/t202603{n}_{n}.html", f"省政府召开第{n}次常务会议研究有关工作", f"2026-03-{n}")
        for n in range(30, 20, -1)]  # fmt: skip
LOGIN = PAGE.format(body="<form action='/login'><h2>用户登录</h2>用户名<input name=u>密码<input type=password></form>")
OTHER_DRESS = "".join(
    f'<dd><em>{day}</em><a href="{path}" title="{title}">{title}</a></dd>' for path, title, day in ROWS
)


def page(body: str, **more: Any) -> Callable[[LocalPortal], None]:
    """Return a mutation that serves a page in place of the listing."""
    return lambda portal: portal.serve("/zwgk/", PAGE.format(body=body), **more)


def serve(portal: LocalPortal, rows: list[tuple[str, str, str]], **more: Any) -> None:
    """Serve a listing, and a page for each row."""
    portal.serve("/zwgk/", listing_page(rows), **more)
    for path, title, day in rows:
        portal.serve(path, article_page(title, [f"{title}，请各单位认真组织实施。" * 8], day=day))


def old(rows: list[tuple[str, str, str]], **more: Any) -> Callable[[LocalPortal], None]:
    """Return a mutation that serves other rows, while all pages still answer."""
    return lambda portal: serve(portal, rows, **more)


def lead_home(portal: LocalPortal) -> None:
    """Close the column: it leads to the home page, which has fresh news."""
    serve(portal, NEWS)
    portal.replies["/"] = portal.replies["/zwgk/"]
    portal.serve("/zwgk/", "", status=302, headers={"Location": "/"})


def rename_class(portal: LocalPortal) -> None:
    portal.serve("/zwgk/", listing_page(ROWS).replace("class='list'", "class='list-new'"))


def withdraw(portal: LocalPortal) -> None:
    portal.serve("/zwgk/", listing_page(ROWS[1:]))
    portal.serve(ROWS[0][0], "<h1>404</h1>", status=404)


# What is done to a listing, and the kind of the incident that it must be; None: nothing is wrong.
CASES: dict[str, tuple[Callable[[LocalPortal], None], str | None]] = {
    "login-wall": (page(LOGIN), "blocked"),
    "empty-list": (page("<ul class='list'></ul>"), "empty"),
    "says-nothing": (page("<ul class='list'></ul><p>暂无数据</p>"), "empty"),
    "navigation-only": (page(f"<ul class='nav'>{NAVIGATION}</ul><ul class='list'></ul>"), "empty"),
    "hot-links-only": (page(f"<ul class='list'>{HOT}</ul>"), "other_list"),
    "script-shell": (page("<div id='app'></div><script src='/app.js'></script>"), "script_list"),
    "lost": (page("<h1>404</h1>", status=404), "4xx"),
    "leads-home": (lead_home, "other_list"),
    "old-by-one-row": (old(ROWS[1:]), "old_list"),
    "old-by-two-rows": (old(ROWS[2:]), "old_list"),
    "old-with-an-etag": (old(ROWS[1:], headers={"ETag": '"old"'}), "old_list"),
    "older-than-ever-seen": (old(OLDER), "old_list"),
    "selector-and-renamed-class": (rename_class, "script_list"),
    "renamed-class": (rename_class, None),
    "moved-rows": (page(f"<div id='n'>{NAVIGATION}</div><section><dl>{OTHER_DRESS}</dl></section>"), None),
    "withdrawn-page": (withdraw, None),
}
ILL = {name for name, (_, kind) in CASES.items() if kind}
Found = dict[str, set[str]]


@dataclass
class Story:
    """What came out of each round: outcomes by source, and the open incidents' kinds by source."""

    outcomes: list[dict[str, str]] = field(default_factory=list)
    open: list[Found] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Two healthy rounds, three over mutated listings, one after all have recovered; each portal a host of its own."""
    with ExitStack() as stack:
        portals = {name: stack.enter_context(open_portal()) for name in CASES}
        receiver = stack.enter_context(open_receiver())
        futurewatch = configured(tmp_path_factory.mktemp("mutated"), portals, receiver)
        told = Story()
        for portal in portals.values():
            serve(portal, ROWS)
        for code in (0, 0):
            crawl(futurewatch, told, code)
        for name, portal in portals.items():
            CASES[name][0](portal)
        for code in (1, 1, 1):
            crawl(futurewatch, told, code)
        for portal in portals.values():
            serve(portal, ROWS)
            portal.serve("/zwgk/", listing_page(ROWS))
        crawl(futurewatch, told, 0)
        told.messages = [(said["type"], said["data"]["incident"]["key"]) for _, said, _ in receiver.tries]
        yield told


def configured(folder: Path, portals: dict[str, LocalPortal], receiver: LocalReceiver) -> Futurewatch:
    futurewatch = Futurewatch(folder, {"TEST_SECRET": SECRET})
    sources = [
        SOURCE.format(id=name, url=portal.url, more="link = 'ul.list a'" if name.startswith("selector") else "")
        for name, portal in portals.items()
    ]
    futurewatch.config.write_text(CONFIG.format(url=receiver.url) + "".join(sources), encoding="utf-8")
    return futurewatch


def crawl(futurewatch: Futurewatch, told: Story, code: int) -> None:
    """Do one round and note what it gave."""
    runs = json.loads(futurewatch.run("crawl", "--deliver", "--json", code=code))
    told.outcomes.append({run["source"]: run["outcome"] for run in runs})
    with Archive(futurewatch.archive) as archive:
        incidents = [document(one) for one in archive.incidents.list(only_open=True)]
    found: Found = {}
    for incident in incidents:
        for source in incident["sources"]:
            found.setdefault(source["source"], set()).add(incident["kind"])
    told.open.append(found)


def test_nothing_is_told_of_healthy_listings(story: Story) -> None:
    """Before anything breaks, every run is healthy and no incident is open."""
    assert {outcome for round in story.outcomes[:2] for outcome in round.values()} <= {"ok", "unchanged"}
    assert story.open[:2] == [{}, {}]


@pytest.mark.parametrize("name", sorted(ILL))
def test_mutated_listing_is_told_within_two_runs(story: Story, name: str) -> None:
    """What is ill is never called healthy, and is told by the second run as what it is."""
    assert all(round[name] not in {"ok", "unchanged"} for round in story.outcomes[2:5])
    assert story.open[3].get(name) == {CASES[name][1]}
    assert story.open[4].get(name) == {CASES[name][1]}


@pytest.mark.parametrize("name", sorted(set(CASES) - ILL))
def test_new_dress_of_the_same_rows_is_healthy(story: Story, name: str) -> None:
    """Rows in another class or container, and a page that was withdrawn, are no fault of the portal."""
    assert all(round[name] in {"ok", "unchanged"} for round in story.outcomes)
    assert all(name not in found for found in story.open)


def test_recovery_resolves_everything(story: Story) -> None:
    """Once the lists are back, one healthy run ends every incident."""
    assert set(story.outcomes[-1].values()) <= {"ok", "unchanged"}
    assert story.open[-1] == {}


def test_each_incident_is_told_once_and_its_recovery_once(story: Story) -> None:
    """Each incident makes one message when it opens and one when it is over, however many runs lie between."""
    assert len(story.messages) == len(set(story.messages))
    opened = {key for type, key in story.messages if type == "incident.opened"}
    assert {key.partition(":")[0] for key in opened} == {CASES[name][1] for name in ILL}
    assert {key for type, key in story.messages if type == "incident.resolved"} == opened


@pytest.mark.slow  # five rounds over forty servers
def test_forty_portals_that_fail_at_once_are_one_message(tmp_path: Path) -> None:
    """Forty portals answer 500 in the same rounds: one incident that lists them all, one message, one recovery."""
    with ExitStack() as stack:
        portals = {f"s{number}": stack.enter_context(open_portal()) for number in range(40)}
        receiver = stack.enter_context(open_receiver())
        futurewatch, told = configured(tmp_path, portals, receiver), Story()
        for portal in portals.values():
            portal.serve("/zwgk/", listing_page(ROWS[:2]))
        crawl(futurewatch, told, 0)  # the listed pages are missing, the listings are well
        for portal in portals.values():
            portal.serve("/zwgk/", "broken", status=500)
        for _ in range(3):
            crawl(futurewatch, told, 1)
        assert told.open[-1] == {name: {"5xx"} for name in portals}
        for portal in portals.values():
            portal.serve("/zwgk/", listing_page(ROWS[:2]))
        crawl(futurewatch, told, 0)
        said = [(message["type"], message["data"]["incident"]["key"]) for _, message, _ in receiver.tries]
        assert said == [("incident.opened", "5xx:*"), ("incident.resolved", "5xx:*")]
