"""Cut what stands around an article in its own container: headline, dateline, buttons, what follows its end. No I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.blocks import Element, TextBlock
from crawler.extract.headline import squash
from crawler.extract.lines import data_row

# A line that begins like this ends the article; only in its last 65 %, because a byline or
# an editor's note may stand on top.
END = re.compile(
    r"[\s【\[（(〔<>《·•*#\-—▍■●◆▼↓]*(?:"
    r"(?:责任|值班|本文|本期|网络|执行)?编辑[：:\s／/|丨（(]|责编|(?:编审|审读|审校|审稿|审签|校对|监制|[一二三初复终]审|审核|排版|美编|统筹|主编|总编辑)[：:\s丨]"
    r"|.{0,6}(?:热榜|热搜|热点(?:排行|新闻|推荐)|排行榜|(?:新闻|点击|阅读)排行)$"
    r"|猜你喜欢|为你推荐|大家都在[看搜]|你可能(?:还)?(?:喜欢|感兴趣)|看过本文的|更多精彩|友情链接"
    r"|(?:网友|最新|热门|全部|精彩|发表|我要|文明|用户)?(?:评论|跟帖|留言)(?:\s*[（(\d共条：:]|区|列表|$)"
    r"|[上下]一[篇页条](?:[：:\s]|$)|分享(?:到|至|文章)|扫一扫|扫码(?:关注|下载|阅读|查看|分享|看)|长按(?:识别|二维码|图片)"
    r"|打印本[页文]|关闭窗口|投诉举报|返回(?:顶部|首页|列表)|收藏本[页文]"
    r"|(?:版权|免责|特别|郑重|法律|隐私|本网|本站|网站|转载|稿件|权利)(?:[与及和、]?(?:版权|免责|法律|隐私))*[声申]明|版权(?:归|说明)|凡本网|凡注明|本(?:网站|网|站)(?:注明|转载|所有|发布的)"
    r"|转载请|.{0,60}未经.{0,12}(?:授权|许可|同意).{0,12}(?:不得|请勿|禁止|严禁|谢绝)"
    r"|以上(?:内容|信息|图片|文章).{0,24}(?:平台|用户|版权|上传|不代表|仅供)"
    r"|(?:打开|下载)[^，。]{0,12}(?:APP|客户端)|点击(?:查看|进入|下载)(?:更多|客户端)"
    r"|.{0,60}(?:ICP备|公网安备|版权所有|网站标识码)"
    r")",
    re.IGNORECASE,
)
# A declaration about rights ends the article however long its line is.
DISCLAIMER = re.compile(
    r"[\s【\[（(*#]*(?:\d{1,2}\s*[.、．)）]\s*)?(?:凡(?:本[网站报]|注明)|(?:版权|免责)(?:[与及和、]?(?:版权|免责|法律))*[声申]明"
    r"|声明\s*[：:]\s*本[网站]|本[网站]站?(?:所有|发布|转载|刊载|登载)的?(?:[^，。]{0,6})(?:作品|内容|稿件|信息|文章))"
)
# Headings of links to other articles; where prose follows, they head a part of the article (相关链接 explains a term).
RELATED = re.compile(
    r"[\s【\[（(〔<>《·•*#\-—▍■●◆▼↓]*(?:相关|延伸|扩展|拓展|推荐|精彩|热门|更多|往期|深度)"
    r"(?:阅读|新闻|报道|链接|文章|推荐|解读|文件|内容|稿件|资讯|专题|信息|视频|图集|回顾)(?:[：:】\]>》\s]|$)"
)
LONGEST_END = 80  # characters of a line that ends a text with others below it
FIRST_END = 0.35  # of a text, before which nothing ends it
PROSE_CHARACTERS = 40  # characters of a line with a full stop that is no headline
# A line that is no text wherever it stands: buttons, counters, players.
BUTTON = re.compile(
    r"[\s【\[（(]*(?:(?>字号|字体|打印|分享|收藏|浏览(?:次数|量)?|阅读(?:次数|量|数)?|点击(?:数|量|次数)?|访问量|评论|点赞"
    r"|举报|纠错|转发|放大|缩小|语音播报|朗读|播报|暂停|展开(?:全文|更多)?|收起|查看原文|阅读原文|网页链接|保护视力色"
    r"|我要(?:评论|纠错)|广告|编辑|正在加载.{0,3}|加载中.{0,3}|播放|play video|微信|微博|qq空间|复制链接|返回|关闭"
    r"|首页|上一页|下一页|尾页|\d{1,2}:\d{2}/\d{1,2}:\d{2}|/\d{1,2}:\d{2}|(?:\[?[大中小默认超]\]?\s*){1,3})"
    r"[\s：:】\]）)/|·、，\d次人大中小默认超特\[【（(]*+)+$",
    re.IGNORECASE,
)
# Words that make a short line above the text a dateline or byline.
DATELINE = re.compile(
    r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}:\d{2}"
    r"|(?:来源|来自|稿源|作者|记者|编辑|责编|发布(?:时间|日期|机构|者)?|时间|日期|字号|字体|浏览|阅读|点击|访问|分享|打印"
    r"|发文机关|索引号|文号|发文字号)\s*[：:（(\[【]"
    r"|^(?:首页|当前位置|您当前|您的位置|正文|您现在的位置)"
)
STOP = re.compile(r"[。！？][”’）)]?$")
TOLD = re.compile(r"[，；]|[。！？：:…]$")  # a line that tells or announces something is no dateline
LABELLED_END = re.compile(
    r"[\s【\[（(]*(?:(?:(?:信息|文章|稿件|新闻|本文|图片|视频)?来源|稿源|作者|撰文|撰稿|供稿|供图|图文|文图|转自|原标题|文章出处|出处|关键词|标签|Tags?)\s*[：:丨]"
    r"|附件(?:信息|下载|列表)?\s*[：:]\s*$|(?:附件(?:信息|列表)|相关附件)\s*$)",
    re.IGNORECASE,
)
# What is glued to the last sentence: editors, declarations, invitations to read on.
GLUED = re.compile(
    r"(?<=[。！？!?…”’」》）)】])[\s【\[（(〔]*(?:"
    r"(?:责任|值班|本文|本期|网络|执行|特约|栏目)?编辑\s*[：:／/|丨]|责编|(?:编审|审校|审稿|校对|监制|[一二三初复终]审|审核|排版|美编|统筹|主编)\s*[：:丨]"
    r"|(?:版权|免责|特别|郑重|法律|本网|本站|转载)(?:[与及和、]?(?:版权|免责|法律))*[声申]明|版权(?:归|所有)|转载请(?:注明|联系)|凡本网|凡注明"
    r"|(?:本文|本网|本站)?.{0,8}未经.{0,12}(?:授权|许可|同意).{0,12}(?:不得|请勿|禁止|严禁|谢绝)"
    r"|扫一扫|扫码(?:关注|下载|阅读|分享|查看)|长按(?:识别|二维码|图片)|(?:相关|延伸|推荐)(?:阅读|新闻|链接|文章|报道)(?:[：:】\]\s]|$)"
    r"|返回(?:顶部|首页|列表|上一?[页级]|.{1,8}查看更多)|打印本[页文]|关闭(?:窗口|本页)|分享(?:到|至)[：:]?|[上下]一[篇页条][：:]|更多精彩"
    r"|以上(?:内容|信息|图片).{0,24}(?:不代表|仅供|版权|平台)|(?:点击)?(?:查看|阅读)(?:更多|原文|全文)[\s>》]*$"
    r"|打开.{0,10}(?:APP|客户端).{0,4}(?:阅读|查看)|(?:稿件|文章|信息)?来源\s*[：:].{2,30}$"
    r").*$",
    re.DOTALL | re.IGNORECASE,
)
# The words of a link at the end of a text that leads away from it.
LEADING_AWAY = re.compile(
    r"[\s>»【\[（(]*(?:返回|回到|(?:点击)?(?:查看|阅读|了解|浏览)(?:更多|原文|全文)|更多|继续(?:阅读|滑动)|展开|举报|收藏|分享|(?:打开|下载).{0,12}(?:APP|客户端))"
    r".{0,16}",
    re.IGNORECASE,
)


def trim(blocks: Sequence[TextBlock], headline: TextBlock | None, title: str, core: Element) -> list[TextBlock]:
    """Return the blocks that are the article's own text. The cells of its tables are kept as they are."""
    kept = [b for b in blocks if not _is_furniture(b) or data_row(b, core)]
    kept = _below_headline(kept, headline, title)
    kept = _without_dateline(kept, core)
    end = _end(kept, core)
    if end < len(kept) and (sentence := _sentence_before(kept[end])):
        return [*kept[:end], sentence]
    return _without_glued_tail(_without_labels(kept[:end]), core)


def without_tail(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of a text without what follows its end, for texts of which nothing but the lines is known."""
    whole, read = sum(map(len, lines)), 0
    for n, line in enumerate(lines):
        is_end = DISCLAIMER.match(line) or (len(line) < LONGEST_END and END.match(line))
        if read >= FIRST_END * whole and is_end:
            return tuple(lines[:n])
        read += len(line)
    return tuple(lines)


def _is_furniture(block: TextBlock) -> bool:
    """Return whether a line is a button or has neither letters nor digits: arrows, rules, stars."""
    return BUTTON.match(block.text) is not None or not any(map(str.isalnum, block.text))


def _below_headline(blocks: list[TextBlock], headline: TextBlock | None, title: str) -> list[TextBlock]:
    if headline is not None and any(b is headline for b in blocks):
        blocks = [b for b in blocks if b.position > headline.position]
    wanted = squash(title)
    while blocks and squash(blocks[0].text) and squash(blocks[0].text) in wanted and len(wanted) > 3:
        if len(squash(blocks[0].text)) < len(wanted) and len(blocks[0].text) < 8:
            break  # a short first line that happens to occur in the title
        blocks = blocks[1:]
    return blocks


def _without_dateline(blocks: list[TextBlock], core: Element) -> list[TextBlock]:
    """Drop what stands above the text: up to the last short line among the first eight that reads like a dateline."""
    last = -1
    for n, block in enumerate(blocks[:8]):
        if len(block.text) > 90 or TOLD.search(block.text) or data_row(block, core):
            break
        if DATELINE.search(block.text):
            last = n
    return blocks[last + 1 :] if last + 1 < len(blocks) else blocks


def _end(blocks: Sequence[TextBlock], core: Element) -> int:
    """Return the index of the first line that ends the article, or the number of blocks. Tables end nothing."""
    whole = sum(len(b.text) for b in blocks)
    read = 0
    for n, block in enumerate(blocks):
        is_candidate = read >= FIRST_END * whole and not data_row(block, core)
        is_short = len(block.text) < LONGEST_END or n == len(blocks) - 1
        if is_candidate and (DISCLAIMER.match(block.text) or (is_short and _ends(block, blocks[n + 1 :]))):
            return n
        read += len(block.text)
    return len(blocks)


def _ends(block: TextBlock, following: Sequence[TextBlock]) -> bool:
    """Return whether a line ends the article, given the lines after it."""
    if END.match(block.text):
        return True
    heads_prose = (
        bool(following) and len(following[0].text) >= PROSE_CHARACTERS and STOP.search(following[0].text) is not None
    )
    is_part = heads_prose and not following[0].is_linked and not DISCLAIMER.match(following[0].text)
    return RELATED.match(block.text) is not None and not is_part


def _without_labels(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Drop lines such as `来源：` and `关键词：` at the end of the text."""
    kept = list(blocks)
    while len(kept) > 1 and len(kept[-1].text) < 60 and LABELLED_END.match(kept[-1].text):
        kept.pop()
    return kept


def _without_glued_tail(blocks: Sequence[TextBlock], core: Element) -> list[TextBlock]:
    """Cut what stands in the line of the last sentence but does not belong to it."""
    if not blocks or data_row(blocks[-1], core):
        return list(blocks)
    last, before = blocks[-1], sum(len(b.text) for b in blocks[:-1])
    first = int(FIRST_END * (before + len(last.text))) - before
    return [*blocks[:-1], *filter(None, [_unglued(last, max(0, first))])]


def _sentence_before(end: TextBlock) -> TextBlock | None:
    """Return the last sentence of the text where the end of the article is glued to it."""
    sentence = _unglued(end, 0)
    if sentence is None or sentence.text == end.text or not STOP.search(sentence.text):
        return None
    return None if re.match(r"[【\[（(〔]", end.text) or _ends(sentence, ()) else sentence


def _unglued(block: TextBlock, first: int) -> TextBlock | None:
    """Return a line without a link that leads away and without what `GLUED` names; None when nothing is left."""
    text = block.text
    for anchor in reversed(block.anchors):
        if anchor.text and text.endswith(anchor.text) and LEADING_AWAY.fullmatch(anchor.text):
            text = text.removesuffix(anchor.text).rstrip()
    if tail := GLUED.search(text, first):
        text = text[: tail.start()].rstrip()
    return replace(block, text=text) if text else None
