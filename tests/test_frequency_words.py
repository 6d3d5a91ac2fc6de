"""TrendRadar's word groups become rules that the lexicon takes."""

import tomllib

import pytest

from crawler.detect.frequency_words import read_frequency_words, toml_of
from crawler.own_rule import Rule, Weights
from crawler.toml import ConfigurationError

POINTS = Weights(title=12.0, lead=7.0, body=3.0)


def rules_of(text: str) -> tuple[Rule, ...]:
    """Return the rules of a file."""
    return read_frequency_words(text, POINTS, file="frequency_words.txt").rules


def test_blank_line_parts_groups() -> None:
    """Each group is a rule; its plain words are one of any, named after the first."""
    one, other = rules_of("冷链\n仓储\n\n\n渔港\n")
    assert (one.name, one.any_, one.points) == ("冷链", ("冷链", "仓储"), POINTS)
    assert other.any_ == ("渔港",)


def test_marks() -> None:
    """+ asks for a word, ! forbids one, slashes make an expression, behind either too."""
    (rule,) = rules_of("冷链\n+办法\n!招聘\n/第.批/\n+/20\\d\\d年/\n")
    assert rule.any_ == ("冷链", "/第.批/")
    assert rule.must == ("办法", r"/20\d\d年/")
    assert rule.not_ == ("招聘",)


def test_names_and_comments() -> None:
    """[name] and => name name a rule; comments and a byte order mark are left out."""
    one, other = rules_of("\ufeff# 说明\n[冷链物流]\n冷链\n\n/渔.*港/ => 渔港\n")
    assert (one.name, one.any_) == ("冷链物流", ("冷链",))
    assert (other.name, other.any_) == ("渔港", ("/渔.*港/",))


def test_global_filter() -> None:
    """Words under [GLOBAL_FILTER] keep every article with one in its title from alerting; [WORD_GROUPS] ends them."""
    filters, group = rules_of("[GLOBAL_FILTER]\n八卦\n!彩票\n\n[WORD_GROUPS]\n冷链\n")
    assert filters.any_ == ("八卦", "彩票")
    assert filters.points.title < -100
    assert group.any_ == ("冷链",)


def test_limit_is_reported() -> None:
    """@3 has no meaning for points and is said with its line."""
    found = read_frequency_words("冷链\n@3\n", POINTS, file="f.txt")
    assert found.rules[0].any_ == ("冷链",)
    assert found.notes == ("line 2: @3 is not used",)


def test_one_name_for_two_groups() -> None:
    """Groups of one name keep apart, so that a hit says which held."""
    assert [rule.name for rule in rules_of("[港]\n渔港\n\n[港]\n空港\n")] == ["港", "港 2"]


def test_faults_say_the_line() -> None:
    """Every group that makes no rule is reported at once, with its line."""
    with pytest.raises(ConfigurationError) as caught:
        rules_of("冷链\n\n!招聘\n\n/(/\n")
    assert [fault.key for fault in caught.value.faults] == ["line 3", "line 5"]


def test_what_is_written_is_read_again() -> None:
    """The TOML holds the same rules, quotes and backslashes included."""
    rules = rules_of('[a "b"]\n冷链\n+/\\d+条"措施"/\n!招聘\n')
    tables = tomllib.loads(toml_of(rules))["rule"]
    assert tuple(Rule.model_validate(table) for table in tables) == rules
