"""Find the tracks (赛道) that an article's document sets out to develop, under the lexicon's names. No I/O, no clock.

Their place is known by its form: the document's name, the headings under 重点方向, the sentence that lists them
(聚焦…、…、…等方向), the rows of a list of pilot zones. Tracks that are mentioned anywhere else (what a city has, what a
firm makes, what a direction consists of) are not the document's. In a list most of whose members the lexicon knows,
the others are tracks too and keep their printed name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.detect.facts.names import NameMention, Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View
from crawler.detect.facts.track_lists import listed_on_line, sentences_with_tracks
from crawler.detect.facts.track_tables import of_tables
from crawler.detect.facts.track_words import NamedTrack, Words, words_of
from crawler.detect.lexicon import Lexicon
from storage.records import Fact

ORDINAL = r"[一二三四五六七八九十]{1,3}"
HEADING = re.compile(
    rf"^[ ]*(?P<number>（{ORDINAL}）|{ORDINAL}、|\d{{1,2}}[.．、]|（\d{{1,2}}）|第{ORDINAL}[，、])?[ ]*"
    r"(?P<item>[^。：:，；\n]{2,24})(?P<end>[。：:]|$)"
)
SECTION = re.compile(rf"^[ ]*{ORDINAL}、[ ]*[^\n。]{{2,30}}")
CHAPTER = re.compile(rf"^[ ]*第{ORDINAL}(?:章|节|部分)[ ]*[^\n。]{{2,30}}")
DIRECTIONS = re.compile(either("方向 领域 赛道 产业布局 产业体系 重点产业 培育重点 发展重点 主攻 布局 未来产业$"))
# What heads a group of directions or a task, not a direction.
NO_ITEM = re.compile(
    either("方向 领域 赛道 类")
    + "$|^"
    + either("推动 推进 加快 加强 建设 完善 强化 实施 支持 优化 开展 打造 健全 提升 深化 构建 培育 落实 组织 建立 突破")
)
LEAD_VERB = re.compile("(?:同步|前瞻|积极|优先)(?:布局|谋划)")
COLON_ITEM = re.compile(r"。(?P<item>[^。：，；、]{2,14})：")  # …赛道。甲：…。乙：…
ITEMS_LEAST = 3
TASKS = re.compile(either("保障 任务 措施 组织 目标 要求 机制 生态 工程 行动"))
EXAMPLES = re.compile(r"等(?:未来|前沿|新兴|重点|产业|领域)|未来产业")
DIGIT = re.compile("[0-9]")
AIMS = either("关于 支持 促进 推动 推进 加快 培育 发展 布局 鼓励 打造 建设 加强")
AIM_OF_NAME = re.compile(
    rf"(?:》?{AIMS})*(?P<aim>[\u4e00-\u9fffA-Za-z0-9、]{{2,24}}?)"
    + either("等?未来产业 等?产业 等?领域 应用 融合 创新 高质量 发展 技术 管理")
)
OWN_OF_NAME = re.compile(
    rf"(?P<track>(?!{AIMS}|{ORDINAL}|[首第]|国家|[省市区县]级|金融|高原|培养)[\u4e00-\u9fff]{{2,8}}?)未来产业"
)
GIVEN_AS_ONE = re.compile(
    r"未来产业（(?P<bracketed>[\u4e00-\u9fff]{2,8}?)(?:方向|领域|类|产业)?）"
    r"|以(?P<aimed>[\u4e00-\u9fff]{2,8})作?为(?:主攻|主导|首要|唯一)方向|主攻(?:方向[为是])?(?P<only>[\u4e00-\u9fff]{2,8})(?=[。，；])"
)
CLUSTERS = re.compile(r"未来[\u4e00-\u9fff]{2,8}产业集群")
CONTINUES = re.compile(r"其余|另外?|此外|还有|同时|以及|后面|X|“X”|“\d+”|前瞻")
LABELLED = re.compile("【[^】\n]{2,12}】[^\n]*｜")
LISTED_LEAST = 4  # so many tracks in one sentence are its list, whoever speaks
SHORT_TEXT = 450  # characters: a flash names few tracks and means them all


def find_tracks(reading: ArticleViews, names: Names, lexicon: Lexicon) -> list[Fact]:
    """Return the tracks of an article's document, each once, in order of appearance.

    A document that has tracks in its name is about these, unless the name gives them as examples.
    """
    words = words_of(lexicon)
    named = list(_of_names(names, words))
    if named and not any(_gives_examples(name.view.text[name.start : name.end]) for name in names.announced):
        return _once(named)
    view = reading.text
    found = of_tables(view, words) or _set_directions(view, words) or _of_short_text(view, words)
    titled = words.find(reading.title)
    told = [*named, *_facts(reading.title, titled), *_facts(view, found)]
    return _once(told or [fact for one in reading.views for fact in _facts(one, _only_one(one, names, words))])


def _only_one(view: View, names: Names, words: Words) -> Iterator[NamedTrack]:
    """Yield the field that a page without other tracks gives by its form: 某未来产业…规定, 以某为主攻方向."""
    spans = [(name.start, name.end) for name in names.announced if name.view is view]
    for start, end in spans:
        place = max((region.end for region in view.regions if start <= region.start < end), default=start)
        if match := OWN_OF_NAME.match(view.text, place, end):
            yield from words.member(view, *match.span("track"))
    for match in GIVEN_AS_ONE.finditer(view.text, 0, LEAD_CHARACTERS):
        yield from words.member(view, *match.span(match.lastgroup or 0))


def _facts(view: View, tracks: Iterable[NamedTrack]) -> Iterator[Fact]:
    return (view.fact("track", track.name, track.start, track.end) for track in tracks)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        found.setdefault(fact.value, fact)
    return list(found.values())


def _of_names(names: Names, words: Words) -> Iterator[Fact]:
    for name in names.announced:
        yield from _facts(name.view, _aimed_at(name, words))


def _aimed_at(name: NameMention, words: Words) -> list[NamedTrack]:
    """Return the tracks of a name, all that it joins before its 产业 or 应用 with them: 某市甲与乙产业…方案."""
    view = name.view
    known = list(words.find(view, name.start, name.end))
    place = max((region.end for region in view.regions if name.start <= region.start < name.end), default=name.start)
    aim = AIM_OF_NAME.match(view.text, place, name.end) if known else None
    if aim is None or DIGIT.search(aim["aim"]):
        return known
    first = aim.start("aim")
    parts = [part.span() for part in re.finditer("[^和与及、]+", aim["aim"])]
    found = [words.member(view, first + start, first + end) for start, end in parts]
    return [track for some in found for track in some] if len(parts) > 1 and all(found) else known


def _gives_examples(name: str) -> bool:
    """True for 具身智能等未来产业…, false for 未来材料产业集群…."""
    return EXAMPLES.search(name) is not None and CLUSTERS.search(name) is None


def _set_directions(view: View, words: Words) -> list[NamedTrack]:
    """Return the tracks that headings and the one sentence with the longest list set."""
    headings = _of_headings(view, words)
    return headings + _of_sentences(view, words, {track.name for track in headings})


def _of_headings(view: View, words: Words) -> list[NamedTrack]:
    """Return the headings under 重点方向 when two of them or more are tracks."""
    items: dict[bool, list[NamedTrack]] = {True: [], False: []}  # with a number and without
    section, start = "", 0
    for line in view.text.split("\n"):
        opened = CHAPTER.match(line) or (None if _is_chapter(section) else SECTION.match(line))
        heading = HEADING.match(line)
        section = opened[0] if opened else section
        if _is_of_directions(section):
            if opened:
                spans = [item.span("item") for item in COLON_ITEM.finditer(line, opened.end())]
                items[True] += [t for a, b in spans for t in words.member(view, start + a, start + b)]
            elif heading and _is_item(heading):
                lead = LEAD_VERB.match(heading["item"])
                first = start + heading.start("item") + (lead.end() if lead else 0)
                found = words.member(view, first, start + heading.end("item"))
                items[bool(heading["number"])] += found
            else:
                items[True] += listed_on_line(view, words, start, start + len(line))
        start += len(line) + 1
    return _tracks_of(items[True]) or _tracks_of(items[False])


def _is_item(heading: re.Match[str]) -> bool:
    is_one = heading["number"] or (heading["end"] and "、" not in heading["item"])
    return bool(is_one) and not NO_ITEM.search(heading["item"])


def _tracks_of(items: list[NamedTrack]) -> list[NamedTrack]:
    """Return the items where enough are known tracks, else the known ones, of which one alone says nothing."""
    known = [track for track in items if track.is_known]
    if 2 * len(known) > len(items) or (len(items) >= ITEMS_LEAST and known):
        return items
    return known if len(known) > 1 else []


def _is_chapter(section: str) -> bool:
    """True for a chapter that sets directions: there 一、二、三、 are its items, not sections."""
    return CHAPTER.match(section) is not None and _is_of_directions(section)


def _is_of_directions(section: str) -> bool:
    return DIRECTIONS.search(section) is not None and TASKS.search(section) is None


def _of_sentences(view: View, words: Words, headings: set[str]) -> list[NamedTrack]:
    """Return the tracks of the sentence that lists most, and of those that go on with its list.

    Beside headings it must share two of them, or it is about a part of one.
    """
    sentences = sentences_with_tracks(view, words)
    if not sentences:
        return []
    index = max(range(len(sentences)), key=lambda n: sentences[n].score)
    best = sentences[index]
    counted = [track for sentence in sentences if sentence.is_counted for track in sentence.tracks]
    if (best.score < 2 and len(best.names) < LISTED_LEAST) or (headings and len(best.names & headings) < 2):
        return counted
    found = [*best.tracks, *counted]
    if index and CONTINUES.match(view.text, best.start):
        found = [*sentences[index - 1].tracks, *found]
    after = sentences[index + 1] if index + 1 < len(sentences) else None
    if after and after.start == view.sentence_end(best.start) + 1:
        opens = after.tracks[0].start - after.start <= 1
        found += after.tracks if opens or CONTINUES.match(view.text, after.start) else ()
    if LABELLED.match(view.text, best.start):  # 【甲】…｜…, line by line
        found += [track for one in sentences if LABELLED.match(view.text, one.start) for track in one.tracks]
    return found


def _of_short_text(view: View, words: Words) -> list[NamedTrack]:
    """Return the tracks of a short text, or of a longer one's lead."""
    return list(words.find(view, 0, len(view.text) if len(view.text) <= SHORT_TEXT else LEAD_CHARACTERS))
