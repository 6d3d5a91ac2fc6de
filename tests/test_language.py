"""Commands speak the reader's language, on any terminal."""

from __future__ import annotations

import ast
import inspect
import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click
import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from conftest import COMMAND, Futurewatch, publish
from crawler.sources.source import Level, SourceKind
from issued_acts import declare
from local_portal import LocalPortal
from scheduler.cli import SECTIONS, main
from scheduler.commands.language import LOCALES, choose
from scheduler.config.log import in_their_language
from scheduler.demo.samples import GOVERNMENT
from scheduler.health.check_words import finding_in_chinese
from scheduler.sources.coverage import COVERAGE_COLUMNS
from storage.archive import Archive
from storage.checks import CheckState
from storage.records import Label, Outcome, Run
from storage.ticks import GapCause
from storage.upkeep.integrity import ORPHAN_ROWS_SQL, SEARCH_INDEX_CHECK

WORDS = LOCALES / "zh/LC_MESSAGES/futurewatch.po"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run([*COMMAND, *arguments], env=plain | environment, capture_output=True, timeout=60, check=False)


def texts(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield all help of a command."""
    if command.help:
        yield inspect.cleandoc(command.help)
    for one in command.params:
        if isinstance(one, click.Option) and one.help and not one.hidden:
            yield one.help
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from texts(found, context)


def test_every_help_has_chinese_words() -> None:
    """A command or option that is added gets its Chinese in scheduler/locale; the compiled file has the same words."""
    with WORDS.open("rb") as file:
        known = read_po(file, locale="zh")
    context = click.Context(main)
    assert [text for text in [*texts(main, context), *SECTIONS] if not known.get(text) or not known[text].string] == []
    made = io.BytesIO()
    write_mo(made, known)
    with WORDS.with_suffix(".mo").open("rb") as file:
        assert made.getvalue() == file.read(), "run .venv/bin/pybabel compile -D futurewatch -d scheduler/locale"
    made.seek(0)
    assert read_mo(made)


def said_in(folder: str, *, by: str) -> Iterator[str]:
    """Yield the texts that modules hand over as they stand to `say`, to tables, or (by "log") to the log."""
    for path in sorted((LOCALES.parents[1] / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case (
                    ast.Call(func=ast.Name(id="say" | "TableRows" as name))
                    | ast.Call(func=ast.Attribute(value=ast.Name(id="log" as name)))
                ) if (name == "log") == (by == "log"):
                    values = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    yield from (value for value in values if isinstance(value, str) and value)


def test_every_word_that_is_said_has_chinese_words() -> None:
    """Headings, cells and sentences of commands, and the messages of the log."""
    with WORDS.open("rb") as file:
        known = read_po(file, locale="zh")
    said = [*said_in("scheduler/commands", by="say"), *said_in("scheduler", by="log"), *said_in("crawler", by="log")]
    cells = (*get_args(Outcome), *get_args(Level), *get_args(SourceKind), *get_args(CheckState), *get_args(Label),
             *get_args(GapCause), *COVERAGE_COLUMNS, *ORPHAN_ROWS_SQL, SEARCH_INDEX_CHECK)  # fmt: skip
    assert len(said) > 100
    assert [one for one in dict.fromkeys([*said, *cells]) if not known.get(one) or not known[one].string] == []


def test_tables_are_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, cells and findings are Chinese, JSON is as it was; so is the log for people."""
    config, now = tmp_path / "config.toml", datetime.now(UTC)
    source = 'name = "门户"\nregion = "460000"\nlevel = "province"\nkind = "news"\nlistings = ["https://e.org/"]'
    config.write_text(f'[archive]\npath = "a.db"\n[sources]\ncatalogue = false\n[[source]]\nid = "hi"\n{source}\n')
    with Archive(tmp_path / "a.db") as archive:
        declare(archive, ["460000"])
        archive.runs.record(Run(source="hi", started_at=now, finished_at=now, outcome="error", cause="dns", error="no"))
    monkeypatch.setenv("LANGUAGE", "zh")
    choose([])

    def shown(*arguments: str) -> str:
        return CliRunner().invoke(main, [*arguments, "--config", str(config)]).stdout

    for words in ("来源  结果", "出错", "域名查不到：no", "还没有设接收端"):
        assert words in shown("status")
    assert "省级  新闻" in shown("sources", "list")
    assert "推送送得到人" in shown("doctor")
    assert "alerts reach people" in shown("doctor", "--json")
    assert in_their_language(None, "", {"event": "listing moved", "source": "hi"})["event"] == "栏目页搬走了"


ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
PAGE = """<html><head><title>海州省印发未来产业行动计划</title></head><body><h1>海州省印发未来产业行动计划</h1>
<div class="TRS_Editor"><p>海州省人民政府办公厅印发《海州省未来产业培育行动计划》，到2030年建成10个未来产业先导区。</p>
<p>行动计划提出培育量子科技和脑机接口产业，现印发给你们，请认真贯彻执行。</p></div><p>上一篇：别的</p></body></html>"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "page.html"), ("读出来的", "未来产业", "词库 2026")),
        (("explain", "nowhere.html"), ("nowhere.html",)),
        (("prune", "--older-than", "90d"), ("会删除：0 篇文章", "加 --yes 才删")),
        (("prune",), ("说明多旧",)),
        (("backup", "copy.db"), ("行，", "MB，完整")),
        (("backup", "a.db"), ("已经有了；--force 会替换",)),
        (("lexicon", "add", "星地谐振"), ("出现在 0 篇相关文章里", "什么都没写")),
        (("lexicon", "add", "未来产业"), ("里已经有“未来产业”：是主题词",)),
        (("lexicon", "undo"), ("没有可撤销的",)),
        (("tune",), ("只有 0 行标注",)),
        (("saved", "remove", "无"), ("没有叫“无”的保存的搜索",)),
        (("announcements", "undo", "7"), ("没有可撤销的",)),
        (("status", "--config", "wrong.toml"), ("没有这一项。最接近的是“contact”。（第 2 行）", "[配置]")),
    ],
)
def test_commands_speak_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """Sentences, refusals and faults of the configuration; no English sentence is left among them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "zh")
    Path("config.toml").write_text('[archive]\npath = "a.db"\n[sources]\ncatalogue = false\n', encoding="utf-8")
    Path("wrong.toml").write_text('[crawl]\ncontakt = "mailto:a@b.cn"\n', encoding="utf-8")
    Path("page.html").write_text(PAGE, encoding="utf-8")
    Archive(Path("a.db")).close()
    choose([])
    done = CliRunner().invoke(main, list(arguments), prog_name="futurewatch")
    shown = re.sub(r"futurewatch [a-z-]+ ?[a-z-]*", "", done.output)
    assert [words for words in said if words not in shown] == [], shown
    assert [line for line in shown.splitlines() if ENGLISH.search(line) and line[0] not in "+ -"] == []  # of a diff


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("/c.toml holds a secret, and others can read it: chmod 600", "/c.toml 里有密钥，别人也能读：chmod 600"),
        ("130 s behind the clocks of 3 portals' answers", "比 3 次网站回答的时钟慢 130 秒"),
        ("endpoint team: it refuses connections", "接收端 team：拒绝连接"),
        ("database disk image is malformed", "database disk image is malformed"),
    ],
)
def test_findings_in_chinese(finding: str, said: str) -> None:
    assert finding_in_chinese(finding) == said


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("--lang", "zh", "--help"), {}, "常驻运行"),
        (("--help",), {"LANG": "zh_CN.UTF-8"}, "看住政府网站"),
        (("crawl", "--lang=zh", "--help"), {}, "现在访问所有启用的来源"),
        (("--lang", "en", "--help"), {"LANG": "zh_CN.UTF-8"}, "Run the daemon"),
        (("--lang", "zh", "--help"), {"PYTHONIOENCODING": "latin-1"}, "Run the daemon"),
    ],
)
def test_language_of_help(arguments: tuple[str, ...], environment: dict[str, str], said: str) -> None:
    """By --lang, wherever it stands, or the locale; English where a terminal has no Chinese characters."""
    done = run(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout.decode()


def test_unknown_language_is_wrong_use() -> None:
    done = run("--lang", "fr", "status")
    assert done.returncode == 2
    assert b"en | zh" in done.stderr


def test_no_terminal_ends_a_command(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Where latin-1 is all, Chinese is written as JSON writes it: a document stays one, a table has an end."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    futurewatch.crawl()
    futurewatch.environment["PYTHONIOENCODING"] = "latin-1"
    titles = {json.loads(line)["title"] for line in futurewatch.run("export").splitlines()}
    assert titles == {sample.title for sample in GOVERNMENT[:2]}
    for encoding in ("latin-1", "ascii"):
        futurewatch.environment["PYTHONIOENCODING"] = encoding
        assert "hi-gov" in futurewatch.run("sources", "list")
