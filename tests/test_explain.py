"""Explaining a page: where each field stands, what was cut and why, and hits in their context."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import page_of
from conftest import Futurewatch
from crawler.extract import dissect

TITLE = "岚川市印发深海未来产业培育行动计划"
PAGE = f"""<html><head><title>{TITLE}_岚川市人民政府</title><meta name="ContentSource" content="岚川市科技局"></head>
<body><div class="crumb">首页 &gt; 政务公开 &gt; 文件</div><h1>{TITLE}</h1>
<table><tr><td>索引号：</td><td>00847/2031-00016</td></tr><tr><td>发文字号：</td><td>岚府办〔2031〕7号</td></tr></table>
<div class="info">发布时间：2031-05-06 09:30</div>
<div id="zoom"><p>岚川市人民政府办公室近日印发《岚川市深海未来产业培育行动计划（2031—2035年）》，
明确了今后五年的主要任务。</p>
<p>行动计划提出，到2035年，建成6个未来产业先导区，深海装备产业规模达到420亿元，培育领军企业15家。</p>
<p>打印本页</p><p>责任编辑：某某</p></div>
<div class="hot-list"><h3>热点排行</h3>
<ul><li><a href="/1">另一座城市的消息占了这个位置</a></li></ul></div></body></html>"""


@pytest.fixture
def saved(futurewatch: Futurewatch) -> Path:
    futurewatch.config.write_text("", encoding="utf-8")
    path = futurewatch.folder / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_every_field_says_where_it_stands() -> None:
    """Title, publisher, time, number and text each name their place on the page."""
    url = "https://www.example.gov.cn/zwgk/post_7.html"
    now = datetime(2031, 5, 7, tzinfo=UTC)
    page = page_of(PAGE, url, at=now)
    assert dissect(page).origins == {
        "title": "<h1>",
        "publisher": "meta contentsource",
        "published_at": "label",
        "document_number": "label-value table",
        "text": "div.zoom",
    }


def test_what_was_cut_says_why(futurewatch: Futurewatch, saved: Path) -> None:
    """Boilerplate by its name, the label-value table, the headline and what follows the end are told apart."""
    said = json.loads(futurewatch.run("explain", str(saved), "--json"))
    reasons = {cut["title"]: (cut["reason"], cut["place"]) for cut in said["cuts"]}
    assert reasons["热点排行"] == ("named as boilerplate", "div.hot-list")
    assert reasons["索引号："] == ("label-value table", "")
    assert reasons[TITLE] == ("headline", "")
    assert reasons["打印本页"] == ("below the text", "")
    assert said["index_number"] == "00847/2031-00016"


def test_one_screen_shows_it_all(futurewatch: Futurewatch, saved: Path) -> None:
    """People see fields with their places, what was cut, facts with quantities, and hits in context."""
    shown = futurewatch.run("explain", str(saved))
    for words in ("meta contentsource", "div.hot-list", "= 6 个", "00847/2031-00016", "in context", "announcement"):
        assert words in shown
    assert len(shown.splitlines()) < 70
