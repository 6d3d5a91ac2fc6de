"""What publisher, byline, metadata table and the page's own document number promise."""

from __future__ import annotations

from datetime import date

import pytest

from builders import page_of
from crawler.extract import extract
from storage.records import Article

URL = "https://www.example.gov.cn/zwgk/post_77.html"
TITLE = "关于支持深海装备产业集聚发展的若干措施"
LINE = "为加快深海装备产业集聚发展，结合本市实际，制定以下措施，请各有关单位认真组织实施。"
TEXT = f"<p>{LINE}</p>" * 5


def read(above: str = "", text: str = TEXT, head: str = "", title: str = f"{TITLE}_某市人民政府") -> Article:
    markup = f"<html><head><title>{title}</title>{head}</head><body>{above}<div class='zw'>{text}</div></body></html>"
    return extract(page_of(markup, URL))


DATELINES = {
    "<div>2031-05-06 来源：滨海日报 作者：甲乙</div>": "滨海日报",
    "<div>来源： 滨海日报 【字体：大 中 小】</div>": "滨海日报",
    "<div>信息来源:滨海市科技局 发布日期:2031-05-06 浏览次数:9</div>": "滨海市科技局",
    "<div>稿源：<a href='http://a.cn'>滨海融媒</a> | 编辑：丙</div>": "滨海融媒",
    "<div><span>来源：</span></div><div>滨海日报</div>": "滨海日报",
    "<div>2031-05-06 18:42　滨海产业评论</div>": "滨海产业评论",
    "<div>滨海日报客户端 2031-05-06 18:42</div>": "滨海日报客户端",
    "<div>来源：滨海在线（旧闻）</div>": "滨海在线（旧闻）",
    "<div>来源：滨海日报（记者 甲乙）</div>": "滨海日报",
    "<div>2031-05-06 18:42 张某某</div>": "某市人民政府",  # a person is no publisher
    "<div>2031-05-06 18:42·浪潮</div>": "浪潮",
    "<div>滨海日报·产经版 2031-05-06</div>": "滨海日报·产经版",
    "<div>来源：滨海日报举报</div>": "滨海日报",
    "<div>（来源：滨海日报）</div>": "滨海日报",
    "<div>来源：来源：滨海日报</div>": "滨海日报",
    "<div>来源：滨海网-《滨海日报》</div>": "滨海网-《滨海日报》",
    "<div>来源：本网</div>": "某市人民政府",
    "<div>来源：本站原创</div>": "某市人民政府",
    "<div>发布时间：2031-05-06 字号：大 中 小 打印 分享</div>": "某市人民政府",
    "<div>来源：　发布时间：2031-05-06 09:37:08　阅读次数：</div>": "某市人民政府",
    "<div>信息来源：　作者：　点击：99</div>": "某市人民政府",
    "<div>来源：【字体：大 中 小】</div>": "某市人民政府",
    "<div>稿源：2031-05-06</div>": "某市人民政府",
    "<table><tr><td>来源：</td><td>发布时间：</td><td>2031-05-06</td></tr></table>": "某市人民政府",
    "<div>来源：null</div>": "某市人民政府",
    "<div>来源：管理员 2031-05-06</div>": "某市人民政府",
    "<div>发表于2031-05-06 18:42|99次阅读|来源滨海日报|0 条评论|作者甲某</div>": "滨海日报",
    "<div>2031-05-06 18:42 99人阅读</div>": "某市人民政府",
    "<div>2031-05-06 阅读1.2万</div>": "某市人民政府",
    "<div>2031-05-06 18:42 <span>来源 滨海日报</span><span>阅读 99</span></div>": "滨海日报",
}


@pytest.mark.parametrize("dateline", DATELINES)
def test_publisher_of_a_dateline(dateline: str) -> None:
    """The name alone, without the fields around it; the site's own name where it says `本网` or nothing."""
    assert read(f"<h1>{TITLE}</h1>{dateline}").publisher == DATELINES[dateline]


def test_declared_publisher_comes_first() -> None:
    head = '<meta name="ContentSource" content="滨海市发展改革委"><meta name="SiteName" content="滨海政务网">'
    assert read(f"<h1>{TITLE}</h1><div>来源：别处</div>", head=head).publisher == "滨海市发展改革委"


def test_own_site_is_named_as_it_declares_itself() -> None:
    head = '<meta name="ContentSource" content="本网"><meta name="SiteName" content="滨海市工业和信息化局">'
    assert read(f"<h1>{TITLE}</h1>", head=head).publisher == "滨海市工业和信息化局"


@pytest.mark.parametrize(
    "said", [TITLE, f"《{TITLE}》", TITLE[2:], "来源：", "null", "admin", "发布时间：2031-05-06", "99"]
)
def test_declaration_that_names_nobody_is_not_believed(said: str) -> None:
    """A CMS fills the field with the title, a label or nothing; then the page itself is asked."""
    head = f'<meta name="ContentSource" content="{said}">'
    assert read(f"<h1>{TITLE}</h1><div>来源：滨海日报</div>", head=head).publisher == "滨海日报"


def test_a_sentence_about_sources_names_nobody() -> None:
    """来源 without a colon is a label in a dateline only."""
    text = f"<p>要拓宽资金渠道，来源可靠、用途明确。</p>{TEXT}"
    assert read(f"<h1>{TITLE}</h1><div>2031-05-06</div>", text=text).publisher == "某市人民政府"


def test_issuer_that_begins_the_title_may_be_the_publisher() -> None:
    head = '<meta name="ContentSource" content="滨海市科学技术局">'
    title = "滨海市科学技术局关于深海装备的通知"
    assert read(f"<h1>{title}</h1>", head=head, title=title).publisher == "滨海市科学技术局"


SITES = {
    f"{TITLE}_滨海市_政府门户网站": "滨海市政府门户网站",
    f"{TITLE}-滨海市-人民政府网": "滨海市人民政府网",
    f"{TITLE}-滨海市科技局-滨海市人民政府": "滨海市人民政府",
    f"{TITLE} - 通知公告 - 滨海市科学技术局": "滨海市科学技术局",
    f"{TITLE}_滨海市科学技术局_政务公开": "滨海市科学技术局",
    f"{TITLE}｜滨海日报｜要闻": "滨海日报",
    f"{TITLE}_新闻频道_滨海网": "滨海网",
    f"{TITLE}_滨海市人民政府_首页": "滨海市人民政府",
}


@pytest.mark.parametrize("title", SITES)
def test_name_of_the_site_in_parts(title: str) -> None:
    """The site is the part that names somebody: no column, and with its place where it needs one."""
    article = read("<div>2031-05-06 来源：本站</div>", title=title)
    assert article.publisher == SITES[title]
    assert article.title == TITLE


def test_nobody_is_named() -> None:
    assert read(f"<h1>{TITLE}</h1>", title=TITLE).publisher is None


def test_byline() -> None:
    assert read(f"<h1>{TITLE}</h1><div>作者：欧阳甲、乙丙 2031-05-06</div>").byline == "欧阳甲、乙丙"
    assert read(f"<h1>{TITLE}</h1><div>作者：欧阳甲 责任编辑：丁</div>").byline == "欧阳甲"
    assert read(f"<h1>{TITLE}</h1><div>中文/繁体 2031-05-06</div>").byline is None


TABLES = {
    "table": "<table><tr><th>索 引 号：</th><td>0077/2031-9</td><th>发文机关：</th><td>滨海市人民政府</td></tr>"
    "<tr><th>发文字号：</th><td>滨政发[2031] 9号</td><th>成文日期：</th><td>2031年05月01日</td></tr>"
    "<tr><td>发布日期：</td><td>2031-05-06</td><td>主题分类：</td><td></td></tr></table>",
    "list": "<ul><li>索引号：0077/2031-9</li><li>发文机关：滨海市人民政府</li><li>文　　号：滨政发〔2031〕9号</li>"
    "<li>成文日期：2031-05-01</li><li>公开日期：2031-05-06</li></ul>",
    "brackets": "<div>[索引号] 0077/2031-9</div><div>[发文机构] 滨海市人民政府</div>"
    "<div>[发文字号] 滨政发（2031）9号</div><div>[联合发文单位]</div><div>[发布日期] 2031-05-06</div>",
    "one line": "<p>索引号：0077/2031-9 发文机关：滨海市人民政府 发文字号：滨政发〔2031〕9号 发布日期：2031-05-06</p>",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("place", ["above", "inside"])
def test_metadata_table_is_read_and_kept_out_of_the_text(table: str, place: str) -> None:
    """Number and publication day are read from every kind of label-value table; the text begins after it."""
    shown = f"<h1>{TITLE}</h1>" + (TABLES[table] if place == "above" else "")
    article = read(shown, text=(TABLES[table] if place == "inside" else "") + TEXT)
    assert article.document_number == "滨政发〔2031〕9号"
    assert article.published_at == date(2031, 5, 6)
    assert article.text.split("\n") == [LINE] * 5


def test_number_below_the_headline() -> None:
    article = read(f"<h1>{TITLE}</h1>", text=f"<p>滨政办发〔2031〕77号</p><p>各区人民政府：</p>{TEXT}")
    assert article.document_number == "滨政办发〔2031〕77号"
    assert article.text.startswith("滨政办发〔2031〕77号\n各区人民政府：\n")


@pytest.mark.parametrize(
    "cited",
    [
        "<p>本市日前印发《若干措施》（滨政发〔2031〕9号），自发布之日起施行，有效期三年。</p>",
        "<p>文号为滨政发〔2031〕9号，与征求意见稿相比增加了两条，删去了一条。</p>",
    ],
)
def test_cited_number_is_not_the_pages_own(cited: str) -> None:
    assert read(f"<h1>{TITLE}</h1>", text=cited + TEXT).document_number is None


def test_table_of_the_text_is_no_metadata() -> None:
    """One label in a table of tasks does not take its rows out of the text."""
    table = "<table><tr><td>序号</td><td>名称</td></tr><tr><td>1</td><td>深海水池</td></tr></table>"
    assert read(f"<h1>{TITLE}</h1>", text=TEXT + table).text.endswith("序号 | 名称\n1 | 深海水池")


def test_number_of_an_answer_counts_answers() -> None:
    """Above an answer to a deputy's proposal stands the number of the answer, which is no document's; a table's is."""
    title = "滨海市科技局对市十二届人大二次会议第77号建议的答复"
    heading, number = f"<h1>{title}</h1>", "<p>滨科提字〔2031〕5号</p>"
    assert read(heading, text=number + TEXT, title=title).document_number is None
    table = "<table><tr><td>索引号：</td><td>1</td></tr><tr><td>发文字号：</td><td>滨科函〔2031〕5号</td></tr></table>"
    assert read(table + heading, text=TEXT, title=title).document_number == "滨科函〔2031〕5号"
