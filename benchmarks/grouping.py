"""What the next text costs `futurewatch group` when more and more texts tell the same acts: it should stay the same.

    python benchmarks/grouping.py [--acts 25] [--most 1600] [--seed 1]

Each act is an announcement of `benchmarks/texts/mixed-*.jsonl.gz`, and is told again and again as desks do: with other
first words, with some sentences left out, on the day or up to five days after. Printed is the processor time of a text
in milliseconds for each stretch, reading (facts and score) apart from settling (candidates, comparison, rows), and a
sum over all answers, by which two versions of the program can be compared.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.detect import assess, establish
from crawler.detect.lexicon import load_lexicon
from scheduler.tuning.article_lines import article_of, taken_in
from storage.archive import Archive
from storage.records import Judged

TEXTS = Path(__file__).parent / "texts"
FIRST_STRETCH = 50  # texts
MOST_TIMES_THE_FIRST = 1.2  # that a later text costs
DESKS = ("晨报", "晚报", "日报", "新闻网", "观察", "在线", "商报", "周刊")


def acts(number: int) -> list[Mapping[str, Any]]:
    """Return the first announcements of the mixed texts, each of another act."""
    files = sorted(TEXTS.glob("mixed-*.jsonl.gz"))
    rows = [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    found = {row["announcement"]: row for row in reversed(rows) if row["label"] == "announcement"}
    return sorted(found.values(), key=lambda row: str(row["id"]))[:number]


def told(rows: Sequence[Mapping[str, Any]], most: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield texts in their order of arrival, each act in turn."""
    for number in range(most):
        row = rows[number % len(rows)]
        sentences = re.findall(r"[^。\n]+[。\n]?", row["body"])
        kept = [one for one in sentences if rng.random() < 0.8] or sentences
        desk = f"{rng.choice(DESKS)}{number}"
        day = date.fromisoformat(row["published_at"][:10]) + timedelta(days=rng.randrange(6))
        yield {
            "id": f"{row['id']}-{number}", "title": row["title"], "publisher": desk, "published_at": str(day),
            "text": f"{desk}讯（记者 {rng.randrange(1000)}）{''.join(kept)}",
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=25)
    parser.add_argument("--most", type=int, default=1600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lexicon, table = load_lexicon(), Table("texts", "reading", "settling", "of the first", box=None)
    answers, reading, settling, first, end = hashlib.sha256(), 0.0, 0.0, 0.0, FIRST_STRETCH
    since, each = 0, 0.0
    with Archive.in_memory() as archive:
        for number, line in enumerate(told(acts(options.acts), options.most, random.Random(options.seed)), 1):
            began = time.process_time()
            article = article_of(line)
            facts = establish(article, lexicon)
            judged = Judged(article=article, facts=facts, assessment=assess(article, facts, lexicon))
            read = time.process_time()
            taken = taken_in(line["id"], judged, archive, lexicon)
            settling += time.process_time() - read
            reading += read - began
            answers.update(f"{line['id']} {taken.announcement_id} {taken.role}\n".encode())
            if number in {end, options.most}:
                each = 1000 * settling / (number - since)
                first = first or each
                table.add_row(
                    f"{since + 1}–{number}", f"{1000 * reading / (number - since):.1f}", f"{each:.1f}",
                    f"{each / first:.2f}",
                )  # fmt: skip
                since, end, reading, settling = number, 2 * end, 0.0, 0.0
    note_figure(f"text grouped after {options.most} of {options.acts} acts", each, "ms", peer=first,
                peer_name="among the first", ratio=each / first, at_most=MOST_TIMES_THE_FIRST)  # fmt: skip
    Console().print(table, f"answers {answers.hexdigest()[:16]}")


if __name__ == "__main__":
    main()
