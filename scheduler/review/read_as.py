"""Say in Chinese how a query was read: its words with their operators, its filters by names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from storage.folding import fold
from storage.search.expression import AllOf, AnyOf, NearWords, NoneOf, Wanted
from storage.search.query import Query
from storage.search.selection import Selection
from storage.search.text import Word
from storage.search.words import pieces_of

ReadPieces = tuple[tuple[str, bool], ...]  # pieces of a line, each with whether it is a value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPart:
    """A condition as it was read: `said` in pieces, the values among them marked."""

    said: ReadPieces

    @property
    def text(self) -> str:
        """The condition as plain text."""
        return "".join(piece for piece, _ in self.said)


def read_as(query: Query, names: Mapping[str, str], name_of: Callable[[str, str], str]) -> tuple[ReadPart, ...]:
    """Return the conditions of a query in its order: words, then filters.

    `names` are what filters are called, by their keys; `name_of` names a value of one.
    """
    written = {fold(piece.text): piece.text for piece in pieces_of(query.text) if piece.kind == "word"}
    parts = query.wanted.parts if isinstance(query.wanted, AllOf) else (query.wanted,) if query.wanted else ()
    words = (
        _plain("并且 " if number and not isinstance(one, NoneOf) else "") + _said(one, written)
        for number, one in enumerate(parts)
    )
    filters = (
        _plain(f"{names[key]}是 ") + _value("、".join(name_of(key, value) for value in values))
        for key, values in query.selection.given()
    )
    return tuple(ReadPart(said=said) for said in chain(words, filters, _ranges(query.selection)))


def _said(wanted: Wanted, written: Mapping[str, str]) -> ReadPieces:
    match wanted:
        case Word():
            return _word(wanted, written)
        case NoneOf():
            return _plain("不含 ") + _bracketed(wanted.part, written)
        case NearWords():
            near = _word(wanted.first, written) + _plain(" 与 ") + _word(wanted.second, written)
            return near + _plain(f" 相距不超过 {wanted.within} 字")
        case AnyOf():
            return _joined(wanted.parts, " 或 ", written)
        case AllOf():
            return _joined(wanted.parts, " 并且 ", written)


def _joined(parts: Sequence[Wanted], between: str, written: Mapping[str, str]) -> ReadPieces:
    said = [_bracketed(part, written) for part in parts]
    return tuple(chain(said[0], *(_plain(between) + one for one in said[1:])))


def _bracketed(wanted: Wanted, written: Mapping[str, str]) -> ReadPieces:
    said = _said(wanted, written)
    return _plain("（") + said + _plain("）") if isinstance(wanted, (AllOf, AnyOf)) else said


def _word(word: Word, written: Mapping[str, str]) -> ReadPieces:
    """Return a word as it was written, and as it is looked for where that is another one than by its case."""
    typed = written.get(word.text, word.text)
    if word.text == typed.lower():
        return _value(typed)
    return _value(word.text) + _plain(f"（原写 {typed}）")


def _ranges(selection: Selection) -> Iterator[ReadPieces]:
    if selection.since or selection.until:
        if selection.since == selection.until:
            days = str(selection.since)
        elif selection.since and selection.until:
            days = f"{selection.since} 至 {selection.until}"
        else:
            days = f"{selection.since} 起" if selection.since else f"{selection.until} 止"
        yield _plain("发布于 ") + _value(days)
    least, most = selection.min_score, selection.max_score
    if least is not None and most is not None:
        yield _plain("得分 ") + _value(f"{least:g} 到 {most:g}")
    elif least is not None:
        yield _plain("得分 ") + _value(f"≥ {least:g}")
    elif most is not None:
        yield _plain("得分 ") + _value(f"≤ {most:g}")


def _plain(text: str) -> ReadPieces:
    return ((text, False),) if text else ()


def _value(text: str) -> ReadPieces:
    return ((text, True),)
