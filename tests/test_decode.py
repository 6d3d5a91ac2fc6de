"""What decoding promises: twelve traps of real Chinese pages, character for character."""

from __future__ import annotations

import email.mime.multipart
import email.mime.text
import gzip
import io
import zipfile
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.decode import MOST_RATIO, MOST_UNPACKED_BYTES, UNPACKED_ANYHOW_BYTES, decode, decode_markup

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


PAGE = (
    "<html><head><title>关于加快培育低空经济的若干措施</title></head><body>" + f"<p>{PLAIN}</p>\n" * 20 + "<p>联通</p>"
)
FOREIGN = "<div>版权所有：某市人民政府办公室 地址：滨海路一号</div>\n<p>联通</p>" * 12


@pytest.mark.parametrize(("codec", "other"), [("utf-8", "gbk"), ("gbk", "utf-8"), ("big5", "utf-8"), ("utf-8", "big5")])
def test_each_piece_of_a_mixed_page_is_read_in_its_own_codec(codec: str, other: str) -> None:
    """A footer in another codec, put in by the server, decides nothing about the page."""
    page = f"<p>{TRADITIONAL}</p>\n" * 20 if "big5" in {codec, other} else PAGE
    foreign = f"<p>{TRADITIONAL}</p>\n" * 9 if "big5" in {codec, other} else FOREIGN
    assert decode(page.encode(codec) + foreign.encode(other)) == page + foreign


def test_a_long_foreign_part_in_the_middle_spoils_nothing() -> None:
    body = PAGE.encode() + FOREIGN.encode("gbk") * 9 + PAGE.encode()
    assert decode(body) == PAGE + FOREIGN * 9 + PAGE


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(codec: str) -> None:
    assert decode(PAGE.encode(codec)) == PAGE


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16"])
@pytest.mark.parametrize("packings", [1, 2])
def test_what_is_packed_is_unpacked(codec: str, packings: int) -> None:
    """A server may send a packed page without saying so, once or twice."""
    body = PAGE.encode(codec)
    for _ in range(packings):
        body = gzip.compress(body)
    assert decode(body) == PAGE


def test_a_packed_page_that_ends_early_is_read_as_far_as_it_goes() -> None:
    body = gzip.compress(Random(5).randbytes(4000).hex().encode())
    assert len(decode(body[:-1000])) > 1000


def test_a_bomb_is_not_unpacked_whole() -> None:
    """A packed body gives no more than a plain one of 64 times its size may cost, however often it is packed."""
    bomb = gzip.compress(b" " * 48_000_000, compresslevel=1)
    assert len(decode(bomb)) == MOST_UNPACKED_BYTES
    assert len(decode(gzip.compress(bomb))) <= UNPACKED_ANYHOW_BYTES
    smaller = gzip.compress(b" " * 8_000_000)
    assert len(decode(smaller)) == MOST_RATIO * len(smaller)


def test_a_packed_sitemap_is_unpacked_whole() -> None:
    """Rows that differ in one number are packed closer than anything else that portals send."""
    rows = "".join(
        f"<url><loc>http://a.example/{n}.html</loc><lastmod>2026-03-18</lastmod></url>" for n in range(50_000)
    )
    assert decode(gzip.compress(rows.encode())) == rows


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_a_saved_page_gives_its_markup(line: str) -> None:
    """A web archive (mhtml) holds the page and what it shows; the page is read."""
    archive = email.mime.multipart.MIMEMultipart("related")
    archive.attach(email.mime.text.MIMEText("p { color: red }", "css"))
    archive.attach(email.mime.text.MIMEText(PAGE, "html", "utf-8"))
    saved = "From: <Saved by a browser>\nSnapshot-Content-Location: https://a.cn/1\n" + archive.as_string()
    assert decode(saved.replace("\n", line).encode()) == PAGE


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page.html", PAGE)
    return packed.getvalue()


NO_TEXT = {
    "zip": _zip(),
    "png": b"\x89PNG\r\n\x1a\n" + Random(1).randbytes(3000),
    "jpeg": b"\xff\xd8\xff\xe0" + Random(2).randbytes(3000),
    "webp": b"RIFF\x10\x27\0\0WEBPVP8 " + Random(3).randbytes(3000),
    "ole": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a broken gzip": b"\x1f\x8b\x08" + Random(4).randbytes(900),
    "zeros": bytes(900),
    "anything": Random(6).randbytes(5000),
}


@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_gives_none(kind: str) -> None:
    """Bytes of pictures, archives and documents are never kept as an article's text."""
    assert decode(NO_TEXT[kind]) == ""


def test_one_stray_control_character_is_no_sign_of_anything() -> None:
    assert decode(("\x03" + PAGE).encode()) == "\x03" + PAGE
