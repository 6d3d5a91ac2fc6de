"""The weekly brief: what belongs to a week, and what it looks like as a file, as Markdown, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from builders import plain_rules
from conftest import Futurewatch
from invented_acts import Said, Told, noon, take
from issued_acts import LEXICON, Act, issue, visited
from local_portal import LocalPortal
from scheduler.reports.brief import WeekError, brief_of, week_named, week_of
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from storage.archive import Archive

WEEK = week_named("2026-W12")  # 16 to 22 March
NOW = datetime(2026, 3, 23, 1, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>|**x**"


@pytest.fixture
def archive(futurewatch: Futurewatch, portal: LocalPortal) -> Iterator[Archive]:
    """An archive with the invented acts, found while we watched."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as opened:
        issue(opened)
        yield opened


def test_weeks() -> None:
    """A week has its ISO number and begins on Monday in China; nonsense is none."""
    assert (WEEK.monday, WEEK.sunday) == (date(2026, 3, 16), date(2026, 3, 22))
    assert week_of(datetime(2026, 3, 22, 15, 59, tzinfo=UTC)) == WEEK
    assert week_of(datetime(2026, 3, 22, 16, 0, tzinfo=UTC)).name == "2026-W13"
    assert week_named("2026-W53").moved(1).name == "2027-W01"
    for wrong in ("2026-W54", "2026-12", "", "2026-W00", "2025-W53"):
        with pytest.raises(WeekError):
            week_named(wrong)


def test_new_ones_by_region(archive: Archive) -> None:
    """What was first seen in the week stands under its province, the nation first."""
    issue(archive, [
        Act(region="000000", place="全国", track="量子信息", day="2026-03-19", source="gov-000000"),
        Act(region="460100", place="海口市", track="深海", day="2026-03-20"),
    ])  # fmt: skip
    brief = brief_of(archive, WEEK, now=NOW)
    found = {group.region.name: [e.announcement.title for e in group.entries] for group in brief.fresh}
    assert list(found)[-2:] == ["山东省", "海南省"]
    assert len(found["海南省"]) == 2
    assert set(brief.tracks) >= {"深海", "商业航天"}
    assert len(brief.tracks["深海"]) == 2


def test_known_one_with_news_has_changed(archive: Archive) -> None:
    """The explanation of an older policy is an update, not a new one."""
    brief = brief_of(archive, WEEK, now=NOW)
    (entry,) = brief.changed
    assert entry.latest == "《四川省生物制造产业培育行动计划（2026—2030年）》政策解读"
    assert entry.announcement.id not in {e.announcement.id for e in brief.entries}


def test_rejected_in_the_week(archive: Archive) -> None:
    """What was taken back in the week is told with the reason, and is not among the new ones."""
    (first, *_) = brief_of(archive, WEEK, now=NOW).entries
    archive.rejections.add(first.announcement.id, "旧文重发", now=WEEK.start + timedelta(days=3))
    brief = brief_of(archive, WEEK, now=NOW)
    assert [(one.title, one.reason) for one in brief.rejected] == [(first.announcement.title, "旧文重发")]
    assert first.announcement.id not in {e.announcement.id for e in brief.entries}
    assert brief_of(archive, WEEK.moved(1), now=NOW).rejected == ()


def nearly_issue(archive: Archive) -> None:
    """Take in an act of 16 December 2025 for which the threshold lies a little too high."""
    plain = plain_rules()
    (alike,) = issue(archive, [Act(region="350000", place="福建省", track="光子", day="2025-11-18")], lexicon=plain)
    strict = plain.model_copy(update={"threshold": alike.judged.assessment.score + 2})
    issue(archive, [Act(region="220000", place="吉林省", track="光子", day="2025-12-16")], lexicon=strict)


def test_near_misses_are_those_of_the_week(archive: Archive) -> None:
    """An article just below the threshold is named in its own week only."""
    week = week_named("2025-W51")
    nearly_issue(archive)
    (near,) = brief_of(archive, week, now=NOW).near_misses
    assert "吉林省光子产业" in near["title"]
    assert brief_of(archive, week.moved(1), now=NOW).near_misses == ()
    assert brief_of(archive, week.moved(-1), now=NOW).near_misses == ()


def test_sources_in_trouble(archive: Archive) -> None:
    """A source whose last visit of the week failed is named, with its error."""
    archive.runs.record(visited("gov-440000", WEEK.end - timedelta(hours=1), "error", error="timed out"))
    archive.runs.record(visited("gov-440000", WEEK.end + timedelta(hours=1), "ok"))
    brief = brief_of(archive, WEEK, now=NOW)
    assert [(one.name, one.error) for one in brief.troubled] == [("440000门户", "timed out")]
    assert "timed out" in as_html(brief)
    assert "timed out" in as_markdown(brief)


def test_file_needs_nothing_else(archive: Archive) -> None:
    """The HTML holds its style and loads nothing: no script, image, or other file; links lead to the portals."""
    said = as_html(brief_of(archive, WEEK, now=NOW))
    assert not re.search(r"<(script|img|link|iframe)\b", said)
    assert "url(" not in said
    links = set(re.findall(r'href="([^"]+)"', said))
    assert links
    assert all(link.startswith(("http://portal.example.org/", "#a")) for link in links)
    for word in ("琼府办〔2026〕8号", "海南省人民政府办公厅", "到2030年", "2026-03-18 09:30", "[EB/OL]"):
        assert word in said


def told(archive: Archive, said: Said) -> int:
    """Let an article be found at noon of the 19th, and return its announcement."""
    opened = take(archive, said, Told(), LEXICON, now=noon(date(2026, 3, 19))).announcement_id
    assert opened is not None
    return opened


def test_hostile_words_stay_words(archive: Archive) -> None:
    """Markup in a title is shown, not run, and an address that is no web page is no link: in HTML and Markdown."""
    told(archive, Said(
        title=HOSTILE, names=[f"{HOSTILE}行动计划"], issuers=[HOSTILE], region="350000", tracks=["深海|x"],
        day=date(2026, 3, 19), url="javascript:alert(1)", source="gov-440000",
    ))  # fmt: skip
    brief = brief_of(archive, WEEK, now=NOW)
    shown = as_html(brief)
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(as_markdown(brief))
    assert "<script" not in rendered
    assert "<strong>" not in rendered
    assert 'href="javascript' not in rendered


def test_markdown_renders_well(archive: Archive) -> None:
    """Markdown has the table of tracks, a heading for each region and announcement, and a link to each page."""
    brief = brief_of(archive, WEEK, now=NOW)
    shown = MarkdownIt("commonmark").enable("table").render(as_markdown(brief))
    assert shown.count("<table>") == 1
    assert re.findall(r"<h2>([^<]+)", shown) == ["山东省", "海南省", "更新"]
    assert shown.count("<h3>") == len(brief.entries) == 2
    assert shown.count('<a href="http://portal.example.org/') == 3


def test_empty_week_says_so(archive: Archive) -> None:
    """A week without anything is a brief that says so."""
    brief = brief_of(archive, week_named("2024-W02"), now=NOW)
    assert "本周没有新增政策" in as_html(brief)
    assert "本周没有新增政策" in as_markdown(brief)


def test_old_act_under_a_new_date_is_not_new(archive: Archive) -> None:
    """An act that nobody was told of because it is old is not news of the week either."""
    name = "辽宁省氢能产业发展行动计划（2020—2022年）"
    said = Said(
        title=f"关于印发{name}的通知", names=[name], region="210000", signed=date(2020, 5, 1), day=date(2026, 3, 19),
        source="gov-440000",
    )  # fmt: skip
    opened = told(archive, said)
    assert archive.announcements.get(opened).held_back is not None
    assert opened not in [entry.announcement.id for entry in brief_of(archive, WEEK, now=NOW).entries]


def test_command_writes_a_brief(archive: Archive, futurewatch: Futurewatch) -> None:
    """`brief` writes a file or prints, in all forms; a week that is none is wrong use."""
    target = futurewatch.folder / "brief.html"
    futurewatch.run("brief", "--week", "2026-W12", "--output", str(target))
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert futurewatch.run("brief", "--week", "2026-W12", "--format", "markdown").startswith(
        "# 未来产业政策周报 2026-W12"
    )
    said = json.loads(futurewatch.run("brief", "--week", "2026-W12", "--json"))
    assert (said["week"], len(said["new"]), len(said["changed"])) == ("2026-W12", 2, 1)
    assert said["new"][0]["citation"]["sha256"]
    futurewatch.run("brief", "--week", "last", code=2)


def test_document_is_json(archive: Archive) -> None:
    """All of a brief can be written as JSON, near misses too."""
    nearly_issue(archive)
    said = as_document(brief_of(archive, week_named("2025-W51"), now=NOW))
    assert json.loads(json.dumps(said))["near_misses"][0]["score"] < said["near_misses"][0]["threshold"]
