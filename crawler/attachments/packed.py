"""Read documents that are a ZIP of XML parts. No I/O; their ZIP and their XML may be bombs."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from lxml import etree

from crawler.attachments.document_kind import TooLargeError

MOST_UNPACKED_BYTES = 200 * 1024 * 1024  # bytes; pictures are the most of it, and they are never unpacked
MOST_PART_BYTES = 50 * 1024 * 1024  # bytes of one XML part: 100 characters of markup for each one shown
DIRECTORY_BYTES = 65_536  # bytes at either end of a ZIP in which the names of its parts are looked for
ZIP_SIGNATURE = b"PK\x03\x04"


def holds_part(body: bytes, name: bytes) -> bool:
    """Whether a body is a ZIP with a part of this name. Nothing is unpacked."""
    return body.startswith(ZIP_SIGNATURE) and (name in body[-DIRECTORY_BYTES:] or name in body[:DIRECTORY_BYTES])


def unpack(stream: BinaryIO) -> zipfile.ZipFile:
    """Return a ZIP whose directory promises no more than is read. Raises: `TooLargeError`."""
    packed = zipfile.ZipFile(stream)
    sizes = {info.filename: info.file_size for info in packed.infolist()}
    largest = max((size for name, size in sizes.items() if name.lower().endswith(".xml")), default=0)
    if sum(sizes.values()) > MOST_UNPACKED_BYTES or largest > MOST_PART_BYTES:
        raise TooLargeError(f"unpacks to {sum(sizes.values())} bytes")
    return packed


def xml_part(packed: zipfile.ZipFile, name: str) -> etree._Element:
    """Return the root of an XML part: entities stay unresolved, depth and lengths have the limits of libxml2."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(packed.read(name), parser)
