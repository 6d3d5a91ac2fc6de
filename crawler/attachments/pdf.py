"""Read the text of a PDF file. No I/O; run it in a process with limits: a hostile file may loop or fill the memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from crawler.attachments.document_kind import DocumentKind

MOST_PAGES = 200  # a five-year plan has 60 to 120 pages
PAGE_NUMBER = re.compile(
    r"\s*[-—–－]*\s*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4}|\s*共\s*\d+\s*页)?\s*[-—–－]*\s*"
)
HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff，。；：、《》“”（）])[ \u3000]+(?=[\u3400-\u9fff，。；：、《》“”（）])")
SENTENCE_STOP = re.compile(r"[。！？；：:!?]$")
HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十百]{1,4}[章节条]|附\s*件|\d{1,2}[.．、]"
)
RAGGED_CHARACTERS = 2  # characters by which a full line may be short: no mark of punctuation begins a line
FULL_LINE_QUANTILE = 0.9  # quantile of the lengths that stands for a full line; rows of tables may be longer


def pdf_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the text of a PDF, its broken lines joined to paragraphs; empty when its pages are pictures.

    Raises: whatever pypdf raises on a damaged file.
    """
    from pypdf import PdfReader

    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted:
        reader.decrypt("")  # most protected files only forbid printing and open without a password
    texts: list[str] = []
    length = 0
    for page in islice(reader.pages, MOST_PAGES):
        texts.append(page.extract_text())
        length += len(texts[-1])
        if length >= most_characters:
            break
    return joined(line for text in texts for line in text.splitlines())[:most_characters]


def joined(lines: Iterable[str]) -> str:
    """Return printed lines as paragraphs: a line that runs to the margin goes on in the next one.

    Page numbers are left out.
    """
    kept = [line for line in map(_clean, lines) if line and not PAGE_NUMBER.fullmatch(line)]
    if not kept:
        return ""
    lengths = sorted(map(len, kept))
    margin = lengths[round(FULL_LINE_QUANTILE * (len(lengths) - 1))] - RAGGED_CHARACTERS
    return "\n".join(_paragraphs(kept, margin))


def _paragraphs(lines: list[str], margin: int) -> Iterator[str]:
    paragraph = ""
    last = ""
    for line in lines:
        goes_on = paragraph and len(last) >= margin and not SENTENCE_STOP.search(last) and not HEADING.match(line)
        if paragraph and not goes_on:
            yield paragraph
            paragraph = ""
        paragraph += f" {line}" if paragraph and last[-1:].isascii() and line[:1].isascii() else line
        last = line
    if paragraph:
        yield paragraph


def _clean(line: str) -> str:
    return HAN_GAP.sub("", line).strip(" \u3000\t\x00")


KIND = DocumentKind(
    name="pdf",
    suffixes=frozenset({"pdf"}),
    recognises=lambda body: b"%PDF-" in body[:1024] or body[:1024].lstrip().startswith(b"%PDF"),
    read=pdf_text,
    without_text="scanned pages",
)
