"""Citing: the form of the standard, who answers for a page, the proof behind it, and cells that stay text."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from conftest import Futurewatch
from crawler.intake import take_in
from invented_acts import Said, nobody, take
from issued_acts import ACTS, LEXICON, issue
from local_portal import LocalPortal, article_page
from scheduler.reports.cite import Citation, cite_announcement, cite_article, gbt7714, markdown, render
from scheduler.reports.spreadsheet import csv_of, harmless
from storage.archive import Archive
from storage.records import Page

NOW = datetime(2026, 3, 18, 22, 0, 5, tzinfo=UTC)  # the 19th in Beijing
PAGE = Citation(
    article_id=7, announcement_id=None, title="海南发布行动计划", authors=("椰风新闻",), publisher="椰风新闻",
    document_number=None, published_at="2026-03-18", url="https://news.example.org/a.html", archived_at=NOW,
    sha256="ab" * 32,
)  # fmt: skip


@pytest.fixture
def archive(futurewatch: Futurewatch, portal: LocalPortal) -> Iterator[Archive]:
    """An archive with acts of several provinces."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as opened:
        issue(opened, ACTS[:3])
        yield opened


def test_form_of_the_standard() -> None:
    """主要责任者. 题名[EB/OL]. (发布日期)[引用日期]. 获取路径. — with half-width marks, as GB/T 7714-2015 has them."""
    said = gbt7714(PAGE)
    assert said.startswith(
        "椰风新闻. 海南发布行动计划[EB/OL]. (2026-03-18)[2026-03-19]. https://news.example.org/a.html. "
    )
    assert said.endswith(f"（存档：2026-03-19 06:00:05 北京时间，SHA-256：{'ab' * 32}）")


def test_document_number_follows_the_title() -> None:
    """A document number is further title information, as the standard has it for reports and standards."""
    assert "行动计划: 琼府办〔2026〕8号[EB/OL]" in gbt7714(replace(PAGE, document_number="琼府办〔2026〕8号"))


def test_three_issuers_are_named_of_four_the_first_three() -> None:
    """Up to three stand by name, more end with 等."""
    assert gbt7714(replace(PAGE, authors=("甲", "乙", "丙"))).startswith("甲, 乙, 丙. 海南")
    assert gbt7714(replace(PAGE, authors=("甲", "乙", "丙", "丁"))).startswith("甲, 乙, 丙, 等. 海南")


def test_what_is_not_known_is_left_out() -> None:
    """Without anybody who answers for it and without a day the citation begins with the title."""
    said = gbt7714(replace(PAGE, authors=(), publisher=None, published_at=None))
    assert said.startswith("海南发布行动计划[EB/OL]. [2026-03-19]. https://")


def test_time_of_publication_is_a_day_in_china() -> None:
    """What was published at 22:00 UTC is of the next day."""
    assert "(2026-03-19)[" in gbt7714(replace(PAGE, published_at="2026-03-18T22:00:00Z"))


def test_issuers_answer_for_their_own_page(archive: Archive) -> None:
    """An authority's page is cited by its issuers with its number, and its hash is that of the bytes served."""
    cited = cite_announcement(archive, 1)
    assert cited.authors == ("广东省人民政府办公厅",)
    assert cited.document_number == "粤府办〔2026〕3号"
    assert cited.sha256 == hashlib.sha256(ACTS[0].page().body).hexdigest()
    assert cited.archived_at == ACTS[0].seen


def test_paper_answers_for_its_report(archive: Archive) -> None:
    """News about the act is cited by the paper, not by the issuers, and without their document's number."""
    title = "广东低空经济产业培育行动计划出炉：到2030年规模突破千亿元"
    text = [f"广东省人民政府办公厅近日印发《{ACTS[0].policy}》。", *_text(ACTS[0].page())[2:]]
    markup = article_page(title, text, day="2026-01-12 14:00", publisher="南粤新闻")
    url = "http://news.example.org/a/20260112/t1_5.html"
    page = replace(ACTS[0].page(), source="paper", url=url, final_url=url, body=markup.encode())
    taken = take_in(page, archive, LEXICON, nobody)
    assert taken.announcement_id == 1
    cited = cite_article(archive, taken.kept.article_id)
    assert (cited.authors, cited.document_number) == (("南粤新闻",), None)


def test_page_without_publisher_is_cited_by_its_source(archive: Archive) -> None:
    """Where a page names no publisher the portal's name stands in its place."""
    said = Said(title="一篇没有署名的文章", source="gov-440000", day=date(2026, 3, 1), publisher="", act=None)
    kept = take(archive, said, nobody, LEXICON, now=NOW).kept
    assert cite_article(archive, kept.article_id).authors == ("440000门户",)


def test_edited_page_is_cited_as_it_reads_now(archive: Archive) -> None:
    """After a silent edit hash and time are those of the wording that is cited."""
    before = cite_announcement(archive, 1)
    page = ACTS[0].page()
    edited = replace(page, body=page.body.replace("亿元".encode(), "亿美元".encode()), fetched_at=NOW)
    take_in(edited, archive, LEXICON, nobody)
    after = cite_announcement(archive, 1)
    assert (after.archived_at, after.sha256) == (NOW, edited.sha256)
    assert before.sha256 != after.sha256


def test_markdown_shows_what_was_said() -> None:
    """A title with marks of Markdown and HTML is shown as it is, in one link of a list."""
    one = replace(PAGE, title="a*b* [x](http://evil.example) <script>alert(1)</script> _c_ `d`")
    shown = MarkdownIt("commonmark").render(markdown(one))
    assert shown.count("<a ") == 1
    assert "<script" not in shown
    assert "<em>" not in shown
    assert "a*b* [x](http://evil.example)" in shown


def test_address_cannot_leave_its_link() -> None:
    """An address with brackets and blanks stays the link's whole address."""
    shown = MarkdownIt("commonmark").render(markdown(replace(PAGE, url="http://a.example/x>(y) <b>")))
    assert shown.count("<a ") == 1
    assert "<b>" not in shown


def test_csv_cells_are_no_formulas() -> None:
    """A title that a spreadsheet would run as a formula gets an apostrophe, in half and full width; numbers stay."""
    rows = [replace(PAGE, title=f"{sign}cmd|' /C calc'!A0") for sign in ("=", "+", "-", "@", "＝", "\t", "\r")]
    titles = [row["title"] for row in csv.DictReader(io.StringIO(render(rows, "csv")[1:], newline=""))]
    assert all(title.startswith("'") for title in titles)
    assert harmless(-3.5) == -3.5
    assert harmless("正文") == "正文"


def test_every_csv_opens_in_excel(archive: Archive, futurewatch: Futurewatch) -> None:
    """A CSV begins with the mark that tells Excel it is UTF-8, once, whether downloaded or printed."""
    mark = b"\xef\xbb\xbf"
    assert csv_of(("a",), [{"a": "值"}]).encode().startswith(mark + b"a\r\n")
    for command in (("export", "--format", "csv"), ("cite", "1", "--format", "csv")):
        printed = futurewatch.run(*command).encode()
        assert printed.startswith(mark)
        assert printed.count(mark) == 1


def test_json_lines_hold_everything(archive: Archive) -> None:
    """Each line is one citation with the time of archiving, the hash, and the citation as text."""
    (said,) = [json.loads(line) for line in render([cite_announcement(archive, 1)], "jsonl").splitlines()]
    assert said["archived_at"] == "2026-01-12T01:50:00Z"
    assert len(said["sha256"]) == 64
    assert said["citation"].startswith(f"{said['authors']}. {said['title']}: {said['document_number']}[EB/OL]")


def test_command_cites(archive: Archive, futurewatch: Futurewatch) -> None:
    """`futurewatch cite` prints one line for each id, in their order; an unknown id is wrong use."""
    said = futurewatch.run("cite", "2", "1", "--announcement").splitlines()
    assert [line.split(".")[0] for line in said] == ["浙江省人民政府办公厅", "广东省人民政府办公厅"]
    (one,) = json.loads(futurewatch.run("cite", "1", "--json"))
    assert one["article"] == 1
    futurewatch.run("cite", "99", code=2)


def test_export_uses_the_same_cells(archive: Archive, futurewatch: Futurewatch) -> None:
    """`export --format csv` writes through the same function."""
    page = replace(ACTS[0].page(), url="http://a.example/1", final_url="http://a.example/1")
    body = article_page("=HYPERLINK(1)", ["报道说，今天天气晴朗，宜出行。" * 9]).encode()
    take_in(replace(page, body=body, fetched_at=NOW + timedelta(hours=1)), archive, LEXICON, nobody)
    assert "'=HYPERLINK(1)" in futurewatch.run("export", "--format", "csv")


def _text(page: Page) -> list[str]:
    return [part.split("</p>")[0].strip("　") for part in page.body.decode().split("<p>")[1:]]
