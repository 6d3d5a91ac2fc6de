"""How long a source may be silent: measured in working time, learned from its own gaps, never broken in a holiday."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from builders import run_of
from crawler.listing.compare import compare
from crawler.sources import Source
from crawler.spiders.polling import judge
from scheduler.china_time.workdays import is_workday
from scheduler.china_time.worktime import day_worth, is_closed, working_days
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.health.silence import SilenceLimit, gaps_of, is_silent, learn
from scheduler.health.watch import look
from storage.archive import Archive
from storage.records import BEIJING, Link

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BEIJING).astimezone(UTC)


def daily(first: date, days: int, random_: random.Random, *, chance: float = 1.0, several: int = 1) -> list[datetime]:
    """Return publications on workdays, between 9 and 17 o'clock."""
    found = []
    for number in range(days):
        day = first + DAY * number
        if is_workday(day) and random_.random() < chance:
            found += [at(day, random_.randrange(9, 17), random_.randrange(60)) for _ in range(several)]
    return sorted(found)


# working time


def test_workday_is_one_and_a_weekend_little() -> None:
    """From noon to noon a workday passes; a weekend adds a fifth of a day."""
    assert working_days(at(date(2026, 3, 10), 12), at(date(2026, 3, 11), 12)) == pytest.approx(1.0)
    assert working_days(at(date(2026, 3, 13), 12), at(date(2026, 3, 16), 12)) == pytest.approx(1.2)
    assert working_days(at(date(2026, 3, 11)), at(date(2026, 3, 10))) == 0


def test_holidays_stand_still_and_worked_weekends_count() -> None:
    """春节 2026 (15 to 23 February) is no time at all; the Saturday before it is worked."""
    assert working_days(at(date(2026, 2, 15), 0), at(date(2026, 2, 24), 0)) == 0
    assert is_closed(at(date(2026, 2, 18)))
    assert day_worth(date(2026, 2, 14)) > 0.25
    assert day_worth(date(2026, 2, 24)) == 0.5  # back at work, few publish
    assert day_worth(date(2026, 3, 4)) == 1.0


def test_year_without_a_notice_is_careful_around_its_holidays() -> None:
    """Where it is not known which days are off, the weeks around a lawful holiday hardly count."""
    assert day_worth(date(2035, 10, 9)) == 0.25  # 国庆 by law ends on the third, in practice on the seventh
    assert day_worth(date(2035, 11, 14)) == 1.0


# the model


def test_regular_source_is_missed_within_two_of_its_longest_gaps() -> None:
    """A source that publishes each workday, early or late, is missed when two of its longest gaps have passed."""
    gaps = gaps_of(daily(date(2025, 1, 6), 200, random.Random(1)))
    rhythm = learn(gaps, kind="government", level="province")
    assert max(gaps) < rhythm.limit <= 2 * max(gaps)
    assert rhythm.limit < 2 * rhythm.usual


def test_irregular_source_gets_the_time_that_its_own_gaps_ask_for() -> None:
    """A department that publishes once in ten workdays is not missed before many weeks; more than a gap of its own."""
    moments = daily(date(2024, 1, 2), 600, random.Random(2), chance=0.1)
    rhythm = learn(gaps_of(moments), kind="department", level="province")
    assert rhythm.limit > 1.5 * max(gaps_of(moments))
    assert rhythm.limit < 4 * rhythm.usual


def test_unknown_source_borrows_from_its_kind() -> None:
    """Nothing known: a department may be silent longer than a news portal, and both longer than when they are known."""
    news, department = (learn([], kind=kind, level="province") for kind in ("news", "department"))
    assert news.limit < department.limit
    assert learn([1.0] * 100, kind="department", level="province").limit < department.limit


def test_burst_is_one_publication() -> None:
    """Thirty items in an hour say nothing of the gaps between working days."""
    random_ = random.Random(3)
    single = learn(gaps_of(daily(date(2025, 1, 6), 100, random_)), kind="news", level="province")
    burst = learn([gap for gap in gaps_of(daily(date(2025, 1, 6), 100, random_)) for gap in (gap, *[0.01] * 30)],
                  kind="news", level="province")  # fmt: skip
    assert burst.limit == pytest.approx(single.limit, rel=0.3)


def test_dead_column_is_told_once_it_was_watched_for_a_while() -> None:
    """The days beside the rows of a new source alone are no alarm; after a usual gap of watching they are."""
    rhythm, old = SilenceLimit(gaps=20, usual=2.0, limit=6.0), at(date(2025, 6, 2))
    added = at(date(2026, 3, 10))
    assert not is_silent(rhythm, old, watched=added, looked=added + HOUR)
    assert is_silent(rhythm, old, watched=added, looked=added + 4 * DAY)


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 2, 1), date(2026, 3, 8)), (date(2025, 9, 20), date(2025, 10, 20))]
)
def test_no_false_alarm_over_a_holiday(first: date, last: date) -> None:
    """60 sources of all rhythms over 春节 and 国庆: nobody publishes for nine days, and nothing is told."""
    for seed in range(60):
        random_ = random.Random(seed)
        chance, several = random_.choice(((1.0, 1), (1.0, 5), (0.8, 2), (0.5, 1), (0.2, 1), (0.05, 1)))
        moments = daily(first - 300 * DAY, 300 + (last - first).days, random_, chance=chance, several=several)
        past = [moment for moment in moments if moment < at(first, 0)]
        rhythm = learn(gaps_of(past), kind="government", level="province")
        gaps = gaps_of([past[-1], *(moment for moment in moments if at(first, 0) <= moment < at(last, 0)), at(last, 0)])
        assert max(gaps) < rhythm.limit, (seed, chance)


# the watch


class Quiet:
    """A source in an archive that is visited every hour and publishes when it is told to."""

    def __init__(self) -> None:
        self.source = Source(id="gd-gov", name="广东省人民政府", region="440000", level="province", kind="government",
                             listings=("https://www.gd.gov.cn/zwgk/",))  # fmt: skip
        operator = Endpoint.model_validate(
            {"name": "ops", "kind": "webhook", "url": "http://127.0.0.1:9/hook", "role": "operator"}
        )
        self.settings = Settings.model_construct(endpoint=(operator,))
        self.archive = Archive.in_memory()
        self.archive.runs.register([self.source.row])

    def live(self, moments: list[datetime], until: datetime, *, hours: int = 6) -> Iterator[datetime]:
        """Visit, publish and look; yield each moment of looking with an open incident."""
        now, waiting = moments[0], list(moments)
        while now < until:
            fresh = [moment for moment in waiting if moment <= now]
            waiting = waiting[len(fresh) :]
            if fresh:
                self.archive.freshness.moved("gd-gov", "a", [], fresh=len(fresh), now=now)
            self.archive.runs.record(run_of(now, source="gd-gov"))
            look(self.archive, self.settings, [self.source], now)
            if self.archive.incidents.list(only_open=True):
                yield now
            now += hours * HOUR


def test_source_that_dies_is_told_and_resolved_when_it_is_back() -> None:
    """A source that published daily and stops is told within some workdays; its next item ends the incident."""
    quiet, moments = Quiet(), daily(date(2025, 9, 1), 90, random.Random(4))
    back = at(date(2025, 12, 15))
    told = list(quiet.live([*moments, back], back + DAY))
    assert working_days(moments[-1], told[0]) < 4
    assert told[-1] < back + 6 * HOUR
    incident = quiet.archive.incidents.list()[0]
    assert (incident.kind, incident.is_open) == ("stale", False)
    types = [one.type for one in quiet.archive.outbox.list()]
    assert (types[0], set(types[1:-1]), types[-1]) == ("incident.opened", {"incident.updated"}, "incident.resolved")


def test_spring_festival_is_silent_in_the_archive_too() -> None:
    """A source that is closed from 14 February to 24 February 2026 opens nothing."""
    moments = [moment for moment in daily(date(2025, 12, 1), 110, random.Random(5), chance=0.9)
               if not date(2026, 2, 13) <= moment.astimezone(BEIJING).date() <= date(2026, 2, 24)]  # fmt: skip
    assert list(Quiet().live(moments, moments[-1])) == []


def test_downtime_of_ours_is_no_silence_of_theirs() -> None:
    """After two weeks in which nobody looked, the first look tells nothing: it has seen no silence."""
    quiet, moments = Quiet(), daily(date(2025, 9, 1), 60, random.Random(6))
    assert list(quiet.live(moments, moments[-1] + HOUR)) == []
    look(quiet.archive, quiet.settings, [quiet.source], moments[-1] + 14 * DAY)
    assert quiet.archive.incidents.list() == []


# how a list changes


def links(*days: int, host: str = "a") -> list[Link]:
    return [
        Link(url=f"http://{host}.cn/t{day}.html", title=f"关于第{day}件事的通知{host}", date=date(2026, 3, day))
        for day in days
    ]


def test_list_that_moves_on() -> None:
    """A new row on top is something new; rows that fall off the end are nothing."""
    found = compare(links(9, 8, 7, 6), links(10, 9, 8, 7))
    assert (found.change, [link.title for link in found.fresh]) == ("moved", ["关于第10件事的通知a"])
    assert compare(links(9, 8, 7), links(9, 8, 7)).change == "same"


def test_row_that_comes_late_is_something_new() -> None:
    """A row dated some days back, put among the others, is a sign of life."""
    assert compare(links(9, 7, 6), links(9, 8, 7, 6)).change == "moved"


def test_older_rows_below_are_nothing_new() -> None:
    """A page that shows more of its past has published nothing."""
    assert compare(links(9, 8, 7), links(9, 8, 7, 6, 5)).change == "same"


def test_pinned_row_does_not_hide_an_old_list() -> None:
    """An old row that stands on top of everything changes nothing about what is newest."""
    before, now = [*links(1), *links(9, 8, 7)], [*links(1), *links(7, 6, 5)]
    assert compare(before, now).change == "old"


def test_rows_dated_back_may_fill_a_list() -> None:
    """Rows dated before the newest one but after the oldest have come since; older ones are an old list."""
    before = links(20, 12, 11, 10, 9, 8)
    assert compare(before, links(19, 18, 17, 16, 15, 14)).change == "moved"
    assert compare(before, links(7, 6, 5, 4, 3, 2)).change == "old"


def test_moved_portal_is_the_same_list() -> None:
    """Rows with the titles of before at new addresses are the list of before."""
    moved = [
        Link(url=link.url.replace("http://a.cn/", "https://b.cn/new/"), title=link.title, date=link.date)
        for link in links(9, 8, 7)
    ]
    assert compare(links(9, 8, 7), moved).change == "same"


def undated(*numbers: int) -> list[Link]:
    return [Link(url=link.url, title=link.title) for link in links(*numbers)]


def changes(archive: Archive, *shown: list[Link], start: datetime, every: timedelta = HOUR) -> list[str]:
    """Return how a listing changed at each reading."""
    readings = enumerate(shown)
    return [judge(archive.freshness, "s", "http://a.cn/", rows, start + every * n).change for n, rows in readings]


def watched_archive() -> Archive:
    archive = Archive.in_memory()
    archive.runs.register([{"id": "s", "name": "s", "region": "440000", "level": "province", "kind": "news"}])
    return archive


def test_quick_source_may_turn_over() -> None:
    """Without days beside them, rows that are all new are another list, unless the source is quick enough."""
    assert compare(undated(5, 4, 3), undated(9, 8, 7)).change == "other"
    start = datetime(2026, 3, 3, tzinfo=UTC)
    with watched_archive() as archive:
        readings = [undated(*range(n + 3, n, -1)) for n in range(0, 20, 2)]
        assert set(changes(archive, *readings, start=start)) == {"moved"}
        assert changes(archive, undated(31, 30, 29), start=start + 10 * HOUR) == ["moved"]
    with watched_archive() as archive:
        assert changes(archive, links(5, 4, 3), undated(9, 8, 7), start=start) == ["moved", "other"]


def test_unknown_rate_is_no_reproach() -> None:
    """A rolling page without days may have turned over before anybody knew how quick it is."""
    with watched_archive() as archive:
        found = changes(archive, undated(5, 4, 3), undated(9, 8, 7), start=datetime(2026, 3, 3, tzinfo=UTC))
    assert found == ["moved", "moved"]


def test_other_list_that_lives_becomes_the_list() -> None:
    """What stands in place of a list is an error while it stands still, and the list once it has moved on twice."""
    with watched_archive() as archive:
        start = datetime(2026, 3, 20, tzinfo=UTC)
        changes(archive, links(9, 8, 7, 6), start=start)
        others = ((25, 24, 23), (25, 24, 23), (26, 25, 24), (27, 26, 25), (28, 27, 26))
        found = changes(archive, *(undated(*days) for days in others), start=start + HOUR)
    assert found == ["other", "other", "other", "moved", "moved"]


def test_list_that_comes_back_forgets_the_other() -> None:
    """A wall that is gone again has not begun to be the list."""
    with watched_archive() as archive:
        start = datetime(2026, 3, 20, tzinfo=UTC)
        shown = (links(9, 8, 7), undated(25, 24), undated(26, 25), links(9, 8, 7), undated(25, 24), undated(26, 25))
        found = changes(archive, *shown, start=start)
    assert found == ["moved", "other", "other", "same", "other", "other"]
