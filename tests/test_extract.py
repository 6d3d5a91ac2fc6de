"""What extracting an article promises: text, headline, attachments, and nothing where there is no article."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import html_page, page_of
from crawler.extract import extract
from crawler.extract.second_opinion import second_opinion
from storage.records import Article, Page

URL = "https://www.example.gov.cn/zwgk/post_77.html"
TITLE = "关于支持深海装备产业集聚发展的若干措施"
PARAGRAPHS = (
    "为加快深海装备产业集聚发展，结合本市实际，制定以下措施，请各有关单位认真组织实施。",
    "一、支持关键技术攻关。对牵头承担重大专项的企业，按照实际投入给予后补助，单个项目不超过八百万元。",
    "二、建设试验平台。依托临港片区建设深海试验水池和中试基地，向中小企业开放共享，收费不高于成本。",
    "三、强化要素保障。优先安排用地、用海指标，设立专项子基金，吸引民间资金早投入、长期投入。",
)
NAVIGATION = "<div><ul>" + "".join(f'<li><a href="/c{n}/">栏目名称{n}</a></li>' for n in range(12)) + "</ul></div>"
TEASERS = "".join(
    f'<li><a href="/n/{n}.html">另一则消息的标题写在这里，共有第{n}条</a><p>这里是第{n}条消息的摘要，写得和正文一样像'
    "句子，而且有好几个分句，读起来并不短，全部加起来比正文长得多。</p></li>"
    for n in range(12)
)
FOOTER = "<div><p>主办：某市人民政府办公室</p><p>版权所有 X ICP备00000000号-1</p></div>"


NEVER = datetime.fromtimestamp(0, UTC)  # pages of the filters were never fetched


def page(markup: str | bytes) -> Page:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return page_of(body, URL)


def document(body: str, title: str = f"{TITLE}_某市人民政府", head: str = "") -> str:
    return html_page(title, body, head)


def read(body: str, title: str = f"{TITLE}_某市人民政府", head: str = "") -> Article:
    return extract(page(document(body, title, head)))


def paragraphs(tag: str = "p") -> str:
    return "".join(f"<{tag}>　　{line}</{tag}>" for line in PARAGRAPHS)


TEXT = "\n".join(PARAGRAPHS)
HEADLINE = f"<h1>{TITLE}</h1><div>发布时间：2031-05-06 来源：某市发展和改革委员会</div>"

CONTAINERS = {
    "trs": f'<div class="view TRS_UEDITOR trs_web">{paragraphs()}</div>',
    "ucap": f'<div class="zw"><ucapcontent>{paragraphs()}</ucapcontent></div>',
    "gov.cn": f'<div class="pages_content" id="UCAP-CONTENT">{paragraphs()}</div>',
    "hanweb": f'<div id="zoom"><!--ZJEG_RSS.content.begin-->{paragraphs()}<!--ZJEG_RSS.content.end--></div>',
    "vsb": f'<div id="vsb_content"><div class="v_news_content">{paragraphs()}</div></div>',
    "people": f'<div class="rm_txt_con cf">{paragraphs()}</div>',
    "shanghai, divs": f'<div id="ivs_content">{paragraphs("div")}</div>',
    "hashed names": f'<div class="_a1X9"><div class="_b2Y8">{paragraphs()}</div></div>',
    "no names": f"<div>{paragraphs()}</div>",
    "line breaks": "<div>" + "<br><br>".join(f"　　{line}" for line in PARAGRAPHS) + "</div>",
    "wrapped paragraphs": "<div>" + "".join(f"<div><p>{line}</p></div>" for line in PARAGRAPHS) + "</div>",
    "lead apart": f"<div><div><p>{PARAGRAPHS[0]}</p></div><div>"
    + "".join(f"<p>{line}</p>" for line in PARAGRAPHS[1:])
    + "</div></div>",
    "layout tables": f"<table><tr><td>{NAVIGATION}</td><td><table><tr><td>"
    + "<br>".join(PARAGRAPHS)
    + "</td></tr></table></td></tr></table>",
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_text_is_found_in_every_container(container: str) -> None:
    """All paragraphs, in order, one a line, without indents, and nothing of what stands around them."""
    article = read(f"{NAVIGATION}<div>{HEADLINE}{CONTAINERS[container]}</div><ul>{TEASERS}</ul>{FOOTER}")
    assert article.text == TEXT
    assert article.title == TITLE


def test_short_flash_beats_a_long_list_of_teasers() -> None:
    """What follows the headline is the article, however long the list below it is."""
    flash = "某市六日举行深海装备产业推介会，十二家企业签约落户，预计总投资三十亿元。"
    article = read(f"<h1>{TITLE}</h1><div><p>{flash}</p></div><div><ul>{TEASERS}</ul></div>")
    assert article.text == flash


def test_reader_posts_in_nameless_elements_stay_out() -> None:
    """Posts of readers may be longer than paragraphs; the hot list between them and the text is the border."""
    posts = "".join(f"<p>{'周末带孩子去看了海，风很大，浪也很高，' * 8}拍了照片，第{n}次来。</p>" for n in range(4))
    hot = "<div>热榜</div>" + "".join(f'<div><a href="/{n}">今天大家都在看的消息{n}</a></div>' for n in range(2))
    article = read(f"<div>{HEADLINE}<div>{paragraphs()}</div><div>{hot}</div><div>{posts}</div></div>")
    assert article.text == TEXT


@pytest.mark.parametrize(
    "tail",
    [
        "责任编辑：某某", "【责任编辑：某某】", "编辑 甲 审读 乙 二审 丙", "相关阅读：", "上一篇：没有了",
        "分享到：微信",
        "网友评论（3）", "猜你喜欢", "热榜", "版权声明：本文来自网络", "特别声明：本文不代表本站观点",
        "X ICP备00000000号", "本文未经授权不得转载",
    ],
)  # fmt: skip
def test_tail_is_cut_at_its_marker(tail: str) -> None:
    """The line that ends the article and everything after it is gone, even in the article's own container."""
    foreign = "<p>另一篇文章的标题，看起来很像正文</p>"
    assert read(f"{HEADLINE}<div>{paragraphs()}<p>{tail}</p>{foreign}</div>").text == TEXT


def test_related_heading_over_prose_is_kept() -> None:
    """`相关链接` heads links to other articles, or an explanation that belongs to the article."""
    more = "<p>相关链接</p><p>深海装备是指用于深海勘探、开发与科学考察的船舶、平台、潜水器和水下作业系统的总称。</p>"
    assert read(f"{HEADLINE}<div>{paragraphs()}{more}</div>").text.endswith("系统的总称。")


def test_marker_on_top_cuts_nothing() -> None:
    """An editor's line above the text is dropped, the text stays."""
    assert read(f"<h1>{TITLE}</h1><div><p>责任编辑：某某 时间：2031-05-06</p>{paragraphs()}</div>").text == TEXT


@pytest.mark.parametrize(
    "name", ["comment-list", "hotList", "related-news", "share", "breadcrumb", "footer", "sidebar"]
)
def test_named_boilerplate_stays_out(name: str) -> None:
    """Boilerplate inside of the article's container is left out by its name."""
    foreign = f'<div class="{name}"><p>这里也是一句完整的话，有逗号，有句号，却不是正文。</p></div>'
    assert read(f'{HEADLINE}<div class="content">{paragraphs()}{foreign}</div>').text == TEXT


def test_name_alone_does_not_throw_the_article_out() -> None:
    """A wrapper that is named like boilerplate but holds headline and text is none."""
    body = f'<div class="has-sidebar comment-open">{HEADLINE}<div class="share">{paragraphs()}</div></div>'
    assert read(body).text == TEXT


def test_style_classes_are_no_boilerplate() -> None:
    """`relative` and `top-0` say how an element is drawn, not what it holds."""
    body = f'<div class="relative top-0 border-t-8"><p>{PARAGRAPHS[0]}</p>{paragraphs()}</div>'
    assert read(f"<div>{body}</div>", title="").text == f"{PARAGRAPHS[0]}\n{TEXT}"


def test_notice_keeps_lists_tables_and_attachment_lines() -> None:
    """List items and table rows are lines of their own; the cells of a row are separated by ` | `."""
    body = (
        "<p>各有关单位：</p><ul><li>（一）组织申报。</li><li>（二）专家评审。</li></ul>"
        "<table><tr><th>序号</th><th>任务</th><th>相关文件</th></tr>"
        "<tr><td><p>1</p></td><td><p>编制目录</p></td><td></td></tr></table><p>某市发展和改革委员会</p>"
        '<p><a href="/files/a%20b.pdf">附件1：任务清单.pdf</a></p>'
    )
    article = read(f"{HEADLINE}<div class='zw'>{paragraphs()}{body}</div>")
    assert article.text.removeprefix(TEXT).split("\n")[1:] == [
        "各有关单位：",
        "（一）组织申报。",
        "（二）专家评审。",
        "序号 | 任务 | 相关文件",
        "1 | 编制目录",
        "某市发展和改革委员会",
        "附件1：任务清单.pdf",
    ]


def test_meeting_notice_keeps_its_labelled_lines() -> None:
    """Time and place of a meeting look like a dateline and are the text."""
    body = "<p>各有关单位：</p><p>会议安排如下：</p><p>时间：2031年5月9日</p><p>主办单位：某市科技局</p>"
    text = read(f'{HEADLINE}<div class="zw">{body}{paragraphs()}</div>').text
    assert text.split("\n")[:4] == ["各有关单位：", "会议安排如下：", "时间：2031年5月9日", "主办单位：某市科技局"]


def test_attachments_are_those_of_the_article() -> None:
    """Files linked in the text, absolute, each once; not those of the menu, and no pages."""
    links = (
        '<p><a href="./P1.pdf">附件1：清单.pdf</a></p><p><a href="/d/P2.DOCX">附件2</a>：<a href="/d/P2.DOCX">下载</a>'
        '</p><p><a href="/download?id=5">附件3.ofd</a> <a href="/zc/1.html">政策原文</a></p>'
        '<p><a href="javascript:;">附件4.doc</a></p>'
    )
    menu = '<div class="footer"><a href="/guide.pdf">使用指南.pdf</a></div>'
    article = read(f"{HEADLINE}<div class='zw'>{paragraphs()}{links}</div>{menu}")
    assert [(a.url, a.title) for a in article.attachments] == [
        ("https://www.example.gov.cn/zwgk/P1.pdf", "附件1：清单.pdf"),
        ("https://www.example.gov.cn/d/P2.DOCX", "附件2：下载"),
        ("https://www.example.gov.cn/download?id=5", "附件3.ofd"),
    ]


# --- headlines ------------------------------------------------------------------------------------

HEADLINES = {
    "declared": ('<meta name="ArticleTitle" content="{0}">', "某市人民政府", "<h2>通知公告</h2>"),
    "h1 in the page title": ("", "{0}_通知公告_某市人民政府", "<h1>{0}</h1>"),
    "h1 of two lines": ("", "{0}_某市人民政府", "<h1>关于支持深海装备产业<br>集聚发展的若干措施</h1>"),
    "class name": ("", "{0}-某市人民政府", '<h1>某市人民政府</h1><div class="articleTitle">{0}</div>'),
    "hashed class": ("", "{0} - 某某网", '<div class="_9f">{0}</div>'),
    "page title alone": ("", "{0}_要闻_某某网", ""),
    "page title is the site": ("", "某市人民政府网站", "<h1>{0}</h1>"),
    "social tags": ('<meta property="og:title" content="{0}"><meta property="og:site_name" content="某某网">', "", ""),
}


@pytest.mark.parametrize("case", HEADLINES)
def test_headline_without_site_and_column(case: str) -> None:
    head, title, shown = (part.format(TITLE) for part in HEADLINES[case])
    article = read(f"<div>{shown}<div>{paragraphs()}</div></div>", title=title, head=head)
    assert article.title.replace(" ", "") == TITLE
    assert article.text == TEXT


@pytest.mark.parametrize("title", ["深海新篇｜一座港城的转身", "从1-0到1-N：一家企业的突围", "对话丨谁在造船"])
def test_separators_inside_a_headline_stay(title: str) -> None:
    assert read(f"<h1>{title}</h1><div>{paragraphs()}</div>", title=f"{title}_某某新闻网").title == title


# --- bodies in scripts ----------------------------------------------------------------------------

CONTENT = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
DETAIL = {"title": TITLE, "content": CONTENT, "source": "某市科技局", "publishTime": 1935541860000}
HOT = [{"title": f"热榜里的第{n}条消息", "content": "摘要一句，" * 20} for n in range(9)]
STATES = {
    "window._CONFIG": f"window._CONFIG = {json.dumps({'TREE': [], 'DETAIL': DETAIL})};",
    "__NUXT__": f"window.__NUXT__={json.dumps({'data': [{'hot': HOT, 'detail': DETAIL}]}, ensure_ascii=False)}",
    "JSON in a string": f"window.__INITIAL_STATE__ = JSON.parse({json.dumps(json.dumps({'a': DETAIL}))});",
    "JavaScript literal": "var page = {SID: 2, on: !0, none: void 0, /* x */ DETAIL: {title: '" + TITLE
    + "', content: '" + CONTENT + "', source: '某市科技局', publishTime: 1935541860000,},};",
    "Nuxt function": "window.__NUXT__=(function(a,b){return {data:[{detail:{title:a,content:b,source:\"某市科技局\","
    "publishTime:1935541860000}}]}}(" + json.dumps(TITLE) + "," + json.dumps(CONTENT) + "));",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_body_in_a_script(state: str) -> None:
    """Where the markup has no text, the object with title and content is the article; the hot list is not."""
    script = STATES[state].replace("</", "<\\/")
    article = read(f'<div id="app">正在加载…</div>{FOOTER}<script>{script}</script>')
    assert (article.text, article.title, article.publisher) == (TEXT, TITLE, "某市科技局")
    assert article.published_at == datetime.fromisoformat("2031-05-03T10:31:00+08:00")


def test_flash_is_not_replaced_by_another_article_in_a_script() -> None:
    """A short article keeps its place beside a longer one that a script recommends."""
    other = json.dumps({"next": {"title": "另一篇文章的标题", "content": "另一篇文章的正文，" * 40}})
    flash = "某市六日举行深海装备产业推介会，十二家企业签约落户，预计总投资三十亿元。"
    assert read(f"{HEADLINE}<div class='zw'><p>{flash}</p></div><script>var a = {other};</script>").text == flash


def test_json_ld_body() -> None:
    state = {"@type": "NewsArticle", "headline": TITLE, "articleBody": TEXT, "datePublished": "2031-05-06T08:30:00Z"}
    script = f'<script type="application/ld+json">{json.dumps(state)}</script>'
    article = read(f'<div id="root"></div>{script}')
    assert (article.title, article.text) == (TITLE, TEXT)
    assert article.published_at == datetime.fromisoformat("2031-05-06T16:30:00+08:00")


# --- pages without an article, and broken ones ----------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "", f'<div id="app"></div>{FOOTER}', NAVIGATION, f"<div>正在加载…</div><script>load()</script>{FOOTER}",
        f"{NAVIGATION}{FOOTER}", "<div>您的浏览器不支持 JavaScript，请更换浏览器。</div>",
        "<script>$_ts=window['$_ts'];</script>",
    ],
)  # fmt: skip
def test_page_without_an_article_has_no_text(body: str) -> None:
    """Footers, menus and shells are not extracted; the agreement says so."""
    article = read(body)
    assert (article.text, article.agreement) == ("", 0.0)


def test_files_are_no_pages() -> None:
    assert extract(page(b"%PDF-1.7 " + TEXT.encode() * 9)).text == ""


DAMAGES = {
    "closed before the text": lambda m: m.replace("<body>", "<body></body></html>"),
    "deep nesting": lambda m: m.replace("<h1>", "<div>" * 300 + "<h1>"),
    "NUL bytes": lambda m: m.replace("。", "。\0"),
    "no paragraph ends": lambda m: m.replace("</p>", ""),
    "no html, head and body": lambda m: m.replace("<html><head>", "").replace("</head><body>", ""),
    "cut off": lambda m: m[: m.index("</p><ul>") + 4],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_costs_nothing(damage: str) -> None:
    article = f"<div>{HEADLINE}<div>{paragraphs()}</div></div>"
    markup = document(f"{NAVIGATION}{article}<p>　</p><ul>{TEASERS}</ul>{FOOTER}")
    assert extract(page(DAMAGES[damage](markup))).text == TEXT


@given(st.text(max_size=200), st.binary(max_size=200))
def test_any_page_gives_an_article(text: str, body: bytes) -> None:
    """Nothing that a server may send raises."""
    assert 0 <= extract(page(f"<h1>{TITLE}</h1><div>{text}</div>")).agreement <= 1
    assert 0 <= extract(page(body)).agreement <= 1


def test_hostile_nesting_loses_no_text() -> None:
    """Beyond the depth that is told apart, boilerplate may leak in, but the article is there."""
    text = read("<div>" * 3000 + HEADLINE + f"<div>{paragraphs()}</div>").text
    assert TEXT in text


def test_agreement_is_full_where_everything_says_the_same() -> None:
    assert read(f"{NAVIGATION}{HEADLINE}<div class='TRS_Editor'>{paragraphs()}</div>").agreement == 1.0


def test_agreement_is_low_where_density_points_elsewhere() -> None:
    """A flash above a long list is kept, but not as sure as a text that all rules find."""
    flash = "某市六日举行深海装备产业推介会，十二家企业签约落户，预计总投资三十亿元。" * 3
    posts = "".join(f"<div><p>{'这条留言很长，写了很多，' * 9}第{n}条。</p></div>" for n in range(12))
    article = read(f"<h1>{TITLE}</h1><div class='zw'><p>{flash}</p></div><div>{NAVIGATION}<div>{posts}</div></div>")
    assert article.text == flash
    assert article.agreement < 0.6


def test_text_that_nothing_guides_stands_when_a_library_finds_the_same() -> None:
    """So it is with a page that has other prose; of a text that is nearly all the prose nobody is asked."""
    twice = f"<div>{paragraphs()}{paragraphs()}</div>"
    post = f"{'<div>' * 4}<p>这是读者写下的一条很长很长的留言，和正文没有一点关系，写完了。</p>{'</div>' * 4}"
    for beside in (post * 2, ""):
        article = read(f"{NAVIGATION}{twice}{beside}", title="")
        assert article.text == f"{TEXT}\n{TEXT}"
        assert article.agreement > 0.9


def test_text_on_which_the_libraries_agree_replaces_a_lone_one() -> None:
    """Two of three are right."""
    markup = document(f"<div id='article'>{paragraphs() * 3}</div>")
    alone = ("一段谁也没有选中的话，和正文没有一个字相同，放在这里当作错误的结果。",)
    replaced = second_opinion(alone, markup)
    assert (replaced.lines == alone, "".join(PARAGRAPHS) in "".join(replaced.lines)) == (False, True)
    assert replaced.agreement > 0.9


def test_libraries_are_not_asked_about_what_they_cannot_see() -> None:
    """A text nested deeper than lxml reads is not replaced by the little that lxml leaves."""
    little = "<p>这里只有一小段话，它不是正文，却站在浅处，谁都看得见。</p>" * 3
    article = read(f"{little}{'<div>' * 300}<div>{paragraphs() * 2}</div>", title="")
    assert TEXT in article.text


COLUMNS = ["通知公告", "综合消息", "某市科学技术局", "某市科技局-通知公告", "政务公开信息内容页", "", "无标题文档"]
SHOWN = [
    f"<p class='content-topic'>{TITLE}</p><p>某市科技网 | 2031-05-06</p>",
    f"<div class='wz_bt'>{TITLE}</div><div>发布时间：2031-05-06 来源：某市科技网</div>",
    f"<p align='center'><b><font size='5'>{TITLE}</font></b></p><p>来源：某市科技网 2031年5月6日</p>",
    f"<span class='big'>{TITLE}</span><div>2031-05-06 18:42 某市科技网</div>",
]


@pytest.mark.parametrize("title", COLUMNS)
@pytest.mark.parametrize("shown", SHOWN)
def test_headline_outside_of_headings(title: str, shown: str) -> None:
    """Where the page title is a column's, the line above the dateline is the headline; publisher and day follow."""
    side = "<div class='side'><h4>应急响应<a href='/yj/'>更多</a></h4></div><div>您现在的位置：首页 &gt; 新闻</div>"
    article = read(f"{side}<div class='m'>{shown}<div>{paragraphs()}</div></div>", title=title)
    assert (article.title, article.publisher, article.published_day) == (TITLE, "某市科技网", date(2031, 5, 6))
    assert article.text == TEXT


def test_file_is_its_own_attachment_and_no_text() -> None:
    """A picture or an archive behind a row of a list is listed, never read as a page."""
    for start in (b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"RIFF\x01\x02\x03\x04WEBP"):
        article = extract(page(start + bytes(range(256)) * 9))
        assert (article.text, [a.url for a in article.attachments]) == ("", [URL])


def test_bytes_that_are_no_page_give_nothing() -> None:
    article = extract(page(bytes(range(256)) * 20))
    assert (article.title, article.text, article.attachments) == ("", "", ())
