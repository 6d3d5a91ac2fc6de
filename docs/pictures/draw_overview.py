"""Take the pictures of 全国, 时间线, 来源, 推送, lists, citations and briefs, over a year of invented acts.

.venv/bin/python docs/pictures/draw_overview.py [NAME ...]
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from draw_review import PHONE, Picture, draw  # puts tests/ on the path

from browser import ARGUMENTS, CHROMIUM, serving
from crawler.text.regions import region
from issued_acts import Act, issue, visited
from scheduler.config.endpoint import Endpoint
from scheduler.notify.digest import flood_of
from scheduler.notify.message import message_for
from scheduler.notify.routing import EndpointRoute
from scheduler.reports.period import week_of
from storage.archive import Archive
from storage.records import Announcement, Delivery, MessageType

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
SEED = 20260318
TRACKS = (
    "低空经济", "人形机器人", "脑机接口", "商业航天", "氢能", "生物制造", "6G", "量子", "深海", "元宇宙", "核聚变",
    "合成生物",
)  # fmt: skip
KEEN = ("440000", "330000", "310000", "110000", "320000", "510000", "340000", "420000", "370000", "430000")
OTHERS = (
    "120000", "130000", "140000", "150000", "210000", "220000", "230000", "350000", "360000", "410000", "450000",
    "460000", "500000", "520000", "530000", "610000", "620000", "630000", "640000", "650000",
)  # fmt: skip
ENDPOINTS = {
    "team": Endpoint.model_validate({"name": "team", "kind": "webhook", "url": "http://127.0.0.1:9/hook"}),
    "digest": Endpoint.model_validate({
        "name": "digest", "kind": "webhook", "url": "http://127.0.0.1:9/digest", "mode": "digest",
    }),
}  # fmt: skip
PICTURES = (
    Picture(name="country", path="/country", whole=True),
    Picture(name="country-phone", path="/country", size=PHONE, whole=True),
    Picture(name="country-dark", path="/country", scheme="dark"),
    Picture(name="compare", path="/compare?region=440000&region=330000"),
    Picture(name="timeline", path="/timeline"),
    Picture(name="timeline-phone", path="/timeline", size=PHONE),
    Picture(name="timeline-dark", path="/timeline", scheme="dark"),
    Picture(name="list", path="/announcements?track=低空经济"),
    Picture(name="list-phone", path="/announcements?track=低空经济", size=PHONE),
    Picture(name="sources", path="/sources"),
    Picture(name="sources-phone", path="/sources", size=PHONE),
    Picture(name="source", path="/sources/gov-150000"),
    Picture(name="deliveries", path="/deliveries", whole=True),
    Picture(name="deliveries-phone", path="/deliveries", size=PHONE),
    Picture(name="cite", path="/announcements/3/cite"),
    Picture(name="one-page", path="/announcements/3/brief", whole=True),
    Picture(name="brief", path=f"/brief?week={week_of(NOW).moved(-1).name}"),
)


def acts(chance: random.Random) -> Iterator[Act]:
    """Yield acts of a year: some provinces are keener than others, some tracks come up late."""
    for code in (*KEEN, *OTHERS, "000000"):
        some = chance.sample(TRACKS, chance.randint(4, 8) if code in KEEN else chance.randint(0, 3))
        for track in some:
            back = int(chance.triangular(1, 360 - 20 * TRACKS.index(track), 5))
            yield from _policy(code, track, TODAY - timedelta(days=back), chance)


def _policy(code: str, track: str, day: date, chance: random.Random) -> Iterator[Act]:
    def act(kind: str, on: date) -> Act:
        found_after = timedelta(minutes=chance.triangular(3, 240, 15))
        clock = f"{chance.randint(8, 17):02}:{chance.randint(0, 59):02}"
        place = "" if code == "000000" else region(code).name
        return Act(
            region=code, place=place, track=track, day=on.isoformat(), act=kind, clock=clock, found_after=found_after
        )  # fmt: skip

    if chance.random() < 0.3:
        yield act("征求意见", day - timedelta(days=chance.randint(20, 60)))
    yield act("印发", day)
    after = day + timedelta(days=chance.randint(3, 12))
    if after < TODAY and chance.random() < 0.3:
        yield act("解读", after)


def seed(path: Path) -> None:
    """Make an archive of a year, with sources that fail and messages that wait."""
    chance = random.Random(SEED)  # noqa: S311  pictures, not secrets
    with Archive(path) as archive:
        issue(archive, list(acts(chance)), notify=_tell)
        for source in archive.source_overview.all(now=NOW):
            archive.runs.register([
                {"id": source.id, "name": _portal(source.region), "region": source.region,
                 "level": source.level, "kind": source.kind}
            ])  # fmt: skip
            _visit(archive, source.id, chance)
        _deliver(archive, chance)
        archive.incidents.open(
            "blocked:gov-150000", summary="内蒙古自治区人民政府 answers with a login", detail="blocked since 3 visits",
            hint="futurewatch sources test gov-150000", now=NOW - timedelta(hours=2), members={"gov-150000": "blocked"},
        )  # fmt: skip


def _portal(code: str) -> str:
    return "中国政府网" if code == "000000" else f"{region(code).name}人民政府"


def _tell(announcement: Announcement, type: MessageType, now: datetime) -> list[Delivery]:
    way = EndpointRoute(reason="at once", state="pending", due=now)
    return [
        message_for(endpoint, way, announcement, type, now, review_url="http://127.0.0.1:8080")
        for endpoint in ENDPOINTS.values()
    ]


def _visit(archive: Archive, source: str, chance: random.Random) -> None:
    troubled = {"gov-640000": "error", "gov-150000": "blocked"}.get(source)
    for number in range(30):
        at = NOW - timedelta(minutes=30 * (30 - number) - chance.randint(0, 9))
        outcome = chance.choices(["unchanged", "ok", "error"], [80, 18, 2])[0]
        outcome = troubled if troubled and number > 26 else outcome
        archive.runs.record(visited(source, at, outcome, error="timed out after 30 s" if outcome == "error" else None))


def _deliver(archive: Archive, chance: random.Random) -> None:
    messages = archive.outbox.list()
    for one in messages[:-14]:
        took = timedelta(seconds=chance.triangular(1, 120, 4))
        archive.outbox.delivered(one.id, answer="200", now=one.created_at + took)
    for one in messages[-14:-11]:
        archive.outbox.failed(one.id, answer="503 Service Unavailable", now=NOW, next_attempt_at=None)
    held = [one for one in messages[-8:] if one.endpoint == "team"]
    question = flood_of(held, source="gov-440000", limit=3, review_url="http://127.0.0.1:8080", now=NOW)
    archive.digests.hold(question, held)


def _declared(archive: Path) -> str:
    """Return the `[[source]]` tables of an archive's sources."""
    with Archive(archive) as opened:
        found = opened.source_overview.all(now=NOW)
    return "".join(
        f"""
[[source]]
id = "{one.id}"
name = "{one.name}"
region = "{one.region}"
level = "{"national" if one.region == "000000" else "province"}"
kind = "government"
listings = ["https://{one.id}.example.org/zwgk/"]
"""
        for one in found
    )


def main(names: list[str]) -> None:
    """Take the named pictures, all when none is named."""
    from playwright.sync_api import sync_playwright

    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = Path(folder) / "archive.db"
        seed(archive)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        with serving(Path(folder), more=_declared(archive)) as served:
            draw(wanted, browser, served.url)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
