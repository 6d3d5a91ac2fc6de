"""The weekly brief: what belongs to a week, and what it looks like as a file, as Markdown, as JSON."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from markdown_it import MarkdownIt
from python_calamine import CalamineWorkbook

from builders import plain_rules
from conftest import Futurewatch
from invented_acts import Said, Told, noon, take
from issued_acts import LEXICON, Act, issue, visited
from local_portal import LocalPortal
from scheduler.reports.brief import brief_of
from scheduler.reports.brief_forms import BriefTemplateError, write_brief
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from scheduler.reports.gist import gist_of
from scheduler.reports.period import PeriodError, day_of, period_named, week_of
from storage.archive import Archive

WEEK = period_named("2026-W12")  # 16 to 22 March
NOW = datetime(2026, 3, 23, 1, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>|**x**"
PLAIN = Said(title="某标题", names=["某行动计划"], issuers=["某厅"], region="350000", day=date(2026, 3, 19))


@pytest.fixture
def archive(futurewatch: Futurewatch, portal: LocalPortal) -> Iterator[Archive]:
    """An archive with the invented acts, found while we watched."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as opened:
        issue(opened)
        yield opened


def test_weeks() -> None:
    """A week has its ISO number and begins on Monday in China; nonsense is none."""
    assert (WEEK.first, WEEK.last) == (date(2026, 3, 16), date(2026, 3, 22))
    assert week_of(datetime(2026, 3, 22, 15, 59, tzinfo=UTC)) == WEEK
    assert week_of(datetime(2026, 3, 22, 16, 0, tzinfo=UTC)).name == "2026-W13"
    assert period_named("2026-W53").moved(1).name == "2027-W01"
    assert day_of(datetime(2026, 3, 22, 16, 0, tzinfo=UTC)) == period_named("2026-03-23")
    assert period_named("2026-03-01").moved(-1).name == "2026-02-28"
    for wrong in ("2026-W54", "2026-12", "2026-02-30", "20260302", "", "2026-W00", "2025-W53"):
        with pytest.raises(PeriodError):
            period_named(wrong)


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
    week = period_named("2025-W51")
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
    for word in ("琼府办〔2026〕8号", "海南省人民政府办公厅", "到2030年", "2026-03-18 09:30"):
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
    assert len(brief.entries) == 2
    assert shown.count('<a href="http://portal.example.org/') == 3


def test_empty_week_says_so(archive: Archive) -> None:
    """A week without anything is a brief that says so."""
    brief = brief_of(archive, period_named("2024-W02"), now=NOW)
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
    said = as_document(brief_of(archive, period_named("2025-W51"), now=NOW))
    assert json.loads(json.dumps(said))["near_misses"][0]["score"] < said["near_misses"][0]["threshold"]


def test_summary_is_made_of_facts(archive: Archive) -> None:
    """The summary counts, compares, and names the largest target and the tracks that the archive met first."""
    brief = brief_of(archive, WEEK, now=NOW)
    said = gist_of(brief)
    assert said.startswith("本周 2 个地区新发布 2 条，与上周相同。")
    assert brief.largest
    assert brief.largest.goal in said
    assert brief.largest.goal_yuan == max(entry.goal_yuan for entry in brief.entries) > 1e10
    assert "深海（山东省）" in said


def test_word_document_is_read_back(archive: Archive) -> None:
    """Word has one line for each policy with title, issuer and a link, whatever characters a portal wrote."""
    told(archive, replace(PLAIN, names=["含控制符\x01的标题"]))
    brief = brief_of(archive, WEEK, now=NOW)
    document = Document(io.BytesIO(write_brief(brief, "docx")))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["地区", "发布环节", "政策与发文机关", "主要目标"]
    assert len(table.rows) == 1 + len(brief.entries) == 4
    told_of = {row.cells[0].text: row.cells[2] for row in table.rows[1:]}
    assert "海南省人民政府办公厅" in told_of["海南省"].text
    assert "2026-03-18 09:30" in told_of["海南省"].text
    lines = [paragraph for row in table.rows for paragraph in row.cells[2].paragraphs]
    links = {link.address for line in lines for link in line.hyperlinks}
    assert {entry.citation.url for entry in brief.entries} == links
    assert gist_of(brief) in "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_own_word_document_keeps_its_letterhead(archive: Archive, tmp_path: Path) -> None:
    """A brief follows what an own Word document holds; a file that is none is said, with its name."""
    own, wrong = Document(), tmp_path / "wrong.docx"
    own.add_paragraph("某某研究院 内部资料")
    own.save(str(tmp_path / "own.docx"))
    brief = brief_of(archive, WEEK, now=NOW)
    read = Document(io.BytesIO(write_brief(brief, "docx", tmp_path / "own.docx")))
    assert read.paragraphs[0].text == "某某研究院 内部资料"
    assert len(read.tables) == 1
    wrong.write_text("no document")
    with pytest.raises(BriefTemplateError, match="wrong"):
        write_brief(brief, "docx", wrong)


def test_own_text_template(archive: Archive, tmp_path: Path) -> None:
    """An own template has the brief, its summary and figures; HTML is escaped, faults are said."""
    own = tmp_path / "mine.html.j2"
    own.write_text("<b>{{ gist }}</b>{% for one in brief.entries %}<i>{{ one.announcement.title }}</i>{% endfor %}")
    told(archive, replace(PLAIN, names=[HOSTILE]))
    brief = brief_of(archive, WEEK, now=NOW)
    said = write_brief(brief, "html", own).decode()
    assert said.count("<i>") == 3
    assert "<script" not in said
    assert write_brief(brief, "markdown", own) == as_markdown(brief).encode()
    own.write_text("{{ nothing.of_this }}")
    with pytest.raises(BriefTemplateError, match="mine"):
        write_brief(brief, "html", own)


def test_workbook_is_read_back(archive: Archive) -> None:
    """Excel has Chinese heads, Beijing times as times, days as days, and a formula of a portal as text."""
    told(archive, replace(PLAIN, names=["=HYPERLINK(1)"]))
    brief = brief_of(archive, WEEK, now=NOW)
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_brief(brief, "xlsx")))
    assert book.sheet_names == ["新发布", "要点"]
    head, *rows = book.get_sheet_by_name("新发布").to_python()
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert found["海南省"]["发布时间（北京）"] == datetime(2026, 3, 18, 9, 30)  # noqa: DTZ001  a cell has no zone
    assert found["海南省"]["发文字号"] == "琼府办〔2026〕8号"
    assert found["福建省"]["政策"] == "=HYPERLINK(1)"
    assert found["福建省"]["发布时间（北京）"] == date(2026, 3, 19)
    assert gist_of(brief) in [row[1] for row in book.get_sheet_by_name("要点").to_python()]
    with zipfile.ZipFile(io.BytesIO(write_brief(brief, "xlsx"))) as packed:
        assert "<f>" not in packed.read("xl/worksheets/sheet1.xml").decode()
