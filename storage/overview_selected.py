"""Which announcements are meant: a selection of articles, read as one of announcements. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# The day in China of publication, or of first sight where that is unknown. SQLite takes a day alone for its midnight.
DAY = "date(coalesce(n.first_published_at, n.first_seen_at), '+8 hours')"
LIVE = "n.merged_into IS NULL AND n.id NOT IN (SELECT announcement_id FROM rejections)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """SQL conditions over `announcements AS n` with the values they name. As it is: all that stand."""

    clauses: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The conditions as one."""
        return " AND ".join((LIVE, *self.clauses))


def seen_between(since: str, until: str, *, is_new: bool) -> Chosen:
    """Return what was first seen from one moment to before another, or (not new) was known before and changed then.

    Moments as the archive writes them. Old acts under a new date (`held_back`) are neither.
    """
    seen = "n.first_seen_at >= :since AND n.first_seen_at < :until"
    changed = "n.first_seen_at < :since AND n.version > 1 AND n.updated_at >= :since AND n.updated_at < :until"
    clauses = ("n.held_back IS NULL", seen if is_new else changed)
    return Chosen(clauses=clauses, values={"since": since, "until": until})
