"""Hits and quotes are marked where they stand, no letter is lost, and every one has a sentence to lead to."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from crawler.detect import assess, establish
from crawler.detect.lexicon import SHIPPED, load_lexicon
from scheduler.demo.samples import PRESS_CONFERENCE
from scheduler.review.highlight import MarkedText, Paragraph, mark
from scheduler.review.reasons import in_chinese
from storage.records import Article, Assessment, Attachment, Fact, Facts, Hit, Place


def article_of(text: str, title: str = "题目", *attachments: Attachment) -> Article:
    return Article(url="https://example.org/1", title=title, text=text, attachments=attachments)


def marked(article: Article, *hits: Hit, facts: Iterable[Fact] = ()) -> MarkedText:
    said = Assessment(score=1, threshold=1, label="announcement", hits=hits, lexicon_version="t")
    return mark(article, Facts(all=tuple(facts)), said)


def text_of(paragraphs: Iterable[Paragraph]) -> str:
    return "\n".join("".join(p.text for sentence in one for p in sentence.pieces) for one in paragraphs)


def hits_in(paragraphs: Iterable[Paragraph]) -> list[str]:
    """Return the marked passages; pieces that touch are one."""
    found = [""]
    for paragraph in paragraphs:
        for sentence in paragraph:
            for piece in sentence.pieces:
                found[-1:] = [found[-1] + piece.text] if piece.is_hit else [found[-1], ""]
    return [one for one in found if one]


def test_hit_is_marked_with_its_points() -> None:
    """A term is marked where it stands; its points end it, and its link leads to the sentence around it."""
    found = marked(
        article_of("第一句。第二句说未来产业，好。\n第三句。"), Hit(term="未来产业", place="lead", start=8, points=7.0)
    )
    assert hits_in(found.text) == ["未来产业"]
    assert [p.points for s in found.text[0] for p in s.pieces if p.is_hit] == [(7.0,)]
    ((_, anchor),) = found.hits
    assert anchor == found.text[0][1].anchor == "text-4"


def test_kind_before_a_term_is_no_part_of_it() -> None:
    """Of `发文机关:海南省人民政府` the office is marked; full width and line breaks are no difference."""
    text = "（二〇二六）海南省\n人民政府印发６Ｇ方案"
    hits = (
        Hit(term="发文机关:海南省人民政府", place="body", start=6, points=12),
        Hit(term="6G", place="body", start=text.index("６"), points=3),
    )
    assert hits_in(marked(article_of(text), *hits).text) == ["海南省人民政府", "６Ｇ"]


def test_overlapping_hits() -> None:
    """A word within a name is marked within it, each with its own points."""
    hits = (
        Hit(term="《未来产业计划》", place="title", start=0, points=40),
        Hit(term="未来产业", place="title", start=1, points=12),
    )
    found = marked(article_of("", "《未来产业计划》印发"), *hits)
    pieces = found.title[0].pieces
    assert [(p.text, p.points) for p in pieces] == [("《", ()), ("未来产业", (12,)), ("计划》", (40,)), ("印发", ())]


def test_hit_in_an_attachment() -> None:
    """Which of several attachments a hit is in, its words tell."""
    files = (
        Attachment(url="https://example.org/1.pdf", title="附件一", state="read", text="没有什么。"),
        Attachment(url="https://example.org/2.pdf", title="附件二", state="read", text="未来产业名单。"),
    )
    found = marked(article_of("正文", "题目", *files), Hit(term="未来产业", place="attachment", start=4, points=3))
    assert hits_in(found.attachments[1][1]) == ["未来产业"]
    assert found.hits[0][1].startswith("file2-")


def test_hit_beyond_the_text() -> None:
    """A hit whose place is gone leads nowhere, and nothing breaks."""
    found = marked(article_of("短"), Hit(term="未来产业", place="body", start=99, points=3))
    assert found.hits[0][1] == ""


def test_every_hit_of_a_real_assessment_leads_somewhere() -> None:
    """Each hit and each quoted fact of the press conference has its sentence, and its words are marked."""
    lexicon = load_lexicon(SHIPPED)
    article = article_of("\n".join(PRESS_CONFERENCE.paragraphs), PRESS_CONFERENCE.title)
    facts = establish(article, lexicon)
    found = mark(article, facts, assess(article, facts, lexicon))
    assert all(anchor for _, anchor in found.hits)
    assert all(anchor for fact, anchor in found.facts if fact.start >= 0)
    assert "新闻发布会" in hits_in([found.title])[0]


@given(
    st.text("未来产业。！\n，a <&", max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.sampled_from(["title", "body", "attachment"]))),
)
def test_no_letter_is_lost(text: str, places: list[tuple[int, Place]]) -> None:
    """Whatever is marked, the text stays what it was; empty lines apart."""
    hits = [Hit(term="未来", place=place, start=start, points=1) for start, place in places]
    shown = text_of(marked(article_of(text), *hits).text)
    assert shown == "\n".join(line for line in text.split("\n") if line)


def test_reasons_in_chinese() -> None:
    """Analysts read why in Chinese; what is not known stays as it is."""
    assert in_chinese("same document number: 粤府办〔2026〕17号; same act: 印发 (1); 5 of 4") == (
        "发文字号相同：粤府办〔2026〕17号；发布环节相同：印发 (1)；共 5 分（需 4 分）"
    )
    assert in_chinese("shared words: 青峰药谷 (2.6); against it, other tracks (-1.3); 2.4 of 2") == (
        "共有词句：青峰药谷 (2.6)；不利：赛道不同 (-1.3)；共 2.4 分（需 2 分）"
    )
    assert in_chinese("score 118.6 >= 70; for the digest of 03-19 08:30") == "得分 118.6 ≥ 70；并入汇总 03-19 08:30"
    assert in_chinese("订阅：广东动态; at once") == "订阅：广东动态；立即"
    assert in_chinese("") == ""
