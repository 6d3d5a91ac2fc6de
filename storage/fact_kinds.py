"""The table of fact kinds, one row each: what an article can establish, and where people meet it.

`establish` in `crawler/detect/facts/__init__.py` asks the readers of these kinds.
Packages of others add kinds through the entry points `futurewatch.facts`, each naming a `FactReader` of
`crawler.detect.facts.reader`; see docs/plugins.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from storage.plugins import plugins_of
from storage.records import Act

ENTRY_POINTS = "futurewatch.facts"
FactMatch = Literal["equal", "region", "part"]  # the same value; a region or what lies in it; a part of the value


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSearch:
    """How articles are searched by facts of a kind: the filter's Chinese names, the first is shown, and its help.

    `values` are all that there are, empty where that is open. Filters stand in the order of `rank`.
    """

    chinese: tuple[str, ...]
    help: str
    match: FactMatch = "equal"
    values: tuple[str, ...] = ()
    rank: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """A kind of facts; `zh` is what people call it.

    With `alerts` an edit that changes its values is told to those who know the announcement. With `completes` it is
    read from the attachment where the text has none. `search` is None where nobody searches by it.
    """

    kind: str
    zh: str
    alerts: bool = False
    completes: bool = False
    search: FactSearch | None = None


# In the order in which an analyst asks: who, what, where, when, how much.
SHIPPED = (
    FactSpec(
        kind="issuer", zh="发文机关", alerts=True,
        search=FactSearch(
            chinese=("发文机关", "机关", "单位"), help="A part of the issuer's name.", match="part", rank=2,
        ),
    ),
    FactSpec(kind="policy_title", zh="文件", alerts=True),
    FactSpec(kind="document_number", zh="发文字号", alerts=True),
    FactSpec(
        kind="instrument", zh="文种", alerts=True,
        search=FactSearch(chinese=("文种",), help="The document noun: 行动计划, 意见, …", rank=4),
    ),
    FactSpec(
        kind="act", zh="发布环节", alerts=True,
        search=FactSearch(
            chinese=("发布环节", "环节", "事项", "动作"), help="印发, 征求意见, 解读, …", values=get_args(Act), rank=3,
        ),
    ),
    FactSpec(
        kind="region", zh="地区", alerts=True,
        search=FactSearch(
            chinese=("地区", "区域", "省份"), help="Name or GB/T 2260 code; a province stands for its cities too.",
            match="region", rank=1,
        ),
    ),
    FactSpec(kind="document_date", zh="成文日期", completes=True),
    FactSpec(
        kind="track", zh="赛道", alerts=True, completes=True,
        search=FactSearch(chinese=("赛道", "产业"), help="未来能源, 脑机接口, …", rank=5),
    ),
    FactSpec(kind="target", zh="目标", alerts=True, completes=True),
    FactSpec(kind="money", zh="资金", alerts=True, completes=True),
    FactSpec(kind="deadline", zh="期限", alerts=True, completes=True),
    FactSpec(kind="cited_title", zh="引用文件"),
    FactSpec(kind="index_number", zh="索引号"),
)  # fmt: skip


@cache
def added_readers() -> tuple[Any, ...]:
    """Return the readers of others; a shipped kind cannot be taken, nor one kind twice."""
    readers: dict[str, Any] = {}
    for reader in plugins_of(ENTRY_POINTS):
        readers.setdefault(reader.spec.kind, reader)
    return tuple(reader for kind, reader in readers.items() if kind not in {row.kind for row in SHIPPED})


@cache
def fact_kinds() -> Mapping[str, FactSpec]:
    """Return every kind of facts by its name."""
    return {row.kind: row for row in (*SHIPPED, *(reader.spec for reader in added_readers()))}
