"""Write and read cursors: opaque to programs, and the key of the last row to us. Pure."""

from __future__ import annotations

import base64
import binascii
import json

MOST_LISTED_ROWS = 100  # of one part of a list
LISTED_ROWS = 50  # where nothing is said


class CursorError(ValueError):
    """A text that is no cursor of this list."""


def cursor_of(*key: int | str) -> str:
    """Return the cursor behind a row."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def number_in(cursor: str | None) -> int | None:
    """Return the number that a cursor holds, None for the beginning of a list. Raises `CursorError`."""
    if cursor is None:
        return None
    (number,) = _key(cursor, int)
    return int(number)


def day_and_number_in(cursor: str | None) -> tuple[str, int] | None:
    """Return the day and number that a cursor holds, None for the beginning of a list. Raises `CursorError`."""
    if cursor is None:
        return None
    day, number = _key(cursor, str, int)
    return str(day), int(number)


def _key(cursor: str, *types: type) -> list[int | str]:
    try:
        key: list[int | str] = json.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        )
    except (ValueError, binascii.Error, RecursionError) as error:
        raise CursorError("this is no cursor that a list gave") from error
    is_ours = isinstance(key, list) and len(key) == len(types)
    if not is_ours or not all(type(one) is of for one, of in zip(key, types, strict=True)):
        raise CursorError("this is no cursor of this list")
    if any(isinstance(one, int) and not 0 <= one < 2**63 for one in key):
        raise CursorError("this is no cursor of this list")
    return key
