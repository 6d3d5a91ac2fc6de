"""Announcements: one message for each act, an update for what is new about it, whatever happens in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.dedupe import keys_of_title, keys_of_waiting
from crawler.detect.lexicon import load_lexicon
from crawler.intake import Notify
from invented_acts import DAY, PLAN, REWRITE, Said, Told, after, nobody, noon
from invented_acts import take as take_in_said
from scheduler.review.pages.reading import read_article
from storage.archive import Archive
from storage.records import Announcement

LEXICON = load_lexicon()
NAME = "贵州省算力装备产业培育行动计划（2025—2028年）"
NEWS = Said(
    title="算力装备要有37个加速器", text=REWRITE, names=[NAME], region="520000", source="paper", publisher="高原晚报"
)
NOTICE = Said(
    title=f"贵州省人民政府办公厅关于印发{NAME}的通知", names=[NAME], region="520000", number="黔府办发〔2025〕11号",
    issuers=["贵州省人民政府办公厅"], signed=DAY, source="gov", publisher="贵州省人民政府", day=after(days=21),
)  # fmt: skip


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        prepare(opened)
        yield opened


def prepare(archive: Archive) -> None:
    """Declare a paper and two portals of authorities."""
    for id, kind in (("paper", "news"), ("gov", "government"), ("office", "department")):
        row = {"id": id, "name": id, "region": "520000", "level": "province", "kind": kind}
        archive.runs.register([row])


def take(archive: Archive, notify: Notify, said: Said, *, now: date | None = None) -> tuple[int | None, str]:
    """Take an article in as a crawl does; `now` is the day it is read, else that of its publication."""
    day = now or said.article.published_day or DAY
    taken = take_in_said(archive, said, notify, LEXICON, now=noon(day))
    return taken.announcement_id, taken.role


def the_only(archive: Archive) -> Announcement:
    (one,) = archive.announcements.list(limit=9)
    return one


def test_news_then_official_text(archive: Archive) -> None:
    """The official text three weeks later updates the announcement and leads it; the news stays the earliest."""
    told = Told()
    assert take(archive, told, NEWS)[1] == "new"
    assert take(archive, told, NOTICE)[1] == "update"
    assert told.types == ["new", "updated"]
    one = the_only(archive)
    assert (one.version, one.title, one.document_number) == (2, NOTICE.title, NOTICE.number)
    assert one.earliest is not None
    assert (one.earliest.title, one.first_published_at) == (NEWS.title, str(DAY))


def test_reprints_join_silently(archive: Archive) -> None:
    """Copies, excerpts and further reports, on official portals too, tell nobody and change nothing."""
    told = Told()
    take(archive, told, NOTICE)
    before = the_only(archive)
    copies = [
        replace(NOTICE, title="转载：行动计划", source="paper", url="http://a.example.org/1"),
        replace(NOTICE, source="office", url="http://b.example.org/1"),
        replace(NOTICE, title="要点", text="\n".join(PLAN.split("\n")[1:4]), source="paper", names=[], number=None),
        replace(NEWS, day=after(days=22)),
    ]
    assert [take(archive, told, copy)[1] for copy in copies] == ["reprint"] * 4
    assert told.types == ["new"]
    after_all = the_only(archive)
    assert (after_all.version, after_all.title, len(after_all.mentions)) == (1, before.title, 5)


def test_first_day_is_that_of_the_earliest_article(archive: Archive) -> None:
    """However many days and times the reports give, the act's day is the one that its articles say first."""
    days = [DAY + timedelta(days=2), DAY, noon(DAY), DAY + timedelta(days=1), noon(DAY) - timedelta(hours=1)]
    for number, day in enumerate(days):
        take(archive, nobody, Said(title=f"方案印发{number}", names=[NAME], region="520000", day=day))
        announcement = the_only(archive)
        assert announcement.earliest is not None
        assert announcement.first_published_at == announcement.earliest.published_at


def test_edit_of_a_page_moves_the_first_day(archive: Archive) -> None:
    """A report that is edited to another day moves the act's first day at once, and back when it is edited back."""
    first = replace(NEWS, url="http://paper.example.org/1.html")
    edited = replace(first, text=f"{REWRITE}更正：日期有误。", day=after(days=3))
    for said in (first, edited, first):
        take(archive, nobody, said, now=after(days=4))
        assert the_only(archive).first_published_at == str(said.day)


def test_report_that_adds_nothing_writes_nothing(archive: Archive) -> None:
    """An announcement is completed by what a report knows more, and left as it is where it knows no more."""
    take(archive, nobody, NEWS)
    written: list[str] = []
    archive.db.conn.set_trace_callback(written.append)
    take(archive, nobody, replace(NEWS, url="http://b.example.org/1"))
    assert not [sql for sql in written if sql.startswith("UPDATE announcements SET") and "first_published" not in sql]
    take(archive, nobody, replace(NEWS, url="http://c.example.org/1", issuers=["贵州省发展改革委"]))
    assert the_only(archive).issuers == ("贵州省发展改革委",)
    assert [sql for sql in written if sql.startswith("UPDATE announcements SET issuers")]


def test_interpretation_by_an_authority_is_an_update(archive: Archive) -> None:
    """An authority's 解读 is a new act of the same announcement, once; a paper's is none."""
    told = Told()
    take(archive, told, NOTICE)
    explained = Said(title="行动计划解读", text=REWRITE, names=[NAME], region="520000", act="解读", day=after(days=25))
    assert take(archive, told, replace(explained, source="paper", title="报纸解读"))[1] == "reprint"
    assert (
        take(archive, told, replace(explained, source="office", text="《计划》为什么把时间定在2028年？起草组作答。"))[1]
        == "update"
    )
    again = "问：加速器建在哪里？答：由各市州申报，择优布点，不搞平均分配，名额每年动态调整。"
    assert (
        take(archive, told, replace(explained, source="gov", text=again, url="http://c.example.org/3"))[1] == "reprint"
    )
    assert told.types == ["new", "updated"]


def test_draft_document_and_list_are_a_timeline(archive: Archive) -> None:
    """征求意见, 印发 and 名单 are announcements of one policy; the later ones are updates with higher versions."""
    told = Told()
    draft = Said(
        title=f"关于公开征求《{NAME}（征求意见稿）》意见的公告", names=[f"{NAME}（征求意见稿）"], act="征求意见",
        region="520000", text=PLAN.replace("37", "30"), day=after(days=-70), source="gov",
    )  # fmt: skip
    title = "关于公布第一批算力装备加速器名单的通知"
    sites = Said(
        title=title, names=[title], cited=[NAME], act="名单",
        region="520000", text="经评审，甲乙丙三家入选，名单公布如下。", day=after(days=200), source="gov",
    )  # fmt: skip
    ids = [take(archive, told, said)[0] for said in (draft, NOTICE, sites)]
    assert len(set(ids)) == 3
    assert told.messages == [
        ("announcement.new", ids[0], 1), ("announcement.updated", ids[1], 2), ("announcement.updated", ids[2], 3),
    ]  # fmt: skip
    timeline = archive.announcements.get(ids[2] or 0).timeline
    assert [(step.announcement_id, step.act) for step in timeline] == list(
        zip(ids, ("征求意见", "印发", "名单"), strict=True)
    )


def test_press_conference_for_three_documents(archive: Archive) -> None:
    """A press conference is one announcement naming all; the documents' own texts join it."""
    names = [f"贵州省{track}产业集群培育方案（2025—2028年）" for track in ("量子测量", "大数据装备", "生物育种")]
    told = Told()
    conference = Said(
        title="三份方案同日亮相", names=names, act="发布会", region="520000", text=REWRITE, source="paper"
    )
    opened, _ = take(archive, told, conference)
    for number, name in enumerate(names):
        text = PLAN.replace("37", str(50 + number)).replace("230", str(300 + number))
        page = replace(
            NOTICE, title=f"关于印发{name}的通知", names=[name], number=f"黔工信〔2025〕{number}号", text=text
        )
        assert take(archive, told, page)[0] == opened
    assert sorted(the_only(archive).policy_titles) == sorted(names)
    assert told.types == ["new", "updated"]


def test_old_act_under_a_new_date_that_the_archive_knows(archive: Archive) -> None:
    """A content farm's copy, stamped two years later, joins the act of then and tells nobody."""
    told = Told()
    plain = [NAME.removesuffix("（2025—2028年）")]
    take(archive, told, replace(NOTICE, names=plain, signed=None))
    farm = replace(
        NOTICE, title="贵州发展算力装备", names=plain, number=None, signed=None, day=date(2027, 5, 1), source="paper"
    )
    assert take(archive, told, replace(farm, text=f"{PLAN}\n了解更多旅游信息请登录本站。"))[1] == "reprint"
    assert told.types == ["new"]


def test_old_act_under_a_new_date_that_its_text_gives_away(archive: Archive) -> None:
    """A document signed two years before the page's date opens an announcement that nobody is told of."""
    told = Told()
    take(archive, told, replace(NOTICE, names=["贵州省算力装备产业培育行动计划"], day=date(2027, 5, 1)))
    assert told.types == []
    assert the_only(archive).held_back
    copy = replace(NOTICE, title="转载", names=[], number=None, signed=None, day=date(2027, 5, 2), source="paper")
    assert take(archive, told, copy)[1] == "reprint"
    assert told.types == []


def test_page_that_adds_another_act_is_not_swallowed(archive: Archive) -> None:
    """Of a page that holds a known text, the rest is assessed by itself: a second act is told."""
    from scheduler.demo.samples import PRESS_CONFERENCE as SAMPLE

    told = Told()
    take(archive, told, NOTICE)
    both = replace(
        NOTICE, title="两地同日发文", text=f"{PLAN}\n" + "\n".join([SAMPLE.title, *SAMPLE.paragraphs]), source="paper"
    )
    assert take(archive, told, both)[1] == "new"
    assert told.types == ["new", "new"]
    more = replace(
        NOTICE, title="本地要闻", text=f"{PLAN}\n" + "渔港改造同步推进，冷链仓库向合作社开放。\n" * 3, source="paper"
    )
    assert take(archive, told, more)[1] == "reprint"


def test_digest_and_comment_do_not_join(archive: Archive) -> None:
    """A page below the threshold joins only as a copy, not when it names the document or holds it among others."""
    told = Told()
    take(archive, told, NOTICE)
    digest = replace(
        NOTICE, title="早间精选", text=f"{PLAN}\n" + REWRITE * 3, is_announcing=False, url="http://d.example.org/1"
    )
    comment = Said(
        title="专家谈", text="专家认为，文件来得正是时候。", names=[NAME], region="520000", is_announcing=False
    )
    copy = replace(NOTICE, title="转发", is_announcing=False, url="http://d.example.org/2")
    assert [take(archive, told, one)[1] for one in (digest, comment, copy)] == ["none", "none", "reprint"]


def test_page_below_the_threshold_that_comes_first(archive: Archive) -> None:
    """An act that opens later takes the pages with it that told of it below the threshold, and tells of itself once."""
    told = Told()
    early = replace(NEWS, title="加速器", names=[], tracks=["算力"], is_announcing=False)
    comment = Said(
        title="专家谈", text="专家认为，文件来得正是时候。", names=[NAME], region="520000", is_announcing=False
    )
    late = replace(NOTICE, day=after(days=2), tracks=["算力"])
    assert [take(archive, told, one)[1] for one in (early, comment, late)] == ["none", "none", "new"]
    one = the_only(archive)
    assert {(m.title, m.relation) for m in one.mentions} == {(late.title, "original"), ("加速器", "follow-up")}
    assert (told.types, one.title, one.first_published_at) == (["new"], late.title, str(DAY))
    assert archive.db.count("waiting_keys", "article_id IN (SELECT article_id FROM mentions)") == 0


def test_pages_wait_a_month(archive: Archive) -> None:
    """A page that told of no act within a month waits no longer."""
    take(archive, nobody, replace(NEWS, is_announcing=False))
    assert archive.db.count("waiting_keys") > 0
    take(archive, nobody, replace(NEWS, text="另一件事。", names=[], is_announcing=False, day=after(days=40)))
    assert len(archive.waiting.sharing(keys_of_waiting(replace(NEWS, is_announcing=False).profile))) == 0


def test_first_crawl_is_quiet_but_does_not_swallow(archive: Archive) -> None:
    """What a first crawl filed silently is told when another source reports it while it is news, not later."""
    told = Told()
    take(archive, nobody, NEWS)
    late = replace(NEWS, title="一周后", text=REWRITE[:60], day=after(days=9))
    assert take(archive, told, late)[1] == "reprint"
    assert told.types == []
    take(archive, told, replace(NEWS, title="次日再报", day=after(days=1), url="http://e.example.org/1"))
    assert told.types == ["new"]


@pytest.mark.slow  # hundreds of articles against a month of memory
def test_thirty_days_over_midnight_and_restarts(tmp_path: Path) -> None:
    """Thirty days, three acts a day with reprints up to weeks later, a restart every night: each is told once."""
    told = Told()
    expected = 0
    waiting: list[Said] = []
    for number in range(30):
        with Archive(tmp_path / "archive.db") as archive:
            prepare(archive)
            today = DAY + timedelta(days=number)
            for slot in range(3):
                act = act_of(number * 3 + slot, today)
                take(archive, told, act, now=today)
                expected += 1
                assert len(told.messages) == expected
                waiting += [
                    replace(act, title=f"转载{n}", url=f"http://r{n}.example.org/{number}-{slot}") for n in range(2)
                ]
            for reprint in waiting[number % 5 :: 7]:
                day = today + timedelta(days=number % 2)  # some are read after midnight
                assert take(archive, told, replace(reprint, day=today), now=day)[1] == "reprint"
    assert told.types == ["new"] * 90


def act_of(number: int, day: date) -> Said:
    """Return one of many acts on one template, all of one region: names and numbers tell them apart."""
    field = "".join("金木水火土日月星风云"[int(digit)] for digit in f"{number:03}")
    text = PLAN
    for step, value in enumerate(("37", "64", "230", "520", "900", "1500", "12")):
        text = text.replace(value, str(1000 + 97 * number + step))
    return Said(
        title=f"{field}方案",
        names=[f"贵州省{field}产业培育行动计划"],
        region="520000",
        text=text,
        day=day,
        source="paper",
    )


RACER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from invented_acts import Told
from storage.archive import Archive
import test_announcements as t
with Archive(Path(sys.argv[1])) as archive:
    for n in range(20):
        act = t.act_of(n, t.DAY)
        t.take(archive, Told(), t.replace(act, url=f"http://racer{{sys.argv[2]}}.example.org/{{n}}"))
"""


def test_two_processes_race_with_the_same_acts(tmp_path: Path) -> None:
    """Two processes that find the same twenty acts at the same time make twenty announcements."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        prepare(archive)
    program = RACER.format(tests=str(Path(__file__).parent))
    racers = [subprocess.Popen([sys.executable, "-c", program, str(path), str(n)]) for n in (1, 2)]
    assert [racer.wait(timeout=60) for racer in racers] == [0, 0]
    with Archive(path) as archive:
        found = archive.announcements.list(limit=99)
        assert len(found) == 20
        assert all(len(one.mentions) == 2 for one in found)
        assert len(archive.outbox.list()) == 20


def test_cited_documents_are_found(archive: Archive) -> None:
    """A cited document is found by its title: its issue before its draft, of the region or the nation."""
    draft = Said(title="征求意见", act="征求意见", names=[f"{NAME}（征求意见稿）"], region="520000", source="gov")
    national = Said(title="国家印发", names=["未来产业创新发展实施意见"], region="000000", source="gov", text=REWRITE)
    ids = [take(archive, Told(), one)[0] for one in (draft, NOTICE, national)]
    near = archive.near_duplicates
    assert near.document(keys_of_title(NAME, ["520100", "520000"])) == ids[1]
    assert near.document(keys_of_title("关于印发未来产业创新发展实施意见", ["520000", "000000"])) == ids[2]
    assert near.document(keys_of_title(NAME.replace("2025", "2021"), ["520000"])) is None
    assert near.document(keys_of_title("行动计划", ["520000"])) is None
    call = Said(title="申报通知", act="申报", cited=[NAME, "某某未来产业规划"], region="520100", source="gov")
    taken = take_in_said(archive, call, nobody, LEXICON, now=noon(after(days=40)))
    assert read_article(archive, taken.kept.article_id).documents == {NAME: ids[1]}


def test_district_after_its_city_is_told(archive: Archive) -> None:
    """A district's document with the name of its city's opens an announcement of its own."""
    name, act = "未来产业培育行动计划", Said(title="市里印发", names=[], region="330100", source="gov", text=REWRITE)
    city = replace(act, names=[f"杭州市{name}"], issuers=["杭州市人民政府"])
    district = replace(
        city,
        title="区里印发",
        names=[f"萧山区{name}"],
        region="330109",
        issuers=["萧山区人民政府"],
        text=PLAN,
        day=after(days=3),
    )
    told = Told()
    first, second = take(archive, told, city), take(archive, told, district)
    assert (first[1], second[1]) == ("new", "new")
    flash = replace(
        district, title="萧山区印发行动计划", text=f"萧山区印发《萧山区{name}》。{PLAN[:90]}", source="paper"
    )
    assert take(archive, told, flash) == (second[0], "reprint")
    assert told.types == ["new", "new"]
