"""Pack the bytes of pages, each against an earlier page of its source: a portal's pages differ by their text alone.

A page of 168 kB takes 36.7 kB with zlib, 34.0 with zstd alone and 1.6 against a page of the same template
(`benchmarks/bodies.py`; docs/decisions/0013-pages-are-packed-against-pages.md). Bodies that zlib packed stay readable.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import zstandard

from storage.database import Database

PACKING_LEVEL = 4  # against a page and alone 3 takes 1.09 times its room, 6 .95 and 1.4 to 1.9 times its time
DICTIONARIES_TRIED = 3  # of a source, the newest first: as many of its templates may take turns
GOOD_SHARE = 0.1  # of its bytes: what packs so well need not be tried otherwise
KEPT_SHARE = 0.6  # of what a body takes alone: with more a dictionary does not suit, and the page is the next one
MOST_TEXT_SHARE = 0.5  # of its bytes: what packs worse alone is no text (a PDF, a picture), and no dictionary
DICTIONARY_BYTES = range(4096, 1_000_001)  # bytes of a page: smaller ones save nothing, larger ones cost time
UNPACK_ERRORS = (zlib.error, zstandard.ZstdError, LookupError)


class Bodies:
    """The bodies of an archive.

    To make a dictionary ready takes seven times as long as to pack a page against it, and pages of one source come one
    after the other: those used last are kept, by their bytes. Their id would not do: a rolled back one may leave it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._compressor = lru_cache(maxsize=DICTIONARIES_TRIED + 1)(_compressor)  # those of a source, and a new one

    def keep(self, source: str, sha256: str, body: bytes) -> None:
        """Keep the bytes of a page of a source, in a transaction that the caller opened; equal bytes are kept once."""
        if self._db.count("bodies", "sha256 = ?", [sha256]):
            return
        dictionary_id, packed = self._packed(source, body)
        self._db.insert("bodies", {
            "sha256": sha256, "size": len(body), "packed": packed, "packing": "zstd", "dictionary_id": dictionary_id
        })  # fmt: skip

    def unpack(self, row: Mapping[str, Any]) -> bytes:
        """Return the bytes of a row of `bodies`. Raises one of `UNPACK_ERRORS` when they cannot be unpacked."""
        if row["packing"] == "zlib":
            return zlib.decompress(row["packed"])
        dictionary = _made_of(self._dictionary(row["dictionary_id"])) if row["dictionary_id"] else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(row["packed"])

    def _packed(self, source: str, body: bytes) -> tuple[int | None, bytes]:
        """Return a body as it is kept, and the dictionary that it needs; it becomes one where none suits."""
        suits = len(body) in DICTIONARY_BYTES
        tried: list[tuple[int, bytes]] = []
        for dictionary_id in self._of_source(source) if suits else ():
            tried.append((dictionary_id, self._compressor(self._dictionary(dictionary_id)).compress(body)))
            if len(tried[-1][1]) < len(body) * GOOD_SHARE:
                return tried[-1]
        alone = zstandard.ZstdCompressor(level=PACKING_LEVEL).compress(body)
        best = min(tried, key=lambda pair: len(pair[1]), default=None)
        if best and len(best[1]) < len(alone) * KEPT_SHARE:
            return best
        if not suits or len(alone) > len(body) * MOST_TEXT_SHARE:
            return None, alone
        dictionary_id = self._db.insert("dictionaries", {"source": source, "packed": alone})
        return dictionary_id, self._compressor(alone).compress(body)

    def _of_source(self, source: str) -> list[int]:
        rows = self._db.execute(
            "SELECT id FROM dictionaries WHERE source = ? ORDER BY id DESC LIMIT ?", [source, DICTIONARIES_TRIED]
        ).fetchall()
        return [int(id) for (id,) in rows]

    def _dictionary(self, dictionary_id: int) -> bytes:
        """Return the page that is a dictionary, packed."""
        row = self._db.execute("SELECT packed FROM dictionaries WHERE id = ?", [dictionary_id]).fetchone()
        if row is None:
            raise LookupError(f"no dictionary {dictionary_id}")
        return bytes(row[0])


def _made_of(packed: bytes) -> zstandard.ZstdCompressionDict:
    page = zstandard.ZstdDecompressor().decompress(packed)
    return zstandard.ZstdCompressionDict(page, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _compressor(packed: bytes) -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=PACKING_LEVEL, dict_data=_made_of(packed))
