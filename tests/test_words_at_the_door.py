"""Words of filters are checked where they come in: names and codes mean the same, nonsense is refused with a remedy."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.toml import ConfigurationError
from crawler.toml_lines import line_of
from notify_examples import NOON, announcement_of, endpoint_of
from scheduler.config import config
from scheduler.config.fault_words import line_in_chinese
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.routing import route
from storage.search.query import QueryError, parse_query

sys.path.append(str(Path(__file__).parents[1] / "docs"))
write_mistakes = importlib.import_module("write_mistakes")  # the folder of the script is no package

ENDPOINT = '[[endpoint]]\nname = "team"\nkind = "webhook"\nurl = "http://127.0.0.1:9"\n'
LEXICON = Path(__file__).parents[1] / "crawler/detect/lexicon.toml"


def write(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "config.toml"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", ["海南", "海南省", "460000", "海口", "海口市"])
def test_region_by_any_name_routes(name: str) -> None:
    """An endpoint that asks for a region by name, short name or code gets its announcements."""
    assert route(endpoint_of(regions=[name]), announcement_of(), NOON) is not None


def test_region_name_becomes_its_code(tmp_path: Path) -> None:
    """广东 in the file is 440000 in the settings, once even where it is written twice."""
    (endpoint,) = config.load(write(tmp_path, ENDPOINT + 'regions = ["广东", "440000", "深圳市"]\n')).endpoint
    assert endpoint.regions == ("440000", "440300")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('regions = ["广冻"]', "no region '广冻'; did you mean '广东'?"),
        ('regions = ["999999"]', "no region '999999'"),
        ('tracks = ["未来能原"]', "no track '未来能原'; did you mean '未来能源'?"),
        ('tracks = ["bogus"]', "no track 'bogus'; known: "),
        ('acts = ["解渎"]', "no act '解渎'; did you mean '解读'?"),
        ('instruments = ["行动几划"]', "no instrument '行动几划'; did you mean '行动计划'?"),
        ('regions = ["广东", "x"]\nacts = ["y"]', "no region 'x'; known: "),
    ],
)
def test_word_that_matches_nothing_is_refused(tmp_path: Path, line: str, said: str) -> None:
    """A filter that can let nothing through is a fault with file, key, value and the nearest that can."""
    path = write(tmp_path, ENDPOINT + line + "\n")
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    assert f"{path}: endpoint[0].{line.partition(' ')[0]}: {said}" in str(caught.value)


def test_track_is_the_lexicons_or_new(tmp_path: Path) -> None:
    """An alias stands for its track, of an own lexicon too; a new Chinese name may come up in a list of a text."""
    own = LEXICON.read_text(encoding="utf-8") + '\n[[tracks]]\nname = "云上牧场"\naliases = ["云牧场"]\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    text = '[detect]\nlexicon = "own.toml"\n' + ENDPOINT + 'tracks = ["云牧场", "冰雪装备"]\n'
    (endpoint,) = config.load(write(tmp_path, text)).endpoint
    assert endpoint.tracks == ("云上牧场", "冰雪装备")


@pytest.mark.parametrize(
    ("query", "near"),
    [("文种:行动几划", "行动计划"), ("地区:广冻", "广"), ("act:解渎", "解读"), ("label:相官", "相关")],
)
def test_search_refuses_the_same_words(query: str, near: str) -> None:
    """Saved searches and filters refuse what an endpoint refuses, with what is near."""
    with pytest.raises(QueryError) as caught:
        parse_query(query, vocabulary())
    assert any(near in name for name in caught.value.nearest)


@pytest.mark.parametrize("mistake", write_mistakes.MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_is_named_as_the_page_says(mistake: Any) -> None:
    """Each common mistake is one fault that names the file, the place and the remedy: docs/mistakes.md has them all."""
    said = write_mistakes.said_of(mistake)
    assert said.startswith(("config.toml: ", "mine.toml: "))
    page = write_mistakes.PAGE.read_text(encoding="utf-8")
    assert write_mistakes.row_of(mistake) in page, "run .venv/bin/python docs/write_mistakes.py"
    in_chinese = write_mistakes.said_of(mistake, line_in_chinese)
    assert re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", in_chinese.replace("false", "")) is None, in_chinese


def test_line_of_a_key() -> None:
    """The line of a key, of its table where the key is missing, none where neither is there."""
    text = 'a = 1\n[crawl]  # ours\n[[source]]\nid = "x"\n[[source]]\n"id" = "y"\n[sources.every]\nx = "2h"\n'
    wanted = {"a": 1, "crawl.contact": 2, "source[0].id": 4, "source[1].id": 6, "source[1].name": 5, "source[2].id": 0,
              "sources.every.x": 8, "sources.every.y": 7, "nothing": 0}  # fmt: skip
    assert {key: line_of(text, key) for key in wanted} == wanted


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """A file saved by a Windows editor is read as it was meant."""
    assert config.load(write(tmp_path, ENDPOINT, encoding="utf-8-sig")).endpoint
