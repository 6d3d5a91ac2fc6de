"""Fingerprint and overlap: how much of one text stands in another."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dedupe.fingerprint import LEAST_SAMPLES, fingerprint, new_part, overlap, overlap_at_most, wording
from crawler.dedupe.identity import identity
from invented_acts import PLAN, REWRITE

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=40, max_size=400)
OTHER = """全市农贸市场改造进入收尾阶段，年内还将完成九个片区的雨污分流。
施工方承诺夜间不进行破路作业，沿线商户可凭证件领取临时摊位，停业补贴按月发放。"""


def shares(text: str, other: str) -> int:
    return len(set(fingerprint(wording(text).said)) & set(fingerprint(wording(other).said)))


@given(HAN)
def test_same_text_has_the_same_fingerprint(text: str) -> None:
    """The fingerprint follows from the text alone, in 47-bit keys, ascending, at least 16 where the text has them."""
    keys = fingerprint(text)
    assert keys == fingerprint(text) == tuple(sorted(set(keys)))
    assert all(0 <= key < 1 << 47 for key in keys)
    assert len(keys) >= min(LEAST_SAMPLES, len({text[n : n + 8] for n in range(len(text) - 7)}) - 1)


@given(HAN, HAN, HAN)
def test_excerpt_is_contained_in_its_source(before: str, part: str, after: str) -> None:
    """Whatever stands around it, an excerpt lies wholly within its source."""
    assert overlap(wording(part), wording(before + part + after)).of_new == 1.0


@given(HAN, st.integers(0, 400), HAN)
def test_overlap_is_the_share_of_groups_of_five(text: str, cut: int, more: str) -> None:
    """Hashes stand for the groups of five characters: the shares are those of the groups themselves."""
    new, old = wording(text[:cut] + more), wording(text)
    some, others = ({said[n : n + 5] for n in range(max(1, len(said) - 4))} for said in (new.said, old.said))
    found = overlap(new, old)
    assert (found.of_new, found.of_old) == (len(some & others) / len(some), len(some & others) / len(others))


@given(HAN, st.integers(0, 400), HAN, st.sampled_from([1, 1, 40]))
def test_overlap_does_not_exceed_its_bound(text: str, cut: int, more: str, times: int) -> None:
    """The bound holds for texts whose hashes have a bit of their own, and for long ones that crowd the sketch."""
    longer = "".join(chr(0x4E00 + (ord(char) * 7919 * n) % 20_000) for n in range(1, times) for char in text)
    new, old = wording(text[:cut] + more + longer[: len(longer) // 2]), wording(text + longer)
    for some, others in ((new, old), (old, new), (old, old)):
        lap, bound = overlap(some, others), overlap_at_most(some, others)
        assert lap.of_new <= bound.of_new <= 1.0
        assert lap.of_old <= bound.of_old <= 1.0


def test_bound_is_near_the_overlap() -> None:
    """Two texts of a notice's length that share half have a bound that is less than a tenth higher."""
    signs = random.Random(5).choices([chr(c) for c in range(0x4E00, 0x9000)], k=3000)
    new, old = wording("".join(signs[:2000])), wording("".join(signs[1000:]))
    assert overlap(new, old).of_new == pytest.approx(0.5, abs=0.01)
    assert overlap_at_most(new, old).of_new < 0.55


@pytest.mark.parametrize("kept", [0.2, 0.4, 0.6])
def test_excerpt_is_found_by_its_keys(kept: float) -> None:
    """The keys of a fifth of a long text still meet those of the whole."""
    whole = random.Random(4).choices([chr(c) for c in range(0x4E00, 0x9000)], k=2000)
    part = "".join(whole[: int(len(whole) * kept)])
    assert shares(part, "".join(whole)) >= 2


def test_unrelated_texts_share_nothing() -> None:
    """Two texts on other things have no key in common."""
    assert shares(PLAN, OTHER) == 0


@pytest.mark.parametrize(
    "wrapped",
    [
        f"【某地出台行动计划】海东社4月8日电，{PLAN}（海东社）",
        f"（来源：某市政府网）{PLAN}\n责任编辑：某某 审核：某某\n声明：转载仅为传递信息，版权归原作者所有。",
        f"各市、县（区）人民政府，市政府各部门，各有关单位：\n{PLAN}\n此件公开发布。",
        f"该计划已经市政府同意，现印发给你们，请结合实际认真贯彻执行。\n{PLAN}\n特此通知。",
    ],
)
def test_formulas_and_agency_marks_do_not_count(wrapped: str) -> None:
    """What agencies and offices put around every text is no difference between two copies, either way."""
    lap = overlap(wording(wrapped), wording(PLAN))
    assert lap.of_new > 0.97
    assert lap.of_old > 0.97


def test_formulas_alone_make_no_relatives() -> None:
    """Two notices that share only their formulas share nothing."""
    formula = "经市政府同意，现印发给你们，请认真贯彻执行。\n此件公开发布。\n"
    assert overlap(wording(formula + PLAN), wording(formula + OTHER)).of_old < 0.05


def test_traditional_script_is_the_same_text() -> None:
    """A copy in traditional script, with phonetics injected, is the same text."""
    assert identity("", "培育未来产业，发展脑机接口。") == identity("", "培育未來產(chǎn)業，發展腦機接口。")


def test_rewrite_is_no_copy() -> None:
    """Another desk's words on the same act are no copy of it."""
    assert overlap(wording(REWRITE), wording(PLAN)).of_new < 0.3


def test_new_part_is_what_was_added() -> None:
    """Of a page that holds a known text, only the paragraphs that are not known remain."""
    assert new_part(f"{PLAN}\n{OTHER}", wording(PLAN)) == OTHER
