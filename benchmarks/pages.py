"""A page to its stored row: ours beside the lean pipeline of others, in one run, by how many pages are on the topic.

    python benchmarks/pages.py [--pages 100] [--rounds 3] [--files FOLDER]

The peer is what people build first: Scrapy's response, trafilatura with metadata, jieba, an upsert. It keeps neither
bytes nor an index, tells no act from another and establishes nothing. Made pages (29 kB) have little around their
text. `--files` takes saved pages (*.html) as well, each as the frame of a site: the limits are those of real pages.
Prints CPU milliseconds a page, the least of some rounds: read the ratios. Archive and table are made before.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import jieba
import trafilatura
from bodies import PARAGRAPH, filled
from crawl import _page
from figures import note_figure
from rich.console import Console
from rich.table import Table
from scrapy.http import HtmlResponse

from crawler.detect import mentions
from crawler.detect.lexicon import load_lexicon
from crawler.extract import extract
from crawler.intake import take_in
from crawler.text.decode import decode_markup
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from storage.archive import Archive
from storage.records import Page

LEXICON = load_lexicon()
NOW = datetime(2026, 3, 18, 6, tzinfo=UTC)
TEXTS = sorted((Path(__file__).parent / "texts").glob("mixed-*.gz"))
REPEATED = 4  # times that a sample's paragraphs stand on a made page: about the length of a notice
PAGES_A_SITE = 4  # of saved ones, the sites in turn
EVERY = {"one in ten": 10, "all": 1}  # one in so many pages is on the topic
LIMITS = {"one in ten": 4.0, "all": 2.5}  # how many times our CPU the peer is to take at least of a real page


def made(number: int, sample: Sample) -> Page:
    """Return a page of a portal with 500 links around a text that no other page has."""
    text = "".join(f"<p>　　{words}（{number}之{n}）</p>" for n in range(REPEATED) for words in sample.paragraphs)
    body = _page(
        sample.title,
        f"<h1>{sample.title}（{number}）</h1><div>发布时间：2026-03-18 来源：{sample.publisher}</div>"
        f"<div class='article-content'>{text}</div>",
    )
    return saved(number, body)


class Template(NamedTuple):
    """A saved page that texts are put into: its markup, the headline in it, its paragraphs."""

    markup: str
    headline: str
    lines: Sequence[str]

    @property
    def is_on_topic(self) -> bool:
        """Whether its own text names the topic."""
        return bool(mentions("\n".join([self.headline, *self.lines]), LEXICON))

    def about(self, headline: str, lines: Sequence[str]) -> bytes:
        """Return the page with another headline and text; lines beyond its own number stand in its last paragraph."""
        last = len(self.lines) - 1
        said = [*lines[:last], "</p><p>".join(lines[last:])]
        return filled(self.markup.replace(self.headline, headline), said).encode()


def templates(folder: Path) -> list[Template]:
    """Return the saved pages that print their headline and have more than one paragraph."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        body = path.read_bytes()
        markup, headline = decode_markup(body), extract(saved(0, body)).title
        lines = PARAGRAPH.findall(markup)
        if headline in markup and len(lines) > 1:
            found.append(Template(markup, headline, lines))
    return found


def on_saved(sites: Sequence[Template], every: int) -> list[Page]:
    """Return pages of as many sites as there are templates, each with its frame around another text.

    One in so many tells an act, in the words of an invented text; the rest tell what saved pages tell off the topic.
    """
    others, acts = [(site.headline, site.lines) for site in sites if not site.is_on_topic], announcements()
    told = [next(acts) if n % every == 0 else others[n * 7 % len(others)] for n in range(len(sites) * PAGES_A_SITE)]
    return [saved(n, sites[n % len(sites)].about(*said), f"site-{n % len(sites)}") for n, said in enumerate(told)]


def announcements() -> Iterator[tuple[str, Sequence[str]]]:
    """Yield headline and lines of the announcements that the project's invented texts hold."""
    for path in TEXTS:
        with gzip.open(path, "rt") as lines:
            for told in map(json.loads, lines):
                if told["label"] == "announcement":
                    yield told["title"], told["body"].split("\n")


def saved(number: int, body: bytes, site: str = "bench") -> Page:
    """Return a page as it was fetched."""
    url = f"http://{site}.example.org/zwgk/202603/t20260318_{number}.html"
    return Page(source=site, url=url, final_url=url, fetched_at=NOW, status=200, headers={}, body=body)


def ours(pages: Sequence[Page]) -> float:
    """Take pages into an archive, and return the CPU milliseconds that one takes."""
    with Archive.in_memory() as archive:
        return cost_ms(lambda page: take_in(page, archive, LEXICON, lambda *_: ()), pages)


def peer(pages: Sequence[Page]) -> float:
    """Store pages as others do, and return the CPU milliseconds that one takes."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE items (url TEXT PRIMARY KEY, title TEXT, day TEXT, text TEXT, words INTEGER)")

    def store(page: Page) -> None:
        response = HtmlResponse(page.url, body=page.body)
        found = trafilatura.extract(response.text, url=page.url, output_format="json", with_metadata=True)
        said = json.loads(found or '{"title": "", "date": "", "text": ""}')
        words = sum(word in LEXICON.core for word in jieba.cut(said["text"] or ""))
        row = (page.url, said["title"], said["date"], said["text"], words)
        db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text", row)
        db.commit()

    return cost_ms(store, pages)


def cost_ms(take: Callable[[Page], object], pages: Sequence[Page]) -> float:
    """Return the CPU milliseconds that a pipeline needs for a page."""
    began = time.process_time()
    for page in pages:
        take(page)
    return (time.process_time() - began) / len(pages) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=Path)
    chosen = parser.parse_args()
    table = Table(
        "pages", "on the topic", "number", "ours, ms", "peer, ms", "ratio", "at least", title="A page to its stored row"
    )
    sites = templates(chosen.files) if chosen.files else []
    for share, every in EVERY.items():
        pages = [made(n, GOVERNMENT[n % 3] if n % every else PRESS_CONFERENCE) for n in range(chosen.pages)]
        _add(table, "made", share, pages, chosen.rounds, None)
        if sites:
            _add(table, "saved", share, on_saved(sites, every), chosen.rounds, LIMITS[share])
    Console(width=100).print(table)


def _add(table: Table, kind: str, share: str, pages: Sequence[Page], rounds: int, limit: float | None) -> None:
    """Measure pages of a kind, and add their line."""
    ours(pages[:2])  # dictionaries are loaded, and their files lie in memory
    peer(pages[:2])
    gc.collect()
    gc.freeze()  # as the daemon does when its loop begins: what is loaded is not looked through, for the peer too
    own, other = (min(taken(pages) for _ in range(rounds)) for taken in (ours, peer))
    note_figure(f"{kind} page to row, {share} on the topic", own, "ms", peer=other, peer_name="lean pipeline",
                ratio=other / own, at_least=limit)  # fmt: skip
    ratios = (f"{other / own:.2f}", f"{limit:.1f}" if limit else "")
    table.add_row(kind, share, str(len(pages)), f"{own:.1f}", f"{other:.1f}", *ratios)


if __name__ == "__main__":
    main()
