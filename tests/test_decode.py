"""What decoding promises: twelve traps of real Chinese pages, character for character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.decode import decode, decode_markup

PLAIN = "关于加快培育低空经济的若干措施，自印发之日起施行。"
RARE = "䶮山、㵲水与𬭚元素：只有 GB18030 写得出来的字。"  # outside of GBK
SIGNS = "“引号”——破折号…①②③℃㎡·〔2031〕5号"
TRADITIONAL = "關於推動未來產業發展的指導意見，現予公布。"

TRAPS = {
    "utf-8 declared": (f'<meta charset="utf-8">{PLAIN}', "utf-8"),
    "gbk declared as gb2312": (f'<meta charset="gb2312">{PLAIN}镕喆', "gbk"),
    "gb18030 declared as gb2312": (f'<meta charset="gb2312">{RARE}', "gb18030"),
    "gb18030 without a declaration": (RARE + PLAIN, "gb18030"),
    "gbk declared as utf-8": (f'<meta charset="utf-8">{PLAIN}', "gbk"),
    "utf-8 declared as gb2312": (f'<meta charset="gb2312">{RARE}', "utf-8"),
    "utf-8 declared as gbk, signs": (f'<meta charset="gbk">{SIGNS}', "utf-8"),
    "gbk signs": (SIGNS, "gbk"),
    "utf-8 with a byte order mark": (PLAIN, "utf-8-sig"),
    "utf-16 with a byte order mark": (PLAIN, "utf-16"),
    "big5": (f"<p>{TRADITIONAL}</p>", "big5"),
    "ascii with entities only": ("&#x672A;&#26469; plain", "ascii"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_decoded_exactly(trap: str) -> None:
    """Whatever the page declares, its characters come out as they were written."""
    text, codec = TRAPS[trap]
    assert decode(text.encode(codec)) == text


def test_one_bad_byte_spoils_one_character() -> None:
    """A broken byte in a UTF-8 page costs that place, not the whole page."""
    body = (PLAIN * 20).encode()
    text = decode(body[:600] + b"\xff" + body[600:])
    assert text.replace("\ufffd", "") == PLAIN * 20


def test_nul_bytes_are_dropped() -> None:
    assert decode("未来\0产业".encode()) == "未来产业"


def test_inner_closing_tags_do_not_end_the_page() -> None:
    """`</body></html>` of an included header is removed, in any spelling."""
    assert decode_markup(b"<div>a</div></BODY >\n</html><p>b</p>") == "<div>a</div>\n<p>b</p>"


@given(st.text(st.characters(codec="gb18030", exclude_characters="\0"), max_size=60))
def test_utf_8_is_never_taken_for_something_else(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(max_size=80))
def test_any_bytes_give_a_text(body: bytes) -> None:
    assert "\0" not in decode(body)
