"""Measure the review page over a large archive while a crawl writes into it: time of each page, memory of the process.

    python benchmarks/review.py [--articles 100000] [--rounds 20] [--rate 20] [--folder DIR]

The archive is made of invented articles of about 400 characters: two in a hundred announce something, half of these
have a verdict, a third go on with the policy before, two fifths name a closing day; one in a hundred nearly announces;
300 sources. It is kept under --folder, and used again. The server is started as people start it; one reader asks for
every page --rounds times, in turn, with other announcements, articles and words each time, while another process keeps
--rate articles a second, as a crawl at that speed would.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as Stop
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.table import Table
from search import ISSUERS, NOUNS, TRACKS, articles_of, made_sentences

from crawler.text.regions import region as region_of
from storage.archive import Archive
from storage.records import Article, Assessment, Delivery, Fact, Facts, Hit, Judged, Label, Page, Region

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = 730  # over which the articles are spread, the latest is of today
CHUNK = 2_000  # articles of one transaction while an archive is filled
PROVINCES = ("110000", "310000", "320000", "330000", "370000", "420000", "430000", "440000", "510000", "610000")
CALLS = ("申报", "征求意见")
PORT = 18_081
WARMING_ROUNDS = 4  # that are not counted: they fill caches, and the first brief of a day counts rising words beside


def fill(path: Path, size: int) -> None:
    """Fill an archive as crawls would, from the oldest article to the newest."""
    with Archive(path) as archive:
        archive.db.conn.execute("PRAGMA synchronous = OFF")
        articles = enumerate(articles_of(size, made_sentences(random.Random(1))), 1)
        rng = random.Random(size)
        done = 0
        while done < size:
            with archive.transaction():
                for number, (title, text) in islice(articles, CHUNK):
                    keep(archive, number, title, text, NOW - timedelta(days=DAYS * (1 - number / size)), rng)
                    done = number


def keep(archive: Archive, number: int, title: str, text: str, now: datetime, rng: random.Random) -> None:
    """Keep an article; every fiftieth opens an announcement, every hundredth nearly does."""
    kind = number % 100
    is_announcing = kind in {0, 50}
    score = 80.0 if is_announcing else 50.0 if kind == 25 else rng.random() * 30
    label: Label = "announcement" if is_announcing else "related" if kind < 8 else "irrelevant"
    url = f"http://portal{number % 300}.example.org/zwgk/{number}.html"
    region = region_of(rng.choice(PROVINCES))
    facts = Facts(all=tuple(facts_of(title, region, now, rng)) if label != "irrelevant" else (), region=region)
    hits = tuple(Hit(term=text[at : at + 4], place="lead", start=at, points=score / 8) for at in range(0, 64, 8))
    said = Assessment(score=score, threshold=56.0, label=label, hits=hits, lexicon_version="1")
    article = Article(url=url, title=title, text=text, publisher=f"{region.name}人民政府", published_at=now)
    page = Page(
        source=f"s{number % 300}", url=url, final_url=url, fetched_at=now, status=200, headers={},
        body=f"<html><body><h1>{title}</h1><p>{text}</p></body></html>".encode(),
    )  # fmt: skip
    judged = Judged(article=article, facts=facts, assessment=said)
    kept = archive.articles.keep(page, judged, key=url, identity=str(number))
    if is_announcing:
        announce(archive, kept.article_id, judged, now, rng)


def facts_of(title: str, region: Region, now: datetime, rng: random.Random) -> Iterator[Fact]:
    """Yield what a page of a policy establishes; calls and drafts close within 90 days."""
    act, year = rng.choice(("印发", "解读", "名单", *CALLS)), rng.randint(2027, 2035)
    closing = (now + timedelta(days=rng.randint(5, 90))).date().isoformat()
    for kind, value in (
        ("region", region.code), ("issuer", region.name + rng.choice(ISSUERS)), ("act", act),
        ("track", rng.choice(TRACKS)), ("instrument", rng.choice(NOUNS)), ("policy_title", title),
        ("target", f"到{year}年，产业规模达到{rng.randint(1, 99) * 100}亿元"),
        ("target", f"培育领军企业{rng.randint(3, 90)}家"), ("money", f"{rng.randint(1, 30)}亿元"),
        *([("deadline", closing)] if act in CALLS else ()),
    ):  # fmt: skip
        yield Fact(kind=kind, value=value, quote=title[:4], place="title", start=0)


def announce(archive: Archive, id: int, judged: Judged, now: datetime, rng: random.Random) -> None:
    before = archive.db.execute("SELECT max(id) FROM announcements").fetchone()[0]
    follows = before if before and rng.random() < 1 / 3 else None
    opened = archive.announcements.open(id, judged, keys=(), follows=follows, now=now)
    message = Delivery(
        id=f"msg_{opened.id}_{rng.random()}", announcement_id=opened.id, version=1, endpoint="team", state="pending",
        type="announcement.new", payload="{}", attempts=0, created_at=now, next_attempt_at=now, source=None,
    )  # fmt: skip
    archive.outbox.put([message])
    archive.outbox.delivered(message.id, answer="204", now=now + timedelta(seconds=40))
    if opened.id % 2:
        archive.verdicts.give(id, "confirmed", who="li", reason="", now=now, announcement_id=opened.id)


def crawl(path: Path, rate: float, stop: Stop) -> None:
    """Keep articles at a rate, one transaction each, until it is time to stop."""
    rng = random.Random(time.time())
    with Archive(path) as archive:
        number = int(archive.db.execute("SELECT max(id) FROM articles").fetchone()[0]) + 1
        for title, text in articles_of(1_000_000, made_sentences(rng)):
            if stop.is_set():
                return
            started = time.monotonic()
            with archive.transaction():
                keep(archive, number, title, text, datetime.now(UTC), rng)
            number += 1
            time.sleep(max(0.0, 1 / rate - (time.monotonic() - started)))


def pages(size: int, rng: random.Random) -> dict[str, str]:
    """Return a name and an address for each page, other ones each time."""
    day = (NOW - timedelta(days=rng.randrange(DAYS - 1))).date()
    announcement, article = rng.randint(1, size // 50), rng.randint(1, size)
    word, rare = rng.choice(TRACKS), rng.choice(["产业", "6G", "锂", "行动计划"])
    return {
        "今日": "/", "今日 (another day)": f"/?day={day}", "待判定": "/waiting", "接近阈值": "/near-misses",
        "今日 by stage": f"/?day={day}&group=act", "preview": f"/announcements/{announcement}/preview",
        "announcement": f"/announcements/{announcement}", "article": f"/articles/{article}",
        "snapshot": f"/snapshots/{article}", "search, a track": f"/search?q={word}",
        "search, frequent": f"/search?q={rare}", "search, filters": f"/search?q={word} 发布环节:印发 起:2026",
        "search, title first": f"/search?q={word}&order=title", "search, no words": "/search?q=类别:政策",
        "全国": "/country", "时间线": "/timeline", "list": "/announcements", "list, words": f"/announcements?q={word}",
        "policy of a list": f"/announcements/{announcement}?list={quote('/announcements')}",
        "policy of a search": f"/announcements/{announcement}?list={quote(f'/announcements?q={word}')}",
        "search, acts": f"/search?q={word}&show=acts", "forecast": f"/saved/forecast?q={word}",
        "suggestions": f"/search/suggest?q={quote(word[:2])}&at=2", "期限": "/deadlines",
        "比较": "/compare", "比较, a track": f"/compare?track={quote(word)}",
        "acts compared": f"/compare/acts?act={announcement}&act={announcement - 1 or 2}",
        "来源": "/sources", "推送": "/deliveries", "简报": "/brief", "Datasette: articles": "/archive/articles",
        "Datasette: search": f"/archive/articles?_search={word}",
    }  # fmt: skip


def measure(client: httpx.Client, server: int, size: int, rounds: int) -> Table:
    """Ask for every page and return its times, by the clock and of the processor; a page that fails is named."""
    rng, taken = random.Random(3), dict[str, list[tuple[float, float]]]()
    failed: set[str] = set()
    for number in range(-WARMING_ROUNDS, rounds):
        for name, address in pages(size, rng).items():
            before, started = processor_ms(server), time.perf_counter()
            answer = client.get(address)
            elapsed = 1000 * (time.perf_counter() - started)
            if number >= 0:
                taken.setdefault(name, []).append((elapsed, processor_ms(server) - before))
            if answer.status_code != 200:
                failed.add(f"{name} ({answer.status_code})")
    table = Table("ms by", "clock p50", "p95", "processor p50", "p95", box=None, caption=f"failed: {failed or 'none'}")
    for name, times in taken.items():
        shown = ((median(one), quantiles(one, n=20, method="inclusive")[-1]) for one in zip(*times, strict=True))
        table.add_row(name, *(f"{value:.0f}" for pair in shown for value in pair))
    return table


def processor_ms(pid: int) -> float:
    """Return the processor time that a process has used, over its threads: what else runs here is left out."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e6


def memory(pid: int) -> str:
    """Return what a process holds, and the most it ever held, in MB."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return " / ".join(f"{int(status[key].split()[0]) / 1024:.0f}" for key in ("VmRSS", "VmHWM"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        run(folder, options)


def run(folder: Path, options: argparse.Namespace) -> None:
    out, path = Console(), folder / f"review-{options.articles}.db"
    if not path.exists():
        started = time.perf_counter()
        fill(path, options.articles)
        out.print(f"filled in {time.perf_counter() - started:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    config = folder / "config.toml"
    config.write_text(f'[archive]\npath = "{path.name}"\n[sources]\ncatalogue = false\n[review]\nport = {PORT}\n')
    stop = Event()
    writer = Process(target=crawl, args=(path, options.rate, stop))
    server = subprocess.Popen(
        [sys.executable, "-m", "scheduler", "review", "--config", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
            wait(client)
            before = memory(server.pid)
            writer.start()
            out.print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            out.print(measure(client, server.pid, options.articles, options.rounds))
            out.print(f"memory of the process, MB now / at most: {before} at first, {memory(server.pid)} at last")
    finally:
        stop.set()
        writer.join(10)
        server.terminate()
        server.wait(10)


def wait(client: httpx.Client) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            client.get("/static/icon.svg")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
