"""Articles of several pages, attachments, and silent edits: a real crawl of a real portal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Futurewatch, path_of, publish
from documents import MAKERS, docx, pdf
from local_portal import LocalPortal, article_page, listing_page
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive

PLAIN = "各有关单位：现将方案印发给你们，请结合实际认真组织实施，执行中的问题请及时报告，联系电话见附件。" * 4


def show(portal: LocalPortal, path: str, body: str, *, title: str, day: str = "2026-03-18") -> None:
    """Serve an article page and list it above the sample articles."""
    rows = [(path, title, day), *((path_of(s), s.title, s.day) for s in GOVERNMENT[:2])]
    portal.serve("/zwgk/", listing_page(rows))
    page = article_page(title, [PRESS_CONFERENCE.paragraphs[1]], day=day, publisher="海南省人民政府")
    portal.serve(path, page.replace("</div><div class='footer'>", f"{body}</div><div class='footer'>"))


def exported(futurewatch: Futurewatch, title: str) -> dict[str, object]:
    rows = [json.loads(line) for line in futurewatch.run("export").splitlines()]
    (found,) = [row for row in rows if row["title"] == title]
    assert isinstance(found, dict)
    return found


def test_divided_article_is_taken_in_whole(watched: Futurewatch, portal: LocalPortal) -> None:
    """The pages of one article are fetched before it is judged, and become one text."""
    title, path = "海南未来产业先导区一线见闻", "/zwgk/202603/t20260318_900.html"
    show(portal, path, '</div><div class="page"><a href="t20260318_900_1.html">2</a>', title=title)
    last = article_page(title, PRESS_CONFERENCE.paragraphs[2:], publisher="椰风新闻")
    portal.serve("/zwgk/202603/t20260318_900_1.html", last)
    assert watched.crawl()["new"] == 1
    text = str(exported(watched, title)["text"])
    assert text.startswith(PRESS_CONFERENCE.paragraphs[1])
    assert text.endswith(PRESS_CONFERENCE.paragraphs[-1])
    watched.crawl()
    assert len(portal.asked("/zwgk/202603/t20260318_900_1.html")) == 1


def test_page_that_is_missing_does_not_keep_the_others(watched: Futurewatch, portal: LocalPortal) -> None:
    """When a further page is not answered, the article is taken in with what there is."""
    title, path = "海南未来产业先导区一线见闻", "/zwgk/202603/t20260318_900.html"
    show(portal, path, '</div><div class="page"><a href="t20260318_900_1.html">2</a>', title=title)
    run = watched.crawl()
    assert (run["new"], run["outcome"]) == (1, "ok")
    assert exported(watched, title)["text"] == PRESS_CONFERENCE.paragraphs[1]


def test_policy_in_an_attachment_is_announced(
    watched: Futurewatch, portal: LocalPortal, receiver: LocalReceiver
) -> None:
    """A notice that says nothing itself is an announcement by the words of its attachment, at place `attachment`."""
    title, path = "关于印发有关方案的通知", "/zwgk/202603/t20260318_901.html"
    rows = [(path, title, "2026-03-18"), *((path_of(s), s.title, s.day) for s in GOVERNMENT[:2])]
    portal.serve("/zwgk/", listing_page(rows))
    link = '<a href="./P020260318.pdf">附件：方案全文.pdf</a>'
    page = article_page(title, ["请查收附件。"], publisher="海南省人民政府")
    portal.serve(path, page.replace("<p>　　请查收附件。</p>", f"<p>请查收附件。</p><p>{link}</p>"))
    lines = [
        "海南省人民政府办公厅关于印发《海南省未来产业促进行动方案（2026—2030年）》的通知",
        "现将方案印发给你们，请认真组织实施。",
        "到2030年，建成15个未来产业先导区，未来产业规模达到900亿元。",
    ]
    portal.serve("/zwgk/202603/P020260318.pdf", pdf(lines), headers={"Content-Type": "application/pdf"})
    run = watched.crawl("--deliver")
    assert run["announcements"] == 1
    said = receiver.tries[0][1]["data"]["announcement"]
    assert said["policy_titles"] == ["海南省未来产业促进行动方案（2026—2030年）"]
    assert {hit["place"] for hit in said["explanation"]} >= {"attachment"}
    assert [target["year"] for target in said["targets"]]


def test_listing_that_links_to_a_file(watched: Futurewatch, portal: LocalPortal) -> None:
    """A row that leads to a PDF is an article under the row's title, judged by what the PDF says."""
    title, path = "海南省未来产业促进行动方案（2026—2030年）", "/zwgk/202603/P020260319.pdf"
    portal.serve("/zwgk/", listing_page([(path, title, "2026-03-18")]))
    lines = [f"关于印发《{title}》的通知", "现将方案印发给你们，请认真组织实施。", "到2030年，建成15个未来产业先导区。"]
    portal.serve(path, pdf(lines), headers={"Content-Type": "application/pdf"})
    run = watched.crawl()
    assert (run["new"], run["announcements"], run["not_extracted"]) == (1, 1, 0)
    assert exported(watched, title)["label"] == "announcement"


@pytest.mark.parametrize("format", ["doc", "ofd", "xlsx"])  # a crawl each; tests/test_documents.py has every format
def test_row_that_leads_to_a_document(watched: Futurewatch, portal: LocalPortal, format: str) -> None:
    """A document of any format is the article itself: text from the file, title and day from the row."""
    lines = (
        "海南省人民政府关于印发《海南省未来产业促进行动方案（2026—2030年）》的通知",
        "现将方案印发给你们，请认真组织实施。",
        "到2030年，建成15个未来产业先导区，未来产业规模达到900亿元。",
    )
    title, path = "关于印发有关方案的通知", f"/zwgk/202603/P020260320.{format}"
    portal.serve("/zwgk/", listing_page([(path, title, "2026-03-18")]))
    portal.serve(path, MAKERS[format](lines), headers={"Content-Type": "application/octet-stream"})
    run = watched.crawl()
    assert (run["new"], run["announcements"], run["not_extracted"]) == (1, 1, 0)
    found = exported(watched, title)
    assert str(found["text"]).replace("\n", "") == "".join(lines)  # printed lines are joined to paragraphs
    assert str(found["published_at"]).startswith("2026-03-18")


def test_attachments_of_other_pages_are_left_alone(watched: Futurewatch, portal: LocalPortal) -> None:
    """Only pages that may matter cost their portal the attachments, and never more than five."""
    files = "".join(f'<p><a href="f{n}.docx">附件{n}：任务清单.docx</a></p>' for n in range(9))
    for n in range(9):
        portal.serve(f"/zwgk/202603/f{n}.docx", docx(["海南未来产业任务清单"]))
    other = "/zwgk/202603/t20260318_902.html"
    show(portal, other, files, title="海南省开展春季植树活动")
    body = portal.replies[other].body.replace(PRESS_CONFERENCE.paragraphs[1].encode(), PLAIN.encode())
    portal.replies[other] = replace(portal.replies[other], body=body)
    watched.crawl()
    assert not [asked for asked in portal.log if asked.path.endswith(".docx")]
    show(portal, "/zwgk/202603/t20260318_903.html", files, title="海南印发未来产业任务清单")
    watched.crawl()
    assert len([asked for asked in portal.log if asked.path.endswith(".docx")]) == 5


def test_page_without_text_is_kept_and_told(watched: Futurewatch, portal: LocalPortal) -> None:
    """A page on which nothing can be read is in the archive, and its source's run says so."""
    path = "/zwgk/202603/t20260318_904.html"
    portal.serve("/zwgk/", listing_page([(path, "海南省政务服务大厅搬迁公告", "2026-03-18")]))
    portal.serve(
        path, "<html><head><title>海南省政务服务大厅搬迁公告</title></head><body><img src='a.png'></body></html>"
    )
    run = watched.crawl()
    assert (run["outcome"], run["new"], run["not_extracted"]) == ("ok", 1, 1)


def _make_rereads_due(futurewatch: Futurewatch) -> None:
    """Let the time until the next re-read pass."""
    with Archive(futurewatch.archive) as archive:
        archive.db.execute("UPDATE rereads SET due_at = '2000-01-01T00:00:00Z' WHERE due_at IS NOT NULL")
        archive.db.conn.commit()


def test_silent_edit_is_seen_told_and_shown(watched: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> None:
    """A target that is raised silently becomes a revision with its difference, and those who know are told."""
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    sample = replace(PRESS_CONFERENCE, day=today)
    publish(portal, *GOVERNMENT[:2], sample)
    watched.crawl("--deliver")
    edited = tuple(p.replace("突破800亿元", "突破950亿元") for p in sample.paragraphs)
    publish(portal, *GOVERNMENT[:2], replace(sample, paragraphs=edited))
    watched.crawl("--deliver")
    assert len(portal.asked(path_of(sample))) == 1  # not due yet
    _make_rereads_due(watched)
    watched.crawl("--deliver")
    assert [message["type"] for _, message, _ in receiver.tries] == ["announcement.new", "announcement.updated"]
    told = receiver.tries[1][1]["data"]["announcement"]
    assert any("950亿元" in target["text"] for target in told["targets"])
    assert not any("800亿元" in target["text"] for target in told["targets"])
    said = json.loads(watched.run("revisions", portal.url + path_of(sample), "--json"))
    assert [(c["removed"], c["added"]) for c in said["revisions"][1]["changes"]] == [("80", "95")]
    assert "[-80-]{+95+}" in watched.run("revisions", str(said["article"]))


def test_unchanged_page_costs_a_304(watched: Futurewatch, portal: LocalPortal) -> None:
    """A re-read is asked with the validators of the page, and an unchanged one is no revision."""
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    sample = replace(PRESS_CONFERENCE, day=today)
    publish(portal, *GOVERNMENT[:2], sample)
    path = path_of(sample)
    portal.replies[path] = replace(portal.replies[path], headers={"ETag": '"a1"'})
    watched.crawl()
    _make_rereads_due(watched)
    watched.crawl()
    watched.crawl()
    assert [asked.headers.get("if-none-match") for asked in portal.asked(path)] == [None, '"a1"']
    with Archive(watched.archive) as archive:
        ((number, answer),) = archive.db.execute("SELECT number, answer FROM rereads").fetchall()
    assert (number, answer) == (1, "unchanged")
