"""What reading a listing page costs, beside lxml finding the same page's links with their addresses and words.

    python benchmarks/listings.py [--rows 500] [--others 500] [--rounds 25]

Pages have rows with days, and a navigation before them; no two have an address or a title in common, so that nothing is
remembered. Prints CPU milliseconds a page, the least of some rounds: read the ratio.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import lxml.html
from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.listing import read_listing
from storage.records import Page

NOW = datetime(2026, 3, 18, 6, tzinfo=UTC)
URL = "http://bench.example.org/zwgk/list.html"
ROWS_A_DAY = 5
MOST_TIMES_LXML = 3.0


def made(number: int, rows: int, others: int) -> Page:
    """Return a listing page: a navigation, then rows of a title and a day, newest first."""
    navigation = "".join(f"<li><a href='/channel{number}_{n}/'>频道{n}导航</a></li>" for n in range(others))
    days = [date(2026, 3, 18) - timedelta(days=n // ROWS_A_DAY) for n in range(rows)]
    listed = "".join(
        f'<li><a href="/zwgk/{day:%Y%m}/t{day:%Y%m%d}_{number}{n:05}.html">'
        f"关于做好第{number}批第{n}期防汛工作的通知</a><span>{day}</span></li>\n"
        for n, day in enumerate(days)
    )
    body = (
        "<html><head><meta charset='utf-8'><title>通知公告</title></head><body>"
        f"<ul class='nav'>{navigation}</ul><div class='main'><ul class='list'>{listed}</ul></div></body></html>"
    ).encode()
    return Page(source="bench", url=URL, final_url=URL, fetched_at=NOW, status=200, headers={}, body=body)


def links_by_lxml(page: Page) -> list[tuple[str | None, str]]:
    """Return the address and the words of each link of a page."""
    tree = lxml.html.fromstring(page.body, base_url=page.final_url)
    tree.make_links_absolute()
    return [(link.get("href"), link.text_content()) for link in tree.iter("a")]


def cost_ms(read: Callable[[Page], object], page: Page) -> float:
    """Return the CPU milliseconds that reading a page takes."""
    began = time.process_time()
    read(page)
    return (time.process_time() - began) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--others", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=25)
    chosen = parser.parse_args()
    pages = [made(number, chosen.rows, chosen.others) for number in range(chosen.rounds + 1)]
    found = len(read_listing(pages[-1]).links)
    ours, peer = [], []
    for page in pages[:-1]:
        ours.append(cost_ms(read_listing, page))
        peer.append(cost_ms(links_by_lxml, page))
    own, other = min(ours), min(peer)
    note_figure(f"listing of {chosen.rows} rows and {chosen.others} other links", own, "ms", peer=other,
                peer_name="lxml's links", ratio=own / other, at_most=MOST_TIMES_LXML)  # fmt: skip
    table = Table("rows found", "ours, ms", "lxml's links, ms", "ratio", "at most", title="Reading a listing page")
    table.add_row(str(found), f"{own:.1f}", f"{other:.1f}", f"{own / other:.2f}", f"{MOST_TIMES_LXML:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
