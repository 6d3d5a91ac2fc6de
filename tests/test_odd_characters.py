"""Halves of characters, endless numbers and durations: bad input is an answer or a refusal, never a traceback."""

from __future__ import annotations

import json

import pytest

from conftest import Futurewatch
from crawler.text.json_text import json_of
from local_portal import LocalPortal
from storage.archive import Archive
from storage.search.query import parse_query


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r'"\ud800未来"', "\ufffd未来"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ude00\ud83d"', "\ufffd\ufffd"),
        (r'"\\ud800"', r"\ud800"),
        ('"\udc80x"', "\ufffdx"),
        (r'{"\udfff": [1, "\ud800"]}', {"\ufffd": [1, "\ufffd"]}),
    ],
)
def test_half_a_character_in_json(text: str, said: object) -> None:
    """Half of a pair becomes U+FFFD, a pair stays what it is, and what only looks like an escape is let alone."""
    assert json_of(text) == said


@pytest.mark.parametrize("query", ["\ud800未来", "source:\ud800", 'issuer:"\udc80x"', "a\0b"])
def test_half_a_character_in_a_query(query: str) -> None:
    """A query with half a character finds nothing, and ends nothing."""
    with Archive.in_memory() as archive:
        assert archive.search.find(parse_query(query)).total == 0


def test_half_a_character_in_a_line(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A line with half a character is assessed and grouped, and so are the lines after it."""
    futurewatch.configure(portal)
    line = r'{"id": 1, "title": "\ud800某市印发未来产业行动方案", "text": "\udfff某市近日印发方案。"}'
    for command in ("assess", "group"):
        out = futurewatch.run(command, stdin=f'{line}\n{{"id": 2, "title": "a", "text": "b"}}\n')
        answers = [json.loads(one) for one in out.splitlines()]
        assert [(one["id"], "error" in one) for one in answers] == [(1, False), (2, False)]


@pytest.mark.parametrize("age", ["9" * 12 + "d", "9" * 5000 + "d", "36501d"])
def test_giant_duration(futurewatch: Futurewatch, portal: LocalPortal, age: str) -> None:
    """A duration that no calendar has room for is refused with exit code 2."""
    futurewatch.configure(portal)
    futurewatch.run("prune", "--older-than", age, code=2)
    futurewatch.run("near-misses", "--since", age, code=2)
    futurewatch.configure(portal, more=f"[schedule]\nevery = '{age}'")
    futurewatch.run("status", code=2)
