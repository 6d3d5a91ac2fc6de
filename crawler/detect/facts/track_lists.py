"""Find the lists of tracks in the sentences of a text: 聚焦甲、乙、丙以及丁等方向. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View
from crawler.detect.facts.track_words import Track, Words

MEMBER = r"[\u4e00-\u9fffA-Za-z0-9+“”·-]"
RUN = re.compile(rf"(?:{MEMBER}{{1,40}}[、，](?:以及|及|和)?){{1,60}}{MEMBER}{{1,40}}")  # 60: nobody reads more
AREA = either("方向 领域 赛道 产业 行业")
# What stands before the first member of a list inside the same stretch of text.
LEADING = re.compile(
    r".*"
    + either(
        "聚焦 面向 包括 包含 涵盖 围绕 瞄准 布局 发展 培育 推动 推进 谋划 指 分别为 为 是 把 将 以 对 有 在",
        "的 含 涉及 锁定 圈定",
        "重点 支持 给了? 拿到 主攻 押注 向 如 选择 确定 列举了 列出 抢占 突破 壮大 打造 集中 抓好 做强 做大",
        "留给 上 即 及其",
        "于 让 开辟 明确 加快 前瞻",
    )
)
# What follows the last member.
TRAILING = re.compile(
    either(
        r"等 [一二三四五六七八九十\d]+(?:个|大|类|条|项) 领域 方向 赛道 板块 产业集群 集群 居前 入列 列为",
        r"列入 为主 放在 尽快",
        "成为 在列 统称 先 优先 未来产业 方面 已经 上榜 首次 则 作为 技术攻关 研发 排在 前沿 为 的 四字 突破 是 被 给",
    )
    + ".*"
)
AIMED = re.compile(either("聚焦 围绕 瞄准 面向 发展 培育 布局 锁定 主攻 抢占 包括 涵盖 以") + r"[^，。、]{0,4}$")
CALLED = re.compile(
    r"(?:等|这)?(?P<count>[一二三四五六七八九十]|\d+)?(?:个|大)?"
    rf"{either('重点 前沿 优势 特色 新兴 未来 细分')}*{AREA}"
)
COUNTED = re.compile(rf"、[^、，]{{2,12}}[三四五六七八九十]大?个?{either('重点 前沿 优势 未来')}*{AREA}")
NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
NUMERALS |= {str(value): value for value in range(1, 21)}
# Words of a sentence that sets directions, and of one that tells something else about tracks.
OWN = re.compile(
    either("方向 赛道 领域 布局 聚焦 目录 清单 未来产业 主攻 集群 列为 列入 首批 圈定 体系 培育 风口 主线 包括 涵盖")
)
FOREIGN = re.compile(
    either(
        "其中， 为例 企业(?:负责人|家|已) 公司 教授 专家 工程师 投资人 样本 论文 新设 融资 高校 毕业 市场规模",
        "依托 学科 专业",
        "职称 此前已 已经有 聚集了 基础雄厚 国外 美国 记者(?:采访|走访|梳理|看到|探访)",
        "(?:厅|局|委|处|部门)(?:有关|相关)?负责(?:人|同志)(?:介绍|表示|补充|说)",
    )
)
FOREIGN_WEIGHT = 0.3  # such a sentence loses to one that sets a third of the tracks it names
UNKNOWN_WEIGHT = 0.5
BARE_LEAST = 3  # two such words beside each other are in any text: 制造、信息
BARE_LIST_REACH = 3000  # characters: directions stand in the first part of a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that names tracks. The higher its `score`, the surer it sets the document's directions."""

    score: float
    start: int
    tracks: tuple[Track, ...]


def sentences_with_tracks(view: View, words: Words) -> list[Sentence]:
    """Return the sentences that name tracks, in order."""
    known: dict[int, list[Track]] = {start: [] for start in _unnamed_lists(view, words)}
    for track in words.find(view):
        known.setdefault(view.sentence_start(track.start), []).append(track)
    found = []
    for start in sorted(known):
        end = view.sentence_end(start)
        tracks = _with_lists(view, words, start, end, known[start])
        if tracks:
            score = _score(view.text[start:end], tracks) - start / 10_000  # the earlier of two equals
            found.append(Sentence(score=score, start=start, tracks=tuple(tracks)))
    return found


def _score(sentence: str, tracks: list[Track]) -> float:
    names = {track.name: track.is_known for track in tracks}
    score = sum(1 if is_known else UNKNOWN_WEIGHT for is_known in names.values())
    score += OWN.search(sentence) is not None
    return score * FOREIGN_WEIGHT if FOREIGN.search(sentence) else score


def _unnamed_lists(view: View, words: Words) -> Iterator[int]:
    """Yield the sentences that list tracks by other names: 制造、信息、材料 (未来 left out), 某某、某某等三大领域."""
    if not COUNTED.search(view.text) and sum(name in view.text for name in words.bare) < BARE_LEAST:
        return
    for run in RUN.finditer(view.text, 0, BARE_LIST_REACH):
        first, *middle, last = re.split(r"[、，]|以及", run[0])
        bare = sum(part in words.bare for part in middle)
        bare += first.endswith(tuple(words.bare)) + last.startswith(tuple(words.bare))
        if bare >= BARE_LEAST or COUNTED.search(run[0]):
            yield view.sentence_start(run.start())


def _with_lists(view: View, words: Words, start: int, end: int, known: list[Track]) -> list[Track]:
    """Return a sentence's known tracks together with all members of its lists of tracks."""
    lists = (members for run in RUN.finditer(view.text, start, end) for members in _lists(view, words, run))
    listed = [member for members in lists if _is_list_of_tracks(view, members) for member in members]
    covered = {position for member in listed for position in range(member.start, member.end)}
    others = [track for track in known if covered.isdisjoint(range(track.start, track.end))]
    return sorted([*listed, *others], key=lambda track: track.start)


def _is_list_of_tracks(view: View, members: list[Track]) -> bool:
    """True when a list's members are tracks: enough are known, or the words around it call or count them so."""
    known = sum(track.is_known for track in members)
    if len(members) < 2:
        return False
    if len(members) >= 3 and AIMED.search(view.text[max(0, members[0].start - 10) : members[0].start]):
        called = CALLED.match(view.text[members[-1].end :][:14])
        if called:
            return known > 0 or NUMERALS.get(called["count"] or "") == len(members)
    return known >= 2 and 4 * known >= len(members)


def _lists(view: View, words: Words, run: re.Match[str]) -> Iterator[list[Track]]:
    """Yield the members of each list in a run: 、 joins members, ， parts lists."""
    for part in re.finditer(r"[^，]+", run[0]):
        offset = run.start() + part.start()
        bounds = [(offset + m.start(), offset + m.end()) for m in re.finditer(r"[^、]+", part[0])]
        if len(bounds) < 2:
            continue
        bounds[0] = _without_lead(view, *bounds[0])
        bounds[-1] = _without_tail(view, words, *bounds[-1])
        yield [track for start, end in bounds for track in words.member(view, *_without_joint(view, start, end))]


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
