"""Sum a brief up in sentences made from its facts: counts, the largest target, firsts, rising words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.reports.brief import Brief

SHOWN_FIRSTS = 5
SHOWN_RISING = 3


def gist_of(brief: Brief) -> str:
    """Return what a brief says, in sentences of which each is a count or a quote of what it lists."""
    return "".join(_sentences(brief))


def figures_of(brief: Brief) -> tuple[tuple[str, int, str], ...]:
    """Return the figures at the head of a brief: name, number, and what to compare it with (may be empty)."""
    drafts = sum(entry.announcement.act == "征求意见" for entry in brief.entries)
    return (
        ("新发布", len(brief.entries), f"{brief.period.word_before} {brief.before}"),
        ("涉及地区", len(brief.fresh), ""), ("征求意见", drafts, ""), ("两周内截止", len(brief.deadlines), ""),
    )  # fmt: skip


def _sentences(brief: Brief) -> Iterator[str]:
    word, count = brief.period.word, len(brief.entries)
    if not count:
        yield f"{word}没有新增政策，{brief.period.word_before} {brief.before} 条。"
    else:
        yield f"{word} {len(brief.fresh)} 个地区新发布 {count} 条，{_compared(brief)}。"
    if brief.largest:
        place = brief.largest.announcement.region
        yield f"{place.name if place else '一地'}提出的规模目标最大：{brief.largest.goal.rstrip('。；')}。"
    if brief.firsts:
        named = "、".join(f"{one.track}（{one.region or '地区不明'}）" for one in brief.firsts[:SHOWN_FIRSTS])
        yield f"档案中首次出现的赛道：{named}。"
    if brief.rising:
        words = "".join(f"“{one.word}”" for one in brief.rising[:SHOWN_RISING])
        yield f"上升最快的词是{words}。"


def _compared(brief: Brief) -> str:
    more = len(brief.entries) - brief.before
    if not more:
        return f"与{brief.period.word_before}相同"
    return f"比{brief.period.word_before}{'多' if more > 0 else '少'} {abs(more)} 条"
