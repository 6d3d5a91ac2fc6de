"""Numbers and units of goals and sums, index numbers, signing days, deadlines, and what only an attachment says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from builders import judged
from crawler.detect import establish
from crawler.detect.lexicon import load_lexicon
from storage.records import Article, Attachment, Facts

LEXICON = load_lexicon()
NOTICE = Article(
    url="https://www.example.gov.cn/zwgk/post_77.html",
    title="某市人民政府办公室关于印发深海装备产业培育方案的通知",
    text="各区人民政府：\n现将《深海装备产业培育方案》印发给你们，请认真组织实施。\n某市人民政府办公室\n2031年5月6日",
    published_at=date(2031, 5, 9),
)


def facts(text: str, **more: object) -> Facts:
    return establish(replace(NOTICE, text=text, **more), LEXICON)  # type: ignore[arg-type]  # fields of an article


@pytest.mark.parametrize(
    ("goal", "number", "unit"),
    [
        ("到2035年，建成37个深海试验场", 37, "个"),
        ("到2035年，产业规模突破1.2万亿元", 1.2, "万亿元"),
        ("到2035年，营业收入达到5,200亿元", 5200, "亿元"),
        ("到2035年，培育领军企业60余家", 60, "家"),
        ("到2035年，研发投入占比提高到65%", 65, "%"),
        ("到2035年，引进领军团队10—20个", 10, "个"),
        ("到2035年，建设三个先导区", 3, "个"),
        ("到2035年，形成十二条示范航线", 12, "条"),
    ],
)
def test_goal_has_its_number_and_unit(goal: str, number: float, unit: str) -> None:
    """The year is never the number; thousands, scales, ranges and Chinese numerals are read."""
    (target,) = facts(f"现将方案印发给你们。{goal}。").of("target")
    assert (target.year, target.number, target.unit) == (2035, number, unit)


def test_goal_without_a_number_has_none() -> None:
    """A state to be reached is a goal without a quantity."""
    (target,) = facts("到2035年，综合实力位居全国前列。").of("target")
    assert (target.number, target.unit) == (None, None)


def test_sum_that_is_granted() -> None:
    """What a policy grants is a fact with its sum; an ordinary sum is none."""
    said = facts("对首台套装备给予最高900万元补助。去年全市深海装备产值120亿元。")
    assert [(fact.value, fact.number, fact.unit) for fact in said.of("money")] == [("900万元", 900, "万元")]


def test_deadline_is_the_last_day_of_a_period() -> None:
    """Opinions are taken until a day, of a period until its last."""
    said = facts("公示期自2031年6月9日至6月13日，如有异议请书面反馈。")
    assert said.values("deadline") == ("2031-06-13",)


def test_signing_day_is_not_the_publication() -> None:
    """The day under the signature is the document's, also when the page came out later."""
    assert facts(NOTICE.text).values("document_date") == ("2031-05-06",)


def test_day_after_the_publication_was_never_signed() -> None:
    """A lone date that lies ahead is no signature."""
    assert facts("现将方案印发给你们。\n2032年1月1日").values("document_date") == ()


def test_label_table_gives_index_number_and_signing_day() -> None:
    """What stands in the page's label-value table is a fact without an offset in the text."""
    said = facts("现将方案印发给你们。", index_number="000014349/2031-00012", document_date=date(2031, 5, 5))
    (number,), (day,) = said.of("index_number"), said.of("document_date")
    assert (number.value, number.start) == ("000014349/2031-00012", -1)
    assert (day.value, day.start) == ("2031-05-05", -1)


PLAN = "到2035年，建成15个未来产业先导区，未来产业规模达到900亿元。"


def attached(text: str) -> tuple[Attachment, ...]:
    return (
        Attachment(
            url="https://www.example.gov.cn/f/list.xls", title="附件2：任务清单.xls", state="unread", reason="xls"
        ),
        Attachment(url="https://www.example.gov.cn/f/plan.pdf", title="附件1：方案.pdf", state="read", text=text),
    )


def test_attachment_completes_what_the_text_leaves_open() -> None:
    """Goals that only the attached plan names are facts of the article, at their place in it."""
    long = NOTICE.text.replace("请认真组织实施。", "请结合实际认真组织实施，" * 15)
    said = facts(long, attachments=attached(PLAN))
    first = said.of("target")[0]
    wording = attached(PLAN)[1].wording
    assert first.place == "attachment"
    assert wording[first.start : first.start + len(first.quote)] == first.quote
    assert said.values("document_date") == ("2031-05-06",)


def test_text_goes_before_the_attachment() -> None:
    """Where the text names goals, those of the attachment do not count."""
    long = NOTICE.text.replace("请认真组织实施。", "到2033年，建成2个试验场。" + "请结合实际认真组织实施，" * 15)
    assert {target.year for target in facts(long, attachments=attached(PLAN)).of("target")} == {2033}


def test_hits_in_an_attachment_say_so() -> None:
    """A word of the attachment scores at place `attachment`, its sentence shown, its points in the sum."""
    article = replace(NOTICE, attachments=attached(PLAN))
    assessment = judged(article, LEXICON)
    hits = [hit for hit in assessment.hits if hit.place == "attachment"]
    assert hits
    assert all(hit.sentence for hit in hits)
    assert round(sum(hit.points for hit in assessment.hits), 1) == assessment.score
