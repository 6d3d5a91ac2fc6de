"""The detection on labelled texts and on a real stream, where the measuring data exists."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.detect import assess, establish, mentions
from crawler.detect.lexicon import load_lexicon
from storage.records import Article, Assessment

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
TEXTS, STREAM = CORPUS / "texts" / "dev.jsonl", CORPUS / "streams" / "xwlb-dev.jsonl.gz"
LEXICON = load_lexicon()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file, or skip the test where there is none."""
    if not path.exists():
        pytest.skip(f"the measuring data is not here: {path.name}")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from map(json.loads, raw.decode().splitlines())


def judge(row: dict[str, Any]) -> Assessment:
    """Return the assessment of a line."""
    published = date.fromisoformat(row["published_at"][:10]) if row.get("published_at") else None
    article = Article(
        url="",
        title=row["title"],
        text=row.get("text") or row["body"],
        publisher=row.get("publisher"),
        published_at=published,
    )
    return assess(article, establish(article, LEXICON), LEXICON)


def test_labelled_texts() -> None:
    """At the shipped threshold: precision and recall of 0.97 for announcements, nine labels in ten right.

    Sections of general plans do not count: the lexicon leaves them out on purpose.
    """
    said = [(row["label"], judge(row).label, row.get("depth")) for row in rows(TEXTS)]
    strict = [(true, label) for true, label, depth in said if depth != "section"]
    right = sum(true == label == "announcement" for true, label in strict)
    assert right / sum(label == "announcement" for _, label in strict) >= 0.97
    assert right / sum(true == "announcement" for true, _ in strict) >= 0.97
    assert sum(true == label for true, label, _ in said) / len(said) >= 0.9


def test_alarms_on_a_news_stream() -> None:
    """Three years of a daily news programme, 121 items with the topic: at most one alarm."""
    items = [row for row in rows(STREAM) if mentions(f"{row['title']}\n{row['text']}", LEXICON)]
    alarms = [row["title"] for row in items if judge(row).is_announcement]
    assert len(items) > 121
    assert len(alarms) <= 1, alarms
