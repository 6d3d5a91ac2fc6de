"""Cut a message into parts that an endpoint takes: at item borders, else at lines, never within a link. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

LINK_PATTERN = r"!?\[[^\]\n]*\]\([^)\n]*\)|<https?://[^>\n|]*(?:\|[^>\n]*)?>|https?://[^\s）」，。；]+"
COMBINING_PATTERN = "[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
UNBREAKABLE_PATTERN = re.compile(rf"{LINK_PATTERN}|&[#a-z0-9]+;|.(?:{COMBINING_PATTERN}|(?<=\u200d).)*", re.DOTALL)
LINK_TEXT_PATTERN = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)|<[^>|\n]*\|([^>\n]*)>")
PART_COUNTER = "（{number}/{of}）"
ITEM_SEPARATOR = "\n\n"

Measure = Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """A file that comes with a message: its name, its media type and its bytes."""

    name: str
    media: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAct:
    """The act that a card asks a verdict on: its id, and the version that the message tells of."""

    id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePart:
    """One message as it goes out. `html` and `files` are for mail; `url` is the page that it is about, if it is one.

    `asks` is what its buttons are about, None for a part without.
    """

    title: str
    text: str
    html: str = ""
    url: str = ""
    files: tuple[MessageFile, ...] = ()
    asks: AskedAct | None = None


def utf8_bytes(text: str) -> int:
    """Return how many bytes a text has in UTF-8."""
    return len(text.encode())


def json_bytes(text: str) -> int:
    """Return how many bytes a text has as a JSON string."""
    return len(json.dumps(text, ensure_ascii=False).encode())


def split(head: str, items: Sequence[str], foot: str, *, room: int, measure: Measure = utf8_bytes) -> list[str]:
    """Return texts that each measure at most `room`: head, as many items as fit, foot; numbered if there are several.

    An item that is too large by itself is cut between lines, a line that is too large between characters; a link is
    never cut, and one that fits nowhere leaves its words.
    """
    whole = _joined(head, items, foot)
    if measure(whole) <= room:
        return [whole]
    widest = PART_COUNTER.format(number=999, of=999)
    space = room - measure(_joined(head + widest, ["x"], foot))
    groups = list(_packed([piece for item in items for piece in _pieces(item, space, measure)], space, measure))
    return [
        _joined(head + PART_COUNTER.format(number=number, of=len(groups)), group, foot)
        for number, group in enumerate(groups, start=1)
    ]


def _joined(head: str, items: Iterable[str], foot: str) -> str:
    return ITEM_SEPARATOR.join(filter(None, [head, *items, foot]))


def _packed(pieces: Iterable[str], space: int, measure: Measure) -> Iterator[list[str]]:
    group: list[str] = []
    for piece in pieces:
        if group and measure(ITEM_SEPARATOR.join([*group, piece])) > space:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _pieces(item: str, space: int, measure: Measure) -> Iterator[str]:
    """Yield an item whole if it fits, else in runs of lines that do."""
    if measure(item) <= space:
        yield item
        return
    run = ""
    for line in (stretch for whole in item.split("\n") for stretch in _cut(whole, space, measure)):
        longer = f"{run}\n{line}" if run else line
        if measure(longer) > space:
            yield run
            longer = line
        run = longer
    if run.strip():
        yield run


def _cut(line: str, space: int, measure: Measure) -> Iterator[str]:
    """Yield a line whole if it fits, else in stretches of whole characters and links."""
    if measure(line) <= space:
        yield line
        return
    run = ""
    for atom in (match[0] for match in UNBREAKABLE_PATTERN.finditer(line)):
        word = atom if measure(atom) <= space else LINK_TEXT_PATTERN.sub(r"\1\2", atom)
        if measure(word) > space:
            word = "…"  # an address that no message can carry
        if run and measure(run + word) > space:
            yield run
            run = ""
        run += word
    if run:
        yield run
