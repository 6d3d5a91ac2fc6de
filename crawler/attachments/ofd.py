"""Read the text of a document in the state's own format (ofd, GB/T 33190). No I/O; run it in a process with limits."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from lxml import etree

from crawler.attachments.document_kind import DocumentKind
from crawler.attachments.packed import holds_part, unpack, xml_part
from crawler.attachments.pdf import MOST_PAGES, joined

SAME_LINE_SHARE = 0.5  # of the size of its characters, by which the baseline of one line may move
USUAL_SIZE_MM = 4.0  # millimetres


def ofd_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the text of the pages in their order, its broken lines joined; empty when its pages are pictures."""
    lines: list[str] = []
    length = 0
    with unpack(stream) as packed:
        for page in islice(_pages(packed), MOST_PAGES):
            shown = list(_lines(xml_part(packed, page)))
            lines += shown
            length += sum(map(len, shown))
            if length >= most_characters:
                break
    return joined(lines)[:most_characters]


def _pages(packed: zipfile.ZipFile) -> Iterator[str]:
    for root in xml_part(packed, "OFD.xml").iterfind(".//{*}DocRoot"):
        document = _part(root.text, "")
        for page in xml_part(packed, document).iterfind("{*}Pages/{*}Page"):
            yield _part(page.get("BaseLoc"), document)


def _part(address: str | None, beside: str) -> str:
    """Return the name of a part; an address without a slash in front starts at the part that it stands in."""
    written = (address or "").strip().replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(beside), written)).lstrip("/")


def _lines(page: etree._Element) -> Iterator[str]:
    """Yield the printed lines: texts one after the other on nearly the same height belong to one."""
    line, height = "", None
    for shown in page.iterfind(".//{*}TextObject"):
        top, size = _numbers(shown.get("Boundary"), 1), _numbers(shown.get("Size"), 0) or USUAL_SIZE_MM
        for code in shown.iterfind("{*}TextCode"):
            at = top + (_numbers(code.get("Y"), 0) if code.get("Y") else 0.0)
            if height is not None and abs(at - height) > SAME_LINE_SHARE * size:
                yield line
                line = ""
            line, height = line + (code.text or ""), at
    yield line


def _numbers(written: str | None, place: int) -> float:
    """Return a number of a list as OFD writes them, 0 where there is none."""
    try:
        return float((written or "").split()[place])
    except (IndexError, ValueError):
        return 0.0


KIND = DocumentKind(
    name="ofd",
    suffixes=frozenset({"ofd"}),
    recognises=lambda body: holds_part(body, b"OFD.xml"),
    read=ofd_text,
    without_text="scanned pages",
)
