"""Requests leave by the exits of their source: proxies of all kinds, the next where one fails, nothing private."""

from __future__ import annotations

import json
import re
import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from builders import run_of, source_of
from conftest import Futurewatch, publish
from crawler.network.errors import PrivateAddressError
from crawler.network.local import refuse_private
from crawler.toml import ConfigurationError, Fault
from local_portal import LocalPortal, listing_page
from local_proxy import open_proxy, open_socks
from local_workers import open_nats, open_worker
from scheduler.config import config
from scheduler.config.exit_table import ExitAddress
from scheduler.config.routes import with_exits
from scheduler.daemon.monitor.metrics import DaemonCollector, registry_of
from scheduler.daemon.monitor.signs import Signs
from scheduler.demo.samples import PRESS_CONFERENCE
from scheduler.health.findings import of_detour, of_runs
from self_signed import open_self_signed, self_signed
from storage.archive import Archive
from storage.records import ExitUse
from storage.upkeep.vitals import Vitals

DEAD = "http://127.0.0.1:9"  # nothing listens there
LISTING = listing_page([("/zwgk/202603/t20260318_1.html", "关于未来产业的通知", "2026-03-18")])
HEAD = """
[archive]
path = "archive.db"
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0
timeout_seconds = 3
readers = 0
[review]
enabled = false
[monitor]
enabled = false
[sources]
catalogue = false
"""
SOURCE = """
[[source]]
id = "{id}"
name = "{id}"
region = "440000"
level = "province"
kind = "government"
listings = ["{url}"]
via = {via}
"""


def exit_of(name: str, url: str) -> str:
    return f'[[exit]]\nname = "{name}"\nkind = "proxy"\nurl = "{url}"\n'


def write(futurewatch: Futurewatch, *exits: str, **sources: tuple[str, list[str]]) -> None:
    """Write a configuration: exits, and sources by their ids, each with the address of its listing and its exits."""
    written = (SOURCE.format(id=id, url=url, via=json.dumps(via)) for id, (url, via) in sources.items())
    futurewatch.config.write_text(HEAD + "\n".join((*exits, *written)), encoding="utf-8")


def crawl(futurewatch: Futurewatch, code: int) -> dict[str, dict[str, Any]]:
    """Crawl all sources and return their runs by source."""
    return {run["source"]: run for run in json.loads(futurewatch.run("crawl", "--json", code=code))}


def place(portal: LocalPortal) -> str:
    return portal.url.partition("//")[2]


def metrics(archive: Path) -> str:
    """Return what Prometheus is told."""
    now = datetime.now(UTC)
    signs = Signs(started_at=now, turned=timedelta(), jobs={}, is_stopping=False)
    collector = DaemonCollector(archive, signs=lambda: signs, endpoints=list, clock=lambda: now)
    return generate_latest(registry_of(collector)).decode()


def test_proxies_of_all_kinds(futurewatch: Futurewatch, portal: LocalPortal, tmp_path: Path) -> None:
    """http, https and socks5, each on a private address, with an account that comes from the environment."""
    portal.serve("/zwgk/", LISTING)
    tls = self_signed(tmp_path)
    futurewatch.environment["SSL_CERT_FILE"] = str(tmp_path / "server.pem")
    with ExitStack() as stack:
        proxies = [stack.enter_context(one) for one in (open_proxy(), open_proxy(tls=tls), open_socks())]
        for proxy in proxies:
            proxy.names[f"{proxy.kind}.example"] = place(portal)
            futurewatch.environment[f"URL_{proxy.kind}"] = proxy.url.replace("//", "//me:a-long-password@")
        exits = [exit_of(proxy.kind, f"env:URL_{proxy.kind}") for proxy in proxies]
        sources = {one.kind: (f"http://{one.kind}.example/zwgk/", [one.kind]) for one in proxies}
        write(futurewatch, *exits, **sources)
        runs = crawl(futurewatch, code=0)
    assert [run["listed"] for run in runs.values()] == [1, 1, 1]
    assert all(proxy.accounts[0] for proxy in proxies)
    assert proxies[2].asked[0] == ("SOCKS 3", "socks5.example:80")  # 3: a name, which the proxy looks up


def test_portals_with_tls_through_all_exits(futurewatch: Futurewatch, tmp_path: Path) -> None:
    """By CONNECT, an https proxy, socks5 and a worker certificates are checked; `legacy` spares an old portal."""
    tls = self_signed(tmp_path)
    sources: dict[str, tuple[str, list[str]]] = {}
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        new = stack.enter_context(open_self_signed(tmp_path, tls))
        (tmp_path / "old").mkdir()
        old = stack.enter_context(open_self_signed(tmp_path / "old", is_old=True))
        for one in (new, old):
            one.serve("/zwgk/", LISTING)
        nats = stack.enter_context(open_nats())
        stack.enter_context(open_worker(nats, tmp_path))
        proxies = [stack.enter_context(one) for one in (open_proxy(), open_proxy(tls=tls), open_socks())]
        for proxy in proxies:
            kind = proxy.kind
            futurewatch.environment[f"URL_{kind}"] = proxy.url.replace("//", "//me:a-long-password@")
            for name, portal in (("new", new), ("old", old), ("any", old)):
                proxy.names[f"{name}-{kind}.team.example"] = place(portal)
                sources[f"{name}-{kind}"] = (f"https://{name}-{kind}.team.example/zwgk/", [kind])
        (tmp_path / "stranger").mkdir()
        stranger = stack.enter_context(open_proxy(tls=self_signed(tmp_path / "stranger")))
        futurewatch.environment["URL_stranger"] = stranger.url.replace("//", "//me:a-long-password@")
        sources["any-stranger"] = ("https://any-stranger.team.example/zwgk/", ["stranger"])
        sources |= {"new-sz": (f"{new.url}/zwgk/", ["sz"]), "any-sz": (f"{old.url}/zwgk/", ["sz"])}
        exits = [exit_of(kind, f"env:URL_{kind}") for kind in (*(proxy.kind for proxy in proxies), "stranger")]
        write(futurewatch, *exits, f'[[exit]]\nname = "sz"\nkind = "workers"\nserver = "{nats.url}"', **sources)
        text = futurewatch.config.read_text(encoding="utf-8").replace(
            "[crawl]", "[crawl]\nallow_private_networks = true"
        )
        text = re.sub(r'(id = "any-\w+")', r'\1\ntls = "legacy"', text)
        futurewatch.config.write_text(text, encoding="utf-8")
        runs = crawl(futurewatch, code=1)
    assert {name: run["cause"] for name, run in runs.items() if name.startswith("old")} == {
        "old-http": "tls", "old-https": "tls", "old-socks5": "tls",
    }  # fmt: skip
    assert "exit 'stranger' cannot serve: the proxy: its certificate does not hold" in runs.pop("any-stranger")["error"]
    assert stranger.accounts == []
    assert [run["listed"] for name, run in runs.items() if not name.startswith("old")] == [1] * 8


def test_next_exit_is_asked(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A dead proxy is gone around; where it is the only exit, the run says which. Nothing private is asked for."""
    portal.serve("/zwgk/", LISTING)
    portal.serve("/fgw/", LISTING)
    with open_proxy() as proxy:
        proxy.names |= {"a.example": place(portal), "b.example": place(portal)}
        write(
            futurewatch, exit_of("dead", DEAD), exit_of("gd", proxy.url),
            a=("http://a.example/zwgk/", ["dead", "gd"]), b=("http://b.example/zwgk/", ["dead"]),
            e=("http://b.example/fgw/", ["gd"]),  # its robots.txt comes by its own exit
            c=("http://127.0.0.1:1/zwgk/", ["gd"]), d=("http://localhost/zwgk/", ["gd"]),
        )  # fmt: skip
        runs = crawl(futurewatch, code=1)
        assert proxy.asked.count(("GET", "http://a.example/zwgk/")) == 1
    assert runs["a"]["listed"] == runs["e"]["listed"] == 1
    assert "exit 'dead' cannot serve: the proxy does not answer" in runs["b"]["error"]
    assert [runs[id]["outcome"] for id in "bcd"] == ["error"] * 3
    assert "which is no public address" in runs["c"]["error"]
    assert "a machine's own network" in runs["d"]["error"]
    assert not [asked for asked in proxy.asked if "127.0.0.1" in asked[1] or "localhost" in asked[1]]


def test_archive_knows_the_exit(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Pages and runs name the exit; one that was gone around is a finding of its own, and counted."""
    publish(portal, PRESS_CONFERENCE)
    with open_proxy() as proxy:
        proxy.names["a.example"] = place(portal)
        write(
            futurewatch, exit_of("dead", DEAD), exit_of("gd", proxy.url), a=("http://a.example/zwgk/", ["dead", "gd"])
        )
        crawl(futurewatch, code=0)
    with Archive.existing(futurewatch.archive) as archive:
        (page,) = archive.db.query("SELECT id, via FROM pages")
        run, _ = archive.runs.standing("a")
        totals = Vitals(archive.db).exits_since(datetime(2000, 1, 1, tzinfo=UTC))
        assert archive.pages.get(page["id"]).via == page["via"] == "gd"
    assert run is not None
    assert (run.exits["dead"].is_in_vain, run.exits["gd"].failed) == (True, 0)
    assert totals["gd"].requests == run.exits["gd"].requests >= 3  # robots.txt, listing, article
    finding = of_detour("a", [run, run])
    assert finding is not None
    assert (finding.kind, finding.host, finding.is_sure) == ("detour", "dead", True)
    assert json.loads(futurewatch.run("status", "--json", code=1))["exits"]["dead"]["failed"] == 1
    said = metrics(futurewatch.archive)
    assert 'futurewatch_exit_failures_total{exit="dead"} 1.0' in said
    assert 'futurewatch_exit_failures_total{exit="gd"} 0.0' in said
    futurewatch.run("export", "--evidence", "1", "--output", str(futurewatch.folder / "bundle.zip"))
    with zipfile.ZipFile(futurewatch.folder / "bundle.zip") as bundle:
        assert {body["exit"] for body in json.loads(bundle.read("manifest.json"))["bodies"]} == {"gd"}


def test_exit_that_serves_nobody_is_one_incident() -> None:
    """Sources that only one exit leads to fail together: the finding names the exit as its place, not their hosts."""
    now = datetime.now(UTC)
    run = run_of(now, outcome="error", cause="exit", exits={"gd": ExitUse(requests=1, failed=1, seconds=0.1)})
    finding = of_runs("hi-gov", "www.hainan.gov.cn", [run, run])
    assert finding is not None
    assert (finding.kind, finding.host, finding.is_sure) == ("exit", "gd", True)


@pytest.mark.parametrize("host", ["10.0.0.1", "::1", "proxy.corp", "localhost", "a.local", "X.Internal."])
def test_nothing_private_through_an_exit(host: str) -> None:
    """Written addresses, exits themselves, and names that mean a machine's own network are refused at the door."""
    with pytest.raises(PrivateAddressError):
        refuse_private(host, ours={"proxy.corp"}, is_named_elsewhere=True)
    refuse_private("www.gd.gov.cn", ours={"proxy.corp"}, is_named_elsewhere=True)


def test_faults_are_named(tmp_path: Path) -> None:
    """A kind, a key, a name and an exit that are unknown are faults, all at once, with the nearest name."""
    exits = """
[[exit]]
name = "gd"
kind = "proxi"
[[exit]]
name = "direct"
kind = "proxy"
"""
    source = SOURCE.format(id="a", url="http://a.example/", via='["direkt", "gd"]')
    routes = """
[sources.via]
"广洞" = ["gd"]
trs = ["gd", "sz"]
"""
    path = tmp_path / "config.toml"
    path.write_text(HEAD + exits + source + routes, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    said = {fault.key: f"{fault.problem}; {fault.hint}" for fault in caught.value.faults}
    assert said["exit[0].kind"] == "no kind 'proxi' of exit; did you mean 'proxy'?"
    assert said["exit[1].name"].startswith("'direct' is this machine")
    assert said["exit[1].url"].startswith("is missing")
    assert said["source.a.via"] == "no exit 'direkt'; did you mean 'direct'?"
    assert said["sources.via.trs"].startswith("no exit 'sz'")
    assert "no region of this name" in said["sources.via.广洞"]


def test_password_of_a_proxy_stands_elsewhere() -> None:
    """An address with a password is refused, of whatever kind, and the hint says what to write."""
    for kind in ("http", "socks5", "nats"):
        with pytest.raises(ValueError, match='write "env:NAME"'):
            ExitAddress.parse(f"{kind}://me:a-long-password@127.0.0.1:9")


def test_exits_by_source_family_and_region() -> None:
    """A source's own exits come first, then those of its id, its family, its city, its province."""
    faults: list[Fault] = []
    chosen = {"b": ("x",), "trs": ("y",), "广东": ("z",), "440300": ("x", "z")}
    sources = [
        source_of("a", via=("y",)), source_of("b"), source_of("c", family="trs", region="440000"),
        source_of("d", region="440100"), source_of("e", region="440300"), source_of("f", region="110000"),
    ]  # fmt: skip
    found = with_exits(sources, chosen, ("x", "y", "z"), "config.toml", faults)
    assert [source.via for source in found] == [("y",), ("x",), ("y",), ("z",), ("x", "z"), ()]
    assert faults == []


def test_verify_says_which_exit_works(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A source that only one exit reaches is proposed that one."""
    portal.serve("/zwgk/", LISTING)
    with open_proxy() as proxy:
        proxy.names["a.example"] = place(portal)
        write(futurewatch, exit_of("gd", proxy.url), exit_of("dead", DEAD), a=("http://a.example/zwgk/", []))
        said = json.loads(futurewatch.run("sources", "verify", "--via", "gd", "--via", "dead", "--json"))
    assert said["via"] == {"a": ["gd"]}
    assert [(one["exit"], one["rows"], one["cause"]) for one in said["checks"]] == [
        ("gd", 1, None),
        ("dead", 0, "exit"),
    ]


def test_proxy_that_hangs_rests(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A page that waited for one exit is had by the next; the pages after it do not wait again."""
    rows = [(f"/zwgk/t20260318_{number}.html", f"关于未来产业的通知{number}", "2026-03-18") for number in range(4)]
    portal.serve("/zwgk/", listing_page(rows))
    with open_proxy() as hanging, open_proxy() as proxy:
        hanging.fault = "hang"
        proxy.names["a.example"] = place(portal)
        write(
            futurewatch, exit_of("slow", hanging.url), exit_of("gd", proxy.url),
            a=("http://a.example/zwgk/", ["slow", "gd"]),
        )  # fmt: skip
        assert crawl(futurewatch, code=0)["a"]["listed"] == 4
        assert len(hanging.asked) == 1
