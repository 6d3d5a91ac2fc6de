"""Reading attachments: what is in them, and that no file can hang or fill the program that reads it."""

from __future__ import annotations

import asyncio
import time
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest

from builders import page_of
from crawler.attachments import ChildLimits, read_file
from crawler.attachments.pdf import joined
from documents import docx, pdf
from storage.records import File

LINES = ("深海装备产业培育实施方案", "到2031年，建成12个深海试验场，产业规模达到300亿元。", "附件：任务分工表")


def read(body: bytes, limits: ChildLimits | None = None) -> File:
    url = "https://www.example.gov.cn/files/P20310506.pdf"
    page = page_of(body, url, at=datetime.now(UTC))
    return asyncio.run(read_file(page, limits))


def test_pdf_is_read() -> None:
    """The lines of a PDF come out as its characters, not as glyph numbers."""
    file = read(pdf(LINES))
    assert (file.state, file.text) == ("read", "\n".join(LINES))


def test_word_document_is_read_with_its_tables() -> None:
    """Paragraphs and rows come in order, cells apart; equal cells of a row are both there."""
    file = read(docx(LINES, rows=[("序号", "任务", "年份"), ("1", "试验场", "1")]))
    assert file.text == "\n".join([LINES[0], "序号 | 任务 | 年份", "1 | 试验场 | 1", *LINES[1:]])


def test_broken_lines_become_paragraphs() -> None:
    """A line that runs to the margin goes on in the next one; headings, stops and page numbers do not."""
    printed = [
        "第一条　为加快深海装备产业集聚发展，结合本市实",
        "际，制定本方案。",
        "— 1 —",
        "第二条 本方案自印发之日起施行，由市工业和信息",
        "化局负责解释",
    ]
    assert joined(printed).split("\n") == [
        "第一条为加快深海装备产业集聚发展，结合本市实际，制定本方案。",
        "第二条本方案自印发之日起施行，由市工业和信息化局负责解释",
    ]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "doc"),
        (b"Rar!\x1a\x07" + bytes(100), "rar"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"", "unknown"),
    ],
)
def test_other_formats_are_unread_and_say_what_they_are(body: bytes, name: str) -> None:
    """A format that is not read is never silently ignored, whatever its name or declared type."""
    file = read(body)
    assert (file.state, file.text) == ("unread", None)
    assert name in file.reason


def test_scanned_pdf_is_unread() -> None:
    """A PDF of pictures has no text, and says so."""
    file = read(pdf([]))
    assert file.state == "unread"
    assert "scanned" in file.reason


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7\nnothing of a PDF follows", pdf(LINES)[:400], b"PK\x03\x04 word/document.xml"]
)
def test_damaged_file_fails_with_its_reason(body: bytes) -> None:
    """A damaged file is a value with a reason, never an exception."""
    file = read(body)
    assert file.state in {"failed", "unread"}
    assert file.reason
    assert file.text is None


def test_reading_ends_in_time() -> None:
    """A file that keeps its reader busy is given up when its time is over."""
    looping = b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj << /Kids [%d 0 R] /Type /Pages >> endobj\n" % (n, n) for n in range(1, 200_000)
    )
    start = time.monotonic()
    file = read(looping, ChildLimits(seconds=1, memory_mb=256))
    assert time.monotonic() - start < 10
    assert file.state == "failed"


def test_bomb_is_not_unpacked() -> None:
    """A Word document that unpacks to more than is read is refused by its directory."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    file = read(out.getvalue())
    assert file.state == "failed"
    assert "TooLarge" in file.reason


def test_long_text_is_cut() -> None:
    """No attachment gives more characters than the limit."""
    file = read(docx(["深海" * 4000] * 4), ChildLimits(characters=9000))
    assert file.text is not None
    assert len(file.text) == 9000
