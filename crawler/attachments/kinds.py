"""Tell the kind of a file by its first bytes. No I/O."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["pdf", "docx"]

WORD_BODY = b"word/document.xml"  # the part of a ZIP that makes it a Word document; stands in its directory at the end
DIRECTORY = 65_536  # bytes at the end of a ZIP in which its directory is looked for
NAMES = (
    (b"\xd0\xcf\x11\xe0", "doc, wps, xls or ppt"),
    (b"PK\x03\x04", "zip, ofd, xlsx or pptx"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
)  # what portals attach that is not read


def kind_of(body: bytes) -> Kind | None:
    """Return the kind of a file that can be read, None for any other. Names and declared types are not believed."""
    if body[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(b"PK\x03\x04") and (WORD_BODY in body[-DIRECTORY:] or WORD_BODY in body[:DIRECTORY]):
        return "docx"
    return None


def name_of(body: bytes) -> str:
    """Return what a file that is not read seems to be, for people."""
    if body[:512].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page"
    return next((name for start, name in NAMES if body.startswith(start)), "of an unknown kind")
