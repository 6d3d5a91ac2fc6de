"""Write long word lists and alternations readably. No I/O."""

from __future__ import annotations


def words(*rows: str) -> tuple[str, ...]:
    """Return the words of the rows; spaces separate them."""
    return tuple(word for row in rows for word in row.split())


def either(*rows: str) -> str:
    """Return a group that matches any of the words in the rows; words may be patterns, without spaces."""
    return f"(?:{'|'.join(words(*rows))})"


def either_begun(*rows: str) -> str:
    """Return the same group behind a look at the next character, for words that begin with characters or a class.

    Where they begin so, a search stops at one character in twenty, and tries a hundred words there only.
    """
    first = (word[1 : word.index("]")] if word[0] == "[" else word[0] for word in words(*rows))
    return f"(?=[{''.join(dict.fromkeys(first))}]){either(*rows)}"
