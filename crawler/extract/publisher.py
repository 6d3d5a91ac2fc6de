"""Find who published an article (来源) and who wrote it. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from crawler.extract.blocks import TextBlock
from crawler.extract.head import Head
from crawler.extract.headline import LONG_HEADING_CHARACTERS, cut_site, squash
from crawler.extract.metadata import Metadata
from crawler.extract.published import ABOVE, BELOW
from crawler.text.dates import CLOCK, DAY

DECLARED = ("contentsource", "source", "mediaid", "article:source", "copyfrom", "publisher", "weibo:webpage:source")
LABEL = re.compile(r"(?:信息来源|文章来源|稿件来源|新闻来源|稿源|来源|来自|文章出处|出处|转自)\s*[】\]]?\s*[：:]\s*")
# A label whose colon is left out stands in a dateline before its value: `来源 滨海日报 |`, not 来源于.
BARE_LABEL = re.compile(r"(?<![\u3400-\u9fff])(?:信息来源|文章来源|来源|稿源|出处)\s*(?=[\u3400-\u9fff])(?![于自地])")
FIELD = (
    r"(?:作者|记者|编辑|责任编辑|责编|审核|审稿|校对|通讯员|时间|日期|发布|更新|录入|上传|字号|字体|浏览|阅读|点击|访问|打印"
    r"|分享|收藏|评论|关键词|点赞|扫码|稿件|摄影|供稿|供图|栏目|分类|索引号|文号|发文)"
)
# Another field begins: after a separator, after a space, or where its own colon follows.
NEXT_LABEL = re.compile(rf"\s*(?:[【\[|｜丨;；,，]|[（(]\s*{FIELD}|{DAY})|\s+{FIELD}|{FIELD}\S{{0,3}}\s*[：:]")
# The value of a label is missing: what follows it is the next field.
EMPTY = re.compile(rf"\s*(?:[（(【\[]?\s*{FIELD}\S{{0,3}}\s*[：:]|[（(【\[]?\s*(?:字号|字体)|{DAY})")
# What a CMS writes where nobody filled the field in, and the name of a field.
NOBODY = re.compile(
    rf"(?:null|undefined|none|nan|admin\w*|管理员|系统管理员|匿名|佚名|{FIELD}(?:者|时间|日期|次数|来源|单位|机构)?"
    r"|(?:信息|文章|稿件|新闻)?来源|[\d\W_]+)",
    re.IGNORECASE,
)
# The site itself, in its own words.
OWN = re.compile(
    r"本(?:网站?|站|报讯?|台|刊|局|厅|委|办|部|院|会|公众号|单位|市|县|区|省)?(?:原创|综合|讯|整理)?|原创|自有|互联网|网络|未知|其他|无"
)
ORGANISATION = re.compile(
    r"(?:网|报|社|台|厅|局|委|部|办|政府|新闻|客户端|公司|委员会|中心|频道|院|会|在线|发布|传媒|杂志|周刊|时报|署|办公室|处|集团|号|媒体|观察|财经"
    r"|行|所|科|馆|协会|组|门户|资讯|快讯|之声|融媒|联播|头条)$|网站|日报|晚报|政府"
)
STAMP = re.compile(rf"{DAY}\s*(?:{CLOCK})?")
WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9·．.－&+/“”（）()-]{2,24}")
NO_NAME = re.compile(
    r"(?:字号|字体|打印|分享|浏览|阅读|点击|访问|收藏|评论|参与|跟帖|举报|更多|关注|订阅|首页|正文|当前位置|扫一扫|发表于?|发布于?|听新闻|语音|播报|转发)"
    r"[\S]{0,6}|[\d.]+[万亿]?\s*(?:次|人|条|个|篇|字|分钟|阅读|浏览|评论|点赞|赞).*|(?:IP)?属地.*"
    r"|(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西"
    r"|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国香港|中国澳门|中国台湾)|.*(?:作者|记者|编辑|责编|时间|日期|星期|次数|微信|微博|来源).*|原创|转载|资讯|新闻|文章|.*于|(?:发布于|来自).*"
)
# The last parts of a page title that name a column, and those that name no site without the part before.
COLUMN = re.compile(
    r"(?:首页|正文|详情|新闻|要闻|动态|专题|(?:政务|政府|信息|通知|公示|新闻|工作|政策|图片|综合|今日|最新|头条|本地|国内|时政|财经)"
    r"(?:公开|公告|公示|动态|要闻|文件|法规|解读|新闻|资讯|信息|消息|频道|中心)|频道|栏目)"
)
NAMELESS = re.compile(
    r"(?:人民)?(?:政府|政务|官方|门户|信息)*(?:门户|信息|公开|服务)?(?:网站?|网页|平台|官网)|人民政府(?:办公[厅室])?"
)
REPEATED_SHARE = 0.75  # of a title; the title of a document begins with its issuers, who may be the publisher
# Buttons that stand glued to a name, and how platforms mark the accounts of publishers.
BUTTONS = re.compile(
    r"(?:阅读量?|浏览量?|点击量?|访问量?|字号|字体|作者|参与互动|举报|分享到?|收藏|打印|关注|我要评论|官方账号|官方帐号)+$"
)
# The hundred commonest surnames: a word of two or three characters that begins like this is a person, not a publisher.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
PERSON_CHARACTERS = 3  # characters of a personal name
BYLINE = re.compile(
    r"(?:作者|撰文|文字|(?<![\u3400-\u9fff])文)\s*[：:/／]\s*(?P<names>[\u3400-\u9fff·、 ]{2,30})"
    r"|(?:记者|通讯员)\s*[：:/／\s]\s*(?P<reporters>[\u3400-\u9fff·、]{2,20})"
)


def find_publisher(
    head: Head, title: str, metadata: Metadata, near: Sequence[TextBlock], tail: Sequence[TextBlock]
) -> str | None:
    """Return the publisher: declared, labelled, beside the date, at the end of the text, else the issuer or the site.

    `near` are the short lines around the headline, `tail` the last ones of the text. `本网` and the like are the site's
    own name; a name that repeats the title of the page is none. None when the page names nobody.
    """
    names = (n for n in _named(head, metadata, near, tail) if not _repeats(n, title))
    named = next(names, None)
    if named and not OWN.fullmatch(named):
        return named
    site = site_name(head, title)
    return site if site and not _repeats(site, title) else named


def _repeats(name: str, title: str) -> bool:
    """Whether a name is the title of the page, or nearly all of it: a CMS filled the wrong field."""
    own, whole = squash(name), squash(title)
    return (
        bool(own)
        and (own in whole or (len(whole) >= LONG_HEADING_CHARACTERS and whole in own))
        and len(own) >= REPEATED_SHARE * len(whole)
    )


def _named(head: Head, metadata: Metadata, near: Sequence[TextBlock], tail: Sequence[TextBlock]) -> Iterator[str]:
    if head.account:
        yield head.account
    for name in DECLARED:
        yield from _tidied(head.meta.get(name, ""))
    for block, following in zip_longest(near, near[1:]):
        yield from _labelled(block.text, following.text if following else "")
    if said := metadata.fields.get("publisher"):
        yield from _tidied(said)
    for block in near:
        yield from _beside_date(block.text)
    for block in reversed(tail):
        yield from _labelled(block.text.strip("（）()【】[] "), "")
    author = head.meta.get("author", "")
    if ORGANISATION.search(author):
        yield from _tidied(author)
    if said := metadata.fields.get("issuer"):
        yield from _tidied(said)


def dateline_blocks(blocks: Sequence[TextBlock], headline: TextBlock | None) -> list[TextBlock]:
    """Return the short lines around a headline, those below it first."""
    if headline is None:
        return []
    short = [b for b in blocks if len(b.text) <= 160 and b is not headline]
    below = [b for b in short if headline.position < b.position <= headline.position + BELOW]
    return below + [b for b in short if headline.position - ABOVE <= b.position < headline.position][::-1]


def _labelled(text: str, following: str) -> Iterator[str]:
    """Yield the value of a source label; the value of a bare label is the next line."""
    is_dateline = STAMP.search(text) is not None and "。" not in text
    match = LABEL.search(text) or (BARE_LABEL.search(text) if is_dateline else None)
    if match:
        yield from _tidied(text[match.end() :] or (following if len(following) <= 24 else ""))


def _tidied(value: str) -> Iterator[str]:
    """Yield a name without its label, the fields and buttons that follow it, and brackets that are not its own."""
    value = LABEL.sub("", value, count=1)
    if EMPTY.match(value):
        return
    end = NEXT_LABEL.search(value)
    name = value[: end.start()] if end and end.start() else value
    name = name.strip(' 　：:·|"“”')
    if re.search(r"[\u3400-\u9fff]\s", name):  # Chinese names have no spaces: what follows is another field
        name = name.split()[0]
    name = _balanced(BUTTONS.sub("", name))
    if 1 < len(name) <= 40 and not NOBODY.fullmatch(name) and not name.startswith(("http", "{")):
        yield name


def _balanced(name: str) -> str:
    """Return a name without brackets around it and without a lone one."""
    for opening, closing in ("（）", "()", "【】", "《》", "[]"):
        if name.startswith(opening) and name.endswith(closing):
            name = name[1:-1]
        if name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return name


def _beside_date(text: str) -> Iterator[str]:
    """Yield the names that stand beside a date without a label."""
    stamp = STAMP.search(text)
    if stamp is None or len(text) > 100:
        return
    for rest in (text[: stamp.start()], text[stamp.end() :]):
        words = [word.strip("·-/") for word in re.split(r"[\s　|｜丨]+", rest)]
        words = [word for word in words if WORD.fullmatch(word) and not NO_NAME.fullmatch(word)]
        yield from (word for word in words if _is_publisher(word, is_alone=len(words) == 1))


def _is_publisher(word: str, *, is_alone: bool) -> bool:
    """Return whether a word of a dateline names a publisher; a short word must stand alone and be no person."""
    if ORGANISATION.search(word):
        return True
    if not re.search(r"[\u3400-\u9fff]", word):
        return is_alone and re.search(r"[A-Za-z]{2}", word) is not None
    return len(word) > PERSON_CHARACTERS or (is_alone and word[0] not in SURNAMES)


def site_name(head: Head, title: str) -> str | None:
    """Return the name of the site: declared, else the last part of the page title; None when neither says it.

    The page title may be that of a column; then nothing of it is the `title` of the article.
    """
    if head.site_name:
        return head.site_name
    short = cut_site(head.title, None)
    if short == head.title:
        return None
    rest = head.title[len(short) :] if squash(short) in squash(title) or squash(title) in squash(short) else head.title
    parts = [p.strip() for p in re.split(r"[_|｜丨–—-]+", rest) if p.strip()]
    named = [p for p in parts if re.search(r"[\u3400-\u9fff]", p) and not COLUMN.fullmatch(p)]
    named = named or [p for p in parts if not COLUMN.fullmatch(p)]
    if len(named) > 1 and NAMELESS.fullmatch(named[-1]):  # 滨海市_政府门户网站
        return _balanced(named[-2] + named[-1])
    return _balanced(named[-1]) if named else None


def find_byline(near: Sequence[TextBlock]) -> str | None:
    """Return the names of the authors as printed near the headline, None when there are none."""
    matches = (BYLINE.search(block.text) for block in near)
    names = (re.split(rf"\s*{FIELD}|来源", m["names"] or m["reporters"])[0].strip() for m in matches if m)
    return next(filter(None, names), None)
