"""What messages look like: cut where they may be cut, harmless whatever a page says, replaceable by the operator."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.addresses import web_address
from crawler.toml import ConfigurationError
from notify_examples import NOON, announcement_of, endpoint_of
from scheduler.config.config import Settings
from scheduler.notify.channels.channel import TEMPLATES_FOLDER as SHIPPED
from scheduler.notify.channels.registry import channels
from scheduler.notify.digest import digest_of
from scheduler.notify.message import deliveries_for
from scheduler.notify.render import Templates
from scheduler.notify.split import MessagePart, split, utf8_bytes
from storage.records import Announcement, Delivery, Mention

TEMPLATES_FOLDER = Templates()
LINK = r"\[([^\]]*)\]\((https?://[^)\s]*)\)"
words = st.text(alphabet="未来产业印发《》，。 a1\n🇨🇳é", max_size=60)
links = st.builds("[{}](https://example.org/{})".format, st.text("链接文字", max_size=9), st.text("ab/1", max_size=40))
items = st.lists(st.lists(words | links, max_size=6).map("".join), max_size=8)


def messages(*announcements: Announcement) -> list[Delivery]:
    settings = Settings.model_construct(endpoint=(endpoint_of(),))
    return [d for one in announcements for d in deliveries_for(one, "announcement.new", NOON, settings=settings)]


def parts(kind: str, *announcements: Announcement) -> tuple[MessagePart, ...]:
    """Return one announcement, or a digest of several, as an endpoint of a kind takes it."""
    made = messages(*announcements)
    one = made[0] if len(made) == 1 else digest_of(made, "digest", review_url="http://127.0.0.1:8080", now=NOON)
    return TEMPLATES_FOLDER.parts(kind, one.payload, now=NOON + timedelta(minutes=1))


def hostile(text: str) -> Announcement:
    """Return an announcement whose every text says the same."""
    made = announcement_of()
    (mention,) = made.mentions
    explanation = tuple(replace(hit, term=text, sentence=text) for hit in made.explanation)
    return replace(
        made, title=text, issuers=(text,), policy_titles=(text,), document_number=text, tracks=(text,),
        targets=tuple(replace(t, text=text) for t in made.targets), explanation=explanation,
        mentions=(replace(mention, publisher=text, title=text),),
    )  # fmt: skip


@given(items, st.integers(min_value=200, max_value=600))
def test_parts_fit_and_nothing_is_lost(said: list[str], room: int) -> None:
    """Every part fits, decodes, and all words of all items are there in their order."""
    texts = split("头", said, "尾", room=room)
    assert all(utf8_bytes(text) <= room for text in texts)
    bare = "".join(re.sub(r"（\d+/\d+）", "", text).removeprefix("头").removesuffix("尾") for text in texts)
    assert re.sub(r"\s", "", bare) == re.sub(r"\s", "", "".join(said))


@given(items, st.integers(min_value=200, max_value=600))
def test_no_link_is_cut(said: list[str], room: int) -> None:
    """Each link stands whole in one part."""
    texts = split("头", said, "尾", room=room)
    given_links = [match[0] for item in said for match in re.finditer(LINK, item)]
    assert [match[0] for text in texts for match in re.finditer(LINK, text)] == given_links


@given(st.lists(st.text(alphabet="未来产业", min_size=1, max_size=20), min_size=2, max_size=30))
def test_parts_end_at_item_borders(said: list[str]) -> None:
    """Items that fit are never cut: each stands whole in some part."""
    texts = split("头", [f"<{item}>" for item in said], "尾", room=150)
    assert [match for text in texts for match in re.findall(r"<(.*?)>", text)] == said


def test_link_that_no_message_can_carry_leaves_its_words() -> None:
    """An address longer than a whole message goes; what it was called stays."""
    (text,) = split("", ["见[原文](https://example.org/" + "a" * 500 + ")。"], "", room=200)
    assert text == "（1/1）\n\n见原文。"


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "slack"])
def test_long_digest_fits_its_robot(kind: str) -> None:
    """A hundred announcements become parts within the vendor's limit, with every title and both links of each."""
    made = parts(kind, *(announcement_of(n) for n in range(1, 101)))
    form = channels()[kind].text
    assert form is not None
    room, measure = form.room, form.measure
    assert 1 < len(made) <= 25
    assert all(measure(part.text) <= room for part in made)
    whole = "\n".join(part.text for part in made)
    for number in range(1, 101):
        assert f"（{number}）" in whole
        assert f"t20260318_{number}.html" in whole
        assert re.search(rf"/announcements/{number}\b", whole)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "slack", "apprise", "email"])
def test_each_fact_has_its_line(kind: str) -> None:
    """Whatever is known of an announcement, no two facts share a line, and nothing that is not known has one."""
    (full,) = parts(kind, replace(announcement_of(), document_number="琼工信〔2026〕7号"))
    names = ("地区", "发文机关", "文件", "发布环节", "赛道", "目标", "来源")
    for line in full.text.splitlines():
        assert sum(f"{name}：" in line.replace("*", "") for name in names) <= 1
    (bare,) = parts(
        kind, replace(announcement_of(), issuers=(), policy_titles=(), act=None, instrument=None, targets=())
    )
    assert not any(f"{name}：" in bare.text.replace("*", "") for name in ("发文机关", "文件", "发布环节", "目标"))


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "slack", "apprise", "email"])
def test_page_text_cannot_act_in_a_message(kind: str) -> None:
    """A title that would be a link, a mention, a heading, colour or code is only text: links lead where we say."""
    evil = "[点我](https://evil.example.org/)<@all> <at id=all></at> <!channel>\n# 大标题 `x` <script>1</script> **粗**"
    evil += "<font color='red'>"
    (part,) = parts(kind, hostile(evil))
    shown = part.text if kind != "email" else part.html
    allowed = ("https://example.org/zwgk/", "http://127.0.0.1:8080/")
    link = {"slack": r"<(https?://[^|>]+)\|", "email": r'href="([^"]*)"'}.get(kind, r"\[[^\]]*\]\(([^)]*)\)")
    targets = re.findall(link, shown)
    assert targets
    assert all(url.startswith(allowed) for url in targets)
    for live in ("<@all>", "<at id", "<!channel>", "\n# 大", "<script>", "`x`", "<font color='red'>"):
        assert live not in shown or (kind, live) == ("email", "`x`")  # means nothing there


def test_address_that_is_no_web_page_is_no_link() -> None:
    """Only http and https lead anywhere, and an address cannot end a link early."""
    made = announcement_of()
    (mention,) = made.mentions
    (part,) = parts("wecom", replace(made, mentions=(replace(mention, url="javascript:alert(1)"),)))
    assert "javascript" not in part.text
    assert web_address("https://example.org/a)b [c]<d>") == "https://example.org/a%29b%20%5Bc%5D%3Cd%3E"
    assert web_address("https://[broken/") == ""


def test_message_says_where_else_and_what_came_before() -> None:
    """The most official page leads; further reports are counted, the policy's other acts are told in order."""
    made = announcement_of()
    other = Mention(
        article_id=2, url="https://example.org/news/2.html", title="转载", publisher="琼北日报", source="qb-news",
        published_at="2026-03-18", relation="reprint",
    )  # fmt: skip
    (part,) = parts("wecom", replace(made, mentions=(other, *made.mentions)))
    assert "来源：[琼北市人民政府](https://example.org/zwgk/t20260318_1.html)，另有 1 篇报道" in part.text
    assert "发布 2026-03-18 · 发现 2026-03-18 12:00 · 推送 2026-03-18 12:01" in part.text


def test_operator_replaces_a_template(tmp_path: Path) -> None:
    """A file of the same name in the operator's folder is used instead, for that kind only."""
    shipped = (SHIPPED / "markdown.md.j2").read_text(encoding="utf-8")
    (tmp_path / "dingtalk.md.j2").write_text(shipped.replace("为何推送", "推送理由"), encoding="utf-8")
    mine = Templates(str(tmp_path))
    payload = messages(announcement_of())[0].payload
    assert "推送理由" in mine.parts("dingtalk", payload, now=NOON)[0].text
    assert "为何推送" in mine.parts("feishu", payload, now=NOON)[0].text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% block title %}", "block"),
        ("{% block title %}{% endblock %}", "lacks the blocks head, announcement, line, incident, foot"),
        ("{{ item.titel }}", "has no attribute 'titel'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_faulty_template_is_told_at_the_start(tmp_path: Path, text: str, problem: str) -> None:
    """A template that cannot be read, lacks a block or asks for what there is not is a fault that names the file."""
    if text.startswith("{{"):
        shipped = (SHIPPED / "wecom.md.j2").read_text(encoding="utf-8")
        text = shipped.replace("### <font", f"{text} <font")
    (tmp_path / "wecom.md.j2").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"wecom\.md\.j2.*") as caught:
        Templates(str(tmp_path))
    assert problem in str(caught.value)


def test_machines_get_the_same_facts(tmp_path: Path) -> None:
    """The webhook's JSON has what people read, and says why the message came here."""
    (made,) = messages(announcement_of())
    said = json.loads(made.payload)
    assert said["type"] == "announcement.new"
    assert said["data"]["routed_by"] == made.reason == "at once"
    assert said["data"]["announcement"]["targets"] == [{"year": 2030, "text": "到2030年集聚百家企业"}]
