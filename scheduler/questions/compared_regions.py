"""Put regions beside each other, count acts by region, track and year, and tell who was first with each track."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from crawler.text.regions import region
from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import chosen_acts, region_document
from scheduler.questions.comparison_documents import (
    ComparedRegion,
    DatedAct,
    FirstDocument,
    FollowingRegion,
    MatrixCell,
    MatrixDocument,
    NamedCount,
    QuotedValue,
    SupportMeasure,
    YearTargets,
)
from storage.archive import Archive
from storage.overview.announcements import ListedAnnouncement
from storage.overview.comparison import MatrixCount
from storage.search.query import Query, parse_query

FEWEST_REGIONS, MOST_REGIONS = 2, 5  # beside each other
MOST_READ_ACTS = 200  # of a region, the latest: their texts and facts are looked through
MOST_SHOWN = 6  # values in a cell
MOST_TRACKS = 12  # of the matrix, the most frequent
KIND_OF_UNIT = {
    "规模": ("亿元", "万亿元", "万元", "元", "亿"), "企业": ("家", "户"), "人才": ("人", "名", "万人"),
    "比例": ("%", "％", "个百分点"), "项目": ("项", "件", "款", "种"), "平台与园区": ("个", "处", "座", "条"),
}  # fmt: skip
OTHER_TARGETS = "其他"
# What governments support industries with, as their documents call it.
MEASURES = (
    "首台套", "先投后股", "揭榜挂帅", "应用场景", "算力券", "创新券", "产业基金", "贷款贴息", "税收优惠", "研发补助",
    "政府采购", "人才公寓", "概念验证", "中试平台", "先行先试", "用地保障",
)  # fmt: skip
SENTENCE = re.compile(r"[^。；\n]*[。；]?")


def compare_regions(archive: Archive, codes: Sequence[str], query: Query, *, today: date) -> tuple[ComparedRegion, ...]:
    """Return what the acts of regions say, in the order of their codes as given; a province has those of its cities.

    A filter of the query by region counts for nothing. Closing days are those from `today` on.
    """
    return tuple(_compared(archive, code, query, today) for code in dict.fromkeys(codes[:MOST_REGIONS]))


def region_codes(names: Iterable[str]) -> list[str]:
    """Return the codes of regions by names or codes, each once. Raises `QueryError` for one that means nothing."""
    named = [("region", name) for name in names]
    return list(parse_query("", vocabulary(), more=named).selection.values("region"))


def matrix(archive: Archive, query: Query) -> MatrixDocument:
    """Return the counts of the acts that a query chooses, and who was first with each track."""
    counts = archive.comparison.matrix(chosen_acts(archive, query))
    by_track, by_region = Counter[str](), Counter[str]()
    for one in counts:
        by_track[one.track] += one.count
        by_region[one.region] += one.count
    tracks = tuple(track for track, _ in by_track.most_common(MOST_TRACKS))
    shown = [one for one in counts if one.track in tracks]
    firsts = tuple(_first(track, [one for one in shown if one.track == track]) for track in tracks)
    pioneers = {(one.track, first.region.code, one.day[:4]) for one in firsts for first in one.first}
    return MatrixDocument(
        regions=tuple(region_document(region(code)) for code, _ in by_region.most_common()), tracks=tracks,
        years=tuple(sorted({one.year for one in shown})), firsts=firsts,
        cells=tuple(
            MatrixCell(
                region=one.region, track=one.track, year=one.year, count=one.count,
                is_first=(one.track, one.region, one.year) in pioneers,
            )
            for one in shown
        ),
    )  # fmt: skip


def _first(track: str, counts: Iterable[MatrixCount]) -> FirstDocument:
    """Return who was first with a track, and after how many days the others came."""
    earliest: dict[str, MatrixCount] = {}
    for one in sorted(counts, key=lambda one: (one.first_day, one.region)):
        earliest.setdefault(one.region, one)
    day = min(one.first_day for one in earliest.values())
    reached = [
        FollowingRegion(
            region=region_document(region(code)), day=one.first_day, act=one.first_id,
            days_later=(date.fromisoformat(one.first_day) - date.fromisoformat(day)).days,
        )
        for code, one in earliest.items()
    ]  # fmt: skip
    return FirstDocument(
        track=track, day=day, first=tuple(one for one in reached if not one.days_later),
        then=tuple(one for one in reached if one.days_later),
    )  # fmt: skip


def _compared(archive: Archive, code: str, query: Query, today: date) -> ComparedRegion:
    named = {**query.selection.named, "region": (code,)}
    chosen = chosen_acts(archive, replace(query, selection=replace(query.selection, named=named)))
    acts = archive.comparison.acts(chosen, limit=MOST_READ_ACTS)
    said: dict[str, list[tuple[QuotedValue, Sequence[Any]]]] = defaultdict(list)
    for act in acts:
        for kind, value, quote, *more in act["facts"]:
            said[kind].append((QuotedValue(value=value, quote=quote, act=act["id"], article=act["article"]), more))
    count = archive.overview.count(chosen) if len(acts) == MOST_READ_ACTS else len(acts)
    closing = {one.value: one for one, _ in said["deadline"] if one.value >= today.isoformat()}
    oldest = archive.overview.find(chosen, limit=1, offset=count - 1) if count else []
    return ComparedRegion(
        region=region_document(region(code)), acts=count, read=len(acts),
        first=next(map(_dated_of, oldest), None),
        latest=tuple(_dated(act) for act in acts[:3]),
        issuers=_counted(name for act in acts for name in act["issuers"]),
        tracks=_counted((name for act in acts for name in act["tracks"]), most=MOST_TRACKS),
        targets=tuple(goals_by_year(said["target"])), money=_each_once(one for one, _ in said["money"])[:MOST_SHOWN],
        measures=tuple(measures_in(acts))[:MOST_SHOWN],
        deadlines=tuple(closing[day] for day in sorted(closing))[:MOST_SHOWN],
    )  # fmt: skip


def _dated(act: Mapping[str, Any]) -> DatedAct:
    return DatedAct(**{name: act[name] for name in DatedAct.model_fields})


def _dated_of(one: ListedAnnouncement) -> DatedAct:
    return DatedAct(id=one.id, title=one.title, policy_title=one.policy_title, day=one.day, act=one.act)


def _counted(names: Iterable[str], *, most: int = MOST_SHOWN) -> tuple[NamedCount, ...]:
    return tuple(NamedCount(name=name, count=count) for name, count in Counter(names).most_common(most))


def _each_once(values: Iterable[QuotedValue]) -> tuple[QuotedValue, ...]:
    return tuple({one.value: one for one in values}.values())


def goals_by_year(said: Iterable[tuple[QuotedValue, Sequence[Any]]]) -> Iterator[YearTargets]:
    """Yield goals, given with their year, number and unit, by year, then by kind, the kinds in their order."""
    grouped: dict[tuple[int | None, str], list[QuotedValue]] = defaultdict(list)
    for one, (year, _, unit) in said:
        grouped[year, _kind_of(unit)].append(one)
    kinds = (*KIND_OF_UNIT, OTHER_TARGETS)
    for (year, kind), some in sorted(grouped.items(), key=lambda pair: (pair[0][0] or 9999, kinds.index(pair[0][1]))):
        yield YearTargets(year=year, kind=kind, targets=_each_once(some)[:MOST_SHOWN])


def _kind_of(unit: str | None) -> str:
    return next((kind for kind, units in KIND_OF_UNIT.items() if unit in units), OTHER_TARGETS)


def measures_in(acts: Sequence[Mapping[str, Any]]) -> Iterator[SupportMeasure]:
    """Yield the means of support that texts name, the most frequent first. Acts have `id`, `article` and `text`."""
    found: dict[str, list[Mapping[str, Any]]] = {
        word: [act for act in acts if word in act["text"]] for word in MEASURES
    }
    for word, naming in sorted(found.items(), key=lambda pair: -len(pair[1])):
        if naming:
            latest = naming[0]
            quoted = QuotedValue(
                value=word, quote=_sentence(latest["text"], word), act=latest["id"], article=latest["article"]
            )
            yield SupportMeasure(name=word, count=len(naming), latest=quoted)


def _sentence(text: str, word: str) -> str:
    at = text.index(word)
    start = max(text.rfind(mark, 0, at) for mark in "。；\n") + 1
    match = SENTENCE.match(text, start)
    return match[0].strip() if match else word
