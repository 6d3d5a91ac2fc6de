"""来源: how every source is, how fast it is read, what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from datasette.utils.asgi import Response

from crawler.sources import Source
from crawler.text.regions import region
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.strip import Strip, strip_of
from storage.archive import Archive
from storage.overview.sources import SourceHealth
from storage.records import Incident

State = Literal["trouble", "never", "well", "off"]
STATES: Mapping[State, str] = {"trouble": "有故障", "never": "未访问", "well": "正常", "off": "已停用"}
SHOWN_INCIDENTS = 30  # shown, the open ones and the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as a row. `declared` is None when it is in the archive only: nothing watches it any more."""

    health: SourceHealth
    declared: Source | None
    strip: Strip

    @property
    def place(self) -> str:
        """The name of its region."""
        return region(self.health.region).name

    @property
    def tags(self) -> Sequence[str]:
        """The operator's words for it."""
        return self.declared.tags if self.declared else ()

    @property
    def state(self) -> State:
        """How it is, in one word."""
        if self.declared is None or not self.declared.enabled:
            return "off"
        if self.health.last is None:
            return "never"
        return "trouble" if self.health.failures else "well"


async def sources(visit: PageRequest) -> Response:
    """Show all sources, those in trouble first."""
    found, incidents = await visit.read(lambda archive: _all(archive, visit.now))
    rows = _rows(found, visit)
    wanted, kind, tag = visit.asked("state"), visit.asked("kind"), visit.asked("tag")
    shown = [
        row for row in rows
        if (row.state == wanted if wanted else row.state != "off")
        and kind in {"", row.health.kind} and (not tag or tag in row.tags)
    ]  # fmt: skip
    return visit.html(
        "sources.html", rows=shown, counts=Counter(row.state for row in rows), STATES=STATES, incidents=incidents,
        chosen={"state": wanted, "kind": kind, "tag": tag}, tags=Counter(one for row in rows for one in row.tags),
    )  # fmt: skip


async def source(visit: PageRequest) -> Response:
    """Show one source with its runs."""
    id = visit.names["id"]
    declared = {one.id: one for one in visit.settings.watched}.get(id)

    def read(archive: Archive) -> dict[str, Any]:
        try:
            health = archive.source_overview.of(id, now=visit.now)
        except KeyError as error:
            if declared is None:
                raise PageError(404, "没有这个来源") from error
            health = unvisited(declared)
        return {
            "row": SourceRow(health=health, declared=declared, strip=strip_of(health.strip)),
            "state": archive.runs.state(id), "check": archive.checks.of(id),
            "incidents": [
                archive.incidents.get(one) for one in archive.source_overview.incidents(id, limit=SHOWN_INCIDENTS)
            ],
        }  # fmt: skip

    return visit.html("source.html", STATES=STATES, **await visit.read(read))


async def acknowledge(visit: PageRequest) -> Response:
    """Note that somebody has seen an incident."""
    number = visit.number("id")
    try:
        await visit.write(lambda archive: archive.incidents.acknowledge(number, who=visit.who, now=visit.now))
    except KeyError as error:
        raise PageError(404, "没有这个故障") from error
    return visit.back("/sources", say="已记下：你看到了这个故障，恢复之前不再提醒。")


def unvisited(declared: Source) -> SourceHealth:
    """Return how a source is that the archive does not know yet."""
    return SourceHealth(
        id=declared.id, name=declared.name, region=declared.region, level=declared.level, kind=declared.kind,
        first_crawled_at=None, newest=None, newest_seen_at=None, last_healthy_at=None, strip=(), failures=0,
        found=None, fetched=None, sent=None, liars=(),
    )  # fmt: skip


def _all(archive: Archive, now: datetime) -> tuple[list[SourceHealth], list[Incident]]:
    return archive.source_overview.all(now=now), archive.incidents.list(only_open=True)


def _rows(found: Sequence[SourceHealth], visit: PageRequest) -> list[SourceRow]:
    """Return the archive's sources and the declared ones that it does not know; troubled ones first."""
    declared = {one.id: one for one in visit.settings.watched}
    known = {health.id for health in found}
    every = [*found, *(unvisited(one) for id, one in declared.items() if id not in known)]
    rows = [SourceRow(health=one, declared=declared.get(one.id), strip=strip_of(one.strip)) for one in every]
    order = list(STATES)
    return sorted(rows, key=lambda row: (order.index(row.state), -row.health.failures, row.health.region))


ROUTES = (
    Route(pattern="/sources", handler=sources),
    Route(pattern=r"/sources/(?P<id>[a-z0-9][a-z0-9-]*)", handler=source),
    Route(pattern=r"/incidents/(?P<id>\d+)/acknowledge", handler=acknowledge, method="POST"),
)
