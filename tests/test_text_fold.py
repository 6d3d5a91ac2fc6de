"""The form that texts are read in, and the way back to the text as shown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.dedupe.identity import plain as said
from crawler.text.fold import PAUSES_OF_TITLES, plain, printed, readable
from storage.folding import fold

NAME = "甲市未来产业培育行动方案"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("未来產業", "未来产业"),
        ("未来産業", "未来产业"),
        ("未 来 产 业", "未来产业"),
        ("未　来　产　业", "未来产业"),
        ("未\u00a0来\u2009产\u202f业", "未来产业"),
        ("未来\n产业", "未来产业"),
        ("未\u200b来\ufeff产业", "未来产业"),
        ("產(chǎn)業(yè)", "产业"),
        ("產(chǎn) 業(yè)", "产业"),
        ("江(jiang)苏(su)", "江苏"),
        ("女(nǚ)儿(ér)", "女儿"),
        ("未·来·产·业", "未来产业"),
        ("未•来•产•业", "未来产业"),
        ("长三角・甲地", "长三角·甲地"),
        ("⻘海省⼈⺠政府⾏动⽅案", "青海省人民政府行动方案"),
        ("⾨⻑", "门长"),
        ("\uf90a屬\U0002f800", "金属丽"),
        ("６Ｇ", "6g"),
        ("（2026—2028年）", "(2026—2028年)"),
        ("eVTOL", "evtol"),
    ],
)
def test_damage_is_undone(shown: str, read: str) -> None:
    """Each kind of damage that was seen in real pages leaves nothing behind, for terms, facts and dedupe alike."""
    assert plain(shown).text == read
    assert said(printed(shown).text) == said(read)


@pytest.mark.parametrize(
    "text", ["未来/产业", "AI (agent) 产业", "飞行器(evtol)与接口(bci)", "北京、上海", "a b c", "1.2.3.4"]
)
def test_what_is_meant_stays(text: str) -> None:
    """A choice of words, an abbreviation and a list are no damage."""
    assert plain(text).text.replace(" ", "") == fold(text).replace(" ", "")


def test_titles_keep_their_pauses() -> None:
    """A lone blank is a pause in a title and noise in a text."""
    assert "未来 产业" in plain("展望未来 产业升级", pauses=PAUSES_OF_TITLES).text
    assert "未来产业" in plain("展望未来 产业升级").text


@pytest.mark.parametrize(
    "shown",
    [
        f"《{NAME}》", f"〈{NAME}〉", f"«{NAME}»", f"‹{NAME}›", f"“{NAME}”", f"「{NAME}」", f"『{NAME}』", f'"{NAME}"',
        "《甲市未来产业 培育行动方案》", "《甲市未来产业\u00a0培育行动方案》", "《甲市　未来产业培育行动方案 》",
        "《甲市未来产业\n培育行动方案》", "《甲市未来产\u200b业培育行动方案》", "“甲市未来产业 培育行动方案”",
        "《甲市未来產業培育⾏动⽅案》",
    ],
)  # fmt: skip
def test_a_document_has_one_name(shown: str) -> None:
    """Whatever marks stand around a document's name, and whatever tears it, it is read as 《name》, in titles too."""
    for read in (plain(shown), plain(shown, pauses=PAUSES_OF_TITLES), printed(shown)):
        assert read.text == f"《{NAME}》"
        assert read.quote(0, len(read.text)) == shown


@pytest.mark.parametrize(
    "shown", ["“十四五”规划", "“人工智能+”行动", "“三年行动计划”", "他说：“要加快编制未来产业发展规划”", "“揭榜挂帅”"]
)
def test_other_quotations_stay(shown: str) -> None:
    """A nickname, a generic noun and somebody's words are no document's name."""
    assert "《" not in plain(shown).text
    assert "《" not in printed(shown).text


def test_lines_and_capitals_stay_in_print() -> None:
    """Facts are read line by line, in capitals and punctuation as they are printed."""
    shown = "甲省科技厅 甲省财政厅\n乙市人民政府(盖章):AI,ＡＩ"
    assert printed(shown).text == "甲省科技厅 甲省财政厅\n乙市人民政府（盖章）：AI,AI"


def test_a_spaced_title_has_no_pauses() -> None:
    """A title that is set wide has a blank after every character; these separate nothing."""
    assert plain("通 知 公 告", pauses=PAUSES_OF_TITLES).text == printed("通 知 公 告").text == "通知公告"


def test_quote_shows_the_damage() -> None:
    """A quote is what people see on the page, damage included."""
    for read in (plain("省里印發\n未來產(chǎn)業(yè)方案"), printed("省里印發\n未來產(chǎn)業(yè)方案")):
        start = read.text.index("未来产业")
        assert read.quote(start, start + 4) == "未來產(chǎn)業"


def test_a_name_is_shown_without_its_damage() -> None:
    """A document's name that people are told has no look-alikes and no torn words, and its script stays."""
    assert readable("⻘海省 未來產\u200b業\n⾏動方案 ") == "青海省未來產業行動方案"


ALPHABET = "未来產业發\n ·(chǎn)（ｅ）６Ｇ\u200b\u00a0⻘，。a《》«»"


@given(st.text(alphabet=ALPHABET, max_size=60), st.booleans())
@example("未 来 产 业", False)
@example("《未来\n产业 行动》", True)
def test_every_offset_leads_back(shown: str, is_title: bool) -> None:
    """Every character of the form that is read folds from the character shown at its offset, in order."""
    for read in (plain(shown, pauses=PAUSES_OF_TITLES if is_title else ""), printed(shown)):
        places = [read.at(offset) for offset in range(len(read.text))]
        assert places == sorted(set(places))
        assert [fold(shown[place]) for place in places] == list(fold(read.text))


@given(st.text(max_size=60))
def test_fold_keeps_the_length(text: str) -> None:
    """Folding goes character by character, whatever the text."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_fold_of_a_traditional_page() -> None:
    """Many different traditional characters fold the same way as few."""
    text = (
        "廣東省人民政府辦公廳關於印發培育發展未來產業實施方案的通知，請貫徹執行。經濟區、製造業、腦機接口、雲計算、資訊"
    )
    assert fold(text) == "".join(map(fold, text))
