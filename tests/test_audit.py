"""The audit of recall: what others reported of an act, held against its issuer's own source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import run_of, sample_page
from conftest import Futurewatch, path_of, publish
from crawler.detect.lexicon import load_lexicon
from crawler.intake import take_in
from crawler.sources import Source, catalogue
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from scheduler.sources.audit import Audited, audit, responsible, shares
from scheduler.sources.routes import open_routes, route_of
from scheduler.sources.weekly_audit import week_of
from storage.archive import Archive
from storage.overview.audit import AuditedAct
from storage.records import Link, Outcome

NOW = datetime(2026, 3, 18, 6, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
LEXICON = load_lexicon()
NAME = "海南省未来产业培育行动计划（2026—2030年）"
OWN = Source(id="gov-460000", name="海南省人民政府", region="460000", level="province", kind="government",
             listings=("https://www.hainan.gov.cn/zwgk/",))  # fmt: skip
NEWS = Source(id="news-460000", name="椰风新闻", region="460000", level="province", kind="news",
              listings=("https://news.example.org/",))  # fmt: skip


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive in which a news portal reported an act."""
    with Archive.in_memory() as archive:
        archive.runs.register(source.row for source in (OWN, NEWS))
        take(archive, PRESS_CONFERENCE, NEWS, "news.example.org", NOW)
        yield archive


def take(archive: Archive, sample: Sample, source: Source, host: str, at: datetime) -> None:
    url = f"https://{host}{path_of(sample)}"
    page = sample_page(sample, url, source=source.id, at=at)
    take_in(page, archive, LEXICON, lambda *_: ())


def visit(archive: Archive, outcome: Outcome, at: datetime = NOW) -> None:
    archive.runs.record(run_of(at, source=OWN.id, outcome=outcome))


def audited(archive: Archive, *sources: Source) -> Audited:
    (one,) = audit(archive, sources or (OWN, NEWS), since=NOW - timedelta(days=1))
    assert one.act.first_source == NEWS.id
    return one


def own_page(title: str, *paragraphs: str) -> Sample:
    return replace(PRESS_CONFERENCE, number=99, title=title, paragraphs=paragraphs, publisher="海南省人民政府")


def test_own_page_is_found_and_its_delay_measured(archive: Archive) -> None:
    """The province's own page of the act is in the archive: how much later than the first sight is said."""
    document = own_page(f"海南省人民政府办公厅关于印发《{NAME}》的通知", *PRESS_CONFERENCE.paragraphs)
    take(archive, document, OWN, "www.hainan.gov.cn", LATER)
    one = audited(archive)
    assert (one.miss, one.late) == (None, timedelta(hours=5))
    assert one.own is not None
    assert one.own.source == OWN.id


def test_routes_by_which_an_act_came_in(archive: Archive) -> None:
    """The news portal was first, its own source five hours later; a site search is a route of its own."""
    search = OWN.model_copy(
        update={"id": "search", "region": "000000", "listings": ("https://sousuo.example.org/search/data?q=x",)}
    )
    document = own_page(f"海南省人民政府办公厅关于印发《{NAME}》的通知", *PRESS_CONFERENCE.paragraphs)
    take(archive, document, OWN, "www.hainan.gov.cn", LATER)
    found = audit(archive, (OWN, NEWS, search), since=NOW - timedelta(days=1))
    assert list(found[0].routes.items()) == [("news", timedelta()), ("own", timedelta(hours=5))]
    share = shares(found)["own"]
    assert (share.found, share.first, share.alone, share.median_late) == (1, 0, 0, timedelta(hours=5))
    assert shares(found)["news"].first == 1
    assert route_of(search, (search.id,)) == "search"
    assert route_of(None, ()) == "gone"


def test_week_is_audited_with_patience(archive: Archive) -> None:
    """The weekly audit names what its own source missed; an act of the last three days has time yet."""
    visit(archive, "ok")
    taken: list[Audited] = []
    for days in (1, 4, 20):
        taken += week_of(archive, (OWN, NEWS), NOW + timedelta(days=days))
    assert [one.miss for one in taken] == ["not listed"]
    assert list(taken[0].routes) == ["news"]


# Acts of each rank, with region and issuer.
KNOWN_ACTS = {
    "工业和信息化部等七部门关于推动未来产业创新发展的实施意见": ("000000", "工业和信息化部"),
    "北京市促进未来产业创新发展实施方案": ("110000", "北京市人民政府办公厅"),
    "上海打造未来产业创新高地发展壮大未来产业集群行动方案": ("310000", "上海市人民政府"),
    "江苏省人民政府关于加快培育发展未来产业的指导意见": ("320000", "江苏省人民政府"),
    "浙江省人民政府办公厅关于培育发展未来产业的指导意见": ("330000", "浙江省人民政府办公厅"),
    "广东省培育发展未来绿色低碳产业集群行动计划": ("440000", "广东省发展和改革委员会"),
    "深圳市培育发展未来产业行动计划": ("440300", "深圳市科技创新局"),
    "杭州市未来产业培育行动计划": ("330100", "杭州市人民政府办公厅"),
    "合肥市未来产业发展规划": ("340100", "合肥市人民政府"),
    "武汉东湖新技术开发区关于促进未来产业发展的若干措施": ("420100", "武汉东湖新技术开发区管理委员会"),
}


def test_known_acts_have_several_routes() -> None:
    """Whoever issues an act, its own source would show it, and at least two other routes stand behind that."""
    for title, (region, issuer) in KNOWN_ACTS.items():
        act = AuditedAct(id=1, title=title, region=region, issuers=(issuer,), policy_titles=(title,),
                         first_seen_at=NOW, first_source="")  # fmt: skip
        own = [source.id for source in responsible(act, catalogue())]
        routes = open_routes(region, own, catalogue())
        assert "own" in routes, title
        assert len(routes) >= 3, (title, routes)


def test_page_on_its_own_host_counts_whoever_led_there(archive: Archive) -> None:
    """A national page that links to the province's own page has found it: nothing is missed."""
    document = own_page(f"海南省人民政府办公厅关于印发《{NAME}》的通知", *PRESS_CONFERENCE.paragraphs)
    take(archive, document, NEWS, "www.hainan.gov.cn", LATER)
    assert audited(archive).miss is None


def test_no_source_of_the_issuer(archive: Archive) -> None:
    """Without a government's or department's source for the region nothing could be found."""
    one = audited(archive, NEWS)
    assert (one.miss, one.expected) == ("no source declared", ())


def test_source_that_is_off(archive: Archive) -> None:
    """A source that is declared and switched off is named with its reason."""
    off = OWN.model_copy(update={"enabled": False, "off_because": "blocked from here"})
    one = audited(archive, off)
    assert (one.miss, one.detail) == ("source switched off", "gov-460000: blocked from here")


def test_source_that_was_ill(archive: Archive) -> None:
    """No healthy visit around that time: the source was ill."""
    visit(archive, "blocked")
    one = audited(archive)
    assert (one.miss, one.detail) == ("source ill", "1 visits: blocked")


def test_source_that_was_not_visited(archive: Archive) -> None:
    """No visit at all around that time."""
    visit(archive, "ok", NOW - timedelta(days=30))
    assert audited(archive).miss == "source not visited"


def test_act_that_was_not_listed(archive: Archive) -> None:
    """The source was read well, and no row named the act."""
    visit(archive, "ok")
    take(archive, GOVERNMENT[0], OWN, "www.hainan.gov.cn", NOW)
    assert audited(archive).miss == "not listed"


def test_row_that_was_not_fetched(archive: Archive) -> None:
    """A row names the act, and its page could not be fetched: with the error and the number of attempts."""
    visit(archive, "ok")
    url = "https://www.hainan.gov.cn/zwgk/202603/t20260318_99.html"
    archive.frontier.note(OWN.id, [(url, Link(url=url, title=f"关于印发《{NAME}》的通知"))], NOW, is_quiet=False)
    archive.frontier.fail(url, "http 500", NOW)
    one = audited(archive)
    assert one.miss == "not fetched"
    assert "http 500 (1 attempts, still due)" in one.detail


def test_page_that_was_not_extracted(archive: Archive) -> None:
    """The page is there, its text is not."""
    take(archive, own_page(f"关于印发《{NAME}》的通知"), OWN, "www.hainan.gov.cn", LATER)
    archive.db.execute("UPDATE articles SET text = '' WHERE source = ?", [OWN.id])
    archive.db.execute("DELETE FROM mentions WHERE article_id IN (SELECT id FROM articles WHERE source = ?)", [OWN.id])
    assert audited(archive).miss == "not extracted"


def test_page_below_the_threshold(archive: Archive) -> None:
    """The page names the document in its title, but was judged to be about something else."""
    reader = own_page("未来产业培育行动计划里的十个瞬间", "今天天气很好，市民纷纷走上街头，享受周末的阳光。" * 5)
    take(archive, reader, OWN, "www.hainan.gov.cn", LATER)
    archive.db.execute("DELETE FROM mentions WHERE article_id IN (SELECT id FROM articles WHERE source = ?)", [OWN.id])
    one = audited(archive)
    assert one.miss == "below the threshold"
    assert "points" in one.detail


def test_department_answers_for_its_own_paper(archive: Archive) -> None:
    """Where an issuer has a source of its own, that one is asked and not the government's."""
    department = OWN.model_copy(update={"id": "miit-460000", "name": "海南省工业和信息化厅", "kind": "department"})
    archive.db.execute("UPDATE announcements SET issuers = ?", [json.dumps(["海南省工业和信息化厅"])])
    assert audited(archive, OWN, department).expected == ("miit-460000",)


def test_audit_as_a_command(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """`audit --json` sums up and lists; an act that its own source shows is no failure."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    futurewatch.crawl()
    said = json.loads(futurewatch.run("audit", "--since", "2020-01-01", "--json"))
    assert (said["acts"], said["shown_by_own_source"], said["missed"]) == (1, 1, {})
    assert said["audited"][0]["own"]["source"] == "hi-gov"
    assert "1 acts, 0 not shown" in futurewatch.run("audit", "--since", "3650d")
