"""The second opinion on wording and facts, and the act that the wording tells; both are fitted."""

from typing import get_args

from builders import article_of, judged, plain_rules, shipped_lexicon
from crawler.detect.clues import find_clues
from crawler.detect.facts import establish, fitted_act
from crawler.detect.opinion import ASKED_KINDS, FITTED, LEAST, MOST, NONE, OPINION, find_opinion, signs_of
from crawler.detect.reading import part
from crawler.detect.wording import mask, wording_of
from crawler.text.weights import BASE, weights_in
from storage.fact_kinds import fact_kinds
from storage.records import Act, Article, Hit

LEXICON = shipped_lexicon()
CALL = article_of(
    "关于组织开展2026年省级氢能示范项目申报的通知",
    "各市工业和信息化局：\n现组织开展氢能示范项目申报，请于5月底前报送。\n湖南省工业和信息化厅\n2026年4月2日",
)
TALK = article_of(
    "氢能概念持续走高，公司股价三日涨两成", "公司表示，中心的研发项目进展顺利，行业前景广阔，市场空间超过9%。"
)


def opinion(article: Article, score: float, *, is_off_topic: bool = False) -> Hit | None:
    """Return the opinion on an article whose other hits come to a score."""
    return find_opinion(find_clues(article, establish(article, LEXICON), LEXICON), score, is_off_topic=is_off_topic)


def test_names_places_and_numbers_become_signs() -> None:
    """The groups are those of the language: whose plan it is, and on what, is not in them."""
    one, other = (
        mask(part("title", title, LEXICON)).text
        for title in (
            "湖南省工信厅印发《湖南省未来产业行动计划》提出12项任务",
            "青岛市科技局印发《青岛市未来产业行动计划》提出8项任务",
        )
    )
    assert one == other == "^A印发《C计划》提出9项任务$"


def test_it_decides_where_the_rules_cannot() -> None:
    """Wording of a call speaks for an announcement, wording of the market against it, within bounds."""
    for_it, against_it = opinion(CALL, LEXICON.threshold - 1), opinion(TALK, LEXICON.threshold)
    assert for_it is not None
    assert for_it.term.startswith(f"{OPINION}:")
    assert 0 < for_it.points <= MOST
    assert against_it is None or LEAST <= against_it.points < for_it.points


def test_it_is_not_asked_where_the_rules_are_sure() -> None:
    """Far above or below the threshold it could change nothing; beside a document on another topic it may less."""
    assert opinion(CALL, LEXICON.threshold - LEAST) is None
    assert opinion(CALL, LEXICON.threshold - MOST - 1) is None
    assert opinion(CALL, LEXICON.threshold - MOST, is_off_topic=True) is None


def test_what_carried_it_is_shown() -> None:
    """The hit leads to the first of its words as shown, or to the fact of that kind; what is missing is named."""
    for article in (CALL, TALK):
        hit = opinion(article, LEXICON.threshold)
        assert hit is not None
        first = hit.term.removeprefix(f"{OPINION}:").partition("…")[0]
        kinds = {row.zh: row.kind for row in fact_kinds().values()}
        facts = establish(article, LEXICON)
        shown = article.title if hit.place == "title" else article.text
        if first in kinds:
            assert facts.of(kinds[first])[0].start == hit.start
        elif first.removeprefix(NONE) in kinds:
            assert not facts.of(kinds[first.removeprefix(NONE)])
        else:
            assert shown.startswith(first, hit.start)


def test_facts_speak_for_an_announcement() -> None:
    """The signs tell how many facts of a kind there are, and where the first stands."""
    signs = signs_of(establish(CALL, LEXICON))
    assert {"issuer 1", "issuer in lead", "target 0"} <= signs.keys()
    assert signs["target 0"] is None
    assert weights_in(FITTED)["issuer 0"] < 0 < weights_in(FITTED)["issuer in lead"]


def test_it_can_be_switched_off() -> None:
    """A lexicon with `opinion = 0` judges by the plain rules."""
    rules = plain_rules()
    assert find_opinion(find_clues(CALL, establish(CALL, rules), rules), 55.0, is_off_topic=False) is None
    assert not any(hit.term.startswith(OPINION) for hit in judged(CALL, rules).hits)


def test_fitted_groups_are_found() -> None:
    """The file holds a base, groups of one to three characters of titles and leads, and which facts there are."""
    lines = [line.rsplit("\t", 1) for line in FITTED.read_text(encoding="utf-8").splitlines()]
    names = {name for name, _ in lines}
    assert BASE in names
    assert len(names) == len(lines)
    groups = {name for name in names - {BASE} if name.partition(" ")[0] not in ASKED_KINDS}
    assert all(name[0] in "tb" and 2 <= len(name) <= 4 for name in groups)
    assert names & wording_of(CALL.title, CALL.text, LEXICON).keys()


def test_wording_tells_an_act_that_the_rules_have_no_words_for() -> None:
    """A headline without a verb that a rule knows; the fact quotes a clause of the page, and stands where it says."""
    article = article_of(
        "湖南氢能示范项目抢位战打响，下月十日前可递材料",
        "记者从省工业和信息化厅获悉，2026年省级氢能示范项目即日起受理材料，符合条件的企业可于5月10日前向所在市州提交。",
    )
    (act,) = establish(article, LEXICON).of("act")
    assert act.value == "申报"
    shown = article.title if act.place == "title" else article.text
    assert shown.startswith(act.quote, act.start)
    assert len(act.quote) > 1


def test_talk_has_no_act() -> None:
    """Wording that tells of no act gives none, whatever act it would be likest to."""
    assert not establish(TALK, LEXICON).of("act")


def test_table_of_acts() -> None:
    """A line for each group, a column for each act; the rules alone know acts of which there were too few to fit."""
    head, *lines = (line.split("\t") for line in fitted_act.FITTED.read_text(encoding="utf-8").splitlines())
    assert set(head[1:]) - {fitted_act.NO_ACT} == set(get_args(Act)) - fitted_act.TOLD_BY_RULES
    assert {len(line) for line in lines} == {len(head)}
    assert BASE in {line[0] for line in lines}
