"""Read what a page is asked to show: the fields of its form and its `q` in the filter language, as one choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from crawler.text.regions import province_of, region
from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import chosen_acts
from scheduler.review.page_request import PageRequest
from scheduler.review.tiles import name_of
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.records import BEIJING, Region
from storage.search.filters import CHINESE_KEYS, FILTERS
from storage.search.query import Query, QueryError, parse_query


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoice:
    """The filter that a form asks for. `fields` are the filled ones; `problem` says what is unreadable, else empty.

    `tags` are reviewers' tags that all have to be there, in the field with commas between them.
    """

    query: Query
    fields: Mapping[str, str]
    tags: Sequence[str] = ()
    problem: str = ""

    def value(self, name: str) -> str:
        """Return a field of the form, an empty string where it was left empty."""
        return self.fields.get(name, "")

    @property
    def region(self) -> str:
        """The code of the region that is asked for, empty for none; of several the first."""
        return next(iter(self.query.selection.values("region")), "")

    def chosen(self, archive: Archive) -> Chosen:
        """Return it as conditions over the announcements of an archive."""
        return chosen_acts(archive, self.query, tags=self.tags)

    @property
    def text(self) -> str:
        """It as one text in the filter language, as the search of articles takes it; a tag has no word there."""
        filters = (f'{key}:"{self.fields[key]}"' for key in CHINESE_KEYS if key in self.fields)
        return " ".join((self.value("q"), *filters)).strip()

    def without(self, name: str) -> FilterChoice:
        """Return it without a field, which is a filter's."""
        fields = {key: value for key, value in self.fields.items() if key != name}
        selection = self.query.selection
        named = {key: values for key, values in selection.named.items() if key != name}
        return replace(self, query=replace(self.query, selection=replace(selection, named=named)), fields=fields)

    def link(self, path: str = "/announcements", **changed: str | None) -> str:
        """Return the address of a page with this choice, changed; None takes a field out."""
        fields = {name: value for name, value in {**self.fields, **changed}.items() if value}
        return f"{path}?{urlencode(fields)}" if fields else path


def choice_of(visit: PageRequest) -> FilterChoice:
    """Return what a request asks for."""
    fields = {name: visit.asked(name) for name in ("q", "tag", *CHINESE_KEYS) if visit.asked(name)}
    try:
        query = parse_query(fields.get("q", ""), vocabulary(), more=_filters(fields))
    except QueryError as error:
        return FilterChoice(query=Query(), fields=fields, problem=error.in_chinese)
    return FilterChoice(query=query, fields=fields, tags=tags_in(fields.get("tag", "")))


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags of a field, which stand between commas, each once."""
    return tuple(dict.fromkeys(filter(None, (tag.strip() for tag in text.split(",")))))


def form_values(archive: Archive, now: datetime) -> dict[str, Any]:
    """Return what the form offers to choose from, and how it names the regions that were chosen.

    `periods` are the days that periods up to now begin on, by what they are called.
    """
    today = now.astimezone(BEIJING).date()
    periods = {
        "近 30 天": today - timedelta(days=30), "近 12 个月": today - timedelta(days=365),
        "今年": today.replace(month=1, day=1),
    }  # fmt: skip
    return {
        "regions": region_groups(archive.overview.names("region")),
        "acts": tuple(FILTERS["act"].names), "tracks": archive.overview.names("tracks"), "name_of": name_of,
        "periods": {name: day.isoformat() for name, day in periods.items()},
    }  # fmt: skip


def region_groups(codes: Iterable[str]) -> Mapping[str, Sequence[Region]]:
    """Return regions in the order of their codes, under the names of their provinces; each province is one itself."""
    grouped: dict[str, list[Region]] = {}
    known = {found for code in codes for found in (code, province_of(region(code)).code)}
    for one in map(region, sorted(known)):
        grouped.setdefault(province_of(one).name, []).append(one)
    return grouped


def _filters(fields: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    given = [(key, fields[key]) for key in CHINESE_KEYS if key in fields]
    return [(key, one) for key, value in given for one in (value.split(",") if key == "state" else [value])]
