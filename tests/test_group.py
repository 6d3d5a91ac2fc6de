"""group: which lines are about one announcement."""

from __future__ import annotations

import json
from collections.abc import Iterable

from crawler.detect.lexicon import load_lexicon
from scheduler.commands.filter_lines import group_lines
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
        answers = group_lines(map(json.dumps, some), archive, LEXICON)
    return [(answer["announcement"], answer["role"]) for answer, _ in answers]


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


def test_page_below_the_threshold_that_comes_before_its_act() -> None:
    """Lines are answered when all have come: a page that told of an act before it opened has its key."""
    act = lines(PRESS_CONFERENCE)[0]
    told = "文昌、三亚、儋州要建3个未来产业先导区，规模突破800亿元，商业航天、深海科技、合成生物和未来能源各有所属。"
    early = {**act, "id": "early", "title": "文昌的先导区", "text": f"{told}企业首次投保首台套装备可获保费补贴。"}
    answers = group([early, act])
    assert [role for _, role in answers] == ["reprint", "new"]
    assert len({key for key, _ in answers}) == 1
