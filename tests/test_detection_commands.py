"""The commands that live with the detection: queue, verdicts, rules, reassess, evaluate, tune, rising."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from builders import page_of
from crawler.detect.lexicon import SHIPPED, load_lexicon
from crawler.intake import settle
from crawler.reading import judge_article
from scheduler.cli import main
from scheduler.config.config import load
from scheduler.config.program import lexicon_of
from storage.archive import Archive
from storage.records import BEIJING, Article

NOW = datetime.now(UTC)
PLAN = "云杉省未来产业培育行动计划（2031—2033年）"
ARTICLES = (
    (f"云杉省印发《{PLAN}》", f"近日，云杉省人民政府办公厅印发《{PLAN}》，提出建成3个先导区。"),
    ("省里将制定文件", f"专家研讨会认为，《{PLAN}》对未来产业意义重大。"),
)


@dataclass
class Filled:
    """The command over an archive; it runs in this process, thirty fresh ones would take half a minute."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.folder / "archive.db"

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command and return its stdout; its exit code must be `code`."""
        done = CliRunner().invoke(main, [*arguments, "--config", str(self.config)])
        assert done.exit_code == code, f"exit {done.exit_code}\n{done.output}\n{done.exception!r}"
        return done.stdout


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """The command over an archive with an announcement and an article about it."""
    filled = Filled(tmp_path)
    filled.config.write_text('[archive]\npath = "archive.db"\n[crawl]\ncontact = "mailto:a@example.org"\n')
    with Archive(filled.archive) as archive:
        for number, (title, text) in enumerate(ARTICLES, 1):
            url = f"https://example.org/{number}.html"
            page = page_of(b"", url, source="gov", at=NOW)
            day = (NOW - timedelta(days=number)).astimezone(BEIJING).date()
            article = Article(url=url, title=title, text=text, published_at=day)
            judged = judge_article(page, article, load_lexicon())
            settle(page, judged, archive=archive, lexicon=load_lexicon(), notify=lambda *_: ())
    return filled


def lexicon(folder: Path, name: str, *changes: tuple[str, str]) -> str:
    """Write the shipped lexicon with some text replaced, and return where it is."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_reassess_with_another_lexicon(filled: Filled) -> None:
    """`reassess` keeps what the configured lexicon says and reports what changed; nothing goes to the outbox."""
    path = lexicon(filled.folder, "own.toml", ("threshold = 56.0", "threshold = 199.0"))
    filled.config.write_text(f'{filled.config.read_text()}\n[detect]\nlexicon = "{path}"\n')
    said = json.loads(filled.run("reassess", "--json"))
    assert said["moves"] == [{"from": "announcement", "to": "related", "articles": 1}]
    assert said["articles"] == 2
    assert "announcement -> related" not in filled.run("reassess"), "the second time nothing changes"


def test_rules_diff(filled: Filled) -> None:
    """`rules diff` names the alerts lost and gained since a day or a duration, and exits with 0."""
    old = lexicon(filled.folder, "old.toml")
    new = lexicon(
        filled.folder, "new.toml", ("named_core = 41.0", "named_core = -4.0"), ("opinion = 1.0", "opinion = 0.0")
    )
    lost = json.loads(filled.run("rules", "diff", old, new, "--since", "90d", "--json"))
    assert [change["title"] for change in lost["lost"]] == [ARTICLES[0][0]]
    assert lost["gained"] == []
    assert "1 alerts gained, 0 lost" in filled.run("rules", "diff", new, old, "--since", "2000-01-01")
    assert "0 alerts gained, 0 lost" in filled.run("rules", "diff", old, new, "--since", "0d")


def test_rules_diff_of_a_broken_lexicon(filled: Filled) -> None:
    """A lexicon with a fault is wrong use: exit code 2."""
    old = lexicon(filled.folder, "old.toml")
    new = lexicon(filled.folder, "new.toml", ("named_core", "named_corn"))
    filled.run("rules", "diff", old, new, code=2)
    filled.run("rules", "diff", old, old, "--since", "soon", code=2)


def test_rules_preview(filled: Filled) -> None:
    """`rules preview` names the alerts that other rules or another threshold lose; a rule that is off loses none.

    The lexicon's version has a mark where rules took part.
    """
    changed, text = filled.folder / "new.toml", filled.config.read_text()
    rule = '[[rule]]\nname = "试"\nany = ["未来产业"]\npoints = { title = -200, lead = -200, body = 0 }\n'
    changed.write_text(text + rule, encoding="utf-8")
    lost = json.loads(filled.run("rules", "preview", str(changed), "--json"))["lost"]
    assert [change["title"] for change in lost] == [ARTICLES[0][0]]
    assert re.fullmatch(r"[\d.]+~[0-9a-f]{8}", lexicon_of(load(changed)).version)
    changed.write_text(f"{text}{rule}enabled = false\n", encoding="utf-8")
    assert "0 alerts gained, 0 lost" in filled.run("rules", "preview", str(changed))
    changed.write_text(f"{text}[detect]\nthreshold = 300\n", encoding="utf-8")
    assert "0 alerts gained, 1 lost" in filled.run("rules", "preview", str(changed))
    changed.write_text(text + rule + rule, encoding="utf-8")
    filled.run("rules", "preview", str(changed), code=2)


def test_rules_import(filled: Filled) -> None:
    """`rules import` prints rules that config.toml takes, or writes them to a file that is not there yet."""
    words = filled.folder / "frequency_words.txt"
    words.write_text("渔港\n+办法\n!招聘\n", encoding="utf-8")
    printed = filled.run("rules", "import", str(words), "--points", "60")
    filled.config.write_text(f"{filled.config.read_text()}\n{printed}", encoding="utf-8")
    (rule,) = load(filled.config).rule
    assert (rule.must, rule.points.title, rule.points.body) == (("办法",), 60.0, 30.0)
    out = str(filled.folder / "rules.toml")
    filled.run("rules", "import", str(words), "--points", "60", "--out", out)
    assert Path(out).read_text(encoding="utf-8") == printed
    filled.run("rules", "import", str(words), "--out", out, code=2)


def test_verdicts_from_queue_to_export(filled: Filled) -> None:
    """A near miss is listed with its strongest hits, judged by its address, exported, undone, and listed again."""
    with Archive(filled.archive) as archive:
        archive.db.execute("UPDATE assessments SET label = 'related', score = 50 WHERE article_id = 1")
    (near,) = json.loads(filled.run("near-misses", "--json"))
    assert (near["id"], near["score"]) == (1, 50)
    given = json.loads(filled.run("verdict", near["url"], "confirmed", "--reason", "正式文件", "--who", "li", "--json"))
    assert (given["article"], given["who"], given["reason"]) == (1, "li", "正式文件")
    assert "0 found" in filled.run("near-misses")
    (line,) = map(json.loads, filled.run("verdicts", "export").splitlines())
    assert (line["label"], line["title"]) == ("announcement", ARTICLES[0][0])
    filled.run("verdicts", "undo", str(given["id"]))
    assert ARTICLES[0][0] in filled.run("near-misses", "--since", "30d")
    assert "confirmed" in filled.run("verdicts", "list")


def test_verdict_on_nothing(filled: Filled) -> None:
    """An article that is not known is wrong use: exit code 2, nothing noted."""
    filled.run("verdict", "99", "confirmed", code=2)
    filled.run("verdict", "https://example.org/nowhere.html", "watch", code=2)
    filled.run("verdicts", "undo", "7", code=2)
    assert json.loads(filled.run("verdicts", "list", "--json")) == []


def test_export_is_what_evaluate_and_tune_read(filled: Filled) -> None:
    """Exported verdicts can be evaluated and tuned with; a proposal is written only where the operator says."""
    filled.run("verdict", "1", "confirmed")
    filled.run("verdict", "2", "rejected")
    lines = filled.folder / "lines.jsonl"
    lines.write_text(filled.run("verdicts", "export") * 5, encoding="utf-8")
    said = json.loads(filled.run("evaluate", str(lines), "--json"))
    assert (said["hits"], said["quiet"], said["precision"], said["recall"]) == (5, 5, 1.0, 1.0)
    assert "by threshold" in filled.run("evaluate", str(lines))
    before = sorted(filled.folder.iterdir())
    assert "nothing was written" in filled.run("tune", str(lines))
    assert sorted(filled.folder.iterdir()) == before
    out = filled.folder / "proposed.toml"
    filled.run("tune", str(lines), "--no-verdicts", "--out", str(out))
    assert load_lexicon(out).version.endswith("-tuned")
    filled.run("tune", str(lines), "--out", str(out), code=2)


def test_tune_without_lines(filled: Filled) -> None:
    """Too few labelled lines are refused: a weight fitted to them would mean nothing."""
    filled.run("tune", code=2)


def test_rising(filled: Filled) -> None:
    """`rising` answers over an archive of few articles, with nothing."""
    assert json.loads(filled.run("rising", "--weeks", "4", "--json")) == []
