"""Articles about policy acts that nobody ever issued, with what they establish: for tests of what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from builders import page_of
from crawler.dedupe import identity, profile_of
from crawler.dedupe.profile import Profile
from crawler.detect.lexicon import Lexicon
from crawler.intake import Notify, Taken, settle
from crawler.reading import JudgedPage
from crawler.text.regions import region
from storage.archive import Archive
from storage.records import (
    BEIJING,
    Announcement,
    Article,
    Assessment,
    Delivery,
    Fact,
    Facts,
    Hit,
    MessageType,
)

DAY = date(2025, 4, 8)

# A plan's text: sentences of our own, with numbers that only this plan has.
PLAN = """为抢抓新一轮科技变革机遇，培育经济增长新引擎，结合本地实际制定本计划。
到2028年，建成37个未来产业加速器，引进领军团队64个，孵化科技企业230家，相关产业营业收入达到520亿元。
布局类脑计算、深海装备、细胞制造三条主线，每条主线设首席科学家一名，按季度调度进展。
设立总规模18亿元的种子基金，对首台套产品按投资额的两成给予补助，单个项目最高补助900万元。
鼓励高校开设交叉学科实验班，三年内培养工程硕士1500人，建设实训基地12个。
本计划由发展改革部门牵头组织实施，每年末开展评估，评估结果向社会公布。"""

REWRITE = """这份文件给出的时间表并不宽松：2028年之前，加速器要有37个，企业要孵化出230家，营收目标锁定520亿元。
三条主线里，细胞制造被放在最后，但钱给得最多；种子基金18亿元，其中近半预留给它。"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """An article by what matters here; everything else is made up."""

    title: str
    text: str = PLAN
    names: Sequence[str] = ()
    cited: Sequence[str] = ()
    region: str | None = "460000"
    issuers: Sequence[str] = ()
    number: str | None = None
    act: str | None = "印发"
    tracks: Sequence[str] = ()
    instrument: str | None = None
    signed: date | None = None
    day: date | datetime | None = DAY
    url: str = ""
    publisher: str = ""
    source: str = ""
    is_announcing: bool = True

    @property
    def article(self) -> Article:
        """The article; its address follows from its title unless one is given."""
        name = identity("", self.title + self.text)[:12]
        url = self.url or f"http://paper.example.org/{name}.html"
        return Article(url=url, title=self.title, text=self.text, publisher=self.publisher, published_at=self.day)

    @property
    def facts(self) -> Facts:
        """What the article establishes."""
        values: list[tuple[str, Sequence[str]]] = [
            ("policy_title", self.names), ("cited_title", self.cited), ("issuer", self.issuers),
            ("document_number", [self.number] if self.number else []), ("act", [self.act] if self.act else []),
            ("track", self.tracks), ("instrument", [self.instrument] if self.instrument else []),
            ("document_date", [str(self.signed)] if self.signed else []),
            ("region", [self.region] if self.region else []),
        ]  # fmt: skip
        return Facts(
            all=tuple(
                Fact(kind=kind, value=value, quote=value, place="title", start=0)
                for kind, some in values for value in some
            ),
            region=region(self.region) if self.region else None,
        )  # fmt: skip

    @property
    def assessment(self) -> Assessment:
        """A clear verdict either way."""
        score = 80.0 if self.is_announcing else 5.0
        hit = Hit(term="未来产业", place="title", start=0, points=score)
        label = "announcement" if self.is_announcing else "related"
        return Assessment(score=score, threshold=50.0, label=label, hits=(hit,), lexicon_version="test")  # type: ignore[arg-type]  # both are labels

    @property
    def profile(self) -> Profile:
        """What the article is compared by."""
        return profile_of(self.article, self.facts, seen=DAY, is_announcing=self.is_announcing)

    @property
    def judged(self) -> JudgedPage:
        """The article as a crawl judges its page."""
        return JudgedPage(
            article=self.article, facts=self.facts, assessment=self.assessment, kind="text", profile=self.profile
        )  # fmt: skip


@dataclass
class Told:
    """Says that every announcement goes to one endpoint, and notes which."""

    messages: list[tuple[MessageType, int, int]] = field(default_factory=list)

    def __call__(self, announcement: Announcement, type: MessageType, now: datetime) -> list[Delivery]:
        """Return one message."""
        self.messages.append((type, announcement.id, announcement.version))
        return [Delivery(
            id=f"msg_{len(self.messages)}_{announcement.id}_{now.timestamp()}", announcement_id=announcement.id,
            version=announcement.version, endpoint="team", type=type, payload="{}", state="pending", attempts=0,
            created_at=now, next_attempt_at=now,
        )]  # fmt: skip

    @property
    def types(self) -> list[str]:
        """The kinds of messages, in order."""
        return [type.removeprefix("announcement.") for type, _, _ in self.messages]


def nobody(*_: object) -> list[Delivery]:
    """Tell nobody, as a source's first crawl does."""
    return []


def take(archive: Archive, said: Said, notify: Notify, lexicon: Lexicon, *, now: datetime) -> Taken:
    """Take an article in as a crawl does."""
    page = page_of(said.text, said.article.url, source=said.source, at=now)
    return settle(page, said.judged, archive=archive, lexicon=lexicon, notify=notify)


def noon(day: date) -> datetime:
    """Return noon in China of a day."""
    return datetime.combine(day, time(12), BEIJING).astimezone(UTC)


def after(**units: int) -> date:
    """Return a day after the first one."""
    return DAY + timedelta(**units)
