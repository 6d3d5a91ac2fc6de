"""Weigh which document a page announces where the rules of names.py know none: fitted to labelled texts. No I/O.

Candidates are words near the beginning that end in a document's noun (推出县域“一县一业”实施意见), and names in
marks that no verb announces. `names.tsv` has a line for each sign of one and what it adds to the logarithm of the odds;
docs/points.md says how it is fitted, and where the least probability comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from crawler.detect.facts.context import groups_in, next_to, words_around
from crawler.detect.facts.instruments import ORDERED, core, instrument_of, is_generic
from crawler.detect.facts.name_context import weight_of
from crawler.detect.facts.names import (
    CONTEXT_CHARACTERS,
    EXTRA,
    LISTS,
    NOTICES,
    VERBAL,
    NameMention,
    Names,
    undecorated,
)
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View
from crawler.detect.facts.signatures import is_governing
from crawler.detect.facts.years import is_open
from crawler.text.fold import readable
from crawler.text.odds import probability_of
from crawler.text.regions import region_in
from crawler.text.weights import weights_in

FITTED = Path(__file__).with_name("names.tsv")
LEAST_PROBABILITY = 0.5
NOUN = re.compile(
    either(*ORDERED, "[\u4e00-\u9fff]{2}计划 草案 制度 [一二三四五六七八九十百]+条(?=[，。；：）”\\n]|$) 行动")
    + rf"(?:草案)?(?:(?={EXTRA.pattern})（[^（）\n]{{2,14}}）)?"
)
BEGINS = re.compile(
    r"[，。；：、！？《》【】\n\s（）()｜丨|—…“”]|[印颁]发|制定|编制|起草|发布|出台|公布|审议|通过|推出|下发|解读|介绍|披露|按照|依据|根据|名为"
    r"|启动|征集|召开|举行|[今昨][日天]"
    r"|就(?!业)|对(?!外)|[的了]|是"
)
MARK = re.compile(r"[，。；：！？《》【】\n（）()｜丨|—]")
OPENING = "关于"  # what begins so keeps its 的: 关于加快塑造未来产业发展新优势的意见
OPINIONS = re.compile("(?:征求|征集|听取|[提要出])[^，。]{0,4}意见$")  # 向社会公开征求意见 names no document
OTHER_NOTICES = re.compile("中标|招标|采购|成交|任前|任职|环境影响|环评|征地|拍卖|审计")  # that offices show too
COUNTED = re.compile(r"[一二三四五六七八九十两\d]+[大项个份]")  # 三大新兴产业集群行动计划 are several
READ_CHARACTERS = 600  # characters of a text: farther on stood no labelled name that 400 had not shown
LONGEST_NAME, SHORTEST_NAME = 60, 4  # characters
BEFORE, BEHIND = 16, 20  # characters
ANCHORED = (1, 2, 3, 4)  # characters next to a name
UNNAMED = LISTS | NOTICES  # their news is labelled with no name


def with_weighed(names: Names, reading: ArticleViews, act: str) -> Names:
    """Return the names of an article with what it likely announces, where the rules found nothing that it does.

    Ask only where the article tells an act: what an expert wishes for reads like a document's name.
    """
    if names.announced:
        return names
    found = candidates(names, reading)
    weights = weights_in(FITTED)
    likely = [probability_of(signs, weights) for signs in signs_of(found, reading, act)]
    return announcing(likely, found, names)


def announcing(likely: Sequence[float], found: Sequence[NameMention], names: Names) -> Names:
    """Return the names of an article with the candidates that are likely announced, from 0 to 1, each once."""
    chosen: list[NameMention] = []
    for _, number in sorted((-probability, number) for number, probability in enumerate(likely)):
        own = found[number]
        if likely[number] < LEAST_PROBABILITY:
            break
        if not any(_is_one(own, other) for other in chosen):
            chosen.append(own)
    keys = {name.key for name in chosen}
    return replace(
        names, announced=tuple(replace(name, weight=1) for name in chosen),
        cited=tuple(name for name in names.cited if name.key not in keys),
    )  # fmt: skip


def _is_one(one: NameMention, other: NameMention) -> bool:
    """True for two mentions of a document: one's name is in the other's, 草案 left out."""
    short, long = sorted((one.key.removesuffix("草案"), other.key.removesuffix("草案")), key=len)
    return short in long


def candidates(names: Names, reading: ArticleViews) -> list[NameMention]:
    """Return names that no words cite, with marks and without, and a list's title."""
    cited = {name.key for name in names.mentions if name.weight < 0}
    marked = (name for name in names.mentions if name.start < READ_CHARACTERS and name.key not in cited)
    plain = (name for view in reading.views for name in _unmarked(view, reading))
    return [*marked, *plain, *_titled(reading.title)]


def signs_of(found: Sequence[NameMention], reading: ArticleViews, act: str) -> Iterator[set[str]]:
    """Yield the signs of each candidate, of a page that tells an act."""
    title = core(reading.title.text)
    publisher = "authority" if is_governing(reading.article.publisher or "") else "other"
    for name in found:
        is_marked = name.view.text.startswith("《", name.start)
        form = "marked" if is_marked else "plain"
        alike = sum(name.key in other.key or other.key in name.key for other in found)
        signs = {f"told {form} {name.weight}"}
        signs |= {
            f"form {form}",
            f"noun {name.key[-2:]}",
            f"noun {name.key[-4:]}",
            f"long {min(len(name.key) // 4, 5)}",
        }
        signs |= {f"named {min(alike, 3)}", f"others {min(len(found) - alike, 3)}", f"begins {name.key[:2]}"}
        signs.update(groups_in("i", name.key, 2))
        signs.add(f"region {region_in(name.value) is not None}")
        is_title = name.view.place == "title" and len(name.key) > 0.9 * len(title)
        signs |= {f"act {act}", f"act {act} {name.key[-2:]}", f"by {publisher}", f"by {publisher} {name.key[-2:]}"}
        signs |= {f"title {is_title}", f"title {is_title} {publisher}", f"title {is_title} {act}"}
        if name.view.place != "title" and (name.key in title or name.key[-6:] in title):
            signs.add("in title too")
        signs.update(_stands(name, form))
        yield signs


def _titled(view: View) -> Iterator[NameMention]:
    """Yield the title of a list, call or notice, without what a portal puts around it."""
    start, end = undecorated(view.text)
    title = view.text[start:end]
    key = core(title)
    if (
        instrument_of(key) in UNNAMED
        and "《" not in title
        and not (VERBAL.search(title) or OTHER_NOTICES.search(title))
    ):
        yield NameMention(value=readable(view.quote(start, end)), key=key, view=view, start=start, end=end, weight=0)


def _unmarked(view: View, reading: ArticleViews) -> Iterator[NameMention]:
    text = view.text
    for noun in NOUN.finditer(text, 0, READ_CHARACTERS):
        first = max(0, noun.end() - LONGEST_NAME)
        start = _begins(text, first, noun.start() + 1)
        opened = text.rfind("“", first, start) if text.startswith("”", start - 1) else -1
        if opened >= 0:  # 县域“一县一业”实施意见
            start = _begins(text, first, opened)
        key = core(text[start : noun.end()])
        if instrument_of(key) in UNNAMED or OPINIONS.search(key) or COUNTED.match(key):
            continue
        if len(key) >= SHORTEST_NAME and not is_generic(key) and not is_open(text, start, "《》", LONGEST_NAME):
            before, after = text[view.sentence_start(start) : start], text[noun.end() : noun.end() + CONTEXT_CHARACTERS]
            weight = weight_of(before, after, reading.published, is_title=False)
            if weight >= 0:
                value = readable(view.quote(start, noun.end()))
                yield NameMention(value=value, key=key, view=view, start=start, end=noun.end(), weight=weight)


def _begins(text: str, first: int, last: int) -> int:
    """Return where the name begins whose noun stands at `last`, not before `first`.

    That is at 关于 of its clause, else behind the nearest mark or verb.
    """
    clause = max((mark.end() for mark in MARK.finditer(text, first, last)), default=first)
    opening = text.rfind(OPENING, clause, last)
    if opening >= 0:
        return opening
    return max((mark.end() for mark in BEGINS.finditer(text, first, last)), default=first)


def _stands(name: NameMention, form: str) -> Iterator[str]:
    """Yield where a name stands, and between which words of its sentence."""
    view, start, end = name.view, name.start, name.end
    place = view.place if view.place == "title" else "lead" if start < LEAD_CHARACTERS else "story"
    yield from (f"in {place}", f"in {place} {form}")
    said, follows = words_around(view, start, end, BEFORE, BEHIND)
    yield from next_to(said, follows, ANCHORED)
    yield from (*groups_in("b", said, 2), *groups_in("c", follows, 2))
