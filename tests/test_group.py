"""group: which lines are about one announcement."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

from crawler.detect.lexicon import load_lexicon
from scheduler.commands.filter_lines import group_line
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, REPRINT, Sample
from storage.archive import Archive

SHARED = Path(__file__).parents[2] / "shared"
LEXICON = load_lexicon()


def lines(*samples: Sample) -> list[dict[str, str]]:
    return [
        {"id": f"line {n}", "title": s.title, "text": "\n".join(s.paragraphs), "publisher": s.publisher,
         "published_at": s.day}
        for n, s in enumerate(samples)
    ]  # fmt: skip


def group(some: Iterable[dict[str, str]]) -> list[tuple[object, object]]:
    with Archive.in_memory() as archive:
        answers = [group_line(line, archive, LEXICON) for line in some]
    return [(answer["announcement"], answer["role"]) for answer in answers]


def test_reprint_has_the_key_of_its_original() -> None:
    """An act's first line is new, its reprint joins, ordinary news has no key."""
    (key, role), copy, none = group(lines(PRESS_CONFERENCE, REPRINT, GOVERNMENT[0]))
    assert role == "new"
    assert copy == (key, "reprint")
    assert none == (None, "none")


def test_same_line_twice() -> None:
    """A line that comes again has the same key and is no news."""
    (key, _), again = group(lines(PRESS_CONFERENCE, PRESS_CONFERENCE))
    assert again == (key, "reprint")


def farm(name: str) -> ModuleType:
    """Return a module of the measuring tools."""
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the tools are not ours to write beside
    sys.path.insert(0, str(SHARED / "farm"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SHARED / "farm"))
        sys.dont_write_bytecode = writes


@pytest.mark.skipif(not (SHARED / "farm" / "corpus.py").exists(), reason="the measuring data are not here")
@pytest.mark.parametrize("seed", [5, 11])
def test_measured_pairs(seed: int) -> None:
    """Of announcements with mechanical reprints no two acts share a key, and hardly one act has two."""
    corpus = farm("corpus")
    texts = corpus.load(SHARED / "corpus" / "texts" / "dev.jsonl")
    rng = random.Random(seed)
    strangers = [text for text in texts if text.label == "irrelevant" and len(text.paragraphs) > 2]
    arriving = [text for text in texts if text.announcement]
    arriving += [
        corpus.reprint(text, id=f"{text.id}-r", hours=rng.randint(3, 60), rng=rng, stranger=rng.choice(strangers))
        for text in arriving
    ]
    keys = dict(zip((text.id for text in arriving), (key for key, _ in group(map(line_of, arriving))), strict=True))
    joined = wrong = parted = 0
    for one, other in combinations([text for text in arriving if keys[text.id]], 2):
        if one.policy == other.policy and one.announcement != other.announcement:
            continue
        is_joined = keys[one.id] == keys[other.id]
        joined += is_joined and one.announcement == other.announcement
        wrong += is_joined and one.announcement != other.announcement
        parted += not is_joined and one.announcement == other.announcement
    assert wrong == 0
    assert joined / (joined + parted) >= 0.97


def line_of(text: object) -> dict[str, str]:
    names = {"id": "id", "title": "title", "text": "body", "publisher": "publisher", "published_at": "published_at"}
    return json.loads(json.dumps({name: getattr(text, field) for name, field in names.items()}))  # type: ignore[no-any-return]
