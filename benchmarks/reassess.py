"""Measure `rules diff` and `reassess` over a made archive: seconds for so many articles.

python benchmarks/reassess.py           # 100,000 articles of 2,000 characters, one in ten on the topic
python benchmarks/reassess.py 20000
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from detection import generate

from crawler.dedupe import identity
from crawler.detect.lexicon import load_lexicon
from crawler.detect.sift import kept_out
from scheduler.tuning.reassess import compare, reassess
from scheduler.tuning.tune import with_values
from storage.archive import Archive
from storage.records import Article, Facts, Judged, Page

ARTICLES = 100_000
TEXTS = 1000  # different texts, over and over under other addresses
NOW = datetime(2026, 5, 20, tzinfo=UTC)


def fill(archive: Archive, number: int) -> None:
    """Keep so many articles."""
    texts, none = generate(TEXTS), kept_out(load_lexicon())
    with archive.transaction():
        for count in range(number):
            text = texts[count % TEXTS]
            url = f"https://example.org/{count}.html"
            page = Page(source="made", url=url, final_url=url, fetched_at=NOW, status=200, headers={}, body=b"")
            article = Article(url=url, title=text.title, text=text.text, published_at=NOW.date())
            judged = Judged(article=article, facts=Facts(), assessment=none)
            archive.articles.keep(page, judged, key=url, identity=identity(text.title, text.text))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    lexicon = load_lexicon()
    weights = with_values(lexicon, {("points", "named_core"): 10.0})
    words = lexicon.model_copy(update={"core": lexicon.core.model_copy(update={"terms": ("未来产业",)})})
    vars(words).pop("matcher", None)  # compiled from the terms before
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "made.db") as archive:
        fill(archive, number)
        for name, other in (("other points", weights), ("other words", words)):
            start = time.perf_counter()
            changes = compare(archive, lexicon, other, since="2026-01-01", tick=lambda _: None)
            seconds = time.perf_counter() - start
            print(f"{seconds:6.1f} s  rules diff, {name}: {len(changes)} of {number} articles change their label")
        start = time.perf_counter()
        done = reassess(archive, lexicon, since=None, now=NOW, tick=lambda _: None)
        print(f"{time.perf_counter() - start:6.1f} s  reassess: {len(done.changes)} of {number} change their label")


if __name__ == "__main__":
    main()
