"""Walls, script-loaded lists and the requests that they make."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import page_of
from crawler.listing import ListEndpoint, find_endpoint, read_listing, recognise_block
from crawler.listing.shapes import shape_points
from storage.records import Page

LONG = "海州市近日召开会议，研究部署下一阶段重点工作，要求各有关部门压实责任、形成合力。" * 20


def page(body: str, *, status: int = 200, url: str = "https://www.haizhou.example/zwgk/list.html") -> Page:
    fetched_at = datetime(2025, 3, 9, tzinfo=UTC)
    return page_of(body, url, at=fetched_at, status=status)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><head><script>window['$_ts']={};</script></head><body></body></html>", "瑞数"),
        ("<script>document.cookie='__jsl_clearance_s=1';location.reload()</script>", "加速乐"),
        ("<html><title>Just a moment...</title><body></body></html>", "Cloudflare"),
        ("<html><body><script>var arg1='A1';setCookie('acw_sc__v2',x)</script></body></html>", "阿里云盾"),
        ("<html><body>您的访问被创宇盾阻断</body></html>", "创宇盾"),
        ("<html><body>您的请求可能存在攻击行为，已被网站管理员设置拦截！</body></html>", "WAF"),
        ("<html><body>操作太频繁，请稍后再试</body></html>", "访问过于频繁"),
        ("<html><body>请输入图片中的验证码继续访问</body></html>", "验证码"),
        ("<html><body>用户名 密码 <button>登录</button> 登录后即可查看全文</body></html>", "登录"),
        ("<html><head><title>403 Forbidden</title></head><body></body></html>", "拒绝访问"),
    ],
)
def test_wall_by_content(body: str, reason: str) -> None:
    """A wall answers 200 and is still named."""
    assert recognise_block(page(body)) == reason


@pytest.mark.parametrize("status", [401, 403, 412, 429, 521])
def test_wall_by_status(status: int) -> None:
    """A bare page with the status of a wall is one."""
    assert recognise_block(page("<html><body></body></html>", status=status)) is not None
    assert recognise_block(page("<html><body></body></html>")) is None


@pytest.mark.parametrize(
    "words",
    ["$_ts", "访问过于频繁", "请先登录", "安全验证", "Cloudflare challenge-platform", "创宇盾", "403 Forbidden"],
)
def test_article_that_mentions_a_wall(words: str) -> None:
    """An article page that says much is no wall, whatever it mentions and whatever script it keeps."""
    assert (
        recognise_block(page(f"<html><script>$_ts=1</script><body><p>{words}</p><p>{LONG}</p></body></html>")) is None
    )


def test_login_in_navigation_is_no_wall() -> None:
    """用户登录 as a link in the head of a short page is no wall."""
    assert recognise_block(page('<body><a href="/login">用户登录</a><h1>关于市图书馆闭馆的公告</h1></body>')) is None


def test_rows_beat_words() -> None:
    """A page with rows is ok, though its box says 请先登录 and its search calls /irs/front/search."""
    rows = "".join(f'<li><a href="/a/t2025030{n}_1.html">海州市第{n}次常务会议解读</a></li>' for n in range(1, 6))
    body = f"<body><p>请先登录</p><ul>{rows}</ul><script>$.get('/irs/front/search')</script></body>"
    assert read_listing(page(body)).state == "ok"


@pytest.mark.parametrize(
    ("trace", "reason"),
    [
        ("<script src=\"/js/unitbuild.js\" queryData=\"{'webId':'3'}\"></script>", "jpaas unit"),
        ("<script>window._CONFIG = {SID: 2}</script>", "gkmlpt"),
        ('<div id="9" class="default_pgContainer"></div>', "Hanweb dataproxy"),
        ('<li v-for="item in list">{{item.title}}</li>', "template"),
        ('<script>getData("/common/search/80675")</script>', "common/search"),
        ('<script>$.post("/igs/front/search/list.html")</script>', "igs"),
        ('<script>post(p + "/rest/lightfrontaction/getgovinfolist")</script>', "Epoint"),
        ('<iframe src="/zw/inner.html"></iframe>', "iframe"),
    ],
)
def test_script_list(trace: str, reason: str) -> None:
    """A page without rows that carries the trace of a loading script says which."""
    listing = read_listing(page(f'<body><ul class="nav"><li><a href="/">首页</a></li></ul>{trace}</body>'))
    assert (listing.state, listing.reason, listing.links) == ("script_list", reason, ())


def test_nothing_said_beats_search_box() -> None:
    """A page that says 暂无 is empty, though its search box has a script."""
    assert (
        read_listing(page("<body><p>暂无数据</p><script>$.ajax({url:'/irs/front/search'})</script></body>")).state
        == "empty"
    )


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    """Whatever a server sends is read as a listing of some state; nothing raises."""
    fetched = page_of(body, "http://a.example/", at=datetime(2025, 3, 9, tzinfo=UTC))  # fmt: skip
    listing = read_listing(fetched)
    assert (listing.state == "ok") == bool(listing.links)
    find_endpoint(fetched)


def test_hostile_nesting_is_read() -> None:
    """Links nested hundreds deep are read without an error and in a moment."""
    body = '<b><a href="/a/t20250301_1.html">海州市印发实施方案' * 400
    assert read_listing(page(body)).state == "ok"


def test_links_in_each_other_are_read() -> None:
    """A table that broken markup opens inside a link can hold a second link: both are rows, neither is an error."""
    inner = '<table><tr><td><a href="/a/t20250301_2.html">海州市公布试点名单</a>'
    urls = {link.url for link in read_listing(page(f'<a href="/a/t20250301_1.html">海州市印发实施方案{inner}')).links}
    assert {url[-6:] for url in urls} >= {"2.html"}


TAGS = st.sampled_from([
    "<ul>", "</ul>", "<li>", "</li>", '<a href="/a/t20250301_1.html">', "</a>", "海州市印发实施方案", "2025-03-01",
    "<span>", "</span>", "[03-01]", "下一页", '<a href="?page=2">', "<div class='hot'>", "</div>", "</body>", "<table>",
    "<tr>", "<td>", "…",
])  # fmt: skip


@given(st.lists(TAGS, max_size=60))
def test_any_markup_is_read(tags: list[str]) -> None:
    """Broken markup of rows, days and pagers is read without an error, each address once."""
    listing = read_listing(page("".join(tags)))
    assert len({link.url for link in listing.links}) == len(listing.links)


def endpoint(body: str, url: str = "https://www.haizhou.example/zwgk/list.html") -> ListEndpoint:
    found = find_endpoint(page(body, url=url))
    assert found is not None
    return found


def test_endpoint_of_jpaas() -> None:
    """The list unit's own address and parameters are asked, with the page number inside paramJson, not the menu's."""
    menu = "{'webId':'3','pageId':'1229','tagId':'栏目导航','tplSetId':'cd'}"
    rows = "{'webId':'3','pageId':'1229','parseType':'bulidstatic','tagId':'分页列表','tplSetId':'ab'}"
    units = "".join(
        f'<script src="/a/unitbuild.js" url="/gate/unit" queryData="{data}"></script>' for data in (menu, rows)
    )
    query = parse_qs(urlsplit(endpoint(units).url).query)
    assert urlsplit(endpoint(units).url).path == "/gate/unit"
    assert (query["webId"], query["tplSetId"]) == (["3"], ["ab"])
    assert json.loads(query["paramJson"][0])["pageNo"] == 1


def test_endpoint_of_query_list() -> None:
    """江西's form is filled from the inline script."""
    script = "var params={unitid:'380',webSiteCode:['hz'],channelCode:['col42'],perPage:'20'};loadPageData(params)"
    found = endpoint(f"<script>{script}</script>")
    form = parse_qs(found.body)
    assert (found.method, found.url) == ("POST", "https://www.haizhou.example/queryList")
    assert (form["webSiteCode[]"], form["channelCode[]"], form["pageSize"]) == (["hz"], ["col42"], ["20"])


def test_endpoint_of_gkmlpt() -> None:
    """The site's number and the category of the address make the API's address."""
    found = endpoint("<script>window._CONFIG = {SID: '755'}</script>", "https://www.haizhou.example/gkmlpt/index#3127")
    assert found.url == "https://www.haizhou.example/gkmlpt/api/all/3127?page=1&sid=755"


def test_endpoint_of_dataproxy() -> None:
    """大汉's parameters make the proxy's address."""
    found = endpoint("<script>var p={columnid:76841, unitid:'297', webid:9}; jpage(p)</script>")
    query = parse_qs(urlsplit(found.url).query)
    assert urlsplit(found.url).path == "/module/web/jpage/dataproxy.jsp"
    assert (query["columnid"], query["unitid"], query["webid"]) == (["76841"], ["297"], ["9"])


def test_endpoint_of_irs() -> None:
    """Tenant and table make the JSON query."""
    found = endpoint('<script>ajax("/irs/front/list",{tenantId:"12",tableName:"t_1890"})</script>')
    assert json.loads(found.body)["tableName"] == "t_1890"
    assert found.headers["Content-Type"].startswith("application/json")


def test_endpoint_of_common_search() -> None:
    """The channel's number stands in the address."""
    found = endpoint('<script>load("https://api.haizhou.example/common/search/80675")</script>')
    assert found.url.startswith("https://api.haizhou.example/common/search/80675?")
    assert "_isJson=true" in found.url


def test_endpoint_of_channel_in_head() -> None:
    """On 开普 sites the channel stands in the head of the page."""
    found = endpoint(f'<meta name="channelId" content="{"0123456789abcdef" * 2}"><ul><!-- rows --></ul>')
    assert urlsplit(found.url).path == "/common/search/" + "0123456789abcdef" * 2


def test_endpoint_written_whole() -> None:
    """新华's static JSON and a frame of the same site are asked as they stand."""
    name = "ds_" + "0123456789abcdef" * 2 + ".json"
    assert endpoint(f'<script>var u="./{name}"</script>').url == f"https://www.haizhou.example/zwgk/{name}"
    assert endpoint('<iframe src="inner.html"></iframe>').url == "https://www.haizhou.example/zwgk/inner.html"


def test_no_endpoint_without_parameters() -> None:
    """Where the parameters lie in another script, nothing is made up."""
    assert find_endpoint(page('<div id="app"></div><script src="/app.js"></script>')) is None
    assert find_endpoint(page('<iframe src="https://other.example/x.html"></iframe>')) is None


@pytest.mark.parametrize(
    "path",
    [
        "/", "/zwgk/", "/zwgk/index.html", "/zwgk/index_2.shtml", "/col/col76841/index.html", "/GB/350390/index.html",
        "/node_4139.htm", "/public/column/22061", "/xw/common_list_3.shtml", "/channel/7397.html", "/gkmlpt/index",
        "/view/iList.jsp?cat_id=221", "/zfxxgk/?gk=2&cid=11919",
        "/columns/49f13cc2-db03-4d0c-b4fe-2f3f659d3b6e/index.html",
    ],
)  # fmt: skip
def test_listing_address_is_no_article(path: str) -> None:
    """The address of a listing never looks like an article's."""
    assert shape_points("https://www.haizhou.example" + path) <= 0
