"""Every figure of the detection, measured on labelled lines: labels, facts, beginnings, pairs, with intervals."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.detect.lexicon import load_lexicon
from scheduler.cli import main
from scheduler.tuning.evaluate import LabelledRow, row_of
from scheduler.tuning.figures import Figure, figures_of
from scheduler.tuning.measure import MeasuredLine, by_group, figures, measure, missing_fields
from scheduler.tuning.name_forms import found_in, issuer_form, title_form, track_form
from scheduler.tuning.shares import LEAST_ACTS, Share, f1_interval
from scheduler.tuning.truth import TruthError, level_of, truth_of

LEXICON = load_lexicon()
PLAN = "松原市未来产业培育行动计划（2029—2031年）"
TRUE: dict[str, Any] = {
    "act": "印发", "region": {"code": "220700", "name": "松原市"}, "issuers": ["松原市政府办公室"],
    "policy_titles": [PLAN], "document_number": None, "tracks": ["未来氢能产业"],
    "targets": [{"year": 2031, "text": "到2031年建成4个先导区"}], "announcement": "sy-plan", "policy": "sy",
}  # fmt: skip


def plan(id: str = "plan", /, **more: Any) -> dict[str, Any]:
    """Return a line that announces a plan."""
    text = f"近日，松原市人民政府办公室印发《{PLAN}》，提出到2031年建成4个先导区，重点发展氢能等产业。"
    return {"id": id, "title": f"松原市印发《{PLAN}》", "body": text, "label": "announcement"} | TRUE | more


def talk(id: str = "talk", /, **more: Any) -> dict[str, Any]:
    """Return a line that talks of the topic."""
    return {
        "id": id,
        "title": "未来产业怎么看",
        "body": "受访者说，未来产业离不开耐心资本。",
        "label": "related",
    } | more


def rows(*lines: Mapping[str, Any]) -> list[LabelledRow]:
    """Return lines as they are read."""
    return [row_of(line, name=str(number)) for number, line in enumerate(lines)]


def measured(*lines: Mapping[str, Any]) -> list[MeasuredLine]:
    """Return what is measured of lines."""
    return measure(rows(*lines), LEXICON)


def by_key(found: Sequence[Figure]) -> dict[str, Figure]:
    """Return figures by their keys."""
    return {one.kind.key: one for one in found}


def test_line_that_is_all_right() -> None:
    """Of an announcement whose truth is what is said every fact is right, however its names are written."""
    (one, _) = measured(plan(), talk())
    assert one.wrong == ()
    assert one.counted["issuers_recall"] == one.counted["tracks_recall"] == one.counted["regions"] == (1, 1)
    assert one.counted["act:印发_precision"] == one.counted["act:印发_recall"] == (1, 1)
    assert one.counted["target_years_precision"] == one.counted["document_numbers"] == (1, 1)


@pytest.mark.parametrize(
    ("field", "truth", "wrong"),
    [
        ("act", "立法", {"acts", "act:立法_recall", "act:印发_precision"}),
        ("region", "220000", {"regions"}),
        ("issuers", ["白城市财政局"], {"issuers_precision", "issuers_recall"}),
        ("issuers", ["松原市政府办公室", "松原市财政局"], {"issuers_recall"}),
        ("policy_titles", [], {"policy_titles_precision"}),
        ("tracks", ["氢能", "深海装备"], {"tracks_recall"}),
        ("targets", [{"year": 2029, "text": "到2029年"}], {"target_years_precision", "target_years_recall"}),
        ("document_number", "松政办发〔2029〕3号", {"document_numbers"}),
    ],
)
def test_fact_that_is_wrong(field: str, truth: object, wrong: set[str]) -> None:
    """A fact that is not what is true counts against its own figures only."""
    (one, *_) = measured(plan(**{field: truth}))
    assert set(one.wrong) == wrong


def test_field_that_a_line_lacks() -> None:
    """A field that a line does not have is not measured and is said; an empty list says that there is nothing."""
    bare: dict[str, Any] = {
        key: value for key, value in plan().items() if key not in {"issuers", "act", "announcement"}
    }
    lines = rows(bare, plan("again", tracks=[]), talk())
    assert missing_fields(lines) == {"act": 1, "announcement": 1, "issuers": 1}
    one, other, _ = measure(lines, LEXICON)
    assert "issuers_recall" not in one.counted
    assert "acts" not in one.counted
    assert other.counted["tracks_precision"] == (0, 1)


def test_labels() -> None:
    """General plans count in the loose figures only; the three labels only where every line has one of them."""
    lines = [plan("1"), plan("2", depth="section"), talk("3", label="announcement"), plan("4", label="related")]
    found = by_key(figures(measured(*lines)))
    assert (found["strict_precision"].right, found["strict_precision"].asked) == (1, 2)
    assert (found["strict_recall"].right, found["strict_recall"].asked) == (1, 2)
    assert (found["loose_recall"].right, found["loose_recall"].asked) == (2, 3)
    assert (found["labels"].right, found["labels"].asked) == (2, 4)
    assert "labels" not in by_key(figures(measured(plan(), talk(label="other"))))


def test_beginnings() -> None:
    """An announcement that the title hides is found by as many characters as it takes, and not by fewer."""
    before = "市政府办公室昨天上午把一份文件挂上网站，许多企业等了很久，三位负责人逐条作了说明，记者在现场看到，"
    text = f"{before}松原市人民政府办公室印发《{PLAN}》。"
    (one,) = measured(plan(title="企业等来一份文件", body=text))
    assert [one.counted[f"recall_{name}"] for name in ("title", "60", "120")] == [(0, 1), (0, 1), (1, 1)]
    (whole,) = measured(plan())
    assert whole.counted["recall_title"] == (1, 1)
    (section,) = measured(plan(depth="section"))
    assert "recall_title" not in section.counted


def test_pairs() -> None:
    """Lines of one act join, those of two acts stay apart, and two acts of one policy are asked neither way."""
    other = "通榆县低空经济发展条例"
    law = plan(
        "law",
        title=f"通榆县通过《{other}》",
        body=f"县人大常委会表决通过《{other}》。",
        announcement="ty-law",
        policy="ty",
    )
    one, again, follows, stranger, copy = measured(
        plan(), plan("again", title="松原出台未来产业计划"), plan("explains", announcement="sy-reading"), law,
        plan("copy", announcement="elsewhere", policy="elsewhere"),
    )  # fmt: skip
    assert one.counted["reprint_pairs_recall"] == (0, 0)
    assert again.counted["reprint_pairs_recall"] == again.counted["reprint_pairs_precision"] == (1, 1)
    assert follows.counted["reprint_pairs_precision"] == (0, 0)
    assert stranger.counted["reprint_pairs_precision"] == (0, 0)
    assert copy.counted["reprint_pairs_precision"] == (0, 3)
    assert "reprint_pairs_recall" not in measured({**plan(), "announcement": None})[0].counted


def test_lines_of_one_name_are_two_lines() -> None:
    """Two lines with one id, as in files that were put together, are two reports and not a page that was edited."""
    _, again = measured(plan("same"), plan("same", title="松原出台未来产业计划"))
    assert again.counted["reprint_pairs_recall"] == (1, 1)


def test_groups() -> None:
    """Lines are grouped by act, level, depth, length, genre and trap; levels and lengths stand in their own order."""
    county = plan("county", region={"code": "220721", "name": "前郭县"}, genre="flash", traps=["a", "b"])
    groups = by_group(measured(county, plan("long", body="。" * 900), talk()))
    assert {name: list(values) for name, values in groups.items()} == {
        "act": ["印发"], "level": ["city", "county"], "length": ["to 120", "from 801"], "genre": ["flash"],
        "traps": ["a", "b"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "issuer", "level"),
    [
        ("000000", "工业和信息化部", "ministry"), ("000000", "国务院国有资产监督管理委员会", "ministry"),
        ("220000", "吉林省人民政府", "province"), ("310000", "上海市科学技术委员会", "province"),
        ("220700", "松原市人民政府", "city"), ("220100", "长春净月高新区管委会", "zone"),
        ("310115", "浦东新区人民政府", "county"),
    ],
)  # fmt: skip
def test_levels(code: str, issuer: str, level: str) -> None:
    """The level is told by the code and the first issuer, unless the line says it."""
    row = {"region": code, "issuers": [issuer]}
    assert level_of(row, truth_of(row)) == level
    assert level_of({**row, "level": "own"}, truth_of(row)) == "own"
    assert level_of({}, truth_of({})) is None


@pytest.mark.parametrize(
    "row", [{"issuers": "松原市"}, {"issuers": [1]}, {"targets": ["2030"]}, {"region": 220000}, {"act": ["印发"]}]
)
def test_field_of_another_kind(row: dict[str, Any]) -> None:
    """A field of another kind is refused, and named."""
    with pytest.raises(TruthError, match=next(iter(row))):
        truth_of(row)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("省工信厅", "吉林省工业和信息化厅"), ("中共松原市委", "松原市委"), ("市发改委", "松原市发展和改革委员会"),
        ("省卫健委", "吉林省卫生健康委员会"), ("松原市政府", "松原市人民政府办公室"), ("科技部", "科学技术部"),
        ("省人大常委会", "吉林省人民代表大会常务委员会"),
    ],
)  # fmt: skip
def test_issuers_of_two_names(one: str, other: str) -> None:
    """Short and full names of an authority are one, with its place and without."""
    assert found_in([one], [other], issuer_form) == found_in([other], [one], issuer_form) == (1, 1)


def test_names_that_are_two() -> None:
    """Two offices, two documents and two tracks are not one; what holds nothing is like nothing."""
    assert found_in(["省财政厅"], ["省科技厅"], issuer_form) == (0, 1)
    assert found_in(["松原市氢能条例"], ["松原市低空条例"], title_form) == (0, 1)
    assert found_in(["深海"], ["深空", ""], track_form) == (0, 1)


def test_titles_and_tracks() -> None:
    """A document's name is known without its years and marks, a track without 产业 and 未来."""
    assert title_form(f"《{PLAN}》") == title_form("松原市未来产业培育行动计划") == "松原市未来产业培育行动计划"
    assert found_in(["未来低空经济产业", "6G"], ["低空", "第六代移动通信"], track_form) == (2, 2)
    assert track_form("未来产业") == "未来产业"


@pytest.mark.parametrize(
    ("right", "asked", "low", "high"),
    [(10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (45, 50, 0.786, 0.957), (0, 0, 0.0, 1.0)],
)
def test_wilson(right: int, asked: int, low: float, high: float) -> None:
    """The interval of a share is Wilson's: of ten right ones it still reaches down to .72."""
    assert Share(right, asked).interval == pytest.approx((low, high), abs=0.001)


def test_bootstrap_draws_acts() -> None:
    """Pages of one act are drawn together: forty acts of five pages are less sure than two hundred of one."""
    pages = [[int(n % 5 > 0)] * 2 for n in range(40)]
    one_by_one = [[*page, *page] for page in ([right, 1] for right, _ in pages) for _ in range(5)]
    together = [[5 * right, 5, 5 * right, 5] for right, _ in pages]
    low, high, kind = f1_interval(one_by_one)
    wide_low, wide_high, _ = f1_interval(together)
    assert kind == "bootstrap"
    assert wide_high - wide_low > 1.8 * (high - low)
    assert f1_interval(together) == f1_interval(together), "the same lines have the same interval"


def test_bootstrap_that_cannot_tell() -> None:
    """Where nothing went wrong, or few acts are there, an F1 is as unsure as its precision and recall."""
    all_right = [[1, 1, 1, 1]] * 20
    low, high, kind = f1_interval(all_right)
    assert (round(low, 3), round(high, 3), kind) == (0.839, 1.0, "of precision and recall")
    assert f1_interval([[0, 1, 0, 1]] * (LEAST_ACTS - 1))[2] == "of precision and recall"


def test_macro_f1_weighs_acts_alike() -> None:
    """One rare act that is always wrong costs as much as a common one."""
    lines = [("a", {"act:印发_precision": (9, 10), "act:印发_recall": (9, 9)}), ("b", {"act:名单_recall": (0, 1)})]
    (found,) = figures_of(lines, only=["acts_macro_f1"])
    assert found.value == pytest.approx((2 * 0.9 / 1.9 + 0) / 2)


def test_precision_needs_others() -> None:
    """Of announcements alone no precision is told: no alarm about them can be false."""
    assert "loose_precision" not in by_key(figures(measured(plan())))
    assert by_key(figures(measured(plan(), talk())))["loose_precision"].value == 1.0


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A file of labelled lines beside a configuration."""
    (tmp_path / "config.toml").write_text('[archive]\npath = "a.db"\n[crawl]\ncontact = "mailto:a@example.org"\n')
    file = tmp_path / "lines.jsonl"
    some = [plan("1"), plan("2", issuers=["白城市财政局"]), talk("3"), talk("4", label="announcement", act="印发")]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in some), encoding="utf-8")
    return file


def run(lines: Path, *more: str, code: int = 0, **environment: str) -> str:
    """Run `evaluate` over the lines and return what it prints."""
    arguments = ["evaluate", str(lines), "--config", str(lines.parent / "config.toml"), *more]
    done = CliRunner().invoke(main, arguments, env={"LC_ALL": "C.UTF-8"} | environment)
    assert done.exit_code == code, done.output
    return done.stdout


def test_command_as_json(lines: Path) -> None:
    """The document has every figure with its interval, the groups, what is not measured and what is wrong."""
    said = json.loads(run(lines, "--json"))
    assert (said["lines"], said["hits"], said["misses"], said["three_way"]) == (4, 2, 1, 0.75)
    issuers = said["figures"]["issuers_recall"]
    assert (issuers["right"], issuers["asked"], issuers["share"], issuers["interval"]) == (1, 2, 0.5, "wilson")
    assert issuers["low"] < 0.5 < issuers["high"]
    assert said["not_measured"]["issuers"] == 1
    assert said["groups"]["act"]["印发"]["figures"]["acts"]["right"] == 2
    assert {one["id"]: one["wrong"] for one in said["wrong"]}["2"] == ["issuers_precision", "issuers_recall"]


def test_command_for_people(lines: Path) -> None:
    """People read a table of figures, and what was not measured; in a Chinese locale in Chinese."""
    english, chinese = run(lines), run(lines, LC_ALL="zh_CN.UTF-8")
    for words in ("act, macro-F1", "recall by title and 60 characters", "do not say issuers", "by level"):
        assert words in english
    for words in ("宏平均 F1", "标题加前 60 字召回率", "未标注 issuers", "按层级", "市级", "由精确率、召回率"):
        assert words in chinese
    assert "按阈值" in run(lines, LC_ALL="", LC_MESSAGES="", LANG="zh_SG.UTF-8")


def test_command_writes_a_table(lines: Path) -> None:
    """With --csv each figure of all lines and of each group is a row; a folder that is not there is wrong use."""
    target = lines.parent / "figures.csv"
    run(lines, "--csv", str(target))
    with target.open(encoding="utf-8-sig", newline="") as opened:
        found = list(csv.DictReader(opened))
    assert {row["field"] for row in found} == {"", "act", "level", "length"}
    (issuers,) = [row for row in found if (row["field"], row["figure"]) == ("", "issuers_recall")]
    assert (issuers["share"], issuers["right"], issuers["asked"], issuers["lines"]) == ("0.5", "1", "2", "4")
    run(lines, "--csv", str(lines.parent / "nowhere" / "figures.csv"), code=2)


def test_command_names_the_line_with_a_fault(lines: Path) -> None:
    """A field of another kind is refused with the file, the line and the field."""
    lines.write_text(json.dumps(plan(targets="2030")), encoding="utf-8")
    assert "targets must be" in CliRunner().invoke(
        main, ["evaluate", str(lines), "--config", str(lines.parent / "config.toml")]
    ).output  # fmt: skip
    run(lines, code=2)
