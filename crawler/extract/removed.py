"""Say what of a page was left out of its text, and why. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crawler.extract.article import Worked
from crawler.extract.blocks import Element, TextBlock
from crawler.extract.containers import is_boilerplate
from crawler.extract.headline import squash


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Lines that stand together and were left out for one reason. `title` is the first, `place` their element."""

    reason: str
    place: str
    title: str
    lines: int
    characters: int


def cuts_of(worked: Worked) -> Iterator[Cut]:
    """Yield what was left out, in the order of the page; nothing for a text that a script carries."""
    reading = worked.reading
    if reading is None or worked.is_from_script:
        return
    kept = {b.position for b in worked.text.blocks}
    shown = {b.position for b in reading.shown}
    blocks = [b for b in reading.blocks if b.position not in kept]
    first, last = min(kept, default=0), max(kept, default=0)

    def why(block: TextBlock) -> tuple[str, str]:
        if block.position not in shown:
            element = next((e for e in block.home.ancestors() if is_boilerplate(e)), block.home)
            return ("hidden" if element.is_hidden else "named as boilerplate"), _called(element)
        if block.position in reading.metadata.positions:
            return "label-value table", ""
        if squash(block.text) == squash(reading.headline.text):
            return "headline", ""
        if first <= block.position <= last:
            return "button, caption or dateline in the text", ""
        return ("above the text" if block.position < first else "below the text"), ""

    for (reason, place), some in groupby(blocks, key=why):
        lines = list(some)
        yield Cut(
            reason=reason, place=place, title=lines[0].text, lines=len(lines),
            characters=sum(len(b.text) for b in lines),
        )  # fmt: skip


def _called(element: Element) -> str:
    """Return an element as people write it: `div.hot-list`."""
    return ".".join([element.tag, *element.names.split()[:3]])
