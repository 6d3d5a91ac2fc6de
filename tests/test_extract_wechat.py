"""Pages of 公众号: the account, the time in every place that WeChat keeps it, posts of few words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from builders import page_of
from crawler.extract import extract
from storage.records import BEIJING, Article

URL = "https://mp.weixin.qq.com/s/77"
TITLE = "滨海市支持深海装备产业集聚发展"
LINE = "为加快深海装备产业集聚发展，结合本市实际，制定以下措施，请各有关单位认真组织实施。"
TEXT = f"<div class='rich_media_content' id='js_content' style='visibility: hidden;'>{f'<p>{LINE}</p>' * 4}</div>"
H1 = f"<h1 class='rich_media_title' id='activity-name'>{TITLE}</h1>"
NAME = "<span class='rich_media_meta rich_media_meta_nickname'><a id='js_name'> 滨海发布 </a></span>"
PLACE = "<em id='js_ip_wording_wrp'><span id='js_ip_wording'>广东</span></em>"
NOW = datetime(2031, 5, 7, 1, 0, tzinfo=UTC)


def read(body: str, script: str = "") -> Article:
    head = f"<title></title><meta property='og:title' content='{TITLE}'>"
    markup = f"<html><head>{head}</head><body>{body}<script>{script}</script></body></html>"
    page = page_of(markup, URL, at=NOW)
    return extract(page)


TIMES = {
    "rendered": ("<em id='publish_time'>2031年5月6日 18:42</em>", ""),
    "yesterday": ("<em id='publish_time'>昨天 18:42</em>", ""),
    "createTime": ("<em id='publish_time'></em>", "var createTime = '2031-05-06 18:42';"),
    "ct": ("<em id='publish_time'></em>", 'var ct = "1935830520"; var svr_time = "1935900000";'),
    "oriCreateTime": ("", "window.oriCreateTime = '1935830520';"),
    "a key of an object": ("", "window.cgiData = {svr_time: 1935900000, create_time: JsDecode('1935830520')};"),
}


@pytest.mark.parametrize("kind", TIMES)
def test_time_of_an_article(kind: str) -> None:
    """The page shows it, or only a script knows it; the time of the server is never taken."""
    shown, script = TIMES[kind]
    assert read(H1 + NAME + shown + PLACE + TEXT, script).published_at == datetime(2031, 5, 6, 18, 42, tzinfo=BEIJING)


def test_days_ago() -> None:
    assert read(H1 + NAME + "<em id='publish_time'>2天前</em>" + TEXT).published_at == date(2031, 5, 5)


ACCOUNTS = {
    "shown": (NAME, ""),
    "profile": ("<strong class='profile_nickname'>滨海发布</strong>", ""),
    "in a script": ("", 'var nickname = htmlDecode("滨海发布");'),
    "a key of an object": ("", "window.cgiData = {nick_name: JsDecode('滨海发布')}"),
}


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_account_is_the_publisher(kind: str) -> None:
    """Never the place of the IP address that stands beside the day."""
    name, script = ACCOUNTS[kind]
    shown = f"{H1}{name}<em id='publish_time'>2031年5月6日 18:42</em> {PLACE}{TEXT}"
    assert read(shown, script).publisher == "滨海发布"


@pytest.mark.parametrize("place", ["北京", "广东", "中国香港", "IP属地：上海"])
def test_place_is_no_publisher(place: str) -> None:
    """On any page, the name of a province beside the day is where somebody sat."""
    body = f"<h1>{TITLE}</h1><div>2031-05-06 18:42 {place}</div><div class='zw'>{f'<p>{LINE}</p>' * 4}</div>"
    assert read(body).publisher is None


@pytest.mark.parametrize("element", ["js_image_desc", "js_text_desc"])
def test_post_of_few_words(element: str) -> None:
    """The words under the pictures are the text; the buttons of the app are not."""
    words = f"<p id='{element}' class='share_notice'>今日立夏<br>{TITLE}<br>欢迎关注</p>"
    around = "<div>向上滑动看下一个</div><div>：，，，，，，。 视频小程序赞，轻点两下取消赞在看，分享收藏</div>"
    time = "<span id='publish_time'>2031年05月06日 18:42</span>"
    post = f"<div id='js_content'><div>{H1}{words}<div>{time}</div></div></div>"
    article = read(f"{post}<div class='wx_bottom'>滨海发布</div>{around}")
    assert article.text == f"今日立夏\n{TITLE}\n欢迎关注"
    assert article.publisher == "滨海发布"
    assert article.published_at == datetime(2031, 5, 6, 18, 42, tzinfo=BEIJING)


def test_a_page_that_links_to_wechat_is_an_ordinary_page() -> None:
    body = f"<h1>{TITLE}</h1><div>2031-05-06 来源：滨海日报</div><div class='zw'>{f'<p>{LINE}</p>' * 4}</div>"
    article = read(
        body + "<a href='https://mp.weixin.qq.com/s/1'>公众号</a>", "var nickname = '别人'; x = {ct: 1935800000}"
    )
    assert (article.publisher, article.published_at) == ("滨海日报", date(2031, 5, 6))
