"""The filter language: words, phrases, filters in English and Chinese, faults that name what was meant."""

from __future__ import annotations

import pytest

from scheduler.config.vocabulary import region_code, vocabulary
from storage.search.query import QueryError, parse_query
from storage.search.selection import Selection
from storage.search.snippets import SNIPPET_CHARACTERS, marked, snippet


def words(text: str) -> list[str]:
    return [word.text for word in parse_query(text).words]


def test_words_and_filters_in_any_order() -> None:
    """Filters stand anywhere between words, in English or Chinese, with either colon."""
    query = parse_query("act:印发 未来产业 地区：广东 since:2026-01-01 score:>=60 6G", vocabulary())
    assert [word.text for word in query.words] == ["未来产业", "6g"]
    assert query.selection == Selection(
        named={"act": ("印发",), "region": ("440000",)}, since="2026-01-01", min_score=60.0
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"低空 经济"', ["低空 经济"]), ("“低空 经济” 6G", ["低空 经济", "6g"]),
        ("未来产业　规划", ["未来产业", "规划"]),
        ("規劃 規劃", ["规划"]), ('"act:印发"', ["act:印发"]), ('""', []), ("  ", []), ("2026:01", ["2026:01"]),
        ('未来"产业', ['未来"产业']),
    ],
)  # fmt: skip
def test_words_are_folded_and_told_apart(text: str, found: list[str]) -> None:
    """Blanks of any width separate words, quotes hold them together and keep a colon a colon."""
    assert words(text) == found


def test_quoted_values() -> None:
    """A value with blanks in it is quoted."""
    assert parse_query('issuer:"工业和 信息化"').selection.values("issuer") == ("工业和 信息化",)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since:2026-02 until:2026-02", "2026-02-01", "2026-02-28"),
        ("起:2026年 止:2026年", "2026-01-01", "2026-12-31"),
        ("since:2026年3月1日 until:2026/3/9", "2026-03-01", "2026-03-09"),
        ("until:2024-2", None, "2024-02-29"),
    ],
)
def test_days_months_and_years(text: str, since: str | None, until: str | None) -> None:
    """A month or year begins with its first day and ends with its last."""
    selection = parse_query(text).selection
    assert (selection.since, selection.until) == (since, until)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("score:60", 60, None), ("score:≥60.5", 60.5, None), ("得分:<=80", None, 80), ("score:60..80", 60, 80),
     ("score:60-80", 60, 80), ("score:>=60 score:<=80", 60, 80)],
)  # fmt: skip
def test_scores(text: str, least: float | None, most: float | None) -> None:
    """A least score, a highest one, or both."""
    selection = parse_query(text).selection
    assert (selection.min_score, selection.max_score) == (least, most)


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("acts:印发", "acts", "act"), ("地趋:广东", "地趋", "地区"), ("act:印法", "act", "印发"),
        ("label:announce", "label", "announcement"), ("state:done", "state", "confirmed"),
        ("region:广冬省", "region", "广东省"),
        ("since:yesterday", "since", "2026-01-31"), ("since:2026-02-30", "since", "2026-01-31"),
        ("until:9999-99", "until", "2026-01-31"), ("score:high", "score", ">=60"),
        ("since:2026 since:2025", "since", ""),
        ("since:2026-12 until:2026-03", "date", "2026-03-31..2026-12-01"), ("score:80..60", "score", "60..80"),
        ("日期:2026-12-01..2026-03-01", "date", "2026-03-01..2026-12-01"), ("日期:2026..x", "日期", "2026"),
        ("score:>=80 score:<=60", "score", "60..80"), ("地区:广东,广冬省", "地区", "广东省"),
        ("(地区:广东)", "地区", ""), ("OR 地区:广东", "地区", ""), ("-地区:广东", "地区", ""),
        ("track:", "track", ""),
    ],
)  # fmt: skip
def test_fault_names_the_key_and_the_nearest(text: str, key: str, nearest: str) -> None:
    """Who mistypes is told where, and what was probably meant, in English and in Chinese."""
    with pytest.raises(QueryError) as caught:
        parse_query(f"未来产业 {text}", vocabulary())
    assert caught.value.key == key
    assert key in str(caught.value)
    assert key in caught.value.in_chinese
    assert not nearest or nearest in caught.value.nearest


@pytest.mark.parametrize(
    ("text", "fault", "value", "nearest"),
    [
        ("产业 || 规划", "unknown operator", "||", "OR"), ("产业 & 规划", "unknown operator", "&", "AND"),
        ("产业 XOR 规划", "unknown operator", "XOR", "NOT"), ("产业 NEAR/5 规划", "unknown operator", "NEAR/5", "~20"),
        ("产业 ~x 规划", "unknown operator", "~x", "~20"), ("产业 ~0 规划", "unknown operator", "~0", "~1000"),
        ("产* 规划", "unknown operator", "产*", '"…"'), ("+产业", "unknown operator", "+产业", '"…"'),
        ("!招聘", "unknown operator", "!招聘", "-"), ('"低空"~5', "operator without a word", "~5", ""),
        ("产业 OR", "operator without a word", "OR", ""), ("OR 产业", "operator without a word", "OR", ""),
        ("产业 OR OR 规划", "operator without a word", "OR", ""), ("产业 NOT", "operator without a word", "NOT", ""),
        ("产业 -", "operator without a word", "-", ""), ("~5 产业", "operator without a word", "~5", ""),
        ("(产业 OR 规划) ~5 低空", "operator without a word", "~5", ""),
        ("()", "operator without a word", "(", ""), ("(产业", "bracket without its other", "(", ""),
        ("产业)", "bracket without its other", ")", ""), ("（产业 (规划)", "bracket without its other", "（", ""),
        ('"产业', "quote without its other", '"', ""), ("“产业", "quote without its other", "“", ""),
        ("低空 -低空", "impossible", "低空", ""), ("低空经济 先导区 NOT 低空", "impossible", "低空", ""),
        ("产业 OR ，", "nothing to look for", ",", ""), ("-，", "nothing to look for", ",", ""),
        ("(" * 40 + "产" + ")" * 40, "too many brackets", "", ""),
    ],
)  # fmt: skip
def test_fault_of_an_operator_is_said(text: str, fault: str, value: str, nearest: str) -> None:
    """What is no operator here, lacks a word or its other half, or can find nothing is said: never zero rows."""
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert (caught.value.fault, caught.value.value) == (fault, value)
    assert not nearest or nearest in caught.value.nearest
    assert value in caught.value.in_chinese


def test_tracks_and_sources_are_checked_where_they_are_known() -> None:
    """A page that knows the tracks and sources refuses others."""
    known = vocabulary(sources=["gd-gov"])
    with pytest.raises(QueryError, match="did you mean gd-gov"):
        parse_query("source:gd-gvo", known)
    assert parse_query("source:gd-gov", known).selection.values("source") == ("gd-gov",)


def test_options_join_the_keys_of_the_query() -> None:
    """Options of a command and fields of a form are read like keys: several of one key mean any of them."""
    query = parse_query("act:印发 产业", more=[("act", "解读"), ("act", "印发"), ("score", ">=60")])
    assert (query.selection.values("act"), query.selection.min_score) == (("印发", "解读"), 60.0)
    with pytest.raises(QueryError, match="given twice"):
        parse_query("since:2026", more=[("since", "2025")])


@pytest.mark.parametrize(
    ("name", "code"),
    [("广东", "440000"), ("广东省", "440000"), ("羊城", "440100"), ("440300", "440300"), ("全国", "000000"),
     ("广东深圳", None), ("999999", None), ("无此地", None), ("", None)],
)  # fmt: skip
def test_regions_by_name_or_code(name: str, code: str | None) -> None:
    """Regions go by full name, short name, nickname or code."""
    assert region_code(name) == code


# --- snippets -------------------------------------------------------------------------------------


def hits(shown: object) -> list[str]:
    return [piece for piece, is_hit in shown.pieces if is_hit]  # type: ignore[attr-defined]


def test_every_hit_is_marked_as_it_is_written() -> None:
    """Hits are found folded and marked in the text as shown; those that overlap become one."""
    shown = marked("未來產業与６Ｇ，未来产业链", parse_query("未来产业 6G 产业链").words)
    assert hits(shown) == ["未來產業", "６Ｇ", "未来产业链"]
    assert "".join(piece for piece, _ in shown.pieces) == shown.text


def test_snippet_begins_near_the_first_hit() -> None:
    """A long text is cut to the sentence of its first hit, on one line, with all hits in it."""
    text = "开头。" * 100 + "会议提出：\n培育未来产业，支持未来产业园。" + "结尾。" * 100
    shown = snippet(text, parse_query("未来产业").words)
    assert hits(shown) == ["未来产业", "未来产业"]
    assert shown.text.startswith("…培育未来产业")
    assert shown.text.endswith("…")
    assert "\n" not in shown.text
    assert len(shown.text) == SNIPPET_CHARACTERS + 2


def test_markup_of_a_page_is_text() -> None:
    """What looks like markup or a pattern is a text like any other: pieces are escaped by whoever shows them."""
    shown = snippet("<script>a.c</script> abc", parse_query("a.c").words)
    assert hits(shown) == ["a.c"]
    assert "".join(piece for piece, _ in shown.pieces) == "<script>a.c</script> abc"


def test_snippet_without_a_hit_is_the_beginning() -> None:
    """An article whose title alone has the words shows how its text begins."""
    assert snippet("正文" * 100, parse_query("未来").words).text == "正文" * (SNIPPET_CHARACTERS // 2) + "…"
    assert snippet("", ()).text == ""


def test_signs_without_end_are_refused() -> None:
    """A query of a thousand minus signs is an error that is said, no end of the program."""
    with pytest.raises(QueryError):
        parse_query("-" * 5000 + "量子")
