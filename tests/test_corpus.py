"""The quality gate: what the program makes of the corpus's texts and pages, against floors.

A floor is what was reached when it was set, rounded down to a hundredth: one text that is lost fails the gate.
Whoever makes the program better raises it: `pytest -s tests/test_corpus.py` prints every figure beside its floor.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from crawler.detect.lexicon import load_lexicon
from labelled_texts import DRESSES, FOREIGN, LabelledText, labelled_texts
from scheduler.commands.filter_lines import assess_line, extract_line, group_line
from storage.archive import Archive

TEXTS = labelled_texts()
ANNOUNCING = [text for text in TEXTS if text.label == "announcement"]
LONG_ENOUGH = 100  # characters: below that a page holds no article that stands out from what surrounds it
READ_AT = datetime(2026, 12, 1, tzinfo=UTC)

FLOORS = {
    "announcements found": (0.93, "a missed announcement is the worst fault; headlines alone still hide some"),
    "alarms that are true": (1.0, "every false alarm of so few texts would be one in thirty"),
    "labels": (0.82, "related and irrelevant differ by degree: nobody is told of either"),
    "acts": (1.0, "a wrong act sends the alert to the wrong people"),
    "regions": (1.0, "alerts are routed by region"),
    "issuers": (0.95, "found and true, together (F1)"),
    "tracks": (0.89, "found and true, together (F1); words of the sentence still stick to some"),
    "target years": (0.97, "found and true, together (F1)"),
    "acts joined": (1.0, "two alerts for one act must never happen"),
    "acts kept apart": (1.0, "an act that joins a stranger is never told"),
    "reprints joined": (1.0, "a reprint sends no second alert"),
    "page titles": (1.0, "the title stands in the alert"),
    "page days": (1.0, "the day decides whether an alert is due"),
    "page publishers": (0.97, "words of a first sentence still pass for a publisher on pages without a label"),
    "page texts": (0.99, "every paragraph of the article and nothing else"),
}


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

    def count_all(self, said: Iterable[object], truth: Iterable[object], where: str) -> None:
        """Count a set of answers; right over asked is F1."""
        found, wanted = set(said), set(truth)
        self.right += len(found & wanted)
        self.asked += (len(found) + len(wanted)) / 2
        if found != wanted:
            self.missed.append(
                f"{where}: {found - wanted or 'nothing'} too many, {wanted - found or 'nothing'} missing"
            )

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.asked


Figures = dict[str, Figure]


def judged(figures: Figures) -> None:
    """Count labels and facts."""
    lexicon = load_lexicon()
    for text in TEXTS:
        said = assess_line(text.line, lexicon)
        figures["labels"].count(said["label"], text.label, text.id)
        if text in ANNOUNCING:
            figures["announcements found"].count(said["label"], text.label, text.id)
            count_facts(figures, said, text)
        if said["label"] == "announcement":
            figures["alarms that are true"].count(said["label"], text.label, text.id)


def count_facts(figures: Figures, said: dict[str, Any], text: LabelledText) -> None:
    """Count what was established about one announcing text."""
    figures["acts"].count(said["act"], text.act, text.id)
    figures["regions"].count(said["region"] and said["region"]["code"], text.region, text.id)
    figures["issuers"].count_all(said["issuers"], text.issuers, text.id)
    figures["tracks"].count_all(said["tracks"], text.tracks, text.id)
    figures["target years"].count_all((target["year"] for target in said["targets"]), text.target_years, text.id)


def keys_of(lines: Iterable[dict[str, str]]) -> dict[str, int]:
    """Return the announcement of each line that is in one."""
    lexicon = load_lexicon()
    with Archive.in_memory() as archive:
        said = {line["id"]: group_line(line, archive, lexicon)["announcement"] for line in lines}
    return {id: key for id, key in said.items() if key}


def grouped(figures: Figures) -> None:
    """Count the pairs of texts about one act and about two; two acts of one policy may share an announcement."""
    keys = keys_of(text.line for text in TEXTS)
    for one, other in combinations([text for text in ANNOUNCING if text.id in keys], 2):
        name = "acts joined" if one.group == other.group else "acts kept apart"
        if name == "acts joined" or not one.policy or one.policy != other.policy:
            figures[name].count(keys[one.id] == keys[other.id], one.group == other.group, f"{one.id} + {other.id}")


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
    counted = {name: Figure() for name in FLOORS}
    for count in (judged, grouped, reprinted, extracted):
        count(counted)
    yield counted
    for name, (floor, _) in FLOORS.items():
        print(f"{name:22} {counted[name].share:.3f}  floor {floor:.2f}  of {counted[name].asked:g}")


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
