"""What stands around the text in its own container or line: tails, declarations, editors, links that lead away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from builders import page_of
from crawler.extract import extract
from storage.records import Article

URL = "https://www.example.cn/n/77.html"
TITLE = "关于支持深海装备产业集聚发展的若干措施"
LINES = (
    "为加快深海装备产业集聚发展，结合本市实际，制定以下措施，请各有关单位认真组织实施。",
    "到二〇三〇年，建成三个深海试验平台，培育三十家链主企业和一批创新联合体，规模达到五百亿元。",
    "各区要结合实际制定配套措施，加强要素保障，完善容错机制，确保各项任务落到实处。",
)
DECLARATION = (
    "1.凡本站注明“原创”的所有作品，其版权属于本站所有，其他媒体转载使用时必须注明来源，并自负法律责任，"
    "违者本站将依法追究。"
)


def read(text: str, around: str = "<div class='zw'>%s</div>") -> Article:
    body = f"<h1>{TITLE}</h1><div>2031-05-06 来源：滨海日报</div>" + around % text
    markup = f"<html><head><title>{TITLE}_滨海网</title></head><body>{body}</body></html>"
    never = datetime.fromtimestamp(0, UTC)
    return extract(page_of(markup, URL, at=never))


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


GLUED = [
    "（责任编辑：甲乙丙）", "【责任编辑：甲乙丙】", "责任编辑：甲乙丙 丁戊", "责编：甲乙丙", "[编辑: 甲乙丙]",
    "编辑丨甲乙丙", "校对：甲乙丙", "一审：甲乙 二审：丙丁 三审：戊己", "（编辑：甲乙 审核：丙丁）", "监制丨甲乙丙",
    "免责声明：本文仅供参考。", "版权声明：未经授权不得转载。", "版权与免责声明：凡本网注明来源的作品均受保护。",
    "免责申明：本文仅供参考", "特别声明：以上内容由平台用户上传", "转载请注明出处", "本文未经许可不得转载",
    "扫一扫在手机打开当前页", "扫码关注滨海发布", "相关阅读：深海装备是什么", "更多精彩内容请关注公众号",
    "返回浪潮，查看更多", "返回首页", "打印本页 关闭窗口", "关闭窗口", "打开APP阅读全文", "上一篇：别的消息",
    "来源：滨海日报", "<a href='/'>返回首页</a>", "<a href='//a.cn'>返回浪潮，查看更多</a>",
    "<a href='/m'>查看更多&gt;&gt;</a>", "<a href='/m'>点击查看更多</a>", "<a href='/r'>举报</a>",
]  # fmt: skip


@pytest.mark.parametrize("tail", GLUED)
def test_what_is_glued_to_the_last_sentence_is_cut(tail: str) -> None:
    """The text ends with its last sentence, whatever follows in the same line."""
    assert read(paragraphs(*LINES[:2], LINES[2] + tail)).text.split("\n") == list(LINES)


KEPT = [
    "请扫描二维码报名。", "详情请点击下载附件。", "有关审核工作由市科技局负责。", "各单位要加强版权保护。",
    "相关新闻发布会将于近日举行。", "编辑出版工作另行通知。", "（记者 甲乙丙）",
    "申报材料请从<a href='/f.pdf'>附件下载</a>处取得。",
]  # fmt: skip


@pytest.mark.parametrize("sentence", KEPT)
def test_a_sentence_that_only_sounds_alike_is_kept(sentence: str) -> None:
    text = read(paragraphs(*LINES[:2], LINES[2] + sentence)).text
    assert text.endswith(sentence[-6:].replace("</a>", "")) or text.endswith("处取得。")


HEADS = [
    "版权与免责声明", "版权声明", "免责声明", "免责申明", "版权及隐私声明", "【网站声明】", "法律声明", "郑重声明：",
    "声明：本网站转载的内容", "责任编辑：甲乙丙", "审签：甲乙丙", "三审：甲乙丙", "扫一扫分享本页",
    "【打印】【关闭】", "附件信息:", "附件下载：", "相关附件", "上一篇：别的消息", "返回列表", "相关链接",
    "延伸阅读", "撰文：甲乙丙", "图文：甲乙丙", "转自：滨海晚报",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("is_known", [True, False])
def test_declarations_are_no_text(head: str, is_known: bool) -> None:
    """What follows the text about rights is cut, however long, and its heading or label with it."""
    around = "<div class='zw'>%s</div>" if is_known else "<section>%s</section>"
    assert read(paragraphs(*LINES, head, DECLARATION), around).text.split("\n") == list(LINES)


def test_files_below_their_label_are_kept() -> None:
    """附件： with its files is a part of the document."""
    article = read(paragraphs(*LINES, "附件：") + "<p><a href='/a/1.pdf'>1.深海装备目录.pdf</a></p>")
    assert article.text.endswith("附件：\n1.深海装备目录.pdf")
    assert [a.url for a in article.attachments] == ["https://www.example.cn/a/1.pdf"]


def test_source_below_the_text_is_the_publisher_and_no_text() -> None:
    body = f"<h1>{TITLE}</h1><div class='zw'>{paragraphs(*LINES, '来源：滨海晚报', '责任编辑：甲乙丙')}</div>"
    markup = f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"
    never = datetime.fromtimestamp(0, UTC)
    page = page_of(markup, URL, at=never)
    article = extract(page)
    assert (article.publisher, article.text) == ("滨海晚报", "\n".join(LINES))
