"""Read the text of a Word or WPS document of the format of 1997 (doc, wps). No I/O; run it in a process with limits.

The text stands in pieces; the piece table says where each begins and whether its characters take one byte or two
([MS-DOC] 2.4.1, "Retrieving Text").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from struct import unpack_from
from typing import BinaryIO

from crawler.attachments.document_kind import DocumentKind, LockedError
from crawler.attachments.lines import first_lines, row_line
from crawler.attachments.ole import main_stream

WORD_97_SIGNATURE = 0xA5EC  # the first two bytes
ENCRYPTED_FLAG, SECOND_TABLE_FLAG = 0x0100, 0x0200  # flags of the header
FLAGS_OFFSET, MAIN_CHARACTERS_OFFSET, PIECE_TABLE_OFFSET = 0x0A, 0x4C, 0x01A2  # where the header has them
PROPERTIES_PART, PIECES_PART = 1, 2  # parts of the stretch that holds the piece table
ONE_BYTE_FLAG = 1 << 30  # flag of a piece's address, which is doubled then
FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?")  # the instruction of a field; the text that it shows follows
PARAGRAPH_END = re.compile("[\r\n\x0b\x0c\x0e]|\x07\x07")  # two marks of a cell end a row
CELL_END = "\x07"
UNSEEN_CHARACTERS = re.compile("[\x00-\x06\x08\x10-\x1d\x1f\xad]")  # places of pictures, notes and fields


class NotWordError(Exception):
    """A file is not laid out as Word 97 does it."""


def doc_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the main text: a line for each paragraph and each row of a table. Notes and page heads are left out."""
    from olefile import OleFileIO

    with OleFileIO(stream) as ole:
        header = ole.openstream("WordDocument").read()
        magic, flags = unpack_from("<H", header)[0], unpack_from("<H", header, FLAGS_OFFSET)[0]
        if magic != WORD_97_SIGNATURE:
            raise NotWordError("older than Word 97")
        if flags & ENCRYPTED_FLAG:
            raise LockedError("opens with a password")
        table = ole.openstream("1Table" if flags & SECOND_TABLE_FLAG else "0Table").read()
    address, size = unpack_from("<II", header, PIECE_TABLE_OFFSET)
    pieces = _piece_table(table[address : address + size])
    text = "".join(_texts(header, pieces, most=unpack_from("<I", header, MAIN_CHARACTERS_OFFSET)[0]))
    return first_lines(_lines(text), most_characters)


def _piece_table(stretch: bytes) -> bytes:
    place = 0
    while place < len(stretch) and stretch[place] == PROPERTIES_PART:
        place += 3 + int(unpack_from("<H", stretch, place + 1)[0])
    if place >= len(stretch) or stretch[place] != PIECES_PART:
        raise NotWordError("no piece table")
    size = unpack_from("<I", stretch, place + 1)[0]
    return stretch[place + 5 : place + 5 + size]


def _texts(header: bytes, table: bytes, *, most: int) -> Iterator[str]:
    """Yield the text of each piece up to the end of the main text."""
    count = (len(table) - 4) // 12  # a bound of 4 bytes and a description of 8; one more bound
    bounds = unpack_from(f"<{count + 1}I", table)
    for number, (start, end) in enumerate(pairwise(bounds)):
        length = min(end, most) - start
        if length <= 0:
            continue
        (address,) = unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        if address & ONE_BYTE_FLAG:
            place = (address & ~ONE_BYTE_FLAG) // 2
            yield header[place : place + length].decode("cp1252", "replace")
        else:
            yield header[address : address + 2 * length].decode("utf-16-le", "replace")


def _lines(text: str) -> Iterator[str]:
    shown = UNSEEN_CHARACTERS.sub("", FIELD_CODE.sub("", text)).replace("\x1e", "-")
    for paragraph in PARAGRAPH_END.split(shown):
        yield row_line(paragraph.split(CELL_END)) if CELL_END in paragraph else paragraph


KIND = DocumentKind(
    name="doc",
    suffixes=frozenset({"doc", "wps"}),
    recognises=lambda body: main_stream(body) == "WordDocument",
    read=doc_text,
)
