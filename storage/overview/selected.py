"""Turn a query for articles into a selection of announcements. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.search.filters import FILTERS
from storage.search.query import Query
from storage.search.selection import Selection

# The day in China of publication, or of first sight where that is unknown. SQLite takes a day alone for its midnight.
DAY_SQL = "date(coalesce(n.first_published_at, n.first_seen_at), '+8 hours')"
# What a policy is called: its own name, the page's title where it has none.
POLICY_TITLE_SQL = "coalesce(json_extract(n.policy_titles, '$[0]'), n.title)"
UNMERGED_SQL = "n.merged_into IS NULL"
LIVE_SQL = f"{UNMERGED_SQL} AND n.id NOT IN (SELECT announcement_id FROM rejections)"  # noqa: S608  fixed text
HELD_SQL = """(n.id IN (SELECT announcement_id FROM mentions
                         WHERE article_id IN (SELECT value FROM json_each(:articles)))
             OR n.id IN (SELECT value FROM json_each(:noted)))"""
TAGGED_SQL = """n.id IN (SELECT announcement_id FROM tags WHERE tag IN (SELECT value FROM json_each(:tags))
                     GROUP BY announcement_id HAVING count(*) = :number_of_tags)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """SQL conditions over `announcements AS n` with the values they name. As it is: all that stand.

    Rejected ones count only where they are asked for, merged ones never.
    """

    clauses: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    with_rejected: bool = False

    @property
    def where(self) -> str:
        """The conditions as one."""
        return " AND ".join((UNMERGED_SQL if self.with_rejected else LIVE_SQL, *self.clauses))

    def within(self, others: Chosen) -> Chosen:
        """Return what both choose; rejected ones where either asks for them. Their values have different names."""
        return Chosen(
            clauses=(*self.clauses, *others.clauses), values=self.values | others.values,
            with_rejected=self.with_rejected or others.with_rejected,
        )  # fmt: skip


def chosen_by(
    query: Query, *, articles: Sequence[int] = (), noted: Sequence[int] = (), tags: Sequence[str] = ()
) -> Chosen:
    """Return what a query chooses among announcements; of reviewers' tags they have all that are named.

    `articles` are those that hold its words; an announcement is chosen for one of them. `noted` are announcements
    that are chosen for their notes.
    """
    selection = query.selection
    named = [FILTERS[key].condition(FILTERS[key].announcement, values) for key, values in selection.given()]
    clauses, values = [*named, *_ranges(selection)], _values(selection)
    if query.wanted is not None:
        clauses.append(HELD_SQL)
        values |= {"articles": json.dumps(list(articles)), "noted": json.dumps(list(noted))}
    if tags:
        clauses.append(TAGGED_SQL)
        values |= {"tags": json.dumps(list(dict.fromkeys(tags))), "number_of_tags": len(set(tags))}
    return Chosen(clauses=tuple(clauses), values=values, with_rejected="rejected" in selection.values("state"))


def chosen_after(chosen: Chosen, row: tuple[str, int]) -> Chosen:
    """Return what follows a row of a list, which is given by its day and id: older days, and lower ids of its day."""
    clause = f"({DAY_SQL} < :after_day OR ({DAY_SQL} = :after_day AND n.id < :after_id))"
    values = chosen.values | {"after_day": row[0], "after_id": row[1]}
    return Chosen(clauses=(*chosen.clauses, clause), values=values, with_rejected=chosen.with_rejected)


def seen_between(since: str, until: str, *, is_new: bool) -> Chosen:
    """Return what was first seen from one moment to before another, or (not new) was known before and changed then.

    Moments as the archive writes them. Old acts under a new date (`held_back`) are neither.
    """
    seen = "n.first_seen_at >= :seen_since AND n.first_seen_at < :seen_until"
    changed = """n.first_seen_at < :seen_since AND n.version > 1
                 AND n.updated_at >= :seen_since AND n.updated_at < :seen_until"""
    clauses = ("n.held_back IS NULL", seen if is_new else changed)
    return Chosen(clauses=clauses, values={"seen_since": since, "seen_until": until})


def among(ids: Sequence[int]) -> Chosen:
    """Return the announcements of these ids, rejected ones too."""
    values = {"among": json.dumps(list(ids))}
    return Chosen(clauses=("n.id IN (SELECT value FROM json_each(:among))",), values=values, with_rejected=True)


def _ranges(selection: Selection) -> Iterator[str]:
    if selection.since:
        yield f"{DAY_SQL} >= :since"
    if selection.until:
        yield f"{DAY_SQL} <= :until"
    if selection.min_score is not None:
        yield "n.score >= :min_score"
    if selection.max_score is not None:
        yield "n.score <= :max_score"


def _values(selection: Selection) -> dict[str, Any]:
    named = selection.parameters()
    return {name: value for name, value in named.items() if value is not None} | {
        name: value for name in ("since", "until") if (value := getattr(selection, name))
    }
