"""Count the alerts that a saved search would have sent of late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.connection import text_of
from storage.overview.selected import seen_between
from storage.records import BEIJING
from storage.search.query import Query

FORECAST_DAYS = 30
MOST_LOOKED_AT = 1000  # announcements, the newest: the texts of their articles are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The alerts that a search would have sent in the last `days` days: how many, and on how many days in China.

    `days` is `FORECAST_DAYS`, or fewer where the newest `MOST_LOOKED_AT` announcements came in fewer.
    """

    days: int
    alerts: int
    alert_days: int


def forecast(archive: Archive, query: Query, *, now: datetime) -> Forecast:
    """Return what a search would have sent: one alert for each new announcement that it finds as the routing does.

    Announcements that were taken back later count, since they had been sent; old acts under a new date do not. Updates
    of announcements are left out: an endpoint gets them for what it was told of.
    """
    since, until = (text_of(moment) or "" for moment in (now - timedelta(days=FORECAST_DAYS), now))
    chosen = replace(seen_between(since, until, is_new=True), with_rejected=True)
    seen = archive.overview.find(chosen, limit=MOST_LOOKED_AT, order="seen")
    found = set(archive.search.announcements_among(query, [one.id for one in seen]))
    days = {one.first_seen_at.astimezone(BEIJING).date() for one in seen if one.id in found}
    is_cut = len(seen) == MOST_LOOKED_AT
    return Forecast(
        days=max(1, (now - seen[-1].first_seen_at).days) if is_cut else FORECAST_DAYS,
        alerts=len(found), alert_days=len(days),
    )  # fmt: skip
