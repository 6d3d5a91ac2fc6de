"""Read the text of slides (pptx). No I/O; run it in a process with limits."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from crawler.attachments.document_kind import DocumentKind
from crawler.attachments.lines import first_lines, row_line
from crawler.attachments.packed import holds_part, unpack, xml_part

PRESENTATION_PART, RELATIONS_PART = "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels"
LINK_ATTRIBUTE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DRAWING_NAMESPACE = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PARAGRAPH_TAG, ROW_TAG, CELL_TAG, TEXT_TAG = (DRAWING_NAMESPACE + name for name in ("p", "tr", "tc", "t"))


def pptx_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the text of the slides in their order: a line for each paragraph and each row of a table."""
    with unpack(stream) as packed:
        return first_lines(
            (line for slide in _slides(packed) for line in _lines(xml_part(packed, slide))), most_characters
        )


def _slides(packed: zipfile.ZipFile) -> Iterator[str]:
    parts = {link.get("Id"): link.get("Target") or "" for link in xml_part(packed, RELATIONS_PART)}
    for slide in xml_part(packed, PRESENTATION_PART).iterfind("{*}sldIdLst/{*}sldId"):
        target = parts.get(slide.get(LINK_ATTRIBUTE), "")
        yield posixpath.normpath(posixpath.join("/ppt", target)).lstrip("/")


def _lines(slide: etree._Element) -> Iterator[str]:
    for node in slide.iter(PARAGRAPH_TAG, ROW_TAG):
        if node.tag == ROW_TAG:
            yield row_line(_said(cell) for cell in node.iter(CELL_TAG))
        elif next(node.iterancestors(ROW_TAG), None) is None:
            yield _said(node)


def _said(node: etree._Element) -> str:
    return "".join(text.text or "" for text in node.iter(TEXT_TAG))


KIND = DocumentKind(
    name="pptx",
    suffixes=frozenset({"pptx"}),
    recognises=lambda body: holds_part(body, PRESENTATION_PART.encode()),
    read=pptx_text,
)
