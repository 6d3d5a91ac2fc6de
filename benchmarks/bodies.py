"""The room of a page in the archive: zlib, zstd alone, one trained dictionary, and against a page of its source.

    python benchmarks/bodies.py [--files FOLDER] [--sites 40] [--pages 9]

`--files` takes saved pages (*.html), each as the template of a site: its texts are those of the others in turn. Without
it templates are made. Prints bytes and CPU milliseconds a page; the last line is what the archive does, rows included.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import zstandard
from crawl import _page
from figures import note_figure
from rich.console import Console
from rich.table import Table

from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive
from storage.bodies import PACKING_LEVEL, Bodies
from storage.connection import transaction

PARAGRAPH = re.compile(r"(?<=>)[^<>{}]{20,}。[^<>{}]{0,200}(?=<)")  # a sentence between two tags
TRAINED_BYTES = 112_640  # zstd's own default for a dictionary
LIMIT = 0.36  # of the bytes: what a page may take at most


def sites_of(folder: Path, pages: int) -> list[list[bytes]]:
    """Return for each saved page that page with its own text and with those of others."""
    read = [path.read_bytes().decode(errors="replace") for path in sorted(folder.rglob("*.html"))]
    texts = [PARAGRAPH.findall(page) for page in read]
    return [
        [filled(page, texts[(number + n) % len(read)] or [""]).encode() for n in range(pages)]
        for number, page in enumerate(read)
        if len(texts[number]) > 1
    ]


def filled(page: str, texts: Sequence[str]) -> str:
    """Return a saved page with other paragraphs in the places of its own, and none where they are too few."""
    left = iter(texts)
    return PARAGRAPH.sub(lambda _: next(left, ""), page)


def made_sites(sites: int, pages: int) -> list[list[bytes]]:
    """Return pages of made portals: links and names differ from site to site, texts from page to page."""
    return [[_made(site, number) for number in range(pages)] for site in range(sites)]


def _made(site: int, number: int) -> bytes:
    named, said = random.Random(site), random.Random(site * 1000 + number)
    menu = "".join(f"<li><a href='/{named.getrandbits(40):x}/'>{_words(named, 6)}</a></li>" for _ in range(300))
    sample = (*GOVERNMENT, PRESS_CONFERENCE)[number % 4]
    text = "".join(f"<p>{words}{_words(said, 200)}</p>" for words in sample.paragraphs)
    return _page(sample.title, f"<ul>{menu}</ul><div class='article'>{text}</div>")


def _words(chance: random.Random, length: int) -> str:
    return "".join(chr(chance.randrange(0x4E00, 0x6000)) for _ in range(length))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--pages", type=int, default=9)
    chosen = parser.parse_args()
    sites = sites_of(chosen.files, chosen.pages) if chosen.files else made_sites(chosen.sites, chosen.pages)
    bodies = [page for site in sites for page in site]
    total = sum(map(len, bodies))
    trained = zstandard.train_dictionary(TRAINED_BYTES, [page for site in sites for page in site[:2]])
    packers: dict[str, Callable[[bytes], bytes]] = {
        "zlib, as before": zlib.compress,
        "zstd alone": zstandard.ZstdCompressor(level=PACKING_LEVEL).compress,
        "zstd, one dictionary trained of all": zstandard.ZstdCompressor(
            level=PACKING_LEVEL, dict_data=trained
        ).compress,
    }
    table = Table("packed", "bytes a page", "of its size", "ms", title=f"{len(bodies)} pages of {len(sites)} sites")
    for name, pack in packers.items():
        began = time.process_time()
        size = sum(len(pack(body)) for body in bodies)
        _add(table, name, size, time.process_time() - began, len(bodies), total)
    with Archive.in_memory() as archive:
        keeper = Bodies(archive.db)
        began = time.process_time()
        for number, site in enumerate(sites):
            for body in site:
                with transaction(archive.db):
                    keeper.keep(f"site-{number}", hashlib.sha256(body).hexdigest(), body)
        spent = time.process_time() - began
        (pages,) = archive.db.execute(
            "SELECT sum(length(packed) + length(sha256) + 12) FROM bodies"  # 12: the rest of a row
        ).fetchone()
        (dictionaries,) = archive.db.execute("SELECT coalesce(sum(length(packed)), 0) FROM dictionaries").fetchone()
        _add(table, "against a page of its source", pages + dictionaries, spent, len(bodies), total)
        _add(table, "the same, once the dictionary is there", pages, spent, len(bodies), total)
    Console(width=100).print(table, f"limit {LIMIT}", sep="\n")


def _add(table: Table, name: str, size: int, seconds: float, pages: int, total: int) -> None:
    note_figure(f"room of a page, {name}", size / total, "of its bytes", at_most=LIMIT if "source" in name else None)
    table.add_row(name, f"{size / pages:.0f}", f"{size / total:.3f}", f"{seconds / pages * 1000:.2f}")


if __name__ == "__main__":
    main()
