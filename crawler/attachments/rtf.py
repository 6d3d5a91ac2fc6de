"""Read the text of a Rich Text file (rtf). No I/O; run it in a process with limits."""

from __future__ import annotations

import re
from typing import BinaryIO

from crawler.attachments.document_kind import DocumentKind
from crawler.attachments.lines import first_lines, row_line

RTF_SIGNATURE = b"{\\rtf"
RAW_BYTE = re.compile(rb"[\x80-\xff]")  # some programs write the bytes of a character as they are
CHINESE_CODE_PAGE = re.compile(rb"\\ansicpg(?:936|54936)\b")
WESTERN_FONT = re.compile(rb"\\fcharset[01]\b")  # said of every font by programs that write all text in the code page


def rtf_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the text: a line for each paragraph and each row of a table."""
    from striprtf.striprtf import rtf_to_text

    body = RAW_BYTE.sub(lambda raw: b"\\'%02x" % raw[0][0], stream.read())
    if CHINESE_CODE_PAGE.search(body):
        body = WESTERN_FONT.sub(rb"\\fcharset134", body)
    text: str = rtf_to_text(body.decode("ascii"), errors="replace")  # type: ignore[no-untyped-call]  # it has no types
    text = text.replace("\xad", "")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a rare character is written in halves
    lines = (row_line(line.split("|")) if line.endswith("|") else line for line in text.split("\n"))
    return first_lines(lines, most_characters)


KIND = DocumentKind(
    name="rtf", suffixes=frozenset({"rtf"}), recognises=lambda body: body.startswith(RTF_SIGNATURE), read=rtf_text
)
