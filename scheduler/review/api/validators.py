"""Answer "not modified" where a program has what is served: ETag and Last-Modified (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime


class ServedContents:
    """Remembers what was served last at each address, and since when.

    An entry that was taken back makes a feed another without any entry being newer, so the time is that of the first
    answer with a content, not that of the newest entry.
    """

    def __init__(self) -> None:
        self._served: dict[str, tuple[str, datetime]] = {}

    def headers(self, address: str, content: bytes, *, now: datetime) -> dict[str, str]:
        """Return the validators of a content that is served at an address."""
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        before, since = self._served.get(address, ("", None))
        if before != tag or since is None:
            earliest = since + timedelta(seconds=1) if since else now  # a time of HTTP has no fractions
            since = max(now.replace(microsecond=0), earliest)
            self._served[address] = (tag, since)
        return {"ETag": tag, "Last-Modified": format_datetime(since, usegmt=True), "Cache-Control": "private, no-cache"}


def is_unmodified(asked: Mapping[str, str], validators: Mapping[str, str]) -> bool:
    """Return whether who asks has this content; the tag decides where both are given."""
    tags = asked.get("if-none-match")
    if tags is not None:
        named = {one.strip().removeprefix("W/") for one in tags.split(",")}
        return "*" in named or validators["ETag"] in named
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
        return since >= parsedate_to_datetime(validators["Last-Modified"])
    except (ValueError, TypeError):
        return False
