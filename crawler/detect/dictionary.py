"""jieba's dictionary, kept as the text that it is. No I/O.

jieba makes a table of every word and every beginning of one, half a million strings: right for whole texts. Here only
the surroundings of hits are divided, so a look-up may take longer. The lines stay as they are, sorted, in blocks of
which the first line is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

BLOCK_LINES = 64  # lines: the first lines of all blocks are 0.3 MB, and bytes.find goes through a block in 0.1 µs
FREQUENCY = re.compile(rb" (\d+)")


class Dictionary:
    """The words of a dictionary with their frequency and part of speech.

    It stands in for the table `FREQ` of a `jieba.Tokenizer`: words and all that words begin with are in it, and what is
    no word has the frequency 0.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Take lines of `word frequency part-of-speech` in UTF-8, each with its end, and each word once."""
        ordered = sorted(lines)  # jieba's file is nearly sorted: 0.1 s
        self._blocks = [b"\n" + b"".join(ordered[at : at + BLOCK_LINES]) for at in range(0, len(ordered), BLOCK_LINES)]
        del ordered  # before the heads are made: among these lines they would hold 20 MB of memory together
        self._heads = [block[1 : block.index(b"\n", 1)] for block in self._blocks]
        self.total = sum(int(found[1]) for block in self._blocks for found in FREQUENCY.finditer(block))

    def __contains__(self, beginning: str) -> bool:
        return self._line(beginning.encode()) is not None

    def __getitem__(self, word: str) -> int:
        return self.get(word, 0)

    def get(self, word: str, default: int = 0) -> int:
        """Return the frequency of a word, the default for what is none."""
        line = self._line(word.encode() + b" ")
        return default if line is None else int(line.split()[1])

    def kind(self, word: str) -> str | None:
        """Return the part of speech of a word: n a noun, v a verb, nr a person; None for what is no word."""
        line = self._line(word.encode() + b" ")
        return None if line is None else line.split()[2].decode()

    def _line(self, beginning: bytes) -> bytes | None:
        """Return the first line that begins so."""
        at = bisect_left(self._heads, beginning)
        if at and (start := self._blocks[at - 1].find(b"\n" + beginning) + 1):
            block = self._blocks[at - 1]
            return block[start : block.index(b"\n", start)]
        if at < len(self._heads) and self._heads[at].startswith(beginning):
            return self._heads[at]
        return None
