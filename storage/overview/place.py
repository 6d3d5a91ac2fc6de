"""Find the place of an announcement in a list: its number, and the ones before and after it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Database
from storage.overview.announcements import GROUPS, ORDERS, ListGroup, ListOrder
from storage.overview.selected import Chosen

PLACE_SQL = """
WITH sized AS (SELECT n.*{size} FROM announcements AS n WHERE ({where}) OR n.id = :placed_id),
listed AS (SELECT n.id, row_number() OVER by_order AS number, count(*) OVER () AS total,
                  lag(n.id) OVER by_order AS before, lead(n.id) OVER by_order AS after
           FROM sized AS n WINDOW by_order AS (ORDER BY {order}))
SELECT number, total, before, after,
       (SELECT later.id FROM listed AS later
        WHERE later.number > listed.number AND NOT EXISTS (
            SELECT 1 FROM verdicts AS v WHERE v.announcement_id = later.id AND v.undone_at IS NULL)
        ORDER BY later.number LIMIT 1) AS next_waiting,
       EXISTS (SELECT 1 FROM announcements AS n WHERE n.id = :placed_id AND {where}) AS is_listed
FROM listed WHERE id = :placed_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """The place of an announcement in a list; `number` counts from 1. The others are ids, None at the list's ends.

    `is_listed` is False when a verdict has taken it out of the list since: then it keeps the place that it had.
    """

    number: int
    total: int
    before: int | None
    after: int | None
    next_waiting: int | None
    is_listed: bool


def place_of(
    db: Database, id: int, chosen: Chosen, *, order: ListOrder, group: ListGroup | None = None
) -> ListPlace | None:
    """Return the place of an announcement among the chosen ones, None when there is none of its id."""
    by = GROUPS[group] if group else ""
    asked = PLACE_SQL.format(
        where=chosen.where, order=f"size DESC, {by}, {ORDERS[order]}" if by else ORDERS[order],
        size=f", count(*) OVER (PARTITION BY {by}) AS size" if by else "",
    )  # fmt: skip
    row = next(iter(db.query(asked, chosen.values | {"placed_id": id})), None)
    return ListPlace(**{**row, "is_listed": bool(row["is_listed"])}) if row else None
