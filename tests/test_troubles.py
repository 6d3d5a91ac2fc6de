"""What keeps alerts from people: decided from a state, by the true cause, and said in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.network.settings import is_sample
from scheduler.health.error_words import error_in_chinese
from scheduler.health.trouble_words import in_chinese, in_english, remedy_in_chinese, remedy_in_english
from scheduler.health.troubles import LastVisit, WatchState, troubles_of
from storage.records import Cause, Incident

NOW = datetime(2026, 3, 18, 6, 30, tzinfo=UTC)
BROKE_AT = datetime(2026, 3, 17, 23, 42, tzinfo=UTC)
PROXY = "connection refused (asked through the proxy in HTTPS_PROXY)"


def well(number: int, **more: object) -> LastVisit:
    made = LastVisit(source=f"s{number}", host=f"www{number}.example.org", outcome="ok", healthy_at=NOW)
    return replace(made, **more)  # type: ignore[arg-type]  # any of its fields


def failed(number: int, cause: Cause, **more: object) -> LastVisit:
    return well(number, outcome="error", cause=cause, failing_since=BROKE_AT, healthy_at=BROKE_AT, **more)


def state(*visits: LastVisit, **more: object) -> WatchState:
    """Return a state with somebody to tell and a contact."""
    made = WatchState(now=NOW, has_sample_contact=False, audience=("team",), visits=visits)
    return replace(made, **more)  # type: ignore[arg-type]  # any of its fields


def test_all_is_well() -> None:
    """Sources that answer, somebody to tell and a contact: nothing is said."""
    assert troubles_of(state(well(1), well(2))) == ()


def test_all_sources_fail_at_dns_is_this_machine() -> None:
    """When every host fails at name resolution, one line says that it is this machine, since when, and what to do."""
    (one,) = troubles_of(state(*(failed(n, "dns") for n in range(233))))
    assert in_chinese(one) == "233 个来源全部失败：本机无法解析域名"
    assert in_english(one) == "all 233 sources fail: this machine resolves no host names, since 2026-03-18 07:42"
    assert "DNS" in remedy_in_chinese(one)
    assert (one.since, one.keeps_alerts) == (BROKE_AT, True)


def test_true_causes_are_told_apart() -> None:
    """A dead network, a dead proxy and a portal that refuses at the same time are three lines, the largest first."""
    long_ago = BROKE_AT - timedelta(days=1)
    visits = [
        *(failed(n, "dns") for n in range(20)), *(failed(20 + n, "connection", error=PROXY) for n in range(3)),
        failed(30, "4xx"), failed_since(31, long_ago), well(32),
    ]  # fmt: skip
    said = [(one.kind, one.number, one.since) for one in troubles_of(state(*visits))]
    assert said == [("machine", 21, BROKE_AT), ("proxy", 3, BROKE_AT), ("host", 1, BROKE_AT)]


def failed_since(number: int, since: datetime) -> LastVisit:
    return replace(failed(number, "dns"), failing_since=since)


def test_since_is_when_the_common_cause_began() -> None:
    """A source that was dead for months before does not date an outage of today."""
    visits = [failed_since(0, NOW - timedelta(days=90)), *(failed_since(n, BROKE_AT) for n in range(1, 6))]
    (one,) = troubles_of(state(*visits))
    assert one.since == BROKE_AT


@pytest.mark.parametrize("failing", [1, 5])
def test_few_hosts_blame_no_machine(failing: int) -> None:
    """While others answer, a host that cannot be found is that host's trouble, and keeps no alerts from people."""
    visits = [*(failed(n, "dns") for n in range(failing)), *(well(20 + n) for n in range(10))]
    found = troubles_of(state(*visits))
    assert [(one.kind, one.keeps_alerts) for one in found] == [("host", False)] * failing
    assert in_chinese(found[0]) == "1 个来源失败：www0.example.org 域名查不到"


def test_sources_of_one_host_are_one_trouble() -> None:
    """Two sources that one host serves fail together: one line."""
    found = troubles_of(state(failed(1, "5xx"), failed(2, "5xx", host="www1.example.org"), well(3)))
    assert [(one.place, one.number) for one in found] == [("www1.example.org", 2)]


def test_family_that_changed_is_one_trouble() -> None:
    """Portals on one software that fail in one way are one line that names it."""
    family = [replace(failed(n, "parse"), family="trs", outcome="empty", cause=None) for n in range(4)]
    (one,) = troubles_of(state(*family, *(well(20 + n) for n in range(10))))
    assert in_chinese(one) == "4 个来源失败：站群 trs 列表为空"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"audience": ()}, "no endpoint"),
        ({"has_sample_contact": True}, "sample contact"),
        ({"visits": ()}, "no sources"),
        ({"visits": (LastVisit(source="s", host="h"),)}, "never visited"),
        ({"backups": "kept"}, "no backup"),
        ({"backups": "kept", "backup_at": NOW - timedelta(days=3)}, "old backup"),
        ({"incidents": [Incident(id=1, key="deliveries:team", summary="", detail="", opened_at=NOW)]}, "deliveries"),
    ],
)
def test_what_keeps_alerts_from_people_is_said(change: dict[str, object], kind: str) -> None:
    """Each of these alone is said in both languages with what to do."""
    (one,) = troubles_of(state(well(1), **change))
    assert (one.kind, one.keeps_alerts) == (kind, True)
    assert all(words(one) and "{" not in words(one) for words in (in_chinese, in_english, remedy_in_chinese))
    assert remedy_in_english(one)


def test_sources_that_never_answered_are_said_beside_the_cause() -> None:
    """Where nothing was ever heard, that is said as well as why."""
    visits = [replace(failed(n, "timeout"), healthy_at=None) for n in range(3)]
    assert {one.kind for one in troubles_of(state(*visits))} == {"never answered", "machine"}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [("mailto:you@example.org", True), ("mailto:You@Example.org", True), ("mailto:watch@example.org", False)],
)
def test_sample_contact_is_known(contact: str, expected: bool) -> None:
    """Only the sample's own address counts, however it is written."""
    assert is_sample(contact) is expected


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("robots.txt of a.cn cannot be had, so no page of it may be asked for: CannotResolveHost: DNS lookup failed: "
         "no results for hostname lookup: a.cn.", "a.cn 的 robots.txt 取不到，不取它的网页：域名 a.cn 查不到"),
        ("DownloadTimeout: Getting http://a.cn/ took longer than 30 seconds.", "http://a.cn/ 在 30 秒里没有答完"),
        ("PrivateAddress: a.cn is 10.0.0.1, which is no public address", "a.cn 是 10.0.0.1，不是公网地址"),
        ("Exit: exit 'gd' cannot serve: no worker listens there", "出口 gd 用不了：那里没有 worker"),
        ("http://a.cn/: no rows", "http://a.cn/: 没有行"),
        ("http 404", "http 404"),
    ],
)  # fmt: skip
def test_why_a_visit_failed_in_chinese(error: str, said: str) -> None:
    """Pages and commands say in Chinese what the archive keeps in English; what is not known stays."""
    assert error_in_chinese(error) == said
