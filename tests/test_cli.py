"""The commands as scripts see them: JSON on stdout, logs on stderr, the exit codes that README.md names."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

import click
import pytest

from conftest import Futurewatch, path_of
from forked import run_forked
from local_portal import LocalPortal, article_page, listing_page
from scheduler.cli import WHOLE_SENTENCE_CHARACTERS, main, short_help
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE

ARTICLE = article_page(PRESS_CONFERENCE.title, PRESS_CONFERENCE.paragraphs)
LISTING = listing_page((path_of(s), s.title, s.day) for s in GOVERNMENT)


def line(**fields: str) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def page_line(id: str, page: str) -> str:
    return line(id=id, url="http://example.org/zwgk/", body_base64=base64.b64encode(page.encode()).decode())


def text_line(id: str) -> str:
    return line(id=id, title=PRESS_CONFERENCE.title, text="\n".join(PRESS_CONFERENCE.paragraphs))


@pytest.fixture
def ready(futurewatch: Futurewatch) -> Futurewatch:
    futurewatch.config.write_text("[sources]\ncatalogue = false\n", encoding="utf-8")
    return futurewatch


@pytest.mark.parametrize(
    ("name", "good", "keys"),
    [
        ("extract", page_line("a", ARTICLE),
         {"title", "text", "publisher", "published_at", "published_precision", "document_number", "attachments",
          "agreement"}),
        ("links", page_line("a", LISTING), {"links", "next", "state"}),
        ("assess", text_line("a"),
         {"label", "score", "threshold", "hits", "region", "issuers", "policy_titles", "document_number", "instrument",
          "act", "tracks", "targets", "lexicon_version"}),
        ("group", text_line("a"), {"announcement", "role"}),
    ],
)  # fmt: skip
def test_filter_answers_every_line_in_order(ready: Futurewatch, name: str, good: str, keys: set[str]) -> None:
    """A bad line is answered with its error and exit code 1; the lines around it are worked on."""
    answers = [
        json.loads(row) for row in ready.run(name, stdin=good + "no json\n" + line(id="b") + good, code=1).splitlines()
    ]
    assert [answer["id"] for answer in answers] == ["a", None, "b", "a"]
    assert [("error" in answer) for answer in answers] == [False, True, True, False]
    assert keys | {"id"} <= answers[0].keys()
    whole = json.loads(ready.run(name, "--json", stdin=good))
    assert whole == [answers[0]]


def test_group_gives_one_key_to_one_act(ready: Futurewatch) -> None:
    """The first page of an act is new, its copy a reprint under the same key; ordinary news has none."""
    other = line(id="c", title=GOVERNMENT[0].title, text=GOVERNMENT[0].paragraphs[1])
    answers = [
        json.loads(row) for row in ready.run("group", stdin=text_line("a") + other + text_line("b")).splitlines()
    ]
    assert [answer["role"] for answer in answers] == ["new", "none", "reprint"]
    assert answers[0]["announcement"] == answers[2]["announcement"]
    assert answers[1]["announcement"] is None


@pytest.mark.parametrize(
    "command", [["crawl"], ["status"], ["assess"], ["search", "x"], ["export"], ["deliver"], ["run"]]
)
def test_faulty_configuration_is_exit_2(futurewatch: Futurewatch, command: list[str]) -> None:
    """A fault in config.toml stops every command before it changes anything."""
    futurewatch.config.write_text("[archive]\npth = 'a.db'\n", encoding="utf-8")
    process = futurewatch.start(*command)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert "archive.pth: unknown key; did you mean 'path'?" in err
    assert [path.name for path in futurewatch.folder.iterdir()] == ["config.toml"]


def test_unknown_source_is_exit_2_with_the_nearest(ready: Futurewatch, portal: LocalPortal) -> None:
    """A mistyped source id names the one that was meant."""
    ready.configure(portal)
    process = ready.start("crawl", "--source", "hi-gvo")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "did you mean 'hi-gov'?" in err


def test_endpoint_without_its_secret_stops_delivery_only(ready: Futurewatch, portal: LocalPortal) -> None:
    """Commands that send refuse to start without the secret; the others do not need it."""
    ready.configure(portal, more="[[endpoint]]\nname = 'x'\nkind = 'webhook'\nurl = 'env:TEST_NOT_SET'\n")
    process = ready.start("deliver")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "TEST_NOT_SET is not set" in err
    assert "no source was visited yet" in ready.run("status", code=1)


def test_explain_shows_why(ready: Futurewatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """For people: the fields, the facts with quotes, each hit with its points; for scripts the same as JSON."""
    page = tmp_path_factory.mktemp("pages") / "page.html"
    page.write_text(ARTICLE, encoding="utf-8")
    shown = ready.run("explain", str(page))
    assert PRESS_CONFERENCE.title in shown
    assert "海南省未来产业培育行动计划" in shown
    said = json.loads(ready.run("explain", str(page), "--json"))
    assert round(sum(hit["points"] for hit in said["hits"]), 1) == said["score"] >= said["threshold"]
    assert all(fact["quote"] for fact in said["facts"])


def test_explain_fetches_an_address(ready: Futurewatch, portal: LocalPortal) -> None:
    """An address is fetched as a crawl would, robots.txt first; one that is not answered is exit 1."""
    ready.configure(portal)
    portal.serve("/art/2026/3/18/art_1_1.html", ARTICLE)
    said = json.loads(ready.run("explain", f"{portal.url}/art/2026/3/18/art_1_1.html", "--json"))
    assert said["title"] == PRESS_CONFERENCE.title
    assert portal.log[0].path == "/robots.txt"
    ready.run("explain", f"{portal.url}/nowhere", code=1)


def test_search_and_status_after_a_crawl(watched: Futurewatch) -> None:
    """What was crawled is found, with its filters; status counts it."""
    watched.crawl()
    found = json.loads(watched.run("search", "未来产业", "--region", "460000", "--label", "announcement", "--json"))
    assert [row["title"] for row in found["articles"]] == [PRESS_CONFERENCE.title]
    assert json.loads(watched.run("search", "未来产业", "--until", "2026-03-17", "--json"))["articles"] == []
    said = json.loads(watched.run("status", "--json"))
    assert said["counts"]["announcements"] == 1
    assert said["sources"][0]["outcome"] == "ok"
    assert "hi-gov" in watched.run("status")
    assert len(json.loads(watched.run("outbox", "list", "--json"))) == 1


def test_export_csv_cannot_become_a_formula(watched: Futurewatch, portal: LocalPortal) -> None:
    """A title that a spreadsheet would run is made harmless."""
    portal.serve(
        "/zwgk/", listing_page([("/zwgk/202603/t20260319_99.html", "=HYPERLINK(1) 一条带公式的标题通知", "2026-03-19")])
    )
    page = article_page("=HYPERLINK(1) 一条带公式的标题通知", GOVERNMENT[0].paragraphs)
    portal.serve("/zwgk/202603/t20260319_99.html", page)
    watched.crawl()
    rows = watched.run("export", "--format", "csv").splitlines()
    assert rows[0].startswith("\ufeffurl,title,text")
    assert any("'=HYPERLINK" in row for row in rows)


def test_demo_tells_one_alert() -> None:
    """The demonstration ends with one alert, Hainan's, and says why it scored."""
    returned, out, err = run_forked(["demo", "--json"], environment=os.environ)
    assert returned == 0, err
    (alert,) = json.loads(out)["alerts"]
    said = alert["data"]["announcement"]
    assert said["title"] == PRESS_CONFERENCE.title
    assert said["region"]["code"] == "460000"
    assert said["explanation"]


def test_help_starts_quickly_and_imports_no_crawler() -> None:
    """`--help` needs neither Scrapy nor jieba."""
    code = "import sys, scheduler.cli; print(sorted({'scrapy', 'jieba', 'trafilatura', 'opencc'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_says_of_each_command_what_the_command_says() -> None:
    """The list of commands reads the modules' docstrings without importing them: the sentences are the same."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    told = {name: one.get_short_help_str(WHOLE_SENTENCE_CHARACTERS) for name, one in commands.items() if one}
    assert {name: short_help(name) for name in told} == told
    assert all(told.values())
