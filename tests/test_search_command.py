"""`futurewatch search` and `export`: one language of filters, for people and for scripts."""

from __future__ import annotations

import json
from datetime import date

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal
from search_examples import keep
from storage.archive import Archive

TITLE = "海南省培育未来产业行动计划发布"
OTHERS = ("关于防汛工作的通知", "关于春耕的通知")


@pytest.fixture
def filled(futurewatch: Futurewatch, portal: LocalPortal) -> Futurewatch:
    """The command over an archive of two ordinary articles and a plan."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as archive:
        for number, title in enumerate(OTHERS):
            keep(archive, number, title, day=date(2026, 3, number + 1))
        keep(
            archive,
            9,
            TITLE,
            "未来产业的行动计划。",
            day=date(2026, 3, 9),
            region="460000",
            label="announcement",
            score=80,
        )
    return futurewatch


def found(command: Futurewatch, *arguments: str) -> list[str]:
    document = json.loads(command.run("search", *arguments, "--json"))
    return [article["title"] for article in document["articles"]]


def test_keys_and_options_are_one_language(filled: Futurewatch) -> None:
    """A filter in the query and the same filter as an option find the same, and both add up."""
    titles = [TITLE]
    assert found(filled, "未来产业 地区:海南 label:政策") == titles
    assert found(filled, "未来产业", "--region", "海南省", "--label", "announcement", "--score", ">=60") == titles
    assert found(filled, "未来产业 地区:海南", "--label", "irrelevant") == []
    lines = filled.run("export", "--region", "海南", "--label", "政策").splitlines()
    assert [json.loads(line)["title"] for line in lines] == titles


def test_json_has_marks_totals_and_facets(filled: Futurewatch) -> None:
    """Marks are offsets into the texts beside them; facets are there when they are asked for."""
    said = json.loads(filled.run("search", "未来产业", "--facets", "--json"))
    (article,) = said["articles"]
    assert {article["title"][start:end] for start, end in article["title_marks"]} == {"未来产业"}
    snippet = article["snippet"]
    assert {snippet["text"][start:end] for start, end in snippet["marks"]} == {"未来产业"}
    assert (said["total"], said["is_exact"]) == (1, True)
    assert said["facets"]["label"] == [{"value": "announcement", "count": 1}]
    assert "facets" not in json.loads(filled.run("search", "未来产业", "--json"))


def test_pages_and_order(filled: Futurewatch) -> None:
    """Limit and offset page through what is found, the newest first."""
    everything = found(filled, "")
    assert everything[0] == TITLE
    assert set(everything) == {TITLE, *OTHERS}
    assert [found(filled, "", "--limit", "1", "--offset", str(n)) for n in range(4)] == [
        *([title] for title in everything), []
    ]  # fmt: skip
    assert found(filled, "海南 未来产业", "--order", "title")[0] == TITLE


def test_people_read_titles_snippets_and_facets(filled: Futurewatch) -> None:
    """For people: title, day, label, address, snippet; then facets, and how many there are."""
    shown = filled.run("search", "未来产业", "--facets")
    assert TITLE in shown
    assert "1 found" in shown
    assert "region  460000 1" in shown


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["产业 act:印法"], "did you mean"), (["产业", "--region", "广冬省"], "广东省"), (["actt:印发"], "act"),
        (["。"], "nothing to look for"), (["", "--since", "2026", "--since", "2025"], "given twice"),
    ],
)  # fmt: skip
def test_fault_is_exit_2_and_names_what_was_meant(filled: Futurewatch, arguments: list[str], hint: str) -> None:
    """A filter that cannot be read finds nothing instead of everything."""
    process = filled.start("search", *arguments)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert hint in err
