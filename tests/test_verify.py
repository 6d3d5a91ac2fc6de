"""`sources verify` over more than a hundred entries of all families, with failures of every class among them."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.sources import Source, catalogue
from crawler.sources.to_toml import written
from family_pages import FAMILIES
from forked import Started, be_lines
from local_country import DRIVER, LocalCountry, open_country
from local_portal import Reply
from scheduler.sources.columns import usual_columns
from storage.records import BEIJING

WANTED = 64  # entries; four of each family
TIMEOUT_SECONDS = 6.0  # a busy machine answers late
ROBOTS = Reply(body=b"User-agent: *\nDisallow: /nothing/\n")
RIVERS = b'<html><head><meta content="x" r="m"></head><body><script>$_ts=window[\'$_ts\'];</script></body></html>'
LOGIN = "<html><body><p>请先登录</p><p>登录后方可查看</p><form><input name='user'></form></body></html>".encode()
EMPTY = "<html><body><h2>通知公告</h2><p>暂无相关内容</p></body></html>".encode()
SHELL = b'<html><body><div id="app"></div><script src="/js/app.3f2a.js"></script></body></html>'


@dataclass
class Farm:
    """The entries that stand in for the catalogue, and what goes wrong at which of them."""

    country: LocalCountry
    folder: Path
    sources: dict[str, Source] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def start(self, *arguments: str) -> Started:
        """Start a check that finds the portals on loopback."""
        driver = DRIVER.format(unknown=self.unknown)
        words = ["sources", "verify", *arguments, "--config", str(self.folder / "c.toml")]
        return Started([driver, *words], environment=os.environ, be=be_lines)

    def run(self, *arguments: str, code: int) -> dict[str, Any]:
        """Run the check to its end; its exit code must be `code`."""
        arguments = (*arguments, "--json", "--report", str(self.folder / "verified"))
        started = self.start(*arguments)
        out, err = started.communicate(timeout=180)
        assert started.returncode == code, err[-3000:]
        said: dict[str, Any] = json.loads(out)
        return said

    def configure(self) -> None:
        """Write the configuration that watches the entries."""
        head = (
            '[archive]\npath = "a.db"\n[crawl]\ncontact = "mailto:watch@example.org"\ndelay_seconds = 0\n'
            f"timeout_seconds = {TIMEOUT_SECONDS:g}\nallow_private_networks = true\nreaders = 0\n"
            "[sources]\ncatalogue = false\n"
        )
        blocks = "\n".join(written(source) for source in self.sources.values())
        (self.folder / "c.toml").write_text(head + blocks, encoding="utf-8")

    def host(self, id: str) -> str:
        """Return the host of an entry."""
        return urlsplit(self.sources[id].listings[0]).hostname or ""


def chosen(wanted: int) -> list[Source]:
    """Return entries of the catalogue, one of each host, all families as evenly as they go."""
    entries = [entry for entry in catalogue() if entry.enabled and entry.family and not entry.post]
    hosts: dict[str, Source] = {}
    for entry in entries:
        hosts.setdefault(urlsplit(entry.listings[0]).hostname or "", entry)
    by_family = sorted(hosts.values(), key=lambda entry: entry.family or "")
    groups = [list(group) for _, group in groupby(by_family, key=lambda entry: entry.family)]
    rounds = (group[n] for n in range(wanted) for group in groups if n < len(group))
    return list(rounds)[:wanted]


def build(country: LocalCountry, folder: Path, *, wanted: int = WANTED) -> Farm:
    """Serve every chosen entry: its first listing address as its family writes listings, and the first article."""
    farm = Farm(country, folder)
    for entry in chosen(wanted):
        listing = country.here(entry.listings[0].replace("{page}", "1"))
        farm.sources[entry.id] = entry.model_copy(update={"listings": (listing,), "format": "html"})
        put(country, listing, entry.family or "trs")
    return farm


def put(country: LocalCountry, listing: str, family: str) -> None:
    """Serve a family's listing at an address, its article, and its script's answer."""
    pages, root = FAMILIES[family], listing.partition(urlsplit(listing).path)[0]
    body = pages.listing_body.replace(b'href=".', b'href="/zwgk/zfwj') if family == "trs" else pages.listing_body
    body = body.replace(b'href="./', b'href="/zfwj/') if family == "guangxi" else body
    body = body.replace(b'"../', b'"/') if family == "xinhua" else body
    country.serve(root + "/robots.txt", ROBOTS)
    country.serve(listing, Reply(body=body))
    country.serve(root + pages.articles[0], Reply(body=pages.article_body))
    if pages.answer:
        country.serve(root + pages.answer, Reply(body=pages.answer_body))


def kept_checks(archive: Path) -> int:
    """Return how many checks an archive holds that another process may be making still."""
    with closing(sqlite3.connect(archive)) as database:
        made = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'checks'").fetchone()[0]
        return int(database.execute("SELECT count(*) FROM checks").fetchone()[0]) if made else 0


def with_listing(reply: Reply) -> Callable[[Farm, str], None]:
    def spoil(farm: Farm, id: str) -> None:
        farm.country.serve(farm.sources[id].listings[0], reply)

    return spoil


def unknown_name(farm: Farm, id: str) -> None:
    farm.unknown.add(farm.host(id))


def at(farm: Farm, id: str, *, port: int = 0, scheme: str = "http", path: str = "") -> str:
    parts = urlsplit(farm.sources[id].listings[0])
    netloc = f"{parts.hostname}:{port or parts.port}"
    return parts._replace(scheme=scheme, netloc=netloc, path=path or parts.path).geturl()


def moved_to(farm: Farm, id: str, url: str) -> None:
    farm.sources[id] = farm.sources[id].model_copy(update={"listings": (url,)})


def disallowed(farm: Farm, id: str) -> None:
    farm.country.serve(at(farm, id, path="/robots.txt"), Reply(body=b"User-agent: *\nDisallow: /\n"))


def without_days(farm: Farm, id: str) -> None:
    rows = "".join(
        f'<li><a href="/news/{n}/{8800 + n}.html">第{n}号关于防汛值守工作的安排通知</a></li>' for n in range(8)
    )
    page = f"<html><body><ul class='list'>{rows}</ul></body></html>"
    farm.country.serve(farm.sources[id].listings[0], Reply(body=page.encode()))
    farm.country.serve(at(farm, id, path="/news/0/8800.html"), Reply(body=FAMILIES["trs"].article_body))


def without_article(farm: Farm, id: str) -> None:
    path = FAMILIES[farm.sources[id].family or "trs"].articles[0]
    del farm.country.replies[farm.host(id), path]


def redirected(farm: Farm, id: str) -> None:
    there = f"http://new.{farm.host(id)}:{farm.country.port}{urlsplit(farm.sources[id].listings[0]).path}"
    put(farm.country, there, farm.sources[id].family or "trs")
    farm.country.serve(farm.sources[id].listings[0], Reply(status=301, headers={"Location": there}))


def gone_with_a_new_column(farm: Farm, id: str) -> None:
    farm.sources[id] = farm.sources[id].model_copy(update={"kind": "department"})
    headline = '<a href="/a/1.html">海州市召开政策文件起草工作会议</a>'
    home = f'<html><body>{headline}<a href="/xxgk/zcwj/">政策文件</a></body></html>'
    farm.country.serve(at(farm, id, path="/"), Reply(body=home.encode()))
    put(farm.country, at(farm, id, path="/xxgk/zcwj/"), "nfcms")
    farm.country.serve(farm.sources[id].listings[0], Reply(status=404, body=b"<h1>404</h1>"))


def behind_an_entrance(farm: Farm, id: str) -> None:
    farm.sources[id] = farm.sources[id].model_copy(update={"kind": "department"})
    entrance = '<html><body><a href="/zwgk/">政务公开</a></body></html>'
    farm.country.serve(at(farm, id, path="/"), Reply(body=entrance.encode()))
    column = '<html><body><a href="/zwgk/tzgg/">通知公告</a></body></html>'
    farm.country.serve(at(farm, id, path="/zwgk/"), Reply(body=column.encode()))
    put(farm.country, at(farm, id, path="/zwgk/tzgg/"), "nfcms")
    farm.country.serve(farm.sources[id].listings[0], Reply(status=404, body=b"<h1>404</h1>"))


def where_its_family_has_it(farm: Farm, id: str) -> None:
    farm.country.serve(at(farm, id, path="/"), Reply(body=b"<html><body><canvas></canvas></body></html>"))
    usual, *_ = usual_columns(farm.sources[id], catalogue())
    put(farm.country, usual, farm.sources[id].family or "trs")
    farm.country.serve(farm.sources[id].listings[0], Reply(status=404, body=b"<h1>404</h1>"))


def in_a_folder_of_the_year(farm: Farm, id: str) -> None:
    put(farm.country, at(farm, id, path=f"/wj/{datetime.now(BEIJING).year}/"), farm.sources[id].family or "trs")
    moved_to(farm, id, at(farm, id, path="/wj/{year}/"))


def sent_home(farm: Farm, id: str) -> None:
    put(farm.country, at(farm, id, path="/"), "nfcms")
    farm.country.serve(farm.sources[id].listings[0], Reply(status=302, headers={"Location": "/"}))


def known_by_its_home_page(farm: Farm, id: str) -> None:
    entry = farm.sources[id]
    put(farm.country, at(farm, id, path="/"), "nfcms")
    put(farm.country, at(farm, id, path="/xxgk/zcwj/"), "nfcms")
    reply = farm.country.replies[farm.host(id), "/"]
    navigation = '<a href="/xxgk/zcwj/">政策文件</a></body>'.encode()
    farm.country.serve(at(farm, id, path="/"), Reply(body=reply.body.replace(b"</body>", navigation)))
    off = {"enabled": False, "off_because": "only the home page is known", "kind": "department"}
    farm.sources[id] = entry.model_copy(update={"listings": (at(farm, id, path="/"),), **off})


# What goes wrong: the state, and the cause or outcome that the report must give.
TROUBLES: dict[str, tuple[Callable[[Farm, str], None], str, str]] = {
    "dns": (unknown_name, "fails", "dns"),
    "refused": (lambda farm, id: moved_to(farm, id, at(farm, id, port=9)), "fails", "connection"),
    "tls": (lambda farm, id: moved_to(farm, id, at(farm, id, scheme="https")), "fails", "tls"),
    "timeout": (with_listing(Reply(body=b"late", delay_seconds=TIMEOUT_SECONDS + 20)), "fails", "timeout"),
    "missing": (with_listing(Reply(status=404, body=b"<h1>404</h1>")), "fails", "4xx"),
    "broken": (with_listing(Reply(status=500, body=b"<h1>500</h1>")), "fails", "5xx"),
    "silent": (with_listing(Reply(status=429, headers={"Retry-After": "7200"})), "fails", "silence"),
    "robots": (disallowed, "fails", "robots"),
    "challenge": (with_listing(Reply(status=412, body=RIVERS)), "fails", "blocked"),
    "login": (with_listing(Reply(body=LOGIN)), "fails", "blocked"),
    "empty": (with_listing(Reply(body=EMPTY)), "fails", "empty"),
    "script": (with_listing(Reply(body=SHELL)), "fails", "script_list"),
    "new column": (gone_with_a_new_column, "fails", "4xx"),
    "entrance": (behind_an_entrance, "fails", "4xx"),
    "usual": (where_its_family_has_it, "fails", "4xx"),
    "year": (in_a_folder_of_the_year, "works", "ok"),
    "sent home": (sent_home, "fails", "4xx"),
    "no days": (without_days, "partly", "ok"),
    "no article": (without_article, "partly", "ok"),
    "new host": (redirected, "works", "ok"),
    "home page": (known_by_its_home_page, "works", "ok"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Farm, dict[str, Any]]]:
    """The farm after one run over all of it, with each trouble at one entry."""
    with open_country() as country:
        farm = build(country, tmp_path_factory.mktemp("verify"))
        static = [id for id, entry in farm.sources.items() if not FAMILIES[entry.family or "trs"].answer]
        has_usual = next(id for id in static if usual_columns(farm.sources[id], catalogue()))
        static.insert(list(TROUBLES).index("usual"), static.pop(static.index(has_usual)))
        for id, (name, (spoil, *_)) in zip(static, TROUBLES.items(), strict=False):
            spoil(farm, id)
            farm.troubles[id] = name
        farm.configure()
        yield farm, farm.run(code=1)


def lines(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {line["source"]: line for line in said["sources"]}


def trouble(checked: tuple[Farm, dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the report's line of the entry with a trouble."""
    farm, said = checked
    (id,) = (id for id, given in farm.troubles.items() if given == name)
    return lines(said)[id]


def test_farm_stands_in_for_the_catalogue(checked: tuple[Farm, dict[str, Any]]) -> None:
    """Entries of all families are checked."""
    farm, said = checked
    assert said["checked"] == len(farm.sources) == WANTED
    assert {source.family for source in farm.sources.values()} == set(FAMILIES)


def test_every_family_works(checked: tuple[Farm, dict[str, Any]]) -> None:
    """Where nothing is wrong, rows, days, one article and the score of the newest rows are found."""
    farm, said = checked
    sound = [line for line in said["sources"] if line["source"] not in farm.troubles]
    assert [(line["source"], line["family"], line["problems"]) for line in sound if line["state"] != "works"] == []
    for line in sound:
        assert line["listings"][0]["rows"] == line["listings"][0]["dated"] == 6
        assert line["article"]["label"] == "announcement"
        assert line["newest"][0]["score"] > 0


@pytest.mark.parametrize("name", TROUBLES)
def test_each_trouble_is_told_for_what_it_is(checked: tuple[Farm, dict[str, Any]], name: str) -> None:
    """The report gives the state and the class of what went wrong, with words for people."""
    line, (_, state, kind) = trouble(checked, name), TROUBLES[name]
    assert (line["state"], line["cause"] or line["outcome"]) == (state, kind), line["reason"]
    assert bool(line["problems"]) == (state != "works")


def test_proposals(checked: tuple[Farm, dict[str, Any]]) -> None:
    """What stays wrong is proposed to be left out, what may pass to be tried again, what moved as TOML."""
    farm, said = checked
    named = {key: {farm.troubles.get(id, "sound") for id in said[key]} for key in ("off", "again", "only", "moved")}
    assert named["again"] == {"dns", "refused", "timeout", "broken", "silent"}
    assert named["off"] == {
        "tls", "missing", "robots", "challenge", "login", "empty", "script", "sent home",
    }  # fmt: skip
    assert named["only"] == {"sound", "no days", "no article", "new host", "home page", "year"}
    assert named["moved"] == {"new column", "entrance", "usual", "new host", "home page"}
    assert said["on"] == []
    patches = {table["id"]: table for table in tomllib.loads(said["toml"])["source"]}
    moved = {farm.troubles[id]: urlsplit(table["listings"][0]) for id, table in patches.items()}
    assert (moved["new host"].hostname or "").startswith("new.")
    assert moved["new column"].path == moved["home page"].path == "/xxgk/zcwj/"
    assert moved["entrance"].path == "/zwgk/tzgg/"


def test_report_is_written_for_people_and_programs(checked: tuple[Farm, dict[str, Any]]) -> None:
    """JSON as printed, a page that names every source, and proposals that are TOML."""
    farm, said = checked
    folder = farm.folder / "verified"
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == said
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert all(f"<td>{id}: " in page for id in farm.sources)
    proposed = tomllib.loads((folder / "proposals.toml").read_text(encoding="utf-8"))
    assert proposed["sources"]["off"] == said["off"]


def test_checks_are_polite(checked: tuple[Farm, dict[str, Any]]) -> None:
    """robots.txt comes first and once; no host is asked for more than a handful of pages."""
    farm, _ = checked
    for id in farm.sources.keys() - farm.troubles.keys():
        asked = farm.country.asked(farm.host(id))
        assert asked[0] == "/robots.txt"
        assert asked.count("/robots.txt") == 1
        assert len(asked) <= 4


def test_second_run_asks_nothing(checked: tuple[Farm, dict[str, Any]]) -> None:
    """What was checked within twelve hours stands; the report is the same."""
    farm, said = checked
    asked = len(farm.country.log)
    assert farm.run(code=1) == said
    assert len(farm.country.log) == asked


@pytest.mark.slow  # two checks of 16 entries, at the pace that portals are owed
def test_check_that_is_stopped_goes_on(tmp_path: Path) -> None:
    """SIGINT ends it with what is done kept; the next run checks the others only."""
    with open_country() as country:
        farm = build(country, tmp_path, wanted=16)
        slow = list(farm.sources)[6:]
        for id in slow:
            reply = country.replies[farm.host(id), urlsplit(farm.sources[id].listings[0]).path]
            country.serve(farm.sources[id].listings[0], Reply(body=reply.body, delay_seconds=4.0))
        farm.configure()
        process = farm.start("--json", "--report", str(tmp_path))
        while not kept_checks(tmp_path / "a.db"):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
        first = json.loads(out)
        assert process.returncode == 1
        assert 0 < first["checked"] < len(farm.sources)
        for id in slow:
            put(country, farm.sources[id].listings[0], farm.sources[id].family or "trs")
        before = Counter(host for _, host, _ in country.log)
        second = farm.run(code=0)
        after = Counter(host for _, host, _ in country.log)
    assert second["checked"] == len(farm.sources)
    assert all(before[farm.host(line["source"])] == after[farm.host(line["source"])] for line in first["sources"])
    assert lines(second).items() >= lines(first).items()
