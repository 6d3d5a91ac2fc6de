"""A language model's summary: asked for by hand, carried by quotes, bounded in cost, marked as machine-made."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from datasette_auth_passwords.utils import hash_password

from crawler.toml import ConfigurationError
from local_model import LocalModel, open_model
from review_site import PASSWORD, Site
from scheduler.config.config import load, secrets_in, unsendable
from scheduler.config.summary_table import SummaryTable
from scheduler.summaries.ask import ask_model
from scheduler.summaries.question import MOST_TEXT_CHARACTERS, SummaryRefusedError, question_about, read_summary
from seeded_archive import seed
from storage.archive import Archive
from storage.records import Article
from storage.summaries import SummaryBoundError

PATH = "/announcements/2"
CARRIED = ("到2030年，规模达到1.2万亿元。", "未来产业规模达到1.2万亿元")
CONFIG = """
[archive]
path = "archive.db"
[sources]
catalogue = false
[review]
address = "http://desk"
[[reviewer]]
name = "wang"
password_hash = "file:hash"
[[reviewer]]
name = "读者"
password_hash = "file:hash"
role = "reader"
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "archive.db"
    seed(path)
    return path


@pytest.fixture
def model() -> Iterator[LocalModel]:
    with open_model() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path, seeded: Path) -> Path:
    shutil.copy(seeded, tmp_path / "archive.db")
    (tmp_path / "hash").write_text(hash_password(PASSWORD, iterations=1000), encoding="utf-8")
    return tmp_path


def site_of(home: Path, summary: str = "", *, name: str = "wang") -> Site:
    """Return the site with a `[summary]` table, at which somebody has logged in."""
    (home / "config.toml").write_text(CONFIG + summary, encoding="utf-8")
    opened = Site(home / "config.toml")
    assert opened.log_in(name).status_code == 302
    return opened


def table_of(model: LocalModel, *, more: str = "") -> str:
    return f'[summary]\nurl = "{model.url}"\nmodel = "small"\ntimeout = "1s"\n{more}'


def press(site: Site, path: str = PATH) -> str:
    """Look at what would be sent, send it, and return the page that is shown then."""
    page = site.ask("GET", f"{path}/summary")
    sent = re.search(r'name="sent" value="([^"]+)"', page.text)
    assert sent
    answer = site.post(f"{path}/summary", page, sent=sent[1])
    return site.ask("GET", path).text if answer.status_code == 303 else answer.text


def question_of(home: Path) -> tuple[str, str]:
    """Return what is sent about the policy, and its text."""
    with Archive(home / "archive.db") as archive:
        act = archive.announcements.get(2)
        assert act.lead_article_id
        text = str(archive.articles.row(act.lead_article_id)["text"])
    return act.policy_title, text


def test_off_by_default(home: Path) -> None:
    """Without the table no button is shown and nothing can be asked."""
    site = site_of(home)
    assert "机器摘要" not in site.ask("GET", PATH).text
    assert site.ask("GET", f"{PATH}/summary").status_code == 404
    assert site.post(f"{PATH}/summary", site.ask("GET", PATH)).status_code == 404
    site.close()


def test_summary_is_shown_first_then_sent_and_marked(
    home: Path, model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows all that is sent; the answer stands on the policy as machine-made, each sentence with its quote."""
    monkeypatch.setenv("MODEL_KEY", "sk-of-our-own")
    site = site_of(home, table_of(model, more='key = "env:MODEL_KEY"\n'))
    model.answer(zh=[CARRIED], en=[("The <b>scale</b> is to reach 1.2 trillion yuan by 2030.", CARRIED[1])])
    title, text = question_of(home)
    assert CARRIED[1] in text
    before = site.ask("GET", PATH).text
    form = site.ask("GET", f"{PATH}/summary")
    assert model.asked == []
    page = press(site)
    [(path, headers, body)] = model.asked
    assert (path, headers["authorization"], body["model"]) == ("/v1/chat/completions", "Bearer sk-of-our-own", "small")
    assert [one["content"] for one in body["messages"]] == [
        unescape(shown) for shown in re.findall(r'<pre class="quote">(.*?)</pre>', form.text, re.DOTALL)
    ]
    assert title in body["messages"][1]["content"]
    assert text in body["messages"][1]["content"]
    section = page[page.index('id="summary"') :].partition("</section>")[0]
    assert "机器生成" in section
    assert CARRIED[0] in section
    assert "The &lt;b&gt;scale&lt;/b&gt; is" in section
    anchors = re.findall(r'href="#(text-\d+)"', section)
    assert len(anchors) == 2
    assert f'id="{anchors[0]}"' in page
    assert score_in(page) == score_in(before)
    assert "sk-of-our-own" not in page + form.text
    site.close()


def score_in(page: str) -> str:
    found = re.search(r'class="score"><b>[^/]*/ 阈值 \S+?<', page)
    assert found
    return found[0]


def test_failed_answer_is_told_and_counts(home: Path, model: LocalModel) -> None:
    """A refusal, then an error: each is said on the page, and with two of them the policy has had its day."""
    site = site_of(home, table_of(model))
    model.says = "对不起，我不能回答这个问题。"
    assert "模型没有按要求回答（可能拒绝了）" in press(site)
    model.fault = 500
    assert "模型的服务回答 HTTP 500" in press(site)
    assert "这条政策今天已经问过 2 次" in press(site)
    assert len(model.asked) == 2
    site.close()


def test_day_has_a_bound(home: Path, model: LocalModel) -> None:
    """With the day's requests used up nothing is sent any more, about no policy."""
    site = site_of(home, table_of(model, more="daily_requests = 1\n"))
    model.answer(zh=[CARRIED])
    assert "机器生成" in press(site)
    assert "所有政策合计今天已经问过 1 次" in press(site, "/announcements/1")
    assert len(model.asked) == 1
    site.close()


def test_changed_question_is_not_sent(home: Path, model: LocalModel) -> None:
    """Nothing is sent but what its reader saw."""
    site = site_of(home, table_of(model))
    page = site.ask("GET", f"{PATH}/summary")
    assert site.post(f"{PATH}/summary", page, sent="of another text").status_code == 409
    assert model.asked == []
    site.close()


def test_reader_cannot_ask(home: Path, model: LocalModel) -> None:
    """Who may not judge spends nothing."""
    site = site_of(home, table_of(model), name="读者")
    assert "机器摘要" not in site.ask("GET", PATH).text
    page = site.ask("GET", f"{PATH}/summary")
    assert site.post(f"{PATH}/summary", page, sent="x").status_code == 403
    assert model.asked == []
    site.close()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [(401, "http 401"), (500, "http 500"), (302, "http 302"), ("hang", "slow"), ("drip", "slow"), ("endless", "unreadable")],
)  # fmt: skip
def test_misbehaving_service(home: Path, model: LocalModel, fault: int | str, problem: str) -> None:
    """Each way to fail has its word; an answer is bounded in time and in bytes, and asked for once."""
    model.answer(zh=[CARRIED])
    model.fault = fault
    assert refusal_of(home, model.url) == problem
    assert len(model.asked) == 1


def test_no_service(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens, an address that is none, and a variable that is not set are told apart."""
    monkeypatch.delenv("MODEL_URL", raising=False)
    assert refusal_of(home, "http://127.0.0.1:9/v1") == "unreachable"
    assert refusal_of(home, "http://[/v1") == "unreachable"
    assert refusal_of(home, "env:MODEL_URL") == "unset"


def refusal_of(home: Path, url: str) -> str:
    table = SummaryTable.model_validate({"url": url, "model": "small", "timeout": "1s"})
    table = table.model_copy(update={"timeout": timedelta(seconds=0.3)})
    with Archive(home / "archive.db") as archive:
        question = question_about(archive.announcements.get(2), Article(title="题", text=CARRIED[1]))
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


def test_long_text_is_cut(home: Path) -> None:
    """No more than the first characters of a text are sent, and quotes must stand in those."""
    with Archive(home / "archive.db") as archive:
        question = question_about(
            archive.announcements.get(2), Article(title="题", text="文" * 9000 + "没有发出去的话")
        )
    assert question.source == "文" * MOST_TEXT_CHARACTERS
    with pytest.raises(SummaryRefusedError):
        read_summary(answered(sentences(("没有。", "没有发出去的话"))), question.source)


def test_bound_is_of_the_day_in_china(home: Path) -> None:
    """At midnight in Beijing a new day begins; a request that nobody heard the end of has counted."""
    evening = datetime(2026, 3, 18, 15, 59, tzinfo=UTC)
    with Archive(home / "archive.db") as archive:

        def begin(now: datetime) -> int:
            return archive.summaries.begin(2, version=1, model="m", who="li", sent_sha256="", most=1, now=now)

        begin(evening)
        with pytest.raises(SummaryBoundError):
            begin(evening)
        begin(evening + timedelta(minutes=1))
        assert [one.summary for one in archive.summaries.of(2)] == [None, None]


def test_configuration_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key must not stand in the file and shows nowhere; a variable that is not set is told before it is needed."""
    config = tmp_path / "config.toml"
    config.write_text('[summary]\nurl = "http://127.0.0.1:1/v1"\nmodel = "m"\nkey = "sk-plain"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="env:NAME"):
        load(config)
    config.write_text('[summary]\nurl = "smtp://127.0.0.1"\nmodel = "m"\nkey = "env:MODEL_KEY"\n', encoding="utf-8")
    monkeypatch.delenv("MODEL_KEY", raising=False)
    assert [one.key for one in unsendable(load(config), str(config)) if one.key.startswith("summary")] == ["summary"]
    monkeypatch.setenv("MODEL_KEY", "sk-of-our-own")
    assert [one.problem for one in unsendable(load(config), str(config)) if one.key == "summary.url"] == [
        "not a web address"
    ]
    assert "sk-of-our-own" in secrets_in(load(config))
