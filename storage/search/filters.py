"""Define the filters of the query language, one row each: adding a filter is adding a row. Pure.

Filters by facts have their row in `storage/fact_kinds.py`.
Everything that knows filters reads them here: the query language, the options of commands, the terms of the search
index, the SQL over articles and over announcements, the facets. Days and scores are ranges, see `RANGE_FILTERS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.fact_kinds import FactMatch, fact_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterColumn:
    """Where SQL finds a filter's value, and the condition around the comparison; {} stands for the comparison."""

    value: str
    within: str = "({})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter by named values. Several values of one filter mean any of them.

    `key` is how addresses, options and the query language write it; `chinese` are its other names, the first is shown.
    `help` explains the option of a command. `article` reads `articles AS a` and `assessments AS s`, `announcement`
    reads `announcements AS n`. `is_fact`: the values are facts of the kind `key`; else each article has one. `names`
    are all values with their Chinese names; empty where a `Vocabulary` knows them. `former` are Chinese names that
    saved searches still have, with their values.
    """

    key: str
    chinese: tuple[str, ...]
    help: str
    article: FilterColumn
    announcement: FilterColumn
    match: FactMatch = "equal"
    is_fact: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)

    def condition(self, column: FilterColumn, values: Sequence[str]) -> str:
        """Return the SQL condition that a column has one of these values, which `parameters` gives."""
        names = [f":{self.key}{n}" for n in range(len(values))]
        if self.match == "equal":
            return column.within.format(f"{column.value} IN ({', '.join(names)})")
        compared = "{} GLOB {}" if self.match == "region" else "instr({}, {})"
        return column.within.format(" OR ".join(compared.format(column.value, name) for name in names))

    def parameters(self, values: Sequence[str]) -> dict[str, Any]:
        """Return the values that `condition` names."""
        said = [f"{prefix_of(value)}*" for value in values] if self.match == "region" else values
        return {f"{self.key}{n}": value for n, value in enumerate(said)}


def prefix_of(code: str) -> str:
    """Return the digits that a region's code shares with the codes of what lies in it."""
    return code if code == "000000" else code.removesuffix("00").removesuffix("00")


def _fact(kind: str, of: str, value: str = "f.value") -> FilterColumn:
    facts = f"FROM facts AS f WHERE f.kind = '{kind}' AND f.article_id = {of}"
    return FilterColumn(value=value, within=f"EXISTS (SELECT 1 {facts} AND ({{}}))")


def _of_facts() -> Iterator[Filter]:
    """Yield the filters by facts; of an announcement without a column for them its leading article tells."""
    searched = [(row.search.rank, row.kind, row.search) for row in fact_kinds().values() if row.search]
    for _, kind, search in sorted(searched, key=lambda row: row[:2]):
        yield Filter(
            key=kind, chinese=search.chinese, help=search.help, match=search.match, is_fact=True,
            names={value: value for value in search.values},
            # A plus keeps the planner from looking all facts of that value through for each article.
            article=_fact(kind, "a.id", "+f.value"),
            announcement=OF_ANNOUNCEMENTS.get(kind) or _fact(kind, "n.lead_article_id"),
        )  # fmt: skip


def _standing_verdict(of: str) -> str:
    """Return SQL for the verdict that stands; `of` joins it to its article or announcement."""
    return f"""coalesce((SELECT v.verdict FROM verdicts AS v WHERE {of} AND v.undone_at IS NULL
                     ORDER BY v.id DESC LIMIT 1), 'new')"""  # noqa: S608  fixed text


OF_ANNOUNCEMENTS = {
    "region": FilterColumn(value="n.region"),
    "issuer": FilterColumn(value="n.issuers"),
    "act": FilterColumn(value="n.act"),
    "instrument": FilterColumn(value="n.instrument"),
    "track": FilterColumn(value="value", within="EXISTS (SELECT 1 FROM json_each(n.tracks) WHERE {})"),
}
VERDICT_STATE_SQL = _standing_verdict("v.article_id = a.id")
FILTERS = {
    row.key: row
    for row in (
        *_of_facts(),
        Filter(
            key="source", chinese=("来源",), help="A source's id.", article=FilterColumn(value="a.source"),
            announcement=FilterColumn(
                value="a.source",
                within="n.id IN (SELECT m.announcement_id FROM mentions AS m JOIN articles AS a ON a.id = m.article_id"
                " WHERE {})",
            ),
        ),
        Filter(
            key="state", chinese=("状态",), help="Of the review: new, confirmed, rejected or watch.",
            article=FilterColumn(value=VERDICT_STATE_SQL),
            announcement=FilterColumn(value=_standing_verdict("v.announcement_id = n.id")),
            names={"new": "待判定", "confirmed": "确认", "rejected": "误报", "watch": "关注"},
            former={"待审": "new"},
        ),
        Filter(
            key="label", chinese=("类别", "标签"), help="announcement, related or irrelevant.",
            article=FilterColumn(value="s.label"),
            announcement=FilterColumn(value="(SELECT label FROM assessments WHERE article_id = n.lead_article_id)"),
            names={"announcement": "政策", "related": "相关", "irrelevant": "无关"},
        ),
    )
}  # fmt: skip
# Ranges: their Chinese names, and the help of the option. Each may be given once.
RANGE_FILTERS = {
    "date": (("日期",), "Published on a day, in a month or year, or between two: '2026-01..2026-03'."),
    "since": (("起", "自"), "Published since this day, month or year."),
    "until": (("止", "至"), "Published up to this day, month or year."),
    "score": (("得分", "分数"), "'>=60', '<=80' or '60..80'."),
}
CHINESE_KEYS = {key: row.chinese for key, row in FILTERS.items()} | {
    key: names for key, (names, _) in RANGE_FILTERS.items()
}
