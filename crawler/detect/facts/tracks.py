"""Find the tracks (赛道) that an article's document sets out to develop, under the lexicon's names. No I/O, no clock.

Their place is known by its form: the document's name, the headings under 重点方向, the sentence that lists them
(聚焦…、…、…等方向), the rows of a list of pilot zones. Tracks that are mentioned anywhere else (what a city has, what a
firm makes, what a direction consists of) are not the document's. In a list most of whose members the lexicon knows,
the others are tracks too and keep their printed name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.detect.facts.names import Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD, Reading, View
from crawler.detect.facts.track_lists import sentences_with_tracks
from crawler.detect.facts.track_words import PLACE_TAIL, Track, Words, words_of
from crawler.detect.lexicon import Lexicon
from storage.records import Fact

ORDINAL = r"[一二三四五六七八九十]{1,3}"
HEADING = re.compile(
    rf"^[ ]*(?P<number>（{ORDINAL}）|{ORDINAL}、|\d{{1,2}}[.．、]|（\d{{1,2}}）|第{ORDINAL}[，、])?[ ]*"
    r"(?P<item>[^。：:，；\n]{2,24})(?P<end>[。：:]|$)"
)
SECTION = re.compile(rf"^[ ]*{ORDINAL}、[ ]*[^\n。]{{2,30}}")
CHAPTER = re.compile(rf"^[ ]*第{ORDINAL}(?:章|节|部分)[ ]*[^\n。]{{2,30}}")
DIRECTIONS = re.compile(either("方向 领域 赛道 产业布局 产业体系 重点产业 培育重点 发展重点 主攻 布局"))
TASKS = re.compile(either("保障 任务 措施 组织 目标 要求 机制 生态 工程 行动"))
EXAMPLES = re.compile(r"等(?:未来|前沿|新兴|重点|产业|领域)|未来产业")
CLUSTERS = re.compile(r"未来[\u4e00-\u9fff]{2,8}产业集群")
CONTINUES = re.compile(r"其余|另外?|此外|还有|同时|以及|后面|X|“X”|“\d+”|前瞻")
SHORT_TEXT = 450  # characters: a flash names few tracks and means them all
ROW = re.compile(r"^[ ]*\d{1,3}[ .．、|]+\S.*$", re.MULTILINE)
CELL = re.compile(r"[^\s|]+")
ZONE = either("先导区 试验区 先行区 集聚区 未来产业(?:科技)?园")
ZONE_NAME = re.compile(rf"{PLACE_TAIL.pattern}(?P<track>[\u4e00-\u9fff]{{2,8}}?)(?:未来|产业|{ZONE})")


def find_tracks(reading: Reading, names: Names, lexicon: Lexicon) -> list[Fact]:
    """Return the tracks of an article's document, each once, in order of appearance.

    A document that has tracks in its name is about these, unless the name gives them as examples.
    """
    words = words_of(lexicon)
    named = list(_of_names(names, words))
    if named and not any(_gives_examples(name.view.text[name.start : name.end]) for name in names.announced):
        return _once(named)
    view = reading.text
    found = _of_rows(view, words) or _set_directions(view, words) or _of_short_text(view, words)
    titled = words.find(reading.title)
    return _once([*named, *_facts(reading.title, titled), *_facts(view, found)])


def _facts(view: View, tracks: Iterable[Track]) -> Iterator[Fact]:
    return (view.fact("track", track.name, track.start, track.end) for track in tracks)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        found.setdefault(fact.value, fact)
    return list(found.values())


def _of_names(names: Names, words: Words) -> Iterator[Fact]:
    for name in names.announced:
        yield from _facts(name.view, words.find(name.view, name.start, name.end))


def _gives_examples(name: str) -> bool:
    """True for 具身智能等未来产业…, false for 未来材料产业集群…."""
    return EXAMPLES.search(name) is not None and CLUSTERS.search(name) is None


def _set_directions(view: View, words: Words) -> list[Track]:
    """Return the tracks that headings and the one sentence with the longest list set."""
    headings = _of_headings(view, words)
    return headings + _of_sentences(view, words, {track.name for track in headings})


def _of_headings(view: View, words: Words) -> list[Track]:
    """Return the headings under 重点方向 when two of them or more are tracks."""
    found: list[Track] = []
    section, start = "", 0
    for line in view.text.split("\n"):
        opened = CHAPTER.match(line) or (None if _is_chapter(section) else SECTION.match(line))
        heading = HEADING.match(line)
        if opened:
            section = opened[0]
        elif heading and (heading["number"] or heading["end"]) and _is_of_directions(section):
            found += words.member(view, start + heading.start("item"), start + heading.end("item"))
        start += len(line) + 1
    known = [track for track in found if track.is_known]
    if len(known) < 2:
        return []
    return found if 2 * len(known) > len(found) else known


def _is_chapter(section: str) -> bool:
    """True for a chapter that sets directions: there 一、二、三、 are its items, not sections."""
    return CHAPTER.match(section) is not None and _is_of_directions(section)


def _is_of_directions(section: str) -> bool:
    return DIRECTIONS.search(section) is not None and TASKS.search(section) is None


def _of_sentences(view: View, words: Words, headings: set[str]) -> list[Track]:
    """Return the tracks of the sentence that lists most, and of those that go on with its list.

    Beside headings it must share two of them, or it is about a part of one.
    """
    sentences = sentences_with_tracks(view, words)
    if not sentences:
        return []
    index = max(range(len(sentences)), key=lambda n: sentences[n].score)
    best = sentences[index]
    if best.score < 2 or (headings and len({track.name for track in best.tracks} & headings) < 2):
        return []
    found = list(best.tracks)
    if index and CONTINUES.match(view.text, best.start):
        found = [*sentences[index - 1].tracks, *found]
    after = sentences[index + 1] if index + 1 < len(sentences) else None
    if after and after.start == view.sentence_end(best.start) + 1:
        opens = after.tracks[0].start - after.start <= 1
        found += after.tracks if opens or CONTINUES.match(view.text, after.start) else ()
    return found


def _of_rows(view: View, words: Words) -> list[Track]:
    """Return the tracks in the names of listed pilot zones: the lexicon's, else what stands between place and noun."""
    found: list[Track] = []
    for row in ROW.finditer(view.text):
        cell = next((c for c in CELL.finditer(row[0]) if re.search(rf"{ZONE}$", c[0])), None)
        if cell is not None:
            start, end = row.start() + cell.start(), row.start() + cell.end()
            found += list(words.find(view, start, end)) or _of_zone(view, start, end)
    return found if len({track.name for track in found}) > 1 else []


def _of_zone(view: View, start: int, end: int) -> list[Track]:
    """Return what a zone's name says between its place and 未来产业先导区."""
    place = max((region.end for region in view.regions if start <= region.start < end), default=start)
    match = ZONE_NAME.match(view.text, place, end)
    if match is None:
        return []
    return [Track(name=match["track"], start=match.start("track"), end=match.end("track"), is_known=False)]


def _of_short_text(view: View, words: Words) -> list[Track]:
    """Return the tracks of a short text, or of a longer one's lead."""
    return list(words.find(view, 0, len(view.text) if len(view.text) <= SHORT_TEXT else LEAD))
