"""What an article changes is decided without an archive: from what it says and what is known of its act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.acts.decide import Intent, Join, KnownAct, Nothing, Open, Revise, decide
from crawler.acts.second_act import second_act
from crawler.dedupe import best_match
from crawler.detect.lexicon import load_lexicon
from invented_acts import DAY, PLAN, REWRITE, Said, after, noon
from storage.records import ActSoFar, Member, Revision, Waiting

NAME = "贵州省算力装备产业培育行动计划（2025—2028年）"
NOTICE = Said(
    title=f"关于印发{NAME}的通知", names=[NAME], region="520000", number="黔府办发〔2025〕11号",
    issuers=["贵州省人民政府办公厅"], url="http://gov.example.org/1.html",
)  # fmt: skip
OFFICIAL, PAPER = ("government", "520000"), ("news", "520000")


def member(said: Said, *, standing: int = 0) -> Member:
    """Return the article of announcement 1."""
    return Member(
        announcement_id=1, article_id=1, article=said.article, facts=said.facts, first_seen_at=noon(DAY),
        standing=standing,
    )  # fmt: skip


def waiting(said: Said, id: int) -> Waiting:
    """Return an article below the threshold that was read before."""
    return Waiting(
        article_id=id, article=said.article, facts=said.facts, region=said.region, first_seen_at=noon(DAY)
    )  # fmt: skip


def act_so_far(*, is_told: bool = True) -> ActSoFar:
    """Return announcement 1, which one article made."""
    return ActSoFar(
        id=1, lead_article_id=1, is_told=is_told, held_back=None, first_published_at=str(DAY), first_seen_at=noon(DAY)
    )


def known(
    new: Said, old: Said, *, source: tuple[str, str] = PAPER, standing: int = 0, is_told: bool = True
) -> KnownAct:
    """Return what is known when an article comes in after another one opened announcement 1."""
    return KnownAct(
        source=source, match=best_match(new.profile, [member(old)]), members=(member(old, standing=standing),),
        act=act_so_far(is_told=is_told),
    )  # fmt: skip


def decided(said: Said, known: KnownAct, *, on: date = DAY) -> Intent:
    return decide(said.judged, known, now=noon(on))


def edited(before: Said) -> KnownAct:
    """Return what is known when the article that leads announcement 1 was edited."""
    earlier = Revision(
        title=before.title, text=before.text, label=before.assessment.label, score=80.0, facts=before.facts.all,
        page_id=1, fetched_at=noon(DAY), replaced_at=noon(DAY),
    )  # fmt: skip
    return KnownAct(part_of=1, act=act_so_far(), earlier=earlier)


def test_unknown_act_is_opened_and_told() -> None:
    """An act that nothing is known of opens an announcement of its own."""
    intent = decided(NOTICE, KnownAct(source=OFFICIAL))
    assert isinstance(intent, Open)
    assert (intent.role, intent.follows, intent.held_back, intent.tells) == ("new", None, None, "announcement.new")


def test_later_act_of_a_told_policy_is_an_update() -> None:
    """People who know of a policy are told of its next act as an update."""
    draft = replace(NOTICE, title="征求意见", act="征求意见", names=[f"{NAME}（征求意见稿）"], number=None)
    later = replace(NOTICE, day=after(days=200), text=REWRITE)
    found = best_match(later.profile, [member(draft)])
    assert (found.announcement_id, found.policy) == (None, 1)
    intent = decided(later, KnownAct(match=found, is_policy_told=True), on=after(days=200))
    assert isinstance(intent, Open)
    assert (intent.follows, intent.tells) == (1, "announcement.updated")


def test_old_act_is_opened_and_held_back() -> None:
    """An act that its text dates years before its page opens an announcement that nobody is told of."""
    old = replace(NOTICE, names=["贵州省算力装备产业培育行动计划"], number="黔府办发〔2019〕11号")
    intent = decided(old, KnownAct(source=OFFICIAL))
    assert isinstance(intent, Open)
    assert intent.held_back == "an old act under a new date"
    assert intent.tells is None


def test_page_below_the_threshold_changes_nothing() -> None:
    """A page that announces nothing and copies nothing leaves all announcements alone."""
    comment = replace(NOTICE, is_announcing=False, act=None)
    intent = decided(comment, KnownAct(source=PAPER))
    assert isinstance(intent, Nothing)
    assert intent.announcement_id is None


def test_only_pages_about_the_topic_wait() -> None:
    """A page below the threshold waits for its act when it is about the topic or a track, and not without either."""
    report = replace(NOTICE, is_announcing=False, act=None)
    assert decided(report, KnownAct()).waits == report.profile  # type: ignore[union-attr]
    other = replace(report.judged, assessment=replace(report.assessment, label="irrelevant"))
    assert decide(other, KnownAct(), now=noon(DAY)) == Nothing(announcement_id=None)


def test_act_gathers_the_pages_that_told_of_it() -> None:
    """An act takes those pages with it that waited and would join it now; a comment on it goes on waiting."""
    copy = waiting(replace(NOTICE, title="转载", is_announcing=False), id=7)
    comment = waiting(Said(title="专家谈", text="来得正是时候。", names=[NAME], is_announcing=False), id=8)
    intent = decided(NOTICE, KnownAct(source=OFFICIAL, waiting=(copy, comment)))
    assert isinstance(intent, Open)
    assert [(page.article_id, page.relation) for page in intent.gathers] == [(7, "reprint")]


@pytest.mark.parametrize("is_told", [True, False])
def test_reprint_joins(is_told: bool) -> None:
    """A reprint joins in silence; where a first crawl found the act in silence, people are told of it now."""
    copy = replace(NOTICE, title=f"转载：{NOTICE.title}", url="http://paper.example.org/2.html")
    intent = decided(copy, known(copy, NOTICE, standing=2, is_told=is_told))
    assert isinstance(intent, Join)
    assert (intent.relation, intent.role, intent.adds) == ("reprint", "reprint", "details")
    assert intent.tells == (None if is_told else "announcement.new")


def test_silent_act_of_last_week_is_no_news() -> None:
    """An act that is older than two days is not told any more when a further page about it comes."""
    copy = replace(NOTICE, url="http://paper.example.org/2.html")
    late = decided(copy, known(copy, NOTICE, standing=2, is_told=False), on=DAY + timedelta(days=3))
    assert isinstance(late, Join)
    assert late.tells is None


def test_official_text_leads_after_news() -> None:
    """The authority's document after a report is an update, and leads the announcement from then on."""
    news = Said(title="算力装备要有37个加速器", text=REWRITE, names=[NAME], region="520000")
    intent = decided(NOTICE, known(NOTICE, news, source=OFFICIAL))
    assert isinstance(intent, Join)
    assert (intent.role, intent.adds, intent.tells) == ("update", "lead", "announcement.updated")


def test_new_act_of_an_authority_adds_details() -> None:
    """An authority's 解读 of its document is an update that does not lead."""
    explained = replace(
        NOTICE, title="行动计划解读", text=REWRITE, act="解读", number=None, url="http://a.example.org/3"
    )
    intent = decided(explained, known(explained, NOTICE, source=OFFICIAL, standing=2))
    assert isinstance(intent, Join)
    assert (intent.role, intent.adds) == ("update", "details")


def test_article_that_belongs_already() -> None:
    """An article of an announcement that was not edited changes nothing."""
    intent = decided(NOTICE, KnownAct(part_of=7))
    assert intent == Nothing(announcement_id=7)
    assert intent.role == "reprint"


@pytest.mark.parametrize(
    ("before", "is_material"),
    [(replace(NOTICE, number="黔府办发〔2025〕12号"), True), (replace(NOTICE, title="关于印发行动计划的通知"), False)],
)
def test_edit_of_the_lead(before: Said, is_material: bool) -> None:
    """Another document number revises the announcement, another wording of the title does not."""
    intent = decided(NOTICE, edited(before))
    if is_material:
        assert isinstance(intent, Revise)
        assert (intent.announcement_id, intent.tells) == (1, "announcement.updated")
    else:
        assert intent == Nothing(announcement_id=1)


def test_second_act_is_opened_for_itself() -> None:
    """What a page adds to a known text opens an announcement, and neither joins nor follows that of the known text."""
    other = Said(title=NOTICE.title, text=REWRITE, names=["贵州省深海装备产业培育方案"], region="520000")
    intent = decided(NOTICE, replace(known(NOTICE, NOTICE), second_act=other.judged))
    assert isinstance(intent, Open)
    assert (intent.judged, intent.follows, intent.tells) == (other.judged, None, "announcement.new")


def test_second_act_is_found_in_what_a_page_adds() -> None:
    """A page that holds a known text and a notice of another plan tells that plan; a mere copy tells none."""
    added = """省政府办公厅近日印发《贵州省未来产业发展行动计划（2025—2028年）》，提出前瞻布局未来产业。
《行动计划》提出，聚焦量子信息、脑机接口、人形机器人等未来产业新赛道，到2028年建成未来产业先导区5个。"""
    page = replace(NOTICE, title="两份文件印发", text=f"{PLAN}\n{added}", url="http://paper.example.org/4.html")
    lexicon = load_lexicon()
    found = second_act(page.judged, best_match(page.profile, [member(NOTICE)]), lexicon, seen=DAY)
    assert found is not None
    assert found.facts.values("policy_title") == ("贵州省未来产业发展行动计划（2025—2028年）",)
    copy = replace(page, text=PLAN)
    assert second_act(copy.judged, best_match(copy.profile, [member(NOTICE)]), lexicon, seen=DAY) is None
