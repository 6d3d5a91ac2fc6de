"""Who gets an announcement, when, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from notify_examples import NOON, announcement_of, endpoint_of
from scheduler.notify.routing import route
from storage.records import BEIJING, NATION, SECTION_PLAN, Hit, Region


def reason(**endpoint: Any) -> str | None:
    way = route(endpoint_of(**endpoint), announcement_of(), NOON)
    return way.reason if way else None


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("wants", "why"),
    [
        ({}, "at once"),
        ({"regions": ["460000"]}, "region 460100 in 460000; at once"),
        ({"regions": ["460100"]}, "region 460100 in 460100; at once"),
        ({"tracks": ["深海空间", "未来能源"]}, "track 深海空间、未来能源; at once"),
        ({"acts": ["印发"], "instruments": ["行动方案"]}, "act 印发; instrument 行动方案; at once"),
        ({"min_score": 80}, "score 80 >= 80; at once"),
        ({"regions": ["440000"]}, None),
        ({"regions": ["000000"]}, None),
        ({"tracks": ["脑机接口"]}, None),
        ({"acts": ["解读"]}, None),
        ({"instruments": ["意见"]}, None),
        ({"min_score": 80.5}, None),
        ({"role": "operator"}, None),
    ],
)
def test_endpoint_gets_what_it_wants(wants: dict[str, Any], why: str | None) -> None:
    """Every filter lets its own through and says so; one that does not match keeps the announcement away."""
    assert reason(**wants) == why


def test_nation_is_a_region_of_its_own() -> None:
    """Who wants the nation gets national acts, not everybody's; who wants everything gets acts without a region."""
    national, nowhere = announcement_of(region=NATION), announcement_of(region=None)
    assert route(endpoint_of(regions=["000000"]), national, NOON)
    assert route(endpoint_of(regions=["460000"]), national, NOON) is None
    assert route(endpoint_of(regions=["460000"]), nowhere, NOON) is None
    assert route(endpoint_of(), nowhere, NOON)


def test_city_stands_for_its_districts() -> None:
    """Who wants a city or a province gets the acts of its districts, who wants another city does not."""
    district = announcement_of(region=Region(code="460107", name="海口市琼山区"))
    assert route(endpoint_of(regions=["460100"]), district, NOON)
    assert route(endpoint_of(regions=["460000"]), district, NOON)
    assert route(endpoint_of(regions=["460200"]), district, NOON) is None


def test_city_does_not_stand_for_its_province() -> None:
    """Who wants a city does not get its province."""
    province = announcement_of(region=Region(code="460000", name="海南省"))
    assert route(endpoint_of(regions=["460100"]), province, NOON) is None


@pytest.mark.parametrize(
    ("day", "now", "due"),
    [
        ("daily", "18 08:29", "18 08:30"),
        ("daily", "18 08:30", "19 08:30"),
        ("wed", "18 08:00", "18 08:30"),
        ("wed", "18 09:00", "25 08:30"),
        ("mon", "18 09:00", "23 08:30"),
    ],
)
def test_digest_is_due_at_its_time_in_china(day: str, now: str, due: str) -> None:
    """Daily or on a day of the week, always the next such moment of Beijing's clocks."""
    way = route(endpoint_of(mode="digest", digest_day=day), announcement_of(), beijing(now))
    assert way is not None
    assert (way.state, way.due) == ("waiting", beijing(due))
    assert way.reason == f"for the digest of 03-{due}"


def test_general_plan_waits_for_the_digest() -> None:
    """A general plan with a section on the topic is told at the hour of the digest, at an instant endpoint as well."""
    hit = Hit(term=f"{SECTION_PLAN}《琼北市制造业发展规划》", place="title", start=0, points=34.0)
    way = route(endpoint_of(), announcement_of(explanation=(hit,)), beijing("18 12:00"))
    assert way is not None
    assert (way.state, way.due) == ("waiting", beijing("19 08:30"))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("22:00-07:30", "18 21:59", None),
        ("22:00-07:30", "18 22:00", "19 07:30"),
        ("22:00-07:30", "18 03:00", "18 07:30"),
        ("22:00-07:30", "18 07:30", None),
        ("12:00-13:30", "18 12:10", "18 13:30"),
        ("12:00-13:30", "18 23:00", None),
    ],
)
def test_quiet_hours_hold_until_they_end(quiet: str, now: str, until: str | None) -> None:
    """Inside quiet hours, over midnight too, a message waits for their end; outside it goes at once."""
    way = route(endpoint_of(quiet=quiet), announcement_of(), beijing(now))
    assert way is not None
    assert (way.state, way.due) == (("waiting", beijing(until)) if until else ("pending", beijing(now)))


@pytest.mark.parametrize("mode", [{"quiet": "11:00-13:00"}, {"mode": "digest"}])
def test_urgent_announcement_goes_at_once(mode: dict[str, str]) -> None:
    """From its points on, neither quiet hours nor a digest hold an announcement; below, they do."""
    for urgent, state in ((80, "pending"), (81, "waiting"), (0, "waiting")):
        way = route(endpoint_of(urgent_score=urgent, **mode), announcement_of(), NOON)
        assert way is not None
        assert way.state == state
        assert ("urgent from 80" in way.reason) == (urgent == 80)


@pytest.mark.parametrize(
    "wrong",
    [{"quiet": "22-7"}, {"quiet": "07:00-07:00"}, {"digest_at": "24:00"}, {"digest_day": "someday"}, {"acts": ["发文"]},
     {"urgent_score": -1}, {"mode": "weekly"}, {"role": "boss"}],
)  # fmt: skip
def test_wrong_routing_is_refused(wrong: dict[str, Any]) -> None:
    """What cannot be meant is a fault of the configuration."""
    with pytest.raises(ValidationError):
        endpoint_of(**wrong)


def test_reason_names_when_it_will_go() -> None:
    """What waits says until when."""
    assert reason(quiet="11:00-13:00") == "quiet hours until 03-18 13:00"
    way = route(endpoint_of(quiet="11:00-13:00"), announcement_of(), NOON + timedelta(hours=2))
    assert way is not None
    assert way.reason == "at once"
