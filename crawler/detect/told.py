"""Signs of a policy that a headline tells without naming a document, and of meetings on the topic.

Feeds give 60 to 120 characters. Of 88 headlines of announcements 72 had the form 某地：…, and 47 neither a document
noun nor the topic nor a verb of announcing (counted on flashes of 80 days).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.detect.facts.deeds import MARK
from crawler.detect.reading import LEAD_CHARACTERS
from storage.records import Fact, Hit

if TYPE_CHECKING:
    from crawler.detect.clues import Clues
    from crawler.detect.headline import Subject
    from crawler.detect.matcher import Term
    from crawler.detect.reading import Part

CLAUSE = re.compile(r"[,;:!?\s]")  # full width is half width in the plain form
IN_TEXT = ("lead", "body")
OTHERWISE = ("印发", "部署会")  # their words are common: 发布, 大会
BARE_OBJECT = 6  # characters of a verb and a noun that say nothing of what it is about: 新发的意见
BEFORE_ONE_OF = tuple("、和与及")
AFTER_ONE_OF = ("等", "、", "领域", "项目")
NEWS_DAY = re.compile(r"近日|日前|今[日天]|昨[日天]|刚刚|记者[^，。]{0,12}(?:获悉|了解到)|\d{1,2}日(?!起|前|[—–-])")
HANDED_BARE = re.compile(r"[^，。；]{0,6}把[这一该][^，。；]{0,24}?发了?[下出]")  # 把这份计划发了下去
TOLD_REACH = 2 * LEAD_CHARACTERS  # characters: an act is told in the first paragraphs
DOCUMENT = re.compile(r"《|印发|出台|文件|通知|方案|意见|措施|计划|规划|条例|政策")
SPEAKS = re.compile(
    r"(?:通知|方案|计划|意见|措施|规划|纲要|条例|办法)[》”]?(?:中|还|并)?(?:指出|提出|明确|规定)"
    r"|(?:重点任务|主要任务|工作目标)方面"
)
OFFICIAL_SAYS = re.compile(r"表示|介绍|回应|答记者|发布会")
YEARS = r"20\d\d年(?!\d{1,2}月)|(?:未来|力争|用)?[一二两三四五\d]年(?:内|把|后|行动)?|年内"
AIMS = r"力争|达|超|突破|建|设|占|形成|实现|过|增|培育|打造|集聚|落地|做到|\d[\d.]*[个家项条亿万%]"
SIGNS = (  # in one clause with the topic they are a policy's: a dated goal, its noun, its articles, what it grants
    re.compile(rf"(?:{YEARS})(?=[^,;:!?\s]*(?:{AIMS}))"),
    re.compile(r"(?:政策|计划|方案|措施|条例|规划|意见|办法)[^,;:。]{0,6}:"),
    re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[条项](?:举措|措施|政策)"),
    re.compile(r"(?<=:)(?:支持|鼓励)|最高[^,;:!?\s]{0,6}?\d[\d.]*[万亿]"),
)


def find_told(clues: Clues) -> Iterator[Hit]:
    """Yield the headline that tells a policy: 某市：到2030年…, 某市某产业政策：…, 八部门：…, 某产业迎利好！某部发文."""
    title, points = clues.reading.title, clues.lexicon.points
    subject = clues.subject if clues.headline_topics else None
    if subject is None:
        return
    share = 1.0 if _may_tell(clues.reading.text) else points.unnamed_share
    for term in clues.headline_topics:
        sign = subject.dispatch or subject.joint or _deed(title, term, subject) or _sign(title, term, subject)
        if sign := sign or _act(clues):
            worth = (points.unnamed.title + clues.worth_of_act) * share
            yield title.hit(f"{sign}…{term.word}", subject.start, worth)


def _may_tell(text: Part) -> bool:
    """Whether a text may hold the document that its headline tells: it is short, or it speaks of one."""
    return len(text.plain.text) <= LEAD_CHARACTERS or DOCUMENT.search(text.plain.text, 0, TOLD_REACH) is not None


def _act(clues: Clues) -> str | None:
    """Return the act that the headline tells beside its subject and the topic: 一图读懂, 提请审议, 不再执行."""
    act = next(iter(clues.facts.of("act")), None)
    is_there = act is not None and act.place == "title" and act.value not in OTHERWISE
    return act.quote if act and is_there and not clues.reading.title.terms["planning"] else None


def _deed(title: Part, term: Term, subject: Subject) -> str | None:
    """Return what the headline says is done in the clause of the topic: 某市出台某产业新政."""
    if subject.deed is None:
        return None
    shown = title.plain.shown
    start, end = sorted((title.shown(term), subject.deed[0]))
    return None if MARK.search(shown, start, end) else shown[slice(*subject.deed)]


def _sign(title: Part, term: Term, subject: Subject) -> str | None:
    """Return the sign that stands in one clause with the topic: not 2030年储能达3亿千瓦 加强核聚变研究."""
    if not subject.has_colon and term.kind != "core":
        return None
    for sign in (sign for form in SIGNS for sign in form.finditer(title.plain.text)):
        between = sorted((sign.start(), sign.end(), term.start, term.end))[1:3]
        if not CLAUSE.search(title.plain.text, *between):
            return sign[0]
    return None


def find_spoken(clues: Clues) -> Iterator[Hit]:
    """Yield what a document says in a text under a headline on the topic: 某部：…; 通知提出，…."""
    text = clues.reading.text
    speaks = SPEAKS.search(text.plain.text, 0, LEAD_CHARACTERS) if clues.headline_topics else None
    if not speaks or clues.facts.of("cited_title") or not (subject := clues.subject) or not subject.has_colon:
        return
    is_quoted = OFFICIAL_SAYS.search(text.plain.text, 0, speaks.start())
    for term in clues.headline_topics[:1] if not is_quoted else ():
        worth = clues.lexicon.points.unnamed.lead + clues.worth_of_act
        yield text.hit(f"{subject.text}…{term.word}…{speaks[0]}", text.plain.at(speaks.start()), worth)


def find_performed(clues: Clues) -> Iterator[Hit]:
    """Yield the sentence of a text that tells who does what about the topic: 某省召开某产业推进会.

    Under a headline that speaks of the topic but neither of an act nor of anybody who governs, it is background.
    """
    text, facts = clues.reading.text, clues.facts
    act, issuer = next(iter(facts.of("act")), None), next((f for f in facts.of("issuer") if f.place in IN_TEXT), None)
    if act is None or issuer is None or not 0 <= issuer.start <= TOLD_REACH or act.start > TOLD_REACH:
        return
    if clues.reading.title.terms["planning"]:
        return
    sentence = text.sentence(issuer.start)
    is_news = (
        act.place in IN_TEXT and act.value != "部署会" and NEWS_DAY.search(text.plain.shown, *sentence) is not None
    )
    if clues.headline_topics and not clues.subject and act.place != "title" and not is_news:
        return
    if "《" in text.plain.shown[slice(*sentence)]:
        return  # a name in marks is judged by what it is
    if act.place == "title" and act.value == "部署会" and not _is_met(text, sentence):
        return  # the title may comment on another meeting
    for shown, term in ((text.shown(term), term) for part, term in clues.topics if part is text):
        is_told = sentence == text.sentence(shown) and issuer.start < shown
        if act.place in IN_TEXT:
            is_named = act.start < shown < act.start + len(act.quote)
            is_told = is_named or (is_told and sentence == text.sentence(act.start) and _is_object(text, act, term))
        elif act.value == "印发":
            is_told = is_told and not is_one_of_several(text, term)
        if is_told:
            yield text.hit(f"{act.value}…{term.word}", shown, getattr(clues.lexicon.points.unnamed, text.place(shown)))


def _is_object(text: Part, act: Fact, term: Term) -> bool:
    """Whether what is issued is about the topic: it stands in the clause of the verb, or alone behind a bare noun."""
    if act.value != "印发":
        return True
    handed = HANDED_BARE.match(text.plain.shown, act.start)
    said = text.plain.shown[handed.end() if handed else act.start : text.shown(term)]
    mark = MARK.search(said)
    return mark is None or (mark.start() <= BARE_OBJECT and not is_one_of_several(text, term))


def is_one_of_several(part: Part, term: Term) -> bool:
    """Whether a topic is one of several: 新兴产业和未来产业等."""
    before = part.plain.text[max(0, term.start - 1) : term.start]
    return before in BEFORE_ONE_OF or part.plain.text.startswith(AFTER_ONE_OF, term.end)


def _is_met(text: Part, sentence: tuple[int, int]) -> bool:
    met = (*text.terms["cabinet"], *text.terms["meeting"])
    return any(text.sentence(text.shown(term)) == sentence for term in met)


def find_met(clues: Clues) -> Iterator[Hit]:
    """Yield the meeting that the title names with the topic.

    The title must say that the topic is what they met for: a cabinet meets on ten things a day.
    """
    title, topics = clues.reading.title, clues.headline_topics
    if not topics or not (clues.is_somebodys or title.terms["cabinet"]):
        return
    for meeting in title.terms["meeting"][:1]:
        if title.terms["convened"] or not meeting.word.endswith("大会"):  # 举办产业发展大会: no one decides there
            worth = clues.lexicon.points.unnamed.title
            yield title.hit(f"{meeting.word}…{topics[0].word}", title.shown(meeting), worth)
