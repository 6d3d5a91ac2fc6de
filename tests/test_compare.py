"""Comparison: regions beside each other, the matrix and who was first, a draft against its document, the graph."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import httpx
import pytest
from click.testing import CliRunner

from growth_judge import grows_linearly
from issued_acts import ACTS, issue
from local_site import LocalSite, local_site
from scheduler.cli import main
from scheduler.questions.compared_regions import compare_regions, matrix
from scheduler.questions.drafts import compared, draft_of, paragraphs_of
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.search.query import Query, parse_query

TODAY = date(2026, 3, 20)
DRAFT = """第一条 目标
三年内起降点累计一千二百个，重点县有点。
第二条 资金
省级财政视情统筹。
第三条 附则
本计划由省发展改革委解释。"""
FINAL = """第一条 目标
三年内起降点累计一千五百个，县县有点。
第二条 资金
省级财政三年统筹12亿元，以奖代补。
第三条 观光飞行
观光飞行另行规定，夜航须报备。
第四条 附则
本计划由省发展改革委解释。"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    """The review site over the invented acts of many provinces."""
    folder = tmp_path_factory.mktemp("compare")
    with Archive(folder / "archive.db") as archive:
        issue(archive)
    with local_site(folder) as opened:
        yield opened


@pytest.fixture
def issued(archive: Archive) -> Archive:
    """An archive with the invented acts."""
    issue(archive)
    return archive


def id_of(archive: Archive, region: str, act: str) -> int:
    rows = archive.db.execute("SELECT id FROM announcements WHERE region = ? AND act = ?", [region, act]).fetchall()
    return int(rows[0][0])


def test_regions_stand_beside_each_other_with_quotes(issued: Archive) -> None:
    """Counts, first act, goals by year and kind, measures: each in words of an article."""
    guangdong, sichuan = compare_regions(issued, ["440000", "510000"], Query(), today=TODAY)
    assert (guangdong.acts, guangdong.first and guangdong.first.day) == (2, "2026-01-12")
    assert {one.name for one in guangdong.tracks} == {"低空经济", "人形机器人"}
    kinds = {(some.year, some.kind) for some in guangdong.targets}
    assert {(2030, "规模"), (2030, "企业")} <= kinds
    texts = {row[0]: row[1] for row in issued.db.execute("SELECT id, text FROM articles").fetchall()}
    quoted = [goal for some in (*guangdong.targets, *sichuan.targets) for goal in some.targets]
    quoted += [measure.latest for one in (guangdong, sichuan) for measure in one.measures]
    assert quoted
    assert all(one.quote in texts[one.article] for one in quoted)
    (narrowed,) = compare_regions(issued, ["440000"], parse_query("赛道:低空经济 地区:110000"), today=TODAY)
    assert narrowed.acts == 1


def test_matrix_counts_what_a_scan_counts(issued: Archive) -> None:
    """Every act in its region, track and year, and no other; who was first by day, two of one day both."""
    whole = matrix(issued, Query())
    listed = issued.overview.find(Chosen(), limit=-1)
    scanned = {(one.region, track, one.day[:4]) for one in listed for track in one.tracks if track in whole.tracks}
    assert {(one.region, one.track, one.year) for one in whole.cells} == scanned
    robots = next(one for one in whole.firsts if one.track == "人形机器人")
    assert [one.region.name for one in robots.first] == ["北京市", "上海市"]
    assert [(one.region.name, one.days_later) for one in robots.then] == [("广东省", 41)]
    assert sum(one.count for one in whole.cells if one.track == "低空经济") == sum(
        act.track == "低空经济" for act in ACTS
    )


def test_draft_and_document_are_compared_by_articles() -> None:
    """What was put in between moves nothing: paragraphs are paired, numbers change as a whole, the rest is the same."""
    changes, same = compared(paragraphs_of(DRAFT), paragraphs_of(FINAL))
    assert same == 3  # two headings and the last paragraph
    said = {(one.kind, one.heading) for one in changes}
    assert ("added", "第三条 观光飞行") in said
    money = next(one for one in changes if one.heading == "第二条 资金")
    assert [piece.text for piece in money.after if piece.is_changed] == ["三年", "12亿元，以奖代补"]
    for side in ("before", "after"):
        rebuilt = {"".join(piece.text for piece in getattr(one, side)) for one in changes} - {""}
        assert rebuilt <= {one.text for one in paragraphs_of(DRAFT if side == "before" else FINAL)}


def test_draft_of_a_policy(issued: Archive) -> None:
    """Draft and document of one policy, from whichever act is asked; nothing without both."""
    found = draft_of(issued, id_of(issued, "510000", "征求意见"))
    assert found is not None
    assert (found.draft.act, found.final.act) == ("征求意见", "印发")
    assert found.changes
    assert draft_of(issued, id_of(issued, "340000", "印发")) is None


def test_pages_and_exports(site: LocalSite) -> None:
    """The page, its CSV, the graph as well-formed SVG, the API and what is said of a region that there is not."""
    ask = httpx.Client(timeout=60).get  # a busy machine is no fault
    page = ask(f"{site.url}/compare?region=440000&region=330000")
    assert page.status_code == 200
    assert all(one in page.text for one in ("广东省", "浙江省", "2030 目标", "首发地区"))
    rows = ask(f"{site.url}/compare.csv").text.splitlines()
    assert rows[0].removeprefix("\ufeff") == "region,region_name,track,year,count,is_first"
    with ZipFile(io.BytesIO(ask(f"{site.url}/compare.xlsx").content)) as book:
        sheet, words = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet2", "sharedStrings"))
    assert sheet.count("<row ") == len(rows)
    assert all(one in words for one in ("广东省", "低空经济", "政策条数"))
    assert ask(f"{site.url}/compare?region=999999").status_code == 400
    assert ask(f"{site.url}/compare?q=地区:无此地").status_code == 400
    with Archive(site.archive) as archive:
        id = id_of(archive, "510000", "印发")
    beside = ask(f"{site.url}/compare/acts?act={id}").text
    assert "<q>" in beside
    assert ">原文</a>" in beside
    chain = ask(f"{site.url}/announcements/{id}/chain").text
    drawn = ElementTree.fromstring(chain[chain.index('<svg class="graph"') : chain.index("</svg></div>") + 6])
    assert len(drawn.findall("a")) == 2
    api = f"{site.url}/api/v1"
    assert [one["acts"] for one in ask(f"{api}/compare?region=广东&region=330000").json()] == [2, 1]
    assert ask(f"{api}/compare?region=广东").status_code == 400
    assert ask(f"{api}/compare?region=广东&region=无此地").status_code == 400
    assert ask(f"{api}/matrix?q=赛道:氢能").json()["tracks"] == ["氢能"]
    assert ask(f"{api}/acts/{id}/draft").json()["changes"]


def test_texts_made_to_be_hard_to_compare() -> None:
    """Paragraphs of the same two characters in any order: the work grows with their number, and ends."""
    chance = random.Random(7)

    def compare(length: int) -> None:
        sides = [paragraphs_of("\n".join("".join(chance.choices("甲乙", k=500)) for _ in range(length))) for _ in "ab"]
        assert sum(len(one.before) > 0 for one in compared(*sides)[0]) == length

    assert grows_linearly(compare, 16)


def test_command(tmp_path: Path) -> None:
    """Regions beside each other as JSON and as a table; one region is wrong use."""
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive)
    (tmp_path / "config.toml").write_text('[archive]\npath = "archive.db"\n', encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["compare", *arguments, "--config", str(tmp_path / "config.toml")])
        return done.exit_code, done.stdout

    assert [one["acts"] for one in json.loads(run("广东", "浙江", "--json")[1])] == [2, 1]
    assert "浙江省" in run("广东", "浙江")[1]
    assert json.loads(run("--query", "赛道:氢能", "--json")[1])["tracks"] == ["氢能"]
    assert (run("广东")[0], run("广东", "无此地")[0]) == (2, 2)
