"""An archive as a few days of watching leave it, made by the real flow. All its articles are invented."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from builders import HTML, page_of, plain_rules
from crawler.intake import Taken, take_in
from local_portal import article_page
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.demo.samples import PRESS_CONFERENCE, REPRINT
from scheduler.notify.message import deliveries_for
from storage.archive import Archive
from storage.records import Page

MORNING = datetime(2026, 3, 18, 1, 30, tzinfo=UTC)  # half past nine in Beijing, a Wednesday
DAY = "2026-03-18"
ENDPOINTS = (
    Endpoint.model_validate({"name": "team", "kind": "webhook", "url": "http://127.0.0.1:9/hook"}),
    Endpoint.model_validate({
        "name": "digest", "kind": "webhook", "url": "http://127.0.0.1:9/digest", "mode": "digest", "min_score": 70,
    }),
)  # fmt: skip
SETTINGS = Settings.model_construct(endpoint=ENDPOINTS)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A page of a portal. `published` is what it says, `after` how long after MORNING it was fetched."""

    title: str
    paragraphs: Sequence[str]
    published: str = f"{DAY} 09:12"
    publisher: str
    source: str
    host: str
    after: timedelta = timedelta()

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"https://{self.host}/zwgk/202603/t{zlib.crc32(self.title.encode()) % 10**8:08d}.html"


GUANGDONG = Told(
    title="广东省人民政府办公厅关于印发广东省培育发展未来产业行动计划（2026—2030年）的通知",
    publisher="广东省人民政府办公厅", source="gov-440000", host="gov.gd.example.cn", published=f"{DAY} 09:05",
    paragraphs=(
        "粤府办〔2026〕17号",
        "各地级以上市人民政府，省政府各部门、各直属机构：",
        "《广东省培育发展未来产业行动计划（2026—2030年）》已经省人民政府同意，现印发给你们，请认真贯彻执行。",
        "到2028年，全省建成10个未来产业先导区，突破关键核心技术100项；到2030年，未来产业规模达到1.2万亿元，"
        "培育领军企业50家。",
        "重点发展未来电子信息、未来智能装备、未来生命健康、未来材料、未来绿色低碳五大产业集群，前瞻布局6G、量子科技、"
        "具身智能、深海空天等方向。",
        "省财政统筹安排专项资金30亿元，对首台（套）重大技术装备按不超过销售价格的30%给予奖励。",
        "本行动计划自2026年4月1日起施行，有效期五年。",
    ),
)  # fmt: skip
EXPLAINED = Told(
    title="一图读懂《广东省培育发展未来产业行动计划（2026—2030年）》", publisher="广东省工业和信息化厅",
    source="gxt-440000", host="gdii.gd.example.cn", published=f"{DAY} 15:20", after=timedelta(hours=6, minutes=4),
    paragraphs=(
        "近日，广东省人民政府办公厅印发《广东省培育发展未来产业行动计划（2026—2030年）》（粤府办〔2026〕17号）。"
        "为便于各有关单位准确理解文件精神，现解读如下。",
        "一、起草背景。未来产业由前沿技术驱动，是培育新质生产力的重要方向。",
        "二、主要目标。到2030年，未来产业规模达到1.2万亿元，培育领军企业50家。",
        "三、重点任务。围绕未来电子信息、未来智能装备、未来生命健康、未来材料、未来绿色低碳布局先导区。",
    ),
)  # fmt: skip
ZHEJIANG = Told(
    title="浙江省经济和信息化厅关于公开征求《浙江省未来产业先导区建设实施方案（征求意见稿）》意见的公告",
    publisher="浙江省经济和信息化厅", source="jxt-330000", host="jxt.zj.example.cn", published=f"{DAY} 10:40",
    after=timedelta(hours=1, minutes=22),
    paragraphs=(
        "为加快未来产业先导区建设，我厅起草了《浙江省未来产业先导区建设实施方案（征求意见稿）》，现面向社会公开征求意见。"
        "请于2026年4月17日前将意见反馈至我厅。",
        "征求意见稿提出，到2027年，创建省级未来产业先导区20个，集聚高新技术企业300家。",
        "优先支持人工智能、空天信息、合成生物、先进储能等领域，鼓励先导区开放应用场景。",
    ),
)  # fmt: skip
SHANGHAI = Told(
    title="上海市人民政府印发《上海市促进未来产业创新发展若干措施》", publisher="上海市人民政府",
    source="gov-310000", host="www.sh.example.cn", published="2026-03-17", after=timedelta(hours=-14),
    paragraphs=(
        "上海市人民政府近日印发《上海市促进未来产业创新发展若干措施》，提出设立100亿元未来产业基金。",
        "到2030年，在未来健康、未来智能、未来能源、未来空间、未来材料五个方向培育10个未来产业集聚区。",
        "若干措施明确，对承担国家重大科技任务的企业给予配套支持，单个项目最高2000万元。",
    ),
)  # fmt: skip
NEARLY = Told(
    title="未来产业看安徽 量子科技、具身智能、合成生物三大未来产业提速", publisher="皖江日报", source="wjrb-340000",
    host="wjrb.example.cn", published=f"{DAY} 08:20", after=timedelta(minutes=40),
    paragraphs=(
        "记者从安徽省科技厅获悉，安徽将布局未来产业，重点发展量子科技、空天信息、聚变能源、具身智能、合成生物、6G、"
        "脑机接口七大方向。",
        "到2030年，未来产业规模力争达到3000亿元，培育未来产业龙头企业30家，建设未来产业先导区5个。",
        "未来产业要有耐心资本，也要有应用场景。",
    ),
)  # fmt: skip
HOSTILE = Told(
    title="湖北省人民政府关于印发湖北省未来产业发展规划（2026—2030年）的通知",
    publisher="湖北省人民政府", source="gov-420000", host="www.hubei.example.cn", published=f"{DAY} 11:00",
    after=timedelta(hours=2),
    paragraphs=(
        "《湖北省未来产业发展规划（2026—2030年）》已经省人民政府同意，现印发给你们。",
        "到2030年，全省未来产业规模突破5000亿元，建成8个未来产业先导区。"
        "&lt;script&gt;document.title='攻破'&lt;/script&gt;&lt;img src=x onerror=\"document.title='攻破'\"&gt;",
    ),
)  # fmt: skip
# PORTAL stands for the address of a portal that must not be asked.
ATTACK = """
<script>parent.document.title = '攻破'; document.title = '攻破'; fetch('/verdicts/undo', {method: 'POST'})</script>
<img src="PORTAL/pixel.gif" onerror="document.title='攻破'">
<a id="bait" href="javascript:document.title='攻破'">点我</a><svg onload="document.title='攻破'"></svg>
<meta http-equiv="refresh" content="0;url=PORTAL/">
<link rel="preconnect" href="PORTAL">
<iframe src="PORTAL/"></iframe>
<form action="PORTAL/"><button>寄出</button></form>"""
HOSTILE_TITLE = "<script>document.title='攻破'</script>关于印发江西省未来产业培育三年行动方案的通知"


def told_page(told: Told, *, more: str = "") -> Page:
    """Return a page as it was fetched."""
    markup = article_page(told.title, told.paragraphs, day=told.published, publisher=told.publisher)
    body = markup.replace("</body>", f"{more}</body>").encode()
    return page_of(body, told.url, source=told.source, at=MORNING + told.after, headers=HTML)


def seed(path: Path, settings: Settings = SETTINGS) -> None:
    """Fill an archive: announcements of five regions, a reprint, an explanation, a silent edit, a near miss."""
    lexicon = plain_rules()  # the near miss stays one, however the opinion is fitted
    notify = partial(deliveries_for, settings=settings)
    with Archive(path) as archive:
        _declare(archive)

        def take(told: Told, *, more: str = "") -> Taken:
            return take_in(told_page(told, more=more), archive, lexicon, notify)

        take(SHANGHAI)
        take(GUANGDONG)
        _deliver(archive, MORNING + timedelta(minutes=1))
        take(NEARLY)
        take(ZHEJIANG)
        take(HOSTILE, more=ATTACK)
        for sample, minutes in ((PRESS_CONFERENCE, 200), (REPRINT, 290)):
            take(Told(
                title=sample.title, paragraphs=sample.paragraphs, published=f"{sample.day} 12:30",
                publisher=sample.publisher, source="news-460000", host=f"p{sample.number}.example.cn",
                after=timedelta(minutes=minutes),
            ))  # fmt: skip
        take(EXPLAINED)
        _deliver(archive, MORNING + timedelta(hours=6, minutes=5))
        edited = [line.replace("1.2万亿元", "1.5万亿元").replace("50家", "60家") for line in GUANGDONG.paragraphs]
        take(replace(GUANGDONG, paragraphs=edited, after=timedelta(hours=7)))


def _declare(archive: Archive) -> None:
    """Let the archive know the sources, as a crawl does."""
    known = {
        "gov-440000": ("广东省人民政府", "440000", "province", "government"),
        "gxt-440000": ("广东省工业和信息化厅", "440000", "province", "department"),
        "jxt-330000": ("浙江省经济和信息化厅", "330000", "province", "department"),
        "gov-310000": ("上海市人民政府", "310000", "province", "government"),
        "gov-420000": ("湖北省人民政府", "420000", "province", "government"),
        "wjrb-340000": ("皖江日报", "340000", "province", "news"),
        "news-460000": ("椰风新闻", "460000", "province", "news"),
    }
    with archive.transaction():
        for id, (name, region, level, kind) in known.items():
            archive.db.execute(
                "INSERT INTO sources (id, name, region, level, kind, first_crawled_at) VALUES (?, ?, ?, ?, ?, ?)",
                [id, name, region, level, kind, "2026-03-01T00:00:00Z"],
            )


def _deliver(archive: Archive, now: datetime) -> None:
    """Note that the instant endpoint has taken what waits."""
    for delivery in archive.outbox.list(state="pending"):
        archive.outbox.delivered(delivery.id, answer="204", now=now)


if __name__ == "__main__":
    import sys

    seed(Path(sys.argv[1]))
