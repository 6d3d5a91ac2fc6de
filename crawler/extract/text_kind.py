"""Tell what an extracted text is: an article's own, or what is left of a page that shows none. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, TypeAlias

from selectolax.lexbor import LexborNode

from crawler.extract.attachments import suffix_of
from crawler.extract.blocks import parse
from crawler.extract.frames import find_frames
from crawler.extract.headline import squash
from crawler.extract.surroundings import is_around, is_small
from crawler.extract.trim import DATELINE
from crawler.text.decode import decode_markup
from storage.records import Article, Page

# `file`: the page is a file, or only leads to files, and none of them could be read.
TextKind: TypeAlias = Literal["text", "empty", "dateline", "frame", "picture", "mojibake", "share bar", "file"]

SHORTEST_TEXT = 15  # letters and digits outside of datelines and buttons: 因管道检修，11月28日停水一天。 has 15
SAMPLE_CHARACTERS = 4000  # characters that mojibake is looked for in
# Share of characters that no codec gives for Chinese text, rare characters of one's own left aside.
DAMAGED_SHARE = 0.05
FOREIGN_SHARE = 0.2  # share of accented Latin letters: UTF-8 read as Latin-1 has half
HAN = re.compile(r"[\u3400-\u9fff]")
DAMAGE = re.compile(r"[\ufffd\ue000-\uf8ff\x80-\x9f]|锟斤拷|烫烫|屯屯")
ACCENTED = re.compile(r"[\u00a1-\u00ff]")
SENTENCE_END = re.compile(r"[，。；！？]")
LONGEST_DATELINE = 90  # characters; the beginnings of texts in crawler/extract/trim.py end there too
PLACEHOLDER = re.compile(
    r"加载|载入|loading|敬请期待|请稍[候后等]|正在(?:更新|整理|建设|制作|上传|审核)|(?:更新|建设|制作|整理|审核)中"
    r"|暂无(?:内容|数据|正文|信息)|即将(?:发布|上线|公布)|(?:内容|正文|全文)?稍后(?:发布|更新|奉上)|未找到|不存在|已删除",
    re.IGNORECASE,
)
LONGEST_PLACEHOLDER = 40  # characters
SHARE = re.compile(
    r"(?:(?:一键)?分享(?:到|至|给好友)?|微信(?:好友)?|(?:新浪|腾讯)?微博|朋友圈|qq(?:空间|好友)?|豆瓣|人人网?|支付宝|钉钉"
    r"|复制链接|扫一扫|二维码|打印(?:本页)?|关闭(?:窗口|本页)?|收藏(?:本页)?|字[号体]|超?大|中|小|默认|更多|邮件|下载|转发|点赞"
    r"|评论|举报|(?:我要)?纠错|朗读|语音播报|播放|暂停|返回(?:顶部|首页|列表)?|保护视力色?|facebook|twitter|weibo|wechat"
    r"|手机(?:版|阅读)|无障碍(?:阅读)?|适老化?|[\W\d_])+",
    re.IGNORECASE,
)
OWN_PICTURE = re.compile(
    r"logo|icon|banner|qr-?code|ewm|erweima|weixin|wechat|share|spacer|blank|arrow|btn|button|beian|gongan|\.gif(?:$|\?)|^data:",
    re.IGNORECASE,
)


def text_kind(page: Page, article: Article) -> TextKind:
    """Return what the text of an article is, given the page it was read from."""
    if is_mojibake(f"{article.title}\n{article.wording}"):
        return "mojibake"
    lines = article.wording.split("\n")
    if _says_something(lines, article.title):
        return "text"
    return "file" if article.attachments else _what_is_left(page, lines)


def _says_something(lines: Iterable[str], title: str) -> bool:
    own = (line for line in lines if line and not _is_beside(line, title))
    return any(said >= SHORTEST_TEXT for said in accumulate(sum(map(str.isalnum, line)) for line in own))


def _what_is_left(page: Page, lines: Sequence[str]) -> TextKind:
    """Return what a page without a text shows instead."""
    tree = parse(decode_markup(page.body))
    if find_frames(tree):
        return "frame"
    if any(map(_is_content, tree.css("img"))):
        return "picture"
    if any(map(_is_dateline, lines)):
        return "dateline"
    return "share bar" if any(line and SHARE.fullmatch(line) for line in lines) else "empty"


def file_kind(article: Article) -> str:
    """Return the format of the first file of an article that was not read, by its name, else by its bytes."""
    unread = next((a for a in article.attachments if not a.text), None)
    if unread is None:
        return ""
    return suffix_of(unread) or re.split(r"[:(]", unread.reason)[0].strip() or unread.state


def is_mojibake(text: str) -> bool:
    """True when text was decoded wrongly: characters that nobody writes, or bytes that are UTF-8 when turned back."""
    sample = "".join(text[:SAMPLE_CHARACTERS].split())
    if len(sample) < SHORTEST_TEXT:
        return False
    if sum(map(len, DAMAGE.findall(sample))) > DAMAGED_SHARE * len(sample):
        return True
    if len(ACCENTED.findall(sample)) > FOREIGN_SHARE * len(sample):
        return True
    back = sample.encode("gb18030", "ignore").decode("utf-8", "replace")
    return len(HAN.findall(back)) > max(SHORTEST_TEXT, 3 * back.count("\ufffd"))


def _is_beside(line: str, title: str) -> bool:
    """True for a line that is no text: the title again, a dateline, buttons, the promise of a text."""
    is_title = bool(title) and squash(line) in squash(title)
    is_placeholder = len(line) <= LONGEST_PLACEHOLDER and PLACEHOLDER.search(line) is not None
    return is_title or is_placeholder or _is_dateline(line) or SHARE.fullmatch(line) is not None


def _is_dateline(line: str) -> bool:
    is_short = len(line) <= LONGEST_DATELINE and not SENTENCE_END.search(line)
    return is_short and DATELINE.search(line) is not None and SHARE.fullmatch(line) is None


def _is_content(image: LexborNode) -> bool:
    """True for a picture that may be what a page says: no logo, no icon, and not in the frame of the site."""
    source = image.attributes.get("src") or image.attributes.get("data-src") or ""
    return bool(source) and not OWN_PICTURE.search(source) and not is_small(image) and not is_around(image)
