"""A language model's summary: asked for by hand, carried by quotes, bounded in cost, marked as machine-made."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from crawler.toml import ConfigurationError
from local_model import LocalModel, open_model
from review_site import PASSWORD, Site, review_config, reviewer
from scheduler.config.config import load, secrets_in, unsendable
from scheduler.config.summary_table import SummaryTable
from scheduler.summaries.ask import ask_model
from scheduler.summaries.question import (
    MOST_TEXT_CHARACTERS,
    SummaryQuestion,
    SummaryRefusedError,
    question_about,
    read_summary,
)
from seeded_archive import seed
from storage.archive import Archive
from storage.records import Article
from storage.summaries import SummaryBoundError

WITHOUT_SOURCES = '[sources]\ncatalogue = false\n[summary]\nmodel = "m"\n'
PATH = "/announcements/2"
KEY = "sk-of-our-own"
CARRIED = ("规模达到1.5万亿元。", "未来产业规模达到1.5万亿元")
CONFIG = review_config('address = "http://desk"', reviewer("wang") + reviewer("读者", "reader"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "archive.db"
    seed(path)
    return path


@pytest.fixture
def model() -> Iterator[LocalModel]:
    with open_model() as opened:
        yield opened


@pytest.fixture(scope="module")
def question(seeded: Path) -> SummaryQuestion:
    """What is sent about a policy of which the text is one sentence."""
    with Archive(seeded) as archive:
        return question_about(archive.announcements.get(2), article_of(CARRIED[1]))


def article_of(text: str) -> Article:
    return Article(url="http://a.example/1", title="题", text=text)


@contextmanager
def site_of(home: Path, seeded: Path, summary: str = "") -> Iterator[Site]:
    """Open the site with a `[summary]` table, at which wang has logged in."""
    shutil.copy(seeded, home / "archive.db")
    (home / "hash").write_text(hash_password(PASSWORD, iterations=1000), encoding="utf-8")
    (home / "config.toml").write_text(CONFIG + summary, encoding="utf-8")
    opened = Site(home / "config.toml")
    assert opened.log_in("wang").status_code == 302
    yield opened
    opened.close()


def press(site: Site, path: str = PATH) -> str:
    """Look at what would be sent, send it, and return the page that is shown then."""
    page = site.ask("GET", f"{path}/summary")
    sent = re.search(r'name="sent" value="([^"]+)"', page.text)
    assert sent
    answer = site.post(f"{path}/summary", page, sent=sent[1])
    return site.ask("GET", path).text if answer.status_code == 303 else answer.text


def score_in(page: str) -> str:
    found = re.search(r'class="score">.*?</span>', page)
    assert found
    return found[0]


def test_off_by_default(tmp_path: Path, seeded: Path) -> None:
    """Without the table no button is shown and nothing can be asked."""
    with site_of(tmp_path, seeded) as site:
        page = site.ask("GET", PATH)
        assert "机器摘要" not in page.text
        assert site.ask("GET", f"{PATH}/summary").status_code == 404
        assert site.post(f"{PATH}/summary", page).status_code == 404


def test_summary_by_hand(tmp_path: Path, seeded: Path, model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is sent is shown first; the answer is marked as machine-made; failures are said; two bounds hold."""
    monkeypatch.setenv("MODEL_KEY", KEY)
    table = f'[summary]\nurl = "{model.url}"\nmodel = "small"\nkey = "env:MODEL_KEY"\ndaily_requests = 3\n'
    with site_of(tmp_path, seeded, table) as site:
        before, form = site.ask("GET", PATH).text, site.ask("GET", f"{PATH}/summary")
        assert site.post(f"{PATH}/summary", form, sent="of another text").status_code == 409
        assert model.asked == []
        model.answer(zh=[CARRIED], en=[("The <b>scale</b> is to reach 1.5 trillion yuan by 2030.", CARRIED[1])])
        page = press(site)
        check_sent(model, form.text)
        check_shown(page)
        assert score_in(page) == score_in(before)
        assert KEY not in page + form.text
        model.fault = 500
        page = press(site)
        assert "模型的服务回答 HTTP 500" in page
        check_shown(page)  # the one of before stays
        assert "这条政策今天已经问过 2 次" in press(site)
        model.says, model.fault = "对不起，我不能回答这个问题。", 200
        assert "模型没有按要求回答（可能拒绝了）" in press(site, "/announcements/1")
        assert "所有政策合计今天已经问过 3 次" in press(site, "/announcements/1")
        assert len(model.asked) == 3
        site.cookies = httpx.Cookies()
        site.log_in("读者")
        check_shown(site.ask("GET", PATH).text)
        assert f"{PATH}/summary" not in site.ask("GET", PATH).text
        assert site.post(f"{PATH}/summary", site.ask("GET", f"{PATH}/summary"), sent="x").status_code == 403


def test_summary_goes_where_its_text_goes(
    tmp_path: Path, seeded: Path, model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merged, a policy shows the summary of the text that leads now, the other's never; undone, each has its own."""
    monkeypatch.setenv("MODEL_KEY", KEY)
    table = f'[summary]\nurl = "{model.url}"\nmodel = "small"\nkey = "env:MODEL_KEY"\n'
    with site_of(tmp_path, seeded, table) as site:
        texts = {}
        with Archive(tmp_path / "archive.db") as archive:
            acts = archive.announcements.list(limit=2)
            for act in acts:
                texts[act.id] = str(archive.articles.row(act.lead_article_id or 0)["text"]).split("。")[0].strip()
        for id, text in texts.items():
            model.answer(zh=[("一句话。", text)], en=[(f"gist of {id}", text)])
            assert f"gist of {id}" in press(site, f"/announcements/{id}")
        for one, other in (acts, acts[::-1]):
            page = site.ask("GET", f"/announcements/{one.id}")
            merged = site.post(f"/announcements/{one.id}/merge", page, into=str(other.id))
            with Archive(tmp_path / "archive.db") as archive:
                leads = archive.announcements.get(other.id).lead_article_id
                edit = archive.edits.all()[-1].id
            first = one if leads == one.lead_article_id else other
            shown = site.ask("GET", f"/announcements/{other.id}").text
            assert merged.status_code == 303
            assert [f"gist of {act.id}" in shown for act in acts] == [act.id == first.id for act in acts]
            site.post(f"/edits/{edit}/undo", site.ask("GET", f"/announcements/{other.id}"))
            for act in acts:
                shown = site.ask("GET", f"/announcements/{act.id}").text
                assert [f"gist of {each.id}" in shown for each in acts] == [act == each for each in acts]


def check_sent(model: LocalModel, form: str) -> None:
    """Assert that the model was asked once, with its key, in the words that the form shows."""
    [(path, headers, body)] = model.asked
    assert (path, headers["authorization"], body["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "small")
    shown = [unescape(part) for part in re.findall(r'<pre class="quote">(.*?)</pre>', form, re.DOTALL)]
    assert [one["content"] for one in body["messages"]] == shown
    assert "标题：广东省培育发展未来产业行动计划（2026—2030年）" in shown[1]
    assert CARRIED[1] in shown[1]


def check_shown(page: str) -> None:
    """Assert that a policy's page shows the summary as machine-made, each sentence with the way to its quote."""
    section = page[page.index('id="summary"') :].partition("</section>")[0]
    assert "机器生成" in section
    assert CARRIED[0] in section
    assert "The &lt;b&gt;scale&lt;/b&gt; is" in section
    anchors = re.findall(r'href="#(text-\d+)"', section)
    assert len(anchors) == 2
    assert all(f'id="{anchor}"' in page for anchor in anchors)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (401, "http 401"), (500, "http 500"), (302, "http 302"), ("hang", "slow"), ("drip", "slow"),
        ("endless", "unreadable"),
    ],
)  # fmt: skip
def test_misbehaving_service(question: SummaryQuestion, model: LocalModel, fault: int | str, problem: str) -> None:
    """Each way to fail has its word; an answer is bounded in time and in bytes, and asked for once."""
    model.answer(zh=[CARRIED])
    model.fault = fault
    assert refusal_of(question, model.url) == problem
    assert len(model.asked) == 1


def test_no_service(question: SummaryQuestion, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens, an address that is none, and a variable that is not set are told apart."""
    monkeypatch.delenv("MODEL_URL", raising=False)
    assert refusal_of(question, "http://127.0.0.1:9/v1") == "unreachable"
    assert refusal_of(question, "http://[/v1") == "unreachable"
    assert refusal_of(question, "env:MODEL_URL") == "unset"


def refusal_of(question: SummaryQuestion, url: str) -> str:
    table = SummaryTable.model_validate({"url": url, "model": "small"})
    table = table.model_copy(update={"timeout": timedelta(seconds=0.3)})
    with pytest.raises(SummaryRefusedError) as refused:
        asyncio.run(ask_model(table, question))
    return refused.value.problem


def answered(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def sentences(*pairs: tuple[str, str]) -> str:
    return json.dumps({"zh": [{"text": text, "quote": quote} for text, quote in pairs], "en": []})


SOURCE = "到２０３０年，未来产业规模达到1.2万亿元。\n設立100亿元基金。"


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        ([("规模1.2万亿元。", "规模达到1.2万亿元")], ["规模1.2万亿元。"]),
        ([("到2030年。", "到2030年，未来")], ["到2030年。"]),  # full width there
        ([("设基金。", "设立100亿元基金")], ["设基金。"]),  # traditional there
        ([("设基金。", "设立200亿元基金"), ("规模大。", "未来产业规模")], ["规模大。"]),
        ([("规模1.5万亿元。", "规模达到1.2万亿元"), ("规模大。", "未来产业规模")], ["规模大。"]),
        ([("规模大。", "产业"), ("设基金。", "100亿元基金")], ["设基金。"]),
        ([("长" * 100, "未来产业规模"), ("短" * 20, "100亿元基金"), ("多", "100亿元基金")], ["长" * 100, "短" * 20]),
    ],
)
def test_sentence_needs_its_quote(pairs: list[tuple[str, str]], kept: list[str]) -> None:
    """A sentence stays whose quote stands in the text and holds its numbers, up to 120 characters in all."""
    assert [one.text for one in read_summary(answered(sentences(*pairs)), SOURCE).zh] == kept


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "unreadable"), (b"\xff", "unreadable"), (b"[]", "unreadable"), (b'{"choices": []}', "unreadable"),
        (b"[" * 60_000, "unreadable"), (answered(None), "unreadable"), (answered("不能回答"), "unreadable"),
        (answered("[]"), "unreadable"), (answered('{"zh": {}, "en": []}'), "unreadable"),
        (answered('{"zh": [1], "en": []}'), "unreadable"),
        (answered('{"zh": [{"text": 1, "quote": "x"}], "en": []}'), "unreadable"),
        (answered('{"zh": [{"text": "x", "quote": 1}], "en": []}'), "unreadable"),
        (answered('{"zh": [], "en": []}'), "unquoted"), (answered(sentences(("无据。", "正文里没有的话"))), "unquoted"),
        (answered(sentences(("长" * 121, "未来产业规模"))), "unquoted"),
    ],
)  # fmt: skip
def test_answer_that_is_none(body: bytes, problem: str) -> None:
    """An answer that is no summary is a refusal, however it is broken."""
    with pytest.raises(SummaryRefusedError) as refused:
        read_summary(body, SOURCE)
    assert refused.value.problem == problem


def test_fenced_answer_with_half_a_pair() -> None:
    """A document in a fence of Markdown is read; half a surrogate pair becomes a character that can be kept."""
    said = '```json\n{"zh": [{"text": "规模\\ud800大。", "quote": "未来产业规模"}], "en": []}\n```'
    assert read_summary(answered(said), SOURCE).zh[0].text == "规模\ufffd大。"


def test_long_text_is_cut(seeded: Path) -> None:
    """No more than the first characters of a text are sent, and quotes must stand in those."""
    with Archive(seeded) as archive:
        question = question_about(archive.announcements.get(2), article_of("文" * 9000 + "没有发出去的话"))
    assert question.source == "文" * MOST_TEXT_CHARACTERS
    with pytest.raises(SummaryRefusedError):
        read_summary(answered(sentences(("没有。", "没有发出去的话"))), question.source)


def test_bound_is_of_the_day_in_china(tmp_path: Path, seeded: Path) -> None:
    """At midnight in Beijing a new day begins; a request that nobody heard the end of has counted."""
    evening = datetime(2026, 3, 18, 15, 59, tzinfo=UTC)
    shutil.copy(seeded, tmp_path / "archive.db")
    with Archive(tmp_path / "archive.db") as archive:

        def begin(now: datetime) -> int:
            return archive.summaries.begin(
                2, article_id=2, version=1, model="m", who="li", sent_sha256="", most=1, now=now
            )

        begin(evening)
        with pytest.raises(SummaryBoundError):
            begin(evening)
        begin(evening + timedelta(minutes=1))
        assert [one.summary for one in archive.summaries.of(2)] == [None, None]


def test_configuration_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key must not stand in the file and shows nowhere; a variable that is not set is told before it is needed."""
    config = tmp_path / "config.toml"
    config.write_text(WITHOUT_SOURCES + 'url = "http://127.0.0.1:1/v1"\nkey = "sk-plain"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="env:NAME"):
        load(config)
    config.write_text(WITHOUT_SOURCES + 'url = "smtp://127.0.0.1"\nkey = "env:MODEL_KEY"\n', encoding="utf-8")
    monkeypatch.delenv("MODEL_KEY", raising=False)
    assert [one.key for one in unsendable(load(config), str(config)) if one.key.startswith("summary")] == ["summary"]
    monkeypatch.setenv("MODEL_KEY", KEY)
    assert [one.problem for one in unsendable(load(config), str(config)) if one.key == "summary.url"] == [
        "not a web address"
    ]
    assert KEY in secrets_in(load(config))
