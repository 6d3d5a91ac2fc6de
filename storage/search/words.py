"""Read the words of a query: `OR`, `NOT` or `-`, quotes, brackets, `~` for nearness, and filters between them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from storage.folding import fold
from storage.search.expression import AllOf, AnyOf, NearWords, NoneOf, Wanted
from storage.search.fault import QueryError
from storage.search.text import Word

PieceKind = Literal["word", "filter", "or", "not", "near", "open", "close"]
NEAR_CHARACTERS = 20  # where `~` names no number
MOST_NEAR_CHARACTERS = 1000
DEEPEST_BRACKETS = 15  # FTS5 has room for 100 signs that wait for their other; a bracket with OR takes six of them
OPENING, CLOSING = "(（", ")）"
OTHER_QUOTE = {'"': '"', "“": "”"}
KEY_PATTERN = re.compile(r"(?P<key>[A-Za-z_]+|[\u4e00-\u9fff]{1,6})[:：]")
NEAR_PATTERN = re.compile(r"[~～](\d{0,6})")
OPERATORS: dict[str, PieceKind] = {"OR": "or", "或": "or", "NOT": "not"}
SAME_AS_BLANK = "AND"
# Operators of other search engines, with what says the same here.
FOREIGN_OPERATORS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\|{1,2}"), ("OR",)),
    (re.compile(r"&{1,2}|\+"), ("AND",)),
    (re.compile(r"XOR|EXCEPT|ANDNOT|!"), ("NOT", "OR")),
    (re.compile(r"(?:NEAR|ADJ|WITHIN|W|SAME)(?:/?\d+)?|[~～].*|NEAR(?:/\d+)?[(（].*"), ("~20",)),
    (re.compile(r"[!！]\S+"), ("-",)),
    (re.compile(r"\+\S+|\^\S+|\S+\*"), ('"…"',)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPiece:
    """A piece of a query: a word, a filter with its key, an operator or a bracket. `text` is as it was written."""

    kind: PieceKind
    text: str
    key: str = ""
    is_quoted: bool = False


def pieces_of(text: str) -> Iterator[QueryPiece]:
    """Yield the pieces of a query in order. Raises `QueryError` for an unknown operator and a lone quote."""
    return (piece for piece, _, _ in placed_pieces(text))


def placed_pieces(text: str) -> Iterator[tuple[QueryPiece, int, int]]:
    """Yield the pieces of a query with the offsets of each. Raises as `pieces_of`."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        piece, at = _piece(text, at)
        is_blank = not piece.text.strip() if piece.is_quoted else piece.text == SAME_AS_BLANK
        if not (piece.kind == "word" and is_blank):
            yield piece, start, at


def wanted_of(pieces: list[QueryPiece]) -> Wanted | None:
    """Return what the pieces ask for, filters apart; None when they have no word.

    Raises:
        QueryError: an operator lacks a word, a bracket its other one, or a filter stands where it cannot.
    """
    _check_filters(pieces)
    reader = _Reader([piece for piece in pieces if piece.kind != "filter"])
    found = reader.alternatives(0) if reader.kind else None
    if reader.kind:
        raise QueryError("bracket without its other", value=reader.text)
    if found is not None:
        _check_words(found)
    return found


def _piece(text: str, at: int) -> tuple[QueryPiece, int]:
    """Return the piece that begins at an offset, and where the next may begin."""
    one = text[at]
    if one in OPENING + CLOSING:
        return QueryPiece(kind="open" if one in OPENING else "close", text=one), at + 1
    if one in "-－":
        return QueryPiece(kind="not", text="-"), at + 1
    if one in OTHER_QUOTE:
        said, end = _quoted(text, at)
        return QueryPiece(kind="word", text=said, is_quoted=True), end
    if key := KEY_PATTERN.match(text, at):
        at = key.end()
        is_quoted = text[at : at + 1] in OTHER_QUOTE and at < len(text)
        value, end = _quoted(text, at) if is_quoted else _bare(text, at)
        return QueryPiece(kind="filter", text=value, key=key["key"], is_quoted=is_quoted), end
    said, end = _bare(text, at)
    return _operator(said) or QueryPiece(kind="word", text=said), end


def _operator(said: str) -> QueryPiece | None:
    if said in OPERATORS:
        return QueryPiece(kind=OPERATORS[said], text=said)
    if NEAR_PATTERN.fullmatch(said):
        return QueryPiece(kind="near", text=said)
    for pattern, nearest in FOREIGN_OPERATORS:
        if pattern.fullmatch(said):
            raise QueryError("unknown operator", value=said, nearest=nearest)
    return None


def _quoted(text: str, at: int) -> tuple[str, int]:
    end = text.find(OTHER_QUOTE[text[at]], at + 1)
    if end < 0:
        raise QueryError("quote without its other", value=text[at])
    return text[at + 1 : end], end + 1


def _bare(text: str, at: int) -> tuple[str, int]:
    """Return what stands up to a blank, or up to a closing bracket that the word did not open."""
    start, depth = at, 0
    while at < len(text) and not text[at].isspace():
        depth += (text[at] in OPENING) - (text[at] in CLOSING)
        if depth < 0:
            break
        at += 1
    return text[start:at], at


def _check_filters(pieces: list[QueryPiece]) -> None:
    """Raise `QueryError` for a filter within brackets or beside an operator: filters are about the whole query."""
    depth = 0
    for number, piece in enumerate(pieces):
        depth += (piece.kind == "open") - (piece.kind == "close")
        before = pieces[number - 1].kind if number else None
        after = pieces[number + 1].kind if number + 1 < len(pieces) else None
        if piece.kind == "filter" and (depth or before in {"or", "not", "near"} or after in {"or", "near"}):
            raise QueryError("filter beside an operator", key=piece.key, value=piece.text)


class _Reader:
    """Read pieces in order, by the precedence of brackets, `~`, `NOT`, blanks, `OR`."""

    def __init__(self, pieces: list[QueryPiece]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def kind(self) -> PieceKind | None:
        return self._pieces[self._at].kind if self._at < len(self._pieces) else None

    @property
    def text(self) -> str:
        return self._pieces[self._at].text

    def alternatives(self, depth: int) -> Wanted:
        found = [self._together(depth)]
        while self.kind == "or":
            self._at += 1
            found.append(self._together(depth))
        return found[0] if len(found) == 1 else AnyOf(tuple(dict.fromkeys(found)))

    def _together(self, depth: int) -> Wanted:
        found: list[Wanted] = []
        while self.kind in {"word", "not", "open", "near"}:
            found.append(self._one(depth))
        if not found:
            raise QueryError("operator without a word", value=self._beside)
        each = tuple(dict.fromkeys(found))
        return each[0] if len(each) == 1 else AllOf(each)

    def _one(self, depth: int) -> Wanted:
        if self.kind == "not":
            self._at += 1
            if self.kind not in {"word", "open", "not"}:
                raise QueryError("operator without a word", value=self._beside)
            if depth >= DEEPEST_BRACKETS:
                raise QueryError("too many brackets")
            return NoneOf(self._one(depth + 1))
        found: Wanted = self._primary(depth)
        links: list[Wanted] = []
        while self.kind == "near":
            within, link = self._within(), self.text
            self._at += 1
            following = self._primary(depth)
            if not isinstance(found, Word) or not isinstance(following, Word):
                raise QueryError("operator without a word", value=link)
            links.append(NearWords(found, following, within))
            found = following
        return links[0] if len(links) == 1 else AllOf(tuple(links)) if links else found

    def _primary(self, depth: int) -> Wanted:
        if self.kind == "word":
            self._at += 1
            return Word(text=fold(self._pieces[self._at - 1].text))
        opening: PieceKind | None = self.kind
        if opening != "open":
            raise QueryError("operator without a word", value=self._beside)
        if depth >= DEEPEST_BRACKETS:
            raise QueryError("too many brackets")
        bracket = self.text
        self._at += 1
        found = self.alternatives(depth + 1)
        closing: PieceKind | None = self.kind
        if closing != "close":
            raise QueryError("bracket without its other", value=bracket)
        self._at += 1
        return found

    def _within(self) -> int:
        match = NEAR_PATTERN.fullmatch(self.text)
        within = int(match[1]) if match and match[1] else NEAR_CHARACTERS
        if not 0 < within <= MOST_NEAR_CHARACTERS:
            raise QueryError("unknown operator", value=self.text, nearest=(f"~{MOST_NEAR_CHARACTERS}",))
        return within

    @property
    def _beside(self) -> str:
        """The operator or bracket that lacks a word: the piece here, else the one before."""
        here = self._pieces[min(self._at, len(self._pieces) - 1)]
        before = self._pieces[self._at - 1] if self._at else here
        return before.text if before.kind != "word" else here.text


def _check_words(wanted: Wanted) -> None:
    """Raise `QueryError` where nothing can be looked for, and where one word is wanted and excluded."""
    together = wanted.parts if isinstance(wanted, AllOf) else (wanted,)
    words = [part for part in together if isinstance(part, Word)]
    rest = [part for part in together if not isinstance(part, Word)]
    if empty := next((word for part in rest for word in _all_words(part) if not word.runs), None):
        raise QueryError("nothing to look for", value=empty.text)
    if words and not rest and not any(word.runs for word in words):
        raise QueryError("nothing to look for", value=words[0].text)
    excluded = [part.part for part in rest if isinstance(part, NoneOf) and isinstance(part.part, Word)]
    for word in excluded:
        if any(word.text in one.text for one in words):
            raise QueryError("impossible", value=word.text)


def _all_words(wanted: Wanted) -> Iterator[Word]:
    match wanted:
        case Word():
            yield wanted
        case NearWords():
            yield from (wanted.first, wanted.second)
        case NoneOf():
            yield from _all_words(wanted.part)
        case _:
            for part in wanted.parts:
                yield from _all_words(part)
