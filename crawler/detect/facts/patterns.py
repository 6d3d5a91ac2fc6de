"""Write long word lists and alternations readably. No I/O."""

from __future__ import annotations


def words(*rows: str) -> tuple[str, ...]:
    """Return the words of the rows; spaces separate them."""
    return tuple(word for row in rows for word in row.split())


def either(*rows: str) -> str:
    """Return a group that matches any of the words in the rows; words may be patterns, without spaces."""
    return f"(?:{'|'.join(words(*rows))})"
