"""Citing: the form of the standard, who answers for a page, the proof behind it, and cells that stay text."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
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
from scheduler.reports.citation_forms import CITATION_FORMS, bibtex, gbt7714, gbt7714_2015, markdown, noteexpress, ris
from scheduler.reports.cite import Citation, cite_announcement, cite_article
from scheduler.reports.spreadsheet import csv_of, harmless
from storage.archive import Archive
from storage.records import Page

NOW = datetime(2026, 3, 18, 22, 0, 5, tzinfo=UTC)  # the 19th in Beijing
PAGE = Citation(
    article_id=7, announcement_id=None, title="海南发布行动计划", authors=("椰风新闻",), publisher="椰风新闻",
    document_number=None, published_at="2026-03-18", url="https://news.example.org/a.html", archived_at=NOW,
    sha256="ab" * 32,
)  # fmt: skip


NUMBERED = replace(PAGE, document_number="琼府办〔2026〕8号")


@pytest.fixture
def archive(futurewatch: Futurewatch, portal: LocalPortal) -> Iterator[Archive]:
    """An archive with acts of several provinces."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as opened:
        issue(opened, ACTS[:3])
        yield opened


def test_form_of_the_standard() -> None:
    """GB/T 7714-2025, 8.11.3: full-width marks except full stops and square brackets; the hash is no part of it."""
    assert gbt7714(PAGE) == (
        "椰风新闻. 海南发布行动计划[EB/OL].（2026-03-18）[2026-03-19]. https://news.example.org/a.html."
    )


def test_form_of_the_edition_before() -> None:
    """GB/T 7714-2015 has half-width marks throughout."""
    assert gbt7714_2015(NUMBERED) == (
        "椰风新闻. 海南发布行动计划: 琼府办〔2026〕8号[EB/OL]. (2026-03-18)[2026-03-19]. https://news.example.org/a.html."
    )


def test_document_number_follows_the_title() -> None:
    """A document number is further title information, as the standard has it for reports and standards."""
    assert "行动计划：琼府办〔2026〕8号[EB/OL]" in gbt7714(NUMBERED)


def test_three_issuers_are_named_of_four_the_first_three() -> None:
    """Up to three stand by name, more end with 等."""
    three, four = replace(PAGE, authors=("甲", "乙", "丙")), replace(PAGE, authors=("甲", "乙", "丙", "丁"))
    assert gbt7714(three).startswith("甲，乙，丙. 海南")
    assert gbt7714(four).startswith("甲，乙，丙，等. 海南")
    assert gbt7714_2015(four).startswith("甲, 乙, 丙, 等. 海南")


def test_what_is_not_known_is_left_out() -> None:
    """Without anybody who answers for it and without a day the citation begins with the title."""
    bare = replace(PAGE, authors=(), publisher=None, published_at=None)
    assert gbt7714(bare).startswith("海南发布行动计划[EB/OL]. [2026-03-19]. https://")
    for write in (ris, bibtex, noteexpress):
        said = write(bare)
        assert "None" not in said
        assert "author" not in said.lower()
        assert "2026" not in said.replace("2026-03-19", "").replace("2026/03/19", "")


def test_time_of_publication_is_a_day_in_china() -> None:
    """What was published at 22:00 UTC is of the next day."""
    assert "（2026-03-19）[" in gbt7714(replace(PAGE, published_at="2026-03-18T22:00:00Z"))


def test_ris_is_read_back() -> None:
    """Every line has a tag of two letters; the record says what the citation says, one author a line."""
    lines = ris(replace(NUMBERED, authors=("甲", "乙"))).split("\r\n")
    tags = [(line[:2], line[6:]) for line in lines if line]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines if line)
    assert tags[0] == ("TY", "ELEC")
    assert tags[-1] == ("ER", "")
    assert [value for tag, value in tags if tag == "AU"] == ["甲", "乙"]
    assert {("DA", "2026/03/18"), ("Y2", "2026/03/19"), ("UR", PAGE.url)} <= set(tags)
    assert ("N1", "发文字号：琼府办〔2026〕8号") in tags


def test_bibtex_stays_one_entry() -> None:
    """Braces and marks of TeX in a title are text; braces are balanced whatever the page wrote."""
    said = bibtex(replace(NUMBERED, title=r"a}b{c 100% & \d", url="http://a.example/{x}?a=1%20"))
    bare = re.sub(r"\\[{}]", "", said)
    assert bare.count("{") == bare.count("}")
    assert r"100\% \&" in said
    assert "author = {{椰风新闻}}" in said
    assert "subtitle = {琼府办〔2026〕8号}" in said
    assert "url = {http://a.example/%7Bx%7D?a=1%20}" in said
    assert "urldate = {2026-03-19}" in said


def test_noteexpress_has_a_field_a_line() -> None:
    """A title with a line break cannot begin a field of its own."""
    said = noteexpress(replace(PAGE, title="题名\n{Author}: 别人", authors=("甲", "乙")))
    assert [line.split("}")[0][1:] for line in said.splitlines()] == [
        "Reference Type", "Title", "Author", "Publisher", "Year", "Date", "URL", "Access Date",
    ]  # fmt: skip
    assert "{Author}: 甲;乙\n" in said


def test_no_entry_holds_the_hash() -> None:
    """The hash stands beside an entry, in tables and lists of ours, never within an entry of a reference list."""
    for name in ("gbt7714", "gbt7714-2015", "ris", "bibtex", "noteexpress"):
        assert PAGE.sha256 not in CITATION_FORMS[name].write([PAGE])
    for name in ("markdown", "csv", "jsonl"):
        assert PAGE.sha256 in CITATION_FORMS[name].write([PAGE])


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


def test_reading_guide_has_no_number(archive: Archive) -> None:
    """An authority's explanation is cited by its issuers, without the number of the document that it explains."""
    issue(archive, ACTS)
    ids = archive.db.execute("SELECT id FROM articles WHERE title LIKE '%政策解读'").fetchall()
    assert ids
    for (id,) in ids:
        assert cite_article(archive, id).document_number is None


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
    titles = [row["title"] for row in csv.DictReader(io.StringIO(CITATION_FORMS["csv"].write(rows)[1:], newline=""))]
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
    (said,) = [json.loads(line) for line in CITATION_FORMS["jsonl"].write([cite_announcement(archive, 1)]).splitlines()]
    assert said["archived_at"] == "2026-01-12T01:50:00Z"
    assert len(said["sha256"]) == 64
    assert said["citation"].startswith(f"{said['authors']}. {said['title']}：{said['document_number']}[EB/OL]")


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
