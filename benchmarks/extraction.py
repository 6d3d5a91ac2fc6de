"""Measure extraction on real pages against the libraries, in one run.

    python benchmarks/extraction.py [FOLDER] [--only ours] [--pages] [--speed]

FOLDER holds pages and `truth.json`, rows of `file`, `url`, `text`, `title`, `date`; without it pages are made around
texts of benchmarks/texts, with navigation, hot links and a footer. Text is scored on letters, digits and 汉字 only, by
their longest common subsequence: precision, recall and F1 per page, averaged. Titles and dates must be exact. Times
include decoding, parsing and metadata. Libraries that are not installed are left out.

--speed measures pages a second instead, on one core: extraction alone, the gate over the page text without link text,
the two together, and trafilatura with metadata. Every tool sees every page once: some libraries keep what they saw.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from statistics import mean, median
from typing import Any

from crawl import _page
from figures import note_figure
from rapidfuzz.distance import LCSseq

from crawler.detect import mentions
from crawler.detect.lexicon import load_lexicon
from crawler.extract import extract
from crawler.extract.blocks import parse, read_blocks
from crawler.text.decode import decode, decode_markup
from storage.records import Page

EPOCH = datetime.fromtimestamp(0, UTC)
TEXTS = Path(__file__).parent / "texts" / "notices.jsonl.gz"
MADE = 60  # pages
SHORTEST_TEXT = 60  # characters
HOT_LINKS = "".join(
    f"<li><a href='/hot/{n}.html'>某某省未来产业行动计划印发 规模破{n}万亿元</a></li>" for n in range(1, 9)
)
Answer = tuple[str, str | None, str | None]  # text, title, day
Tool = Callable[[bytes, str], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    file: str
    precision: float
    recall: float
    title: bool | None
    day: bool | None
    milliseconds: float
    said: Answer

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def ours(body: bytes, url: str) -> Answer:
    page = Page(source="", url=url, final_url=url, fetched_at=EPOCH, status=200, headers={}, body=body)
    article = extract(page)
    day = article.published_day
    return article.text, article.title, day.isoformat() if day else None


def with_trafilatura() -> Tool:
    import trafilatura

    def run(body: bytes, url: str) -> Answer:
        found = trafilatura.extract(
            decode(body), url=url or None, include_comments=False, with_metadata=True, output_format="json"
        )
        fields = json.loads(found or "{}")
        return fields.get("raw_text") or fields.get("text") or "", fields.get("title"), fields.get("date")

    return run


def with_readability() -> Tool:
    import lxml.html
    import readability

    def run(body: bytes, _: str) -> Answer:
        document = readability.Document(decode(body))
        return lxml.html.fromstring(document.summary()).text_content(), document.short_title(), None

    return run


def with_newspaper() -> Tool:
    import newspaper  # type: ignore[import-not-found,import-untyped,unused-ignore]  # a guest

    def run(body: bytes, url: str) -> Answer:
        article = newspaper.Article(url or "http://localhost/", language="zh")
        article.download(input_html=decode(body))
        article.parse()
        day = article.publish_date
        return article.text, article.title, day.date().isoformat() if day else None

    return run


def with_resiliparse() -> Tool:
    from resiliparse.extract.html2text import (  # type: ignore[import-not-found,unused-ignore]  # an optional guest
        extract_plain_text,
    )

    def run(body: bytes, _: str) -> Answer:
        return extract_plain_text(decode(body), main_content=True), None, None

    return run


LIBRARIES: dict[str, Callable[[], Tool]] = {
    "trafilatura": with_trafilatura,
    "readability-lxml": with_readability,
    "newspaper4k": with_newspaper,
    "resiliparse": with_resiliparse,
}


PEER = "trafilatura"
ON_REQUEST = {"newspaper4k"}  # it fetches a list of top-level domains at its first use, and waits where it cannot


def tools(only: list[str]) -> dict[str, Tool]:
    """Return what can be measured here, ours first."""
    found: dict[str, Tool] = {"ours": ours}
    for name, load in LIBRARIES.items():
        if name in ON_REQUEST and name not in only:
            continue
        try:
            found[name] = load()
        except ImportError:
            print(f"{name} is not installed")
    return {name: tool for name, tool in found.items() if not only or name in only}


def plain(text: str | None) -> str:
    """Return only letters, digits and 汉字, in one width."""
    return "".join(c for c in unicodedata.normalize("NFKC", text or "").lower() if c.isalnum())


def measure(tool: Tool, folder: Path, truth: dict[str, Any]) -> Score:
    body = (folder / truth["file"]).read_bytes()
    start = time.perf_counter()
    said = tool(body, truth.get("url") or "")
    seconds = time.perf_counter() - start
    wanted, given = plain(truth["text"]), plain(said[0])
    common = LCSseq.similarity(wanted, given)
    return Score(
        file=truth["file"],
        precision=common / len(given) if given else 0.0,
        recall=common / len(wanted) if wanted else 0.0,
        title=plain(said[1]) == plain(truth["title"]) if truth.get("title") else None,
        day=said[2] == truth["date"] if truth.get("date") else None,
        milliseconds=1000 * seconds,
        said=said,
    )


def share(values: list[bool | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known)}/{len(known)}"


def report(name: str, scores: list[Score]) -> str:
    times = [score.milliseconds for score in scores]
    return (
        f"{name:<18}{mean(s.f1 for s in scores):>7.3f}{mean(s.precision for s in scores):>7.3f}"
        f"{mean(s.recall for s in scores):>7.3f}{sum(s.f1 >= 0.9 for s in scores):>8}/{len(scores)}"
        f"{share([s.title for s in scores]):>9}{share([s.day for s in scores]):>9}"
        f"{mean(times):>9.1f}{median(times):>9.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", action="append", default=[], help="measure this tool only; may be repeated")
    parser.add_argument("--pages", action="store_true", help="list the pages below 0.97 and the wrong fields")
    parser.add_argument("--speed", action="store_true", help="measure pages a second instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        compare(options.folder or make_pages(Path(made)), options)


def make_pages(folder: Path) -> Path:
    """Write pages around texts of our own, with their truth, and return their folder."""
    rows = [json.loads(line) for line in gzip.decompress(TEXTS.read_bytes()).splitlines()]
    truths = []
    for number, row in enumerate([row for row in rows if len(row["text"]) >= SHORTEST_TEXT][:MADE]):
        title, day = row["title"], row["published_at"][:10]
        text = "".join(f"<p>　　{escape(words)}</p>" for words in row["text"].split("\n"))
        said = f"发布时间：{day} 来源：{escape(row['publisher'] or '')}"
        inner = f"<div class='hot-list'><h3>热点排行</h3>{HOT_LINKS}</div><h1>{escape(title)}</h1><div>{said}</div>"
        inner += f"<div class='article-content'>{text}</div><div class='footer'>主办单位 网站地图</div>"
        (folder / f"{number}.html").write_bytes(_page(escape(title), inner))
        truths.append({"file": f"{number}.html", "url": f"http://bench.example.org/{number}.html", "text": row["text"],
                       "title": title, "date": day})  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truths), encoding="utf-8")
    return folder


def compare(folder: Path, options: argparse.Namespace) -> None:
    """Print what the tools find on the pages of a folder, or how quick they are."""
    if not (folder / "truth.json").is_file():
        sys.exit(f"{folder} holds no truth.json: nothing to measure")
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if options.speed:
        measure_speed([((folder / t["file"]).read_bytes(), t.get("url") or "") for t in truths])
        return
    found: dict[str, float] = {}
    print(f"{'':<18}{'F1':>7}{'P':>7}{'R':>7}{'>=0.9':>11}{'title':>9}{'day':>9}{'ms mean':>9}{'median':>9}")
    for name, tool in tools(options.only).items():
        tool((folder / truths[0]["file"]).read_bytes(), "")  # the first call loads word lists and patterns
        scores = [measure(tool, folder, truth) for truth in truths]
        print(report(name, scores))
        found[name] = mean(score.f1 for score in scores)
        if options.pages:
            list_pages(scores, truths)
    if {"ours", PEER} <= found.keys():
        note_figure(f"F1 of the text of {len(truths)} pages", found["ours"], "", peer=found[PEER], peer_name=PEER,
                    ratio=found["ours"] / found[PEER], at_least=1.0)  # fmt: skip


def page_words(body: bytes) -> str:
    """Return the words of a page outside of links: what the gate of the detection looks at."""
    tree = parse(decode_markup(body))
    return "\n".join(b.text for b in read_blocks(tree.body) if not b.is_linked) if tree.body is not None else ""


def measure_speed(pages: list[tuple[bytes, str]]) -> None:
    lexicon = load_lexicon()

    def gated(body: bytes, url: str) -> Answer | None:
        return ours(body, url) if mentions(page_words(body), lexicon) else None

    works: dict[str, Callable[[bytes, str], object]] = {
        "extraction": ours,
        "gate": lambda body, _: mentions(page_words(body), lexicon),
        "gate, then extraction": gated,
        "trafilatura, metadata": with_trafilatura(),
    }
    passed = sum(mentions(page_words(body), lexicon) for body, _ in pages)
    print(
        f"{len(pages)} pages, {mean(len(body) for body, _ in pages) / 1024:.0f} KB on average, {passed} pass the gate"
    )
    for name, work in works.items():
        work(*pages[0])  # loads word lists and patterns
        start = time.process_time()
        for body, url in pages:
            work(body, url)
        print(f"{len(pages) / (time.process_time() - start):9.1f} pages/s  {name}")


def list_pages(scores: list[Score], truths: list[dict[str, Any]]) -> None:
    for score, truth in zip(scores, truths, strict=True):
        if score.f1 < 0.97:
            print(f"  {score.file}: F1 {score.f1:.3f} P {score.precision:.3f} R {score.recall:.3f}")
        if score.title is False:
            print(f"  {score.file}: title {score.said[1]!r} for {truth['title']!r}")
        if score.day is False:
            print(f"  {score.file}: day {score.said[2]} for {truth['date']}")


if __name__ == "__main__":
    main()
