"""Find the lists of tracks in the sentences of a text: 聚焦甲、乙、丙以及丁等方向. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View
from crawler.detect.facts.track_words import NamedTrack, Words

DIRECTION = either("方向 领域 赛道 方面 未来产业")
MEMBER = r"[\u4e00-\u9fffA-Za-z0-9+“”·-]"
RUN = re.compile(rf"(?:{MEMBER}{{1,40}}[、，｜](?:以及|及|和)?){{1,60}}{MEMBER}{{1,40}}")  # 60: nobody reads more
AREA = either("方向 领域 赛道 产业 行业")
# What stands before the first member of a list inside the same stretch of text.
LEADING = re.compile(
    r".*"
    + either(
        "聚焦 面向 包括 包含 涵盖 围绕 瞄准 布局 发展 培育 推动 推进 谋划 指 分别为 为 是 把 将 以 对 有 在",
        "的 含 涉及 锁定 圈定",
        "重点 支持 给了? 拿到 主攻 押注 向 如 选择 确定 列举了 列出 抢占 突破 壮大 打造 集中 抓好 做强 做大",
        "留给 上 即 及其 限",
        "于 让 开辟 明确 加快 前瞻 从事 覆盖 领衔 了 部署",
    )
)
# What follows the last member.
TRAILING = re.compile(
    either(
        r"等 [一二三四五六七八九十\d]+(?:个|大|类|条|项) 领域 方向 赛道 板块 产业集群 集群 居前 入列 列为",
        r"列入 为主 放在 尽快 入围 先导区 集聚区",
        "靠 几个 项目 均",
        "成为 在列 统称 先 优先 未来产业 方面 已经 上榜 首次 则 作为 技术攻关 研发 排在 前沿 为 的 四字 突破 是 被 给",
    )
    + ".*"
)
AIMED = re.compile(
    either(
        "聚焦 围绕 瞄准 面向 发展 培育 布局 锁定 主攻 抢占 包括 涵盖 以 在 推动 支持 明确 将 把 从事",
    )
    + r"[^，。、]{0,4}$"
)
CALLED = re.compile(
    r"(?:等|这)?(?P<count>[一二三四五六七八九十]|\d+)?(?:个|大)?"
    rf"[\u4e00-\u9fff]{{0,6}}?{AREA}|[列作]?为[\u4e00-\u9fff]{{0,6}}?{AREA}"
)
COUNTED_AFTER = re.compile(
    r"等?(?P<count>[二两三四五六七八九十]|\d{1,2})[个大类条](?:[\u4e00-\u9fff]{0,4}(?:方向|领域|赛道|产业)|(?=共|[，。；]))"
)
COUNTED = re.compile(rf"、[^、，]{{2,12}}[三四五六七八九十]大?个?{either('重点 前沿 优势 未来')}*{AREA}")
NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}|\d{1,2}")
NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
NUMERALS |= {str(value): value for value in range(1, 21)}
# Words of a sentence that sets directions, and of one that tells something else about tracks.
OWN = re.compile(
    either("方向 赛道 领域 布局 聚焦 目录 清单 未来产业 主攻 集群 列为 列入 首批 圈定 体系 培育 风口 主线 包括 涵盖")
)
FOREIGN = re.compile(
    either(
        "其中， 为例 企业(?:负责人|家|已) 公司 教授 专家 工程师 投资人 样本 论文 新设 融资 高校 毕业 市场规模",
        "依托 学科 专业(?![园化])",
        "职称 此前已 已经有 聚集了 基础雄厚 国外 美国 记者(?:采访|走访|梳理|看到|探访)",
        "(?:厅|局|委|处|部门)(?:有关|相关)?负责(?:人|同志)(?:介绍|表示|补充|说)",
    )
)
COUNTED_BEFORE = re.compile(rf"(?<=(?P<count>[二三四五六七八九十\d]))[个大类条][\u4e00-\u9fff]{{0,6}}?{DIRECTION}")
# Items of a sentence that are no list: 一是甲，…；二是乙，…, 甲17家，乙15家，丙13家.
NTH_ITEM = re.compile(r"[一二三四五六七八九]是(?P<item>[^，。；：、]{2,14})(?=[，。；：])")
SIZED_ITEM = re.compile(
    rf"(?:^|(?<=[，；。：、和\n]))(?:其中)?(?P<item>{MEMBER}{{2,14}}?)(?:类|领域|方向)?(?:最[多热])?[，：]?(?:[只仅]?有|以|各|占|获)?\d{{1,4}}[家项个款单户所件名席]"
)
AIMED_LIST = re.compile(
    rf"[^。\n]{{0,24}}?(?:重点|主要)(?:发展|培育|布局|打造)(?P<list>{MEMBER}{{2,12}}(?:[、和及与]{MEMBER}{{2,12}}){{0,8}}?)[。，]"
)
DIRECTED_LIST = re.compile(  # 二、哪些方向：甲、乙、丙。 ◇方向：甲、乙 □甲 □乙
    rf"^[ ]*[^\n：。]{{0,10}}(?:方向|领域|赛道|[三四五]样之一)[^\n：。]{{0,6}}：[ □]*"
    rf"(?P<list>{MEMBER}{{2,14}}(?:[、；□和 ]+{MEMBER}{{2,14}}){{1,11}})[ ]*(?:[。；]|$)",
    re.MULTILINE,
)
WHOLE_LIST = re.compile(rf"[ ]*(?P<list>(?:{MEMBER}{{2,14}}、){{2,20}}{MEMBER}{{2,14}})[。；]?[ ]*$", re.MULTILINE)
# What ends a list inside a stretch of 、, and what begins one there.
ENDS_LIST = re.compile(r"(?:等|[二三四五六七八九十\d]+(?:个|大|类|条|项)).*")
BEGINS_LIST = re.compile(r"(?:从事|聚焦|围绕|瞄准|面向|(?:重点|加快|积极|优先|前瞻)?(?:发展|培育|布局|谋划))")
FOREIGN_WEIGHT = 0.3  # such a sentence loses to one that sets a third of the tracks it names
UNKNOWN_WEIGHT = 0.5
ITEMS_LEAST = 3
GOES_ON = ("即", "分别", "包括")
CONTINUED_CHARACTERS = 30  # characters before a sentence that goes on with what the one before counts
BARE_LEAST = 3  # two such words beside each other are in any text: 制造、信息
BARE_LIST_REACH = 3000  # characters: directions stand in the first part of a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that names tracks. The higher its `score`, the surer it sets the document's directions."""

    score: float
    start: int
    tracks: tuple[NamedTrack, ...]
    is_counted: bool = False

    @property
    def names(self) -> set[str]:
        """The tracks' names, each once."""
        return {track.name for track in self.tracks}


def sentences_with_tracks(view: View, words: Words) -> list[Sentence]:
    """Return the sentences that name tracks, in order."""
    known: dict[int, list[NamedTrack]] = {start: [] for start in _unnamed_lists(view, words)}
    for track in words.find(view):
        known.setdefault(view.sentence_start(track.start), []).append(track)
    found = []
    for start in sorted(known):
        end = view.sentence_end(start)
        tracks, is_counted = _with_lists(view, words, start, end, known[start])
        if tracks:
            score = _score(view.text[start:end], tracks) - start / 10_000  # the earlier of two equals
            found.append(Sentence(score=score, start=start, tracks=tuple(tracks), is_counted=is_counted))
    return found


def _score(sentence: str, tracks: list[NamedTrack]) -> float:
    names = {track.name: track.is_known for track in tracks}
    score = sum(1 if is_known else UNKNOWN_WEIGHT for is_known in names.values())
    score += OWN.search(sentence) is not None
    return score * FOREIGN_WEIGHT if FOREIGN.search(sentence) else score


def _unnamed_lists(view: View, words: Words) -> Iterator[int]:
    """Yield the sentences that list tracks by other names: 制造、信息、材料 (未来 left out), 某某、某某等三大领域."""
    for counted in COUNTED_BEFORE.finditer(view.text, 0, BARE_LIST_REACH):
        yield view.sentence_start(counted.start())
    for match in DIRECTED_LIST.finditer(view.text, 0, BARE_LIST_REACH):
        yield view.sentence_start(match.start("list"))
    if not COUNTED.search(view.text) and sum(name in view.text for name in words.bare) < BARE_LEAST:
        return
    for run in RUN.finditer(view.text, 0, BARE_LIST_REACH):
        first, *middle, last = re.split(r"[、，｜]|以及", run[0])
        bare = sum(part in words.bare for part in middle)
        bare += first.endswith(tuple(words.bare)) + last.startswith(tuple(words.bare))
        if bare >= BARE_LEAST or COUNTED.search(run[0]):
            yield view.sentence_start(run.start())


def listed_on_line(view: View, words: Words, start: int, end: int) -> list[NamedTrack]:
    """Return the members of the list that a line is (甲、乙、丙、丁。), or that its first sentence aims at."""
    match = AIMED_LIST.match(view.text, start, end) or WHOLE_LIST.match(view.text, start, end)
    if match is None:
        return []
    first = match.start("list")
    bounds = [m.span() for m in re.finditer(r"[^、和及]+", match["list"])]
    return [track for a, b in bounds for track in words.member(view, first + a, first + b)]


def _with_lists(
    view: View, words: Words, start: int, end: int, known: list[NamedTrack]
) -> tuple[list[NamedTrack], bool]:
    """Return a sentence's known tracks together with all members of its lists of tracks, and whether it counts them."""
    lists = [members for run in RUN.finditer(view.text, start, end) for members in _lists(view, words, run)]
    counted = _counted(view, [members for members in lists if members], start, end)
    listed = [m for m in lists if m in counted or _is_list_of_tracks(view, m, view.text[start:end])]
    if listed:  # beside one list of tracks, another that has one is one too
        listed = [m for m in lists if m in listed or any(track.is_known for track in m)]
    listed += [*_items(view, words, start, end), *_directed(view, words, start, end)]
    members = [member for members in listed for member in members]
    covered = {position for member in members for position in range(member.start, member.end)}
    others = [track for track in known if covered.isdisjoint(range(track.start, track.end))]
    return sorted([*members, *others], key=lambda track: track.start), bool(counted)


def _counted(view: View, lists: list[list[NamedTrack]], start: int, end: int) -> list[list[NamedTrack]]:
    """Return the lists that a count announces: 六个赛道：…, each by its own count or all by one."""
    first = max(0, start - CONTINUED_CHARACTERS) if view.text.startswith(GOES_ON, start) else start
    counts = {NUMERALS.get(m["count"]): m.end() for m in COUNTED_BEFORE.finditer(view.text, first, end)}
    total = sum(map(len, lists))
    if any(counts.get(number, end) <= lists[0][0].start for number in (total, total + 1) if lists):
        return lists
    return [members for members in lists if counts.get(len(members), end) <= members[0].start]


def _items(view: View, words: Words, start: int, end: int) -> Iterator[list[NamedTrack]]:
    """Yield the items of a sentence that are numbered or sized, where some are known tracks."""
    for form in (NTH_ITEM, SIZED_ITEM):
        found = [t for m in form.finditer(view.text, start, end) for t in words.member(view, *m.span("item"))]
        known = sum(track.is_known for track in found)
        least = 1 if form is NTH_ITEM else len(found) / 2  # what is counted may be anything: 12 cities, 9 rooms
        if len(found) >= ITEMS_LEAST and known >= least:
            yield found


def _directed(view: View, words: Words, start: int, end: int) -> Iterator[list[NamedTrack]]:
    """Yield the list that a line gives as the directions of a call."""
    for match in DIRECTED_LIST.finditer(view.text, start, end):
        first = match.start("list")
        bounds = [part.span() for part in re.finditer(r"[^、；□和 ]+", match["list"])]
        yield [track for a, b in bounds for track in words.member(view, first + a, first + b)]


def _is_list_of_tracks(view: View, members: list[NamedTrack], sentence: str) -> bool:
    """True when a list's members are tracks: enough are known, or the words around it call or count them so."""
    known = sum(track.is_known for track in members)
    if len(members) < 2:
        return False
    counted = COUNTED_AFTER.match(view.text, members[-1].end)
    if counted and NUMERALS.get(counted["count"]) == len(members):
        return True
    if len(members) >= ITEMS_LEAST and AIMED.search(view.text[max(0, members[0].start - 10) : members[0].start]):
        called = CALLED.match(view.text[members[-1].end :][:14])
        if called and (known or called["count"] or "未来" in called[0]):
            return True
        if 3 * known >= len(members) and "未来产业" in sentence:
            return True
    return known >= 2 and 4 * known >= len(members)


def _lists(view: View, words: Words, run: re.Match[str]) -> Iterator[list[NamedTrack]]:
    """Yield the members of each list in a run: 、 joins members, ， parts lists."""
    for part in re.finditer(r"[^，]+", run[0]):
        offset = run.start() + part.start()
        parts = [m for m in re.finditer(r"[^、｜]+", part[0]) if not NUMBER.fullmatch(m[0])]
        bounds = [(offset + m.start(), offset + m.end()) for m in parts]
        for some in _parted(view, bounds):
            if len(some) > 1:
                some[0] = _without_lead(view, *some[0])
                some[-1] = _without_tail(view, words, *some[-1])
                yield [track for start, end in some for track in words.member(view, *_without_joint(view, start, end))]


def _parted(view: View, bounds: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield the lists that a stretch of 、 consists of: 甲、乙等领域发展丙、丁 are two."""
    current: list[tuple[int, int]] = []
    for start, end in bounds:
        ends = ENDS_LIST.search(view.text, start + 2, end) if (start, end) != bounds[-1] and current else None
        begins = BEGINS_LIST.search(view.text, ends.start() if ends else start, end)
        if (ends and not begins) or (begins and begins.start() == start and current):
            yield [*current, (start, ends.start())] if ends else current
        if ends or (begins and begins.start() == start):  # 在甲、乙等领域发展丙、丁 lists 丙 and 丁
            current = []
        if not ends or begins:
            current.append((begins.start() if ends and begins else start, end))
    yield current


def _without_joint(view: View, start: int, end: int) -> tuple[int, int]:
    joint = re.match(r"以及|及|和", view.text[start:end])
    return (start + joint.end() if joint else start), end


def _without_lead(view: View, start: int, end: int) -> tuple[int, int]:
    """Return the first member without the verb before it."""
    lead = LEADING.match(view.text[start:end])
    return (start + lead.end() if lead and lead.end() < end - start else start), end


def _without_tail(view: View, words: Words, start: int, end: int) -> tuple[int, int]:
    """Return the last member without what follows it; a known track at its beginning is never cut."""
    start, _ = _without_joint(view, start, end)
    known = next(words.find(view, start, end), None)
    floor = known.end if known and known.start == start else start + 1
    tail = TRAILING.search(view.text, floor, end)
    return start, (tail.start() if tail else end)
