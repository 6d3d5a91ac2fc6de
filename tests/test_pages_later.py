"""Pages that come later or stand elsewhere: shells that are filled, texts in frames, the day only the list knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import Futurewatch, path_of, publish
from documents import pdf
from local_portal import LocalPortal, listing_page
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive

PATH = "/zwgk/202603/t20260318_950.html"
TITLE = "省政府新闻办举行新闻发布会"
TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
HOT = "".join(
    f"<li><a href='/hot/{n}.html'>全省经济运行稳中向好的第{n}条热点新闻</a><p>会议强调，要压实责任，抓好落实。</p></li>"
    for n in range(4)
)


def page(body: str, *, day: str = str(TODAY), beside: str = "") -> str:
    """Return a page of the usual CMS: headline, dateline, container, list of hot news."""
    dateline = f"<div class='info'>来源：海南省人民政府 发布时间：{day}</div>" if day else ""
    return (
        f"<html><head><title>{TITLE}_示例网</title></head><body><div class='header'>首页 政务公开</div>"
        f"<div class='article'><h1>{TITLE}</h1>{dateline}<div class='TRS_Editor'>{body}</div></div>{beside}"
        "<div class='footer'>版权所有 琼ICP备00000000号</div></body></html>"
    )


TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PRESS_CONFERENCE.paragraphs)


def show(portal: LocalPortal, body: str, **more: str) -> None:
    """List the page above the sample articles, and serve it."""
    rows = [(PATH, TITLE, str(TODAY)), *((path_of(s), s.title, s.day) for s in GOVERNMENT[:2])]
    portal.serve("/zwgk/", listing_page(rows))
    portal.serve(PATH, page(body, **more))


def kept(futurewatch: Futurewatch) -> dict[str, Any]:
    """Return the page's article as it is exported."""
    (found,) = [
        row for line in futurewatch.run("export").splitlines() if (row := json.loads(line))["title"] == TITLE
    ]  # fmt: skip
    assert isinstance(found, dict)
    return found


def let_time_pass(futurewatch: Futurewatch) -> None:
    with Archive(futurewatch.archive) as archive:
        archive.db.execute("UPDATE rereads SET due_at = '2000-01-01T00:00:00Z' WHERE due_at IS NOT NULL")


@pytest.mark.parametrize(
    ("shell", "beside", "kind"),
    [
        ("<p>正文加载中，敬请期待。</p>", "", "dateline"),
        ("", "", "empty"),
        ("", f"<div class='column'><h3>头条</h3><ul>{HOT}</ul></div>", "empty"),
        ("<p>分享到：微信 微博 QQ空间</p><p>打印 关闭</p>", "", "share bar"),
    ],
    ids=["placeholder", "empty", "empty beside hot news", "buttons"],
)
def test_shell_that_is_filled_later_alerts(
    watched: Futurewatch, portal: LocalPortal, receiver: LocalReceiver, shell: str, beside: str, kind: str
) -> None:
    """What had no text when it was first read is read again within the hour, and told once it says something."""
    show(portal, shell, beside=beside)
    run = watched.crawl("--deliver")
    assert (run["new"], run["not_extracted"], run["announcements"]) == (1, 1, 0)
    assert set(run["flaws"]) <= {kind, "dateline", "empty"}
    assert "热点" not in kept(watched)["text"]
    show(portal, TEXT, beside=beside)
    assert watched.crawl("--deliver")["announcements"] == 0  # not due yet
    with Archive(watched.archive) as archive:
        ((due,),) = archive.db.execute("SELECT due_at FROM rereads WHERE plan = 'unfilled'").fetchall()
    assert datetime.fromisoformat(due) - datetime.now(UTC) < timedelta(minutes=11)
    let_time_pass(watched)
    assert watched.crawl("--deliver")["announcements"] == 1
    assert [message["type"] for _, message, _ in receiver.tries] == ["announcement.new"]
    assert "热点" not in kept(watched)["text"]


def test_filled_page_is_watched_as_an_announcement(watched: Futurewatch, portal: LocalPortal) -> None:
    """The plan of re-reading begins anew for edits, counted from the filling."""
    show(portal, "")
    watched.crawl()
    show(portal, TEXT)
    let_time_pass(watched)
    watched.crawl()
    with Archive(watched.archive) as archive:
        rows = archive.db.execute("SELECT plan, number, due_at IS NULL FROM rereads").fetchall()
    assert rows == [("edited", 0, 0)]


def test_text_in_a_frame_is_read(watched: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> None:
    """A frame that holds the text is fetched as part of its page, alerts, and is kept as evidence."""
    show(portal, '<iframe src="/c/1.htm" width="100%"></iframe>', beside=f"<div class='column'><ul>{HOT}</ul></div>")
    portal.serve("/c/1.htm", f"<html><body>{TEXT}</body></html>")
    run = watched.crawl("--deliver")
    assert (run["announcements"], run["extracted"], run["flaws"]) == (1, 1, {})
    assert kept(watched)["text"].startswith(PRESS_CONFERENCE.paragraphs[0])
    assert "热点" not in kept(watched)["text"]
    with Archive(watched.archive) as archive:
        (frame,) = archive.articles.page(int(archive.revisions.find(portal.url + PATH) or 0)).frames
    assert frame.final_url == f"{portal.url}/c/1.htm"


def test_document_in_a_frame_is_read(watched: Futurewatch, portal: LocalPortal) -> None:
    """A viewer that is handed a PDF shows that PDF: it is read as the page's attachment."""
    show(portal, '<iframe src="/pdfjs/web/viewer.html?file=%2Fup%2Fplan.pdf" width="800" height="900"></iframe>')
    lines = ["海南省人民政府印发《海南省未来产业促进行动方案（2026—2030年）》。", "到2030年，建成15个未来产业先导区。"]
    portal.serve("/up/plan.pdf", pdf(lines), headers={"Content-Type": "application/pdf"})
    assert watched.crawl()["announcements"] == 1
    assert not portal.asked("/pdfjs/web/viewer.html?file=%2Fup%2Fplan.pdf")


def test_frame_in_a_frame_is_read(watched: Futurewatch, portal: LocalPortal) -> None:
    """A frame that only leads on is looked through."""
    show(portal, '<iframe src="/c/outer.htm"></iframe>')
    portal.serve("/c/outer.htm", '<html><body><iframe src="inner.htm"></iframe></body></html>')
    portal.serve("/c/inner.htm", f"<html><body>{TEXT}</body></html>")
    assert watched.crawl()["announcements"] == 1


@pytest.mark.parametrize(
    "frame",
    ['<iframe src="/video/player.html"></iframe>', '<iframe src="https://map.example.org/embed"></iframe>',
     '<iframe src="/ad/1.html"></iframe>', '<iframe src="/c/1.htm" width="1" height="1"></iframe>',
     '<iframe src="/c/1.htm" style="display:none"></iframe>'],
    ids=["player", "map", "advertisement", "counter", "hidden"],
)  # fmt: skip
def test_other_frames_are_not_asked_for(watched: Futurewatch, portal: LocalPortal, frame: str) -> None:
    """Players, maps, advertisements and what nobody sees are left alone."""
    show(portal, frame)
    run = watched.crawl()
    assert run["not_extracted"] == 1
    assert {asked.path for asked in portal.log} <= {
        "/robots.txt", "/zwgk/", PATH, path_of(PRESS_CONFERENCE), *(path_of(s) for s in GOVERNMENT[:2])
    }  # fmt: skip


def test_frame_with_a_list_is_not_taken(watched: Futurewatch, portal: LocalPortal) -> None:
    """A frame of hot news is no text: the page counts as one whose frame was not read."""
    show(portal, '<iframe src="/c/list.htm"></iframe>')
    links = "".join(f"<li><a href='/n/{n}.html'>我省未来产业发展大会的第{n}条新闻</a></li>" for n in range(9))
    portal.serve("/c/list.htm", f"<html><body><ul>{links}</ul></body></html>")
    assert watched.crawl()["flaws"] == {"frame": 1}
    assert "未来产业" not in kept(watched)["text"]


def test_frame_that_is_filled_later_is_read_again(watched: Futurewatch, portal: LocalPortal) -> None:
    """An outer page that stays the same does not hide that its frame has got a text."""
    show(portal, '<iframe src="/c/1.htm"></iframe>')
    portal.serve("/c/1.htm", "<html><body></body></html>")
    assert watched.crawl()["flaws"] == {"frame": 1}
    portal.serve("/c/1.htm", f"<html><body>{TEXT}</body></html>")
    let_time_pass(watched)
    assert watched.crawl()["announcements"] == 1


def test_day_of_the_list_is_used(watched: Futurewatch, portal: LocalPortal) -> None:
    """A page without a day has that of its row, to the day, and says where it comes from."""
    rows = [("/zwgk/a/950.html", TITLE, str(TODAY)), ("/up/951.pdf", "方案", "2026-03-02")]
    portal.serve("/zwgk/", listing_page(rows))
    portal.serve("/zwgk/a/950.html", page(TEXT, day=""))
    portal.serve("/up/951.pdf", pdf(["本方案自印发之日起施行。"]), headers={"Content-Type": "application/pdf"})
    watched.crawl()
    assert (kept(watched)["published_at"], kept(watched)["published_precision"]) == (str(TODAY), "day")
    with Archive(watched.archive) as archive:
        dated = archive.db.execute(
            "SELECT published_at, published_from FROM articles WHERE published_from = 'listing' ORDER BY published_at"
        ).fetchall()
    assert dated == [("2026-03-02", "listing"), (str(TODAY), "listing")]


@pytest.mark.parametrize(("apart", "doubt"), [(2, False), (3, True)])
def test_days_that_disagree_are_said(watched: Futurewatch, portal: LocalPortal, apart: int, doubt: bool) -> None:
    """The page's own day stands; a list that is more than two days off is a doubt that the article keeps."""
    own = TODAY - timedelta(days=apart)
    rows = [("/zwgk/a/950.html", TITLE, str(TODAY))]
    portal.serve("/zwgk/", listing_page(rows))
    portal.serve("/zwgk/a/950.html", page(TEXT, day=str(own)))
    watched.crawl()
    assert kept(watched)["published_at"] == str(own)
    with Archive(watched.archive) as archive:
        ((said,),) = archive.db.execute("SELECT published_doubt FROM articles WHERE title = ?", [TITLE]).fetchall()
    assert said == (f"listing {TODAY}" if doubt else None)


def test_sample_pages_are_texts(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Ordinary pages have no flaws and are not read again for want of a text."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT, PRESS_CONFERENCE)
    run = futurewatch.crawl()
    assert (run["fetched"], run["extracted"], run["failed"], run["flaws"]) == (4, 4, 0, {})
    with Archive(futurewatch.archive) as archive:
        assert archive.db.execute("SELECT count(*) FROM rereads WHERE plan = 'unfilled'").fetchone() == (0,)
