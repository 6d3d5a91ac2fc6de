"""The quality gate: what the program makes of the corpus's texts and pages, against floors.

A floor is what was reached when it was set, rounded down to a hundredth: one text that is lost fails the gate.
Whoever makes the program better raises it: `pytest -s tests/test_corpus.py` prints every figure beside its floor.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.detect.lexicon import load_lexicon
from labelled_texts import DRESSES, FOREIGN, LabelledText, labelled_texts
from scheduler.commands.filter_lines import extract_line, group_lines
from scheduler.tuning.evaluate import row_of
from scheduler.tuning.measure import figures as measured_figures
from scheduler.tuning.measure import measure
from storage.archive import Archive

TEXTS = labelled_texts()
ANNOUNCING = [text for text in TEXTS if text.label == "announcement"]
LONG_ENOUGH = 100  # characters: below that a page holds no article that stands out from what surrounds it
READ_AT = datetime(2026, 12, 1, tzinfo=UTC)

MEASURED_FLOORS = {
    "loose_recall": (0.96, "a missed announcement is the worst fault; headlines alone still hide some"),
    "loose_precision": (1.0, "every false alarm of so few texts would be one in thirty"),
    "labels": (0.85, "related and irrelevant differ by degree: nobody is told of either"),
    "acts": (1.0, "a wrong act sends the alert to the wrong people"),
    "acts_macro_f1": (1.0, "a rare act counts as much as 印发"),
    "regions": (1.0, "alerts are routed by region"),
    "issuers_f1": (0.95, "an alert says who issued the document"),
    "tracks_f1": (0.95, "an alert lists them; endpoints choose by them"),
    "target_years_f1": (0.97, "an alert says by when"),
    "reprint_pairs_recall": (1.0, "two alerts for one act must never happen; what is not found joins nothing"),
    "reprint_pairs_precision": (1.0, "an act that joins a stranger is never told"),
    "recall_60": (0.9, "feeds often give no more"),
}
PAGE_FLOORS = {
    "reprints joined": (1.0, "a reprint sends no second alert"),
    "page titles": (1.0, "the title stands in the alert"),
    "page days": (1.0, "the day decides whether an alert is due"),
    "page publishers": (0.97, "words of a first sentence still pass for a publisher on pages without a label"),
    "page texts": (0.99, "every paragraph of the article and nothing else"),
}
FLOORS = MEASURED_FLOORS | PAGE_FLOORS


@dataclass
class Figure:
    """How often something was right, and where it was not."""

    right: float = 0
    asked: float = 0
    missed: list[str] = field(default_factory=list)

    def count(self, said: object, truth: object, where: str) -> None:
        """Count one answer."""
        self.right += said == truth
        self.asked += 1
        if said != truth:
            self.missed.append(f"{where}: {said!r}, not {truth!r}")

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.asked


Figures = dict[str, Figure]


def counted(figures: Figures) -> None:
    """Count labels, facts, beginnings and pairs as `evaluate` does, and name the texts that are not right in each."""
    rows = [row_of(text.labelled_line, name=text.id) for text in TEXTS]
    measured = measure(rows, load_lexicon())
    for one in measured_figures(measured, only=MEASURED_FLOORS):
        shares = one.kind.classes or one.kind.key
        missed = [
            f"{line.judged.line.id}: {line.judged.label}, {line.said}"
            for line in measured if any(name.startswith(shares) for name in line.wrong)
        ]  # fmt: skip
        figures[one.kind.key] = Figure(right=one.value * (one.asked or 1), asked=one.asked or 1, missed=missed)


def keys_of(lines: Iterable[dict[str, str]]) -> dict[str, int]:
    """Return the announcement of each line that is in one."""
    lexicon = load_lexicon()
    with Archive.in_memory() as archive:
        answers = group_lines(map(json.dumps, lines), archive, lexicon)
    said = {answer["id"]: answer["announcement"] for answer, _ in answers}
    return {id: key for id, key in said.items() if key}


def reprint_of(text: LabelledText) -> dict[str, str]:
    """Return the text as another paper prints it: a source in front, its last paragraph cut, an editor behind."""
    kept = text.paragraphs[:-1]
    shortened = "\n".join([f"据{text.publisher}消息", *kept, "责任编辑：苏叶"])
    return text.line | {"id": f"{text.id} again", "text": shortened, "publisher": "晚潮新闻"}


def reprinted(figures: Figures) -> None:
    """Count the reprints of found announcements that join their originals."""
    long = [text for text in ANNOUNCING if len(text.paragraphs) > 2]
    keys = keys_of(line for text in long for line in (text.line, reprint_of(text)))
    for text in long:
        if text.id in keys:
            figures["reprints joined"].count(keys.get(f"{text.id} again"), keys[text.id], text.id)


def read(text: LabelledText, dress: Callable[[LabelledText], str]) -> dict[str, Any]:
    """Return what is extracted from a text's page."""
    body = base64.b64encode(dress(text).encode()).decode()
    return extract_line({"url": "https://www.example.cn/zwgk/202612/t1.html", "body_base64": body}, READ_AT)


def extracted(figures: Figures) -> None:
    """Count titles, days, publishers and texts of every text in every dress."""
    for text in (text for text in TEXTS if len(text.text) > LONG_ENOUGH):
        for name, dress in DRESSES.items():
            said, where = read(text, dress), f"{text.id} ({name})"
            assert not any(part in said["text"] for part in FOREIGN), where
            figures["page titles"].count(said["title"], text.title, where)
            figures["page days"].count(str(said["published_at"])[:10], text.day, where)
            figures["page publishers"].count(said["publisher"], text.publisher, where)
            figures["page texts"].count(said["text"].split("\n"), text.paragraphs, where)


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    """Every figure, counted once; printed at the end."""
    found = {name: Figure() for name in FLOORS}
    for count in (counted, reprinted, extracted):
        count(found)
    yield found
    for name, (floor, _) in FLOORS.items():
        print(f"{name:22} {found[name].share:.3f}  floor {floor:.2f}  of {found[name].asked:g}")


@pytest.mark.parametrize("name", FLOORS)
def test_figures(figures: Figures, name: str) -> None:
    """No figure is below its floor; what was missed is named."""
    floor, reason = FLOORS[name]
    assert figures[name].share >= floor, f"{reason}\n" + "\n".join(figures[name].missed)


def test_corpus_holds_every_kind() -> None:
    """Every act, level and style is there, each id is there once, and a third of the texts announce nothing."""
    assert {text.act for text in ANNOUNCING} == {
        "印发", "征求意见", "解读", "发布会", "名单", "申报", "立法", "部署会", "失效",
    }  # fmt: skip
    assert {text.level for text in TEXTS} == {"nation", "province", "city", "district"}
    assert {text.style for text in TEXTS} == {"notice", "news", "flash", "headline"}
    assert {text.label for text in TEXTS} == {"announcement", "related", "irrelevant"}
    assert len({text.id for text in TEXTS}) == len(TEXTS) >= 45
    assert len(ANNOUNCING) <= len(TEXTS) * 2 / 3
    assert all(text.act and text.region and text.group for text in ANNOUNCING)
