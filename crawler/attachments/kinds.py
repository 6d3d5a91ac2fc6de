"""Tell the kind of a file by its first bytes. No I/O.

A kind of document is a module here with its `KIND`; it counts once it stands in `KINDS`.
"""

from __future__ import annotations

from crawler.attachments import doc, docx, ofd, pdf, pptx, rtf, spreadsheet
from crawler.attachments.document_kind import DocumentKind

KINDS = (pdf.KIND, docx.KIND, doc.KIND, ofd.KIND, spreadsheet.KIND, rtf.KIND, pptx.KIND)  # the first that fits

KIND_NAMES = (
    (b"\xd0\xcf\x11\xe0", "ppt, or a damaged doc, wps or xls"),
    (b"PK\x03\x04", "zip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
)  # kinds that portals attach and that are not read


def document_kind(body: bytes) -> DocumentKind | None:
    """Return the kind of a file that can be read, None for any other. Names and declared types are not believed."""
    return next((kind for kind in KINDS if kind.recognises(body)), None)


def kind_of(body: bytes) -> str | None:
    """Return the name of the kind of a file that can be read, None for any other."""
    kind = document_kind(body)
    return kind.name if kind else None


def name_of(body: bytes) -> str:
    """Return what a file that is not read seems to be, for people."""
    if body[:512].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page"
    return next((name for start, name in KIND_NAMES if body.startswith(start)), "of an unknown kind")
