"""An archive in which many provinces have issued acts that nobody ever issued, taken in page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from builders import HTML, page_of
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.intake import Notify, Taken, take_in
from invented_acts import nobody
from local_portal import article_page
from storage.archive import Archive
from storage.records import BEIJING, Delivery, Link, Page, Run

LEXICON = load_lexicon()
FIRST_PLANS = ("海洋牧场", "星火计划", "摇篮行动", "雁阵工程", "灯塔工厂", "揭榜挂帅", "链主培育", "场景清单")


@dataclass(frozen=True, kw_only=True)
class Act:
    """An act: who issues what, when (`2026-03-18`, or with a clock time in China), and how long after it is found."""

    region: str
    place: str
    track: str
    day: str
    act: str = "印发"
    number: str = ""
    source: str = ""
    found_after: timedelta = timedelta(minutes=20)
    clock: str = "09:30"

    @property
    def policy(self) -> str:
        """The policy's name."""
        return f"{self.place}{self.track}产业培育行动计划（2026—2030年）"

    @property
    def title(self) -> str:
        """What the page is called."""
        office = f"{self.place}人民政府办公厅" if self.region != "000000" else "国务院办公厅"
        return {
            "印发": f"{office}关于印发《{self.policy}》的通知",
            "征求意见": f"关于公开征求《{self.policy}（征求意见稿）》意见的公告",
            "解读": f"《{self.policy}》政策解读",
            "发布会": f"{self.place}举行新闻发布会介绍《{self.policy}》",
        }[self.act]

    @property
    def published(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(f"{self.day}T{self.clock}+08:00").astimezone(UTC)

    @property
    def seen(self) -> datetime:
        """When it was found."""
        return self.published + self.found_after

    @property
    def url(self) -> str:
        """Where it stands."""
        name = f"{self.region}{sum(map(ord, self.title)):x}"
        return f"http://portal.example.org/zwgk/t{self.day.replace('-', '')}_{name}.html"

    def page(self) -> Page:
        """Return the page, in words and numbers that only this act has."""
        seed = sum(map(ord, self.title))
        office = f"{self.place}人民政府办公厅" if self.region != "000000" else "国务院办公厅"
        paragraphs = [
            f"{self.number}" if self.number else f"{office}：",
            f"{self.day[:4]}年{int(self.day[5:7])}月{int(self.day[8:])}日，{office}{WORDS[self.act]}《{self.policy}》。",
            f"行动计划提出，到2030年，{self.track}产业规模突破{300 + seed % 700}亿元，培育领军企业{5 + seed % 40}家，"
            f"建成{2 + seed % 9}个{self.track}未来产业先导区。",
            f"重点实施{FIRST_PLANS[seed % 8]}等{3 + seed % 5}项任务，设立总规模{10 + seed % 90}亿元的{self.place}"
            f"{self.track}基金，每年遴选{6 + seed % 30}个示范场景，对首台套产品按投资额的{10 + seed % 20}%给予补助。",
        ]
        markup = article_page(self.title, paragraphs, day=f"{self.day} {self.clock}", publisher=f"{self.place}人民政府")
        return page_of(markup, self.url, source=self.source or f"gov-{self.region}", at=self.seen, headers=HTML)


BUSY_DAY = "2026-03-18"
BUSY_PLACES = (
    ("110000", "北京市"), ("120000", "天津市"), ("130000", "河北省"), ("140000", "山西省"), ("210000", "辽宁省"),
    ("220000", "吉林省"), ("310000", "上海市"), ("320000", "江苏省"), ("330000", "浙江省"), ("340000", "安徽省"),
    ("350000", "福建省"),
)  # fmt: skip
WORDS = {"印发": "印发", "征求意见": "就以下文件公开征求意见", "解读": "解读", "发布会": "举行新闻发布会介绍"}
ACTS = (
    Act(region="440000", place="广东省", track="低空经济", day="2026-01-12", number="粤府办〔2026〕3号"),
    Act(region="330000", place="浙江省", track="低空经济", day="2026-02-03", number="浙政办发〔2026〕5号"),
    Act(region="430000", place="湖南省", track="低空经济", day="2026-03-05"),
    Act(region="440000", place="广东省", track="人形机器人", day="2026-03-02"),
    Act(region="110000", place="北京市", track="人形机器人", day="2026-01-20"),
    Act(region="310000", place="上海市", track="人形机器人", day="2026-01-20"),
    Act(region="310000", place="上海市", track="脑机接口", day="2026-02-10"),
    Act(region="340000", place="安徽省", track="量子", day="2025-12-15", number="皖政办〔2025〕44号"),
    Act(region="420000", place="湖北省", track="商业航天", day="2026-02-26"),
    Act(region="460000", place="海南省", track="商业航天", day="2026-03-18", number="琼府办〔2026〕8号"),
    Act(region="650000", place="新疆维吾尔自治区", track="氢能", day="2026-03-11"),
    Act(region="150000", place="内蒙古自治区", track="氢能", day="2026-02-14"),
    Act(region="370000", place="山东省", track="深海", day="2026-03-16"),
    Act(region="510000", place="四川省", track="生物制造", day="2026-01-28", act="征求意见"),
    Act(region="510000", place="四川省", track="生物制造", day="2026-03-10", number="川办发〔2026〕12号"),
    Act(region="510000", place="四川省", track="生物制造", day="2026-03-17", act="解读"),
)


def declare(archive: Archive, regions: Iterable[str], *, level: str = "province") -> None:
    """Declare a government's portal for each region."""
    archive.runs.register(
        {"id": f"gov-{code}", "name": f"{code}门户", "region": code, "level": level, "kind": "government"}
        for code in dict.fromkeys(regions)
    )


def issue(
    archive: Archive, acts: Sequence[Act] = ACTS, *, notify: Notify = nobody, lexicon: Lexicon = LEXICON
) -> list[Taken]:
    """Let acts be found in order of time, as a crawl finds them."""
    declare(archive, [act.region for act in acts])
    taken = []
    for act in sorted(acts, key=lambda act: act.seen):
        link = Link(url=act.url, title=act.title, date=act.published.astimezone(BEIJING).date())
        source = act.source or f"gov-{act.region}"
        archive.frontier.note(source, [(act.url, link)], act.seen - timedelta(minutes=2), is_quiet=False)
        taken.append(take_in(act.page(), archive, lexicon, notify))
        archive.frontier.settle(act.url)
    return taken


def visited(source: str, at: datetime, outcome: str = "ok", *, error: str | None = None, listed: int = 20) -> Run:
    """Return a visit to a source that took a second."""
    cause = "timeout" if outcome == "error" else None
    return Run(
        source=source, started_at=at, finished_at=at + timedelta(seconds=1), outcome=outcome, error=error, cause=cause,  # type: ignore[arg-type]  # tests name outcomes
        listed=listed, requests=3,
    )  # fmt: skip


def to_team(announcement_id: int, id: str, at: datetime, *, endpoint: str = "team") -> Delivery:
    """Return a message about an announcement to an endpoint."""
    return Delivery(
        id=id, announcement_id=announcement_id, version=1, endpoint=endpoint, type="announcement.new", payload="{}",
        state="pending", attempts=0, created_at=at, next_attempt_at=at,
    )  # fmt: skip


def acts_of_a_day(places: Iterable[tuple[str, str]], tracks: Sequence[str]) -> list[Act]:
    """Return an act of each place on each track, one a minute on BUSY_DAY."""
    pairs = [(*place, track) for place in places for track in tracks]
    return [
        Act(region=code, place=name, track=track, day=BUSY_DAY, clock=f"{9 + n // 60:02d}:{n % 60:02d}")
        for n, (code, name, track) in enumerate(pairs)
    ]
