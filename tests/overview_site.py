"""An archive for the overview pages: acts of many provinces, runs, dead letters, a flood, a very long announcement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from builders import page_of
from crawler.intake import settle
from invented_acts import Said, Told
from issued_acts import LEXICON, declare, issue, to_team, visited
from scheduler.notify.digest import flood_of
from scheduler.notify.message import document, envelope
from storage.archive import Archive
from storage.records import Delivery, Fact
from storage.records.summarised import Summary, SummarySentence

NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "https://hooks.example.org/very-secret-key"
MORE = f"""
[summary]
url = "http://127.0.0.1:9/v1"
model = "small"
[[endpoint]]
name = "room"
kind = "wecom"
url = "{SECRET}"
[[source]]
id = "gov-440000"
name = "广东省人民政府"
region = "440000"
level = "province"
kind = "government"
listings = ["https://gov.example.org/zwgk/"]
[[source]]
id = "gov-460000"
name = "海南省人民政府"
region = "460000"
level = "province"
kind = "government"
listings = ["https://gov.example.org/hi/"]
"""


def fill(archive: Archive) -> None:
    """Let an archive hold all that the overview pages show."""
    issue(archive)
    for number, outcome in enumerate(["ok", "unchanged", "empty", "blocked", "script_list", "error"]):
        at = NOW - timedelta(hours=6 - number)
        archive.runs.record(visited("gov-460000", at, outcome, error="timed out" if outcome == "error" else None))
        archive.runs.record(visited("gov-440000", at))
    archive.incidents.open(
        "silent:gov-460000", summary="海南 is silent", detail="", now=NOW, members={"gov-460000": "no rows"}
    )
    for number in (1, 2):
        archive.outbox.put([_message(archive, number, f"msg_{number:032x}")])
        archive.outbox.failed(f"msg_{number:032x}", answer="503 Service Unavailable", now=NOW, next_attempt_at=None)
    held = [_message(archive, number, f"msg_{number:032x}") for number in (3, 4, 5)]
    archive.outbox.put(held)
    question = flood_of(held, source="gov-310000", limit=2, review_url="http://127.0.0.1", now=NOW)
    archive.digests.hold(question, held)
    declare(archive, ["810000"])
    _sum_up(archive)
    _open_the_longest(archive)


def _sum_up(archive: Archive) -> None:
    """Keep a machine's summary of an act, of which one quote stands in the text no more, and a failure after it."""
    said = tuple(SummarySentence(text=text, quote="没有的原句") for text in ("到2030年形成规模。", "长" * 90))
    for summary, problem in ((Summary(zh=said, en=said[:1]), None), (None, "slow")):
        lead = archive.announcements.get(1).lead_article_id or 0
        row = archive.summaries.begin(
            1, article_id=lead, version=1, model="small", who="li", sent_sha256="", most=9, now=NOW
        )
        archive.summaries.finish(row, summary=summary, problem=problem, now=NOW)


def _message(archive: Archive, announcement_id: int, id: str) -> Delivery:
    said = envelope("announcement.new", {"announcement": document(archive.announcements.get(announcement_id))}, NOW)
    plain = to_team(announcement_id, id, NOW)
    return Delivery(**{name: getattr(plain, name) for name in Delivery.__slots__} | {"payload": said})


def _open_the_longest(archive: Archive) -> None:
    """Open an announcement with more of everything than a page holds."""
    title = "关于印发" + "《广东省培育发展未来产业集群行动计划（2026—2030年）》" * 8 + "的通知"
    issuers = [f"广东省第{n}个名称相当长的省级人民政府组成部门办公室" for n in range(12)]
    said = Said(
        title=title, names=[f"广东省第{n}份未来产业培育行动计划（2026—2030年）" for n in range(9)], issuers=issuers,
        number="粤府办〔2026〕17号", tracks=[f"第{n}个未来赛道" for n in range(30)], instrument="行动计划",
        region="810000", source="gov-810000", publisher="广东省人民政府", url="https://gov.example.org/" + "a/" * 180,
        text="为培育未来产业，全省上下要抢抓机遇。" * 60, day=datetime(2025, 3, 18, 9, 5, tzinfo=UTC),
    )  # fmt: skip
    targets = tuple(
        Fact(kind="target", value=f"{n}", quote=f"到2030年，第{n}个先导区的产业规模突破{n}00亿元，" * 6, place="body",
             start=0, year=2030)
        for n in range(20)
    )  # fmt: skip
    judged = replace(said.judged, facts=replace(said.facts, all=(*said.facts.all, *targets)))
    page = page_of(said.text, said.article.url, source=said.source, at=NOW)
    settle(page, judged, archive=archive, lexicon=LEXICON, notify=Told())
