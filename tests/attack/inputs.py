"""What the fuzzers feed to parsers: soups of the words that a parser knows, runs of one of them, damaged files."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

MOST_WORDS = 40
LONGEST_RUN = 3000  # characters of one word again and again: what is quadratic shows

ODD = (
    "\0", "\ufeff", "\ud800", "\udfff", "\u200b", "\u2028", "\u0130", "ß", "²", "٣", "９", "　", "\r", "\n", "\t",
    "\x1b", "\x85", "%00", "%ff", "%", "\\", "'", '"', "<", ">", "&", ";", "-1", "1e999", "9" * 400, "0x1", "NaN",
    "\U0001f600", "\ue000", "\uffff", "．", "。", "١٢", "Ⅻ", "㈠", "\u0301", "\u202e", "{{7*7}}", "$(id)", "../..",
)  # fmt: skip


def soup(*words: str, most: int = MOST_WORDS) -> SearchStrategy[str]:
    """Return texts of these words, odd characters and anything else, with a run of one of them now and then."""
    known = st.sampled_from(words)
    run = st.tuples(known, st.integers(2, 400)).map(lambda pair: (pair[0] * pair[1])[:LONGEST_RUN])
    piece = st.one_of(known, known, known, st.sampled_from(ODD), st.text(max_size=6), run)
    return st.lists(piece, max_size=most).map("".join)


def octets(text: SearchStrategy[str]) -> SearchStrategy[bytes]:
    """Return texts in the codecs of Chinese pages, and bytes that are no text."""
    codecs = st.sampled_from(("utf-8", "gb18030", "big5", "utf-16", "latin-1"))
    written = st.tuples(text, codecs).map(lambda pair: pair[0].encode(pair[1], "ignore"))
    return st.one_of(written, written, written, st.binary(max_size=400), packed(written))


def packed(bodies: SearchStrategy[bytes]) -> SearchStrategy[bytes]:
    """Return bodies packed as servers pack them, some cut short."""
    import gzip

    return st.tuples(bodies, st.integers(0, 30)).map(lambda pair: gzip.compress(pair[0])[: -pair[1] or None])


def damaged(bodies: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Return copies of files with some bytes changed, taken out, doubled, or cut off."""
    return st.tuples(st.sampled_from(bodies), st.integers(0, 2**32), st.integers(1, 12)).map(
        lambda given: _damage(given[0], Random(given[1]), times=given[2])
    )


def _damage(body: bytes, chance: Random, *, times: int) -> bytes:
    for _ in range(times):
        body = changed(body, chance)
    return body


def changed(body: bytes, chance: Random) -> bytes:
    """Return a copy with one change."""
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 1, 2, 4, 16, 200)))
    match chance.randrange(6):
        case 0:
            return body[:start]
        case 1:
            return body[:start] + body[end:]
        case 2:
            return body[:end] + body[start:end] * chance.choice((1, 3, 40)) + body[end:]
        case 3:
            return body[:start] + chance.choice((b"\xff\xff\xff\xff", b"\0" * 4, b"\x7f", b"9" * 20)) + body[end:]
        case 4:
            other = chance.randrange(len(body) + 1)
            return body[:start] + body[other : other + end - start] + body[end:]
    return body[:start] + chance.randbytes(end - start) + body[end:]


def changed_text(text: str, chance: Random) -> str:
    """Return a copy of a text with one change, by characters."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((1, 1, 2, 4, 16)))
    match chance.randrange(4):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:end] + text[start:end] * chance.choice((1, 3, 60)) + text[end:]
        case 2:
            return text[:start] + chance.choice(ODD) + text[end:]
    other = chance.randrange(len(text) + 1)
    return text[:start] + text[other : other + end - start] + text[end:]
