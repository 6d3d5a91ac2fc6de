"""Tell documents of Office 97 apart: streams inside one file, with a directory of names. No I/O."""

from __future__ import annotations

from typing import Final

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN_STREAMS: Final = {
    name.encode("utf-16-le") + b"\0\0": name for name in ("WordDocument", "Workbook", "Book", "PowerPoint Document")
}


def main_stream(body: bytes) -> str:
    """Return the name of the stream that makes a file a text, a table or slides; empty for any other file.

    An embedded document has such a stream too, later in the directory. Nothing is parsed but the directory's address.
    """
    if not body.startswith(OLE_SIGNATURE):
        return ""
    size = 1 << min(int.from_bytes(body[30:32], "little"), 12)
    start = (int.from_bytes(body[48:52], "little") + 1) * size
    places = {name: body.find(mark, start) for mark, name in MAIN_STREAMS.items()}
    if not any(place >= 0 for place in places.values()):  # the directory goes on in an earlier sector
        places = {name: body.find(mark) for mark, name in MAIN_STREAMS.items()}
    found = {name: place for name, place in places.items() if place >= 0}
    return min(found, key=found.__getitem__, default="")
