"""The plain form of a text, and the way back to the text as shown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.detect.normalise import normalise
from storage.folding import fold


@pytest.mark.parametrize(
    ("shown", "plain"),
    [
        ("未來產業", "未来产业"),
        ("未来産業", "未来产业"),
        ("未 来 产 业", "未来产业"),
        ("未　来　产　业", "未来产业"),
        ("未来\n产业", "未来产业"),
        ("未\u200b来\ufeff产业", "未来产业"),
        ("產(chǎn)業(yè)", "产业"),
        ("產(chǎn) 業(yè)", "产业"),
        ("江(jiang)苏(su)", "江苏"),
        ("未·来·产·业", "未来产业"),
        ("６Ｇ", "6g"),
        ("（2026—2028年）", "(2026—2028年)"),
        ("eVTOL", "evtol"),
    ],
)
def test_damage_is_undone(shown: str, plain: str) -> None:
    """Each kind of damage that was seen in real pages leaves nothing behind."""
    assert normalise(shown).text == plain


@pytest.mark.parametrize("text", ["未来/产业", "AI (agent) 产业", "人工智能(ai)", "北京、上海", "a b c", "1.2.3.4"])
def test_what_is_meant_stays(text: str) -> None:
    """A choice of words, an abbreviation and a list are no damage."""
    kept = fold(text) if "(ai)" not in text else "人工智能"  # an abbreviation of one syllable cannot be told from sound
    assert normalise(text).text.replace(" ", "") == kept.replace(" ", "")


def test_titles_keep_their_pauses() -> None:
    """A lone space is a pause in a title and noise in a text."""
    assert "未来 产业" in normalise("展望未来 产业升级", is_title=True).text
    assert "未来产业" in normalise("展望未来 产业升级").text


def test_quote_shows_the_damage() -> None:
    """A quote is what people see on the page, damage included."""
    plain = normalise("省里印發\n未來產(chǎn)業(yè)方案")
    start = plain.text.index("未来产业")
    assert plain.quote(start, start + 4) == "未來產(chǎn)業"


ALPHABET = "未来產业發\n ·(chǎn)（ｅ）６Ｇ\u200b，。a"


@given(st.text(alphabet=ALPHABET, max_size=60), st.booleans())
@example("未 来 产 业", False)
def test_every_offset_leads_back(shown: str, is_title: bool) -> None:
    """Every character of the plain form folds from the character shown at its offset, in order."""
    plain = normalise(shown, is_title=is_title)
    places = [plain.at(offset) for offset in range(len(plain.text))]
    assert places == sorted(set(places))
    assert [fold(shown[place]) for place in places] == list(plain.text)


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_fold_keeps_the_length(text: str) -> None:
    """Folding goes character by character."""
    assert len(fold(text)) == len(text)


def test_fold_of_a_traditional_page() -> None:
    """Many different traditional characters fold the same way as few."""
    text = (
        "廣東省人民政府辦公廳關於印發培育發展未來產業實施方案的通知，請貫徹執行。經濟區、製造業、腦機接口、雲計算、資訊"
    )
    assert fold(text) == "".join(map(fold, text))
