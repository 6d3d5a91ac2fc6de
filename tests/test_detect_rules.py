"""The operator's own rules: any, must, not and regular expressions, with points that are seen."""

from pathlib import Path
from typing import Any

import pytest

from builders import article_of, judged
from crawler.detect import mentions
from crawler.detect.lexicon import SHIPPED, Lexicon, load_lexicon
from crawler.toml import ConfigurationError
from storage.records import Assessment

TITLE = "青禾市发布储粮新规"
TEXT = "青禾市粮食局5月6日发布《青禾市绿色储粮管理办法》，要求县级粮库在2028年前完成改造。\n联系人：王某"


def lexicon_with(tmp_path: Path, rule: str) -> Lexicon:
    """Return the shipped lexicon with a rule behind it."""
    path = tmp_path / "own.toml"
    path.write_text(f"{SHIPPED.read_text(encoding='utf-8')}\n[[rules]]\n{rule}\n", encoding="utf-8")
    return load_lexicon(path)


def judge(lexicon: Lexicon, title: str = TITLE, text: str = TEXT) -> Assessment:
    """Return the assessment of an article."""
    article = article_of(title, text)
    return judged(article, lexicon)


def rule(**keys: Any) -> str:
    """Return a rule worth 60 in the title, 40 in the lead and 20 in the body, with these keys."""
    lines = ['name = "储粮"', "points = { title = 60.0, lead = 40.0, body = 20.0 }"]
    return "\n".join([*lines, *(f"{name} = {words}" for name, words in keys.items())])


def test_one_of_any_is_enough(tmp_path: Path) -> None:
    """One word of `any` gives the points of its place; a rule of 60 points is an alert by itself."""
    said = judge(lexicon_with(tmp_path, rule(any='["仓储", "储粮"]')))
    (hit,) = said.hits
    assert (hit.term, hit.place, hit.start, hit.points) == ("规则:储粮:储粮", "title", 5, 60.0)
    assert said.label == "announcement"


def test_all_of_must_are_needed(tmp_path: Path) -> None:
    """A rule holds when every word of `must` is somewhere in the article."""
    assert judge(lexicon_with(tmp_path, rule(any='["储粮"]', must='["粮库", "改造"]'))).score == 60.0
    assert judge(lexicon_with(tmp_path, rule(any='["储粮"]', must='["粮库", "拆除"]'))).score == 0


def test_none_of_not_may_be_there(tmp_path: Path) -> None:
    """A word of `not` anywhere ends the rule."""
    assert judge(lexicon_with(tmp_path, rule(any='["储粮"]', **{"not": '["联系人"]'}))).hits == ()


def test_expression_between_slashes(tmp_path: Path) -> None:
    """A word between slashes is a regular expression over the plain text, in any of the three lists."""
    said = judge(lexicon_with(tmp_path, rule(any=r"['/20\d\d年前/']")))
    (hit,) = said.hits
    assert hit.term == "规则:储粮:2028年前"
    assert TEXT[hit.start :].startswith("2028年前")
    assert judge(lexicon_with(tmp_path, rule(any='["储粮"]', **{"not": r"['/联系人\s*：/']"}))).hits == ()


def test_counts_once_where_it_is_worth_most(tmp_path: Path) -> None:
    """A rule whose words stand in title and text gives the title's points, once."""
    assert judge(lexicon_with(tmp_path, rule(any='["青禾市", "粮库"]'))).score == 60.0
    assert judge(lexicon_with(tmp_path, rule(any='["粮库"]'))).score == 40.0


def test_place_without_points_has_no_hit(tmp_path: Path) -> None:
    """Where a rule is worth nothing it is no hit."""
    title_only = 'name = "标题"\nany = ["粮库"]\npoints = { title = 30.0, lead = 0.0, body = 0.0 }'
    assert judge(lexicon_with(tmp_path, title_only)).hits == ()


def test_latin_word_is_not_found_inside_another(tmp_path: Path) -> None:
    """AI is found beside Chinese, in full width and in lower case, but not in CHAIN."""
    lexicon = lexicon_with(tmp_path, rule(any='["AI"]'))
    assert judge(lexicon, "某地出台ＡＩ新政", "").score == 60.0
    assert judge(lexicon, "某地出台CHAIN新政", "").score == 0


def test_negative_rule_takes_points(tmp_path: Path) -> None:
    """A rule with negative points is a hit like any other and keeps an article from being an alert."""
    name = "青禾市未来产业培育行动方案"
    article = (f"青禾市人民政府办公室印发《{name}》", f"近日，青禾市人民政府办公室印发《{name}》。")
    against = 'name = "不看"\npoints = { title = -200.0, lead = 0.0, body = 0.0 }\nany = ["青禾"]'
    assert judge(load_lexicon(), *article).label == "announcement"
    assert judge(lexicon_with(tmp_path, against), *article).label == "related"


@pytest.mark.parametrize("key", ['any=["储粮"]', r"any=['/储.粮|储粮/']", 'must=["储粮"]'])
def test_gate_lets_rules_pass(tmp_path: Path, key: str) -> None:
    """What a rule with points asks for passes the gate, though the lexicon's own words are missing."""
    name, _, words = key.partition("=")
    lexicon = lexicon_with(tmp_path, rule(**{name: words}))
    assert mentions(f"{TITLE}\n{TEXT}", lexicon)
    assert not mentions(f"{TITLE}\n{TEXT}", load_lexicon())


def test_rule_against_what_is_not_on_the_topic(tmp_path: Path) -> None:
    """A rule that takes points says nothing of an article that neither the topic nor another rule asks for."""
    said = judge(
        lexicon_with(tmp_path, 'name = "不看"\nany = ["储粮"]\npoints = { title = -9.0, lead = 0.0, body = 0.0 }')
    )
    assert (said.score, said.hits) == (0.0, ())


@pytest.mark.parametrize(
    ("keys", "problem"),
    [({}, "needs a word"), ({"any": "['/(/']"}, "no regular expression"), ({"all": '["储粮"]'}, "unknown key")],
)
def test_faults_are_reported(tmp_path: Path, keys: dict[str, str], problem: str) -> None:
    """A rule without words, with a broken expression or an unknown key is refused with its place."""
    with pytest.raises(ConfigurationError) as caught:
        lexicon_with(tmp_path, rule(**keys))
    (fault,) = caught.value.faults
    assert problem in fault.problem
    assert fault.key.startswith("rules[")
