"""Which act of a policy an article reports."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.detect.facts import establish
from crawler.detect.lexicon import load_lexicon
from storage.records import Article

LEXICON = load_lexicon()
PLAN = "《四川省未来产业培育行动方案》"


@pytest.mark.parametrize(
    ("title", "text", "act"),
    [
        ("四川六大方向布局未来", f"省政府办公厅近日印发{PLAN}。", "印发"),
        ("四川省人民政府关于加快发展未来产业的意见", "各市：现提出如下意见。", "印发"),
        (f"{PLAN}政策解读", f"近日，省政府办公厅印发{PLAN}。", "解读"),
        ("一图读懂未来产业行动方案", f"省政府办公厅印发{PLAN}。", "解读"),
        ("四川举行未来产业新闻发布会", f"会上介绍{PLAN}。", "发布会"),
        ("五份方案同日亮相", f"3月1日，四川省召开新闻发布会，集中发布{PLAN}。", "发布会"),
        ("关于公开征求《四川省未来产业条例（征求意见稿）》意见的公告", "现公开征求意见。", "征求意见"),
        ("四川未来产业方案征言", "省科技厅起草的方案近日向社会公开征求意见。", "征求意见"),
        ("四川省经济和信息化厅关于拟认定未来产业先导区名单的公示", "现予公示。", "名单"),
        ("关于组织开展2026年未来产业揭榜挂帅工作的通知", "现就有关事项通知如下。", "申报"),
        ("《绵阳市未来产业促进条例》10月1日起施行", "条例经市人大常委会表决通过。", "立法"),
        ("全省未来产业发展推进会召开", "会议部署下一步工作。", "部署会"),
        ("新赛道名单公布", f"成都市人民政府近日印发{PLAN}，列出十个方向。", "印发"),
        ("未来产业方案敲定", f"行动方案今年1月面向社会征求意见，省政府办公厅近日印发{PLAN}。", "印发"),
        ("四川举行新闻发布会", f"介绍{PLAN}。方案由省政府办公厅于3月1日印发，文号为川办发〔2026〕9号。", "印发"),
        ("双城落子新赛道", "近日，省里公布了新一轮培育方案，布局新赛道。", "印发"),
        ("双城落子新赛道", "3月5日，绵阳市人民政府办公室发布低空经济三年行动计划。", "印发"),
        ("省委常委会会议研究未来产业工作", "省委常委会召开会议，审议《关于培育未来产业的意见》。", "部署会"),
        ("省人大常委会会议闭幕", "会议表决通过《四川省未来产业促进条例》。", "立法"),
        ("机器人概念股走强", "午后板块拉升。", None),
        ("气象台发布预报", "未来三天有雨。", None),
    ],
)
def test_act(title: str, text: str, act: str | None) -> None:
    """The title's act comes first; earlier acts that the text recalls are not this one."""
    article = Article(url="", title=title, text=text, published_at=date(2026, 3, 2))
    assert establish(article, LEXICON).first("act") == act
