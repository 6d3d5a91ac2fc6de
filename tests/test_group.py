"""group: which lines are about one announcement."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.detect.lexicon import load_lexicon
from scheduler.commands.filter_lines import group_line
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, REPRINT, Sample
from storage.archive import Archive

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
