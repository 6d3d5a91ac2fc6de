"""Read the signs by which the groups, members and spans of an article's candidates for tracks are weighed. No I/O."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add

from crawler.detect.facts.context import next_to
from crawler.detect.facts.reading import LEAD_CHARACTERS
from crawler.detect.facts.track_candidates import BEFORE, BEHIND, NAMED, Candidates, lying_over
from crawler.detect.facts.track_cuts import WordSpan
from crawler.detect.facts.track_groups import KINDS, TrackGroup
from crawler.text.numerals import numeral_of

STORY_CHARACTERS = 800
ANCHORED = (1, 2, 3, 4, 6)  # characters next to a group
NEXT = (1, 2, 3)  # characters next to a single member, and to a span
MARKED_FORMS = frozenset((*KINDS, "column"))  # before the marks of their first item stands what heads them
NUMBER = re.compile(r"\d[\d,.]*")
MARKED = re.compile(r"《[^《》\n]{2,80}》")
COUNT = re.compile(r"([一二两三四五六七八九十]|\d{1,2})(?=[个大类条项样件种块线张路]|者)")
# What is not told apart: up to so many members and mentions, and within these bounds of shares, likeness and lengths.
MOST_MEMBERS, MOST_BEST, MOST_NAMED, MOST_LENGTH, MOST_LISTS = 8, 6, 4, 12, 4
SHARES, SIBLINGS, ALIKE, TOPIC = (0.01, 0.34, 0.67, 1), (0.01, 0.34, 0.67), (0.5, 1, 2, 3, 4, 5), (0.01, 0.4, 0.8)
LENGTHS = (3, 4, 5, 6, 8, 10)
CORE = "未来产业"
LEAST = -6.0  # log-odds


@dataclass(frozen=True, slots=True)
class WeighedMember:
    """One member of a group, with the signs of its being a track."""

    group: TrackGroup
    number: int
    signs: tuple[str, ...]

    @property
    def spans(self) -> tuple[WordSpan, ...]:
        """Where it may begin and end."""
        return self.group.members[self.number]


def group_signs(found: Candidates) -> Iterator[list[str]]:
    """Yield the signs of each group, each once."""
    marked = {place: [name.span() for name in MARKED.finditer(text)] for place, text in found.texts.items()}
    announced = {(name.view.place, name.start) for name in found.names.announced}
    named = f"{found.theme} {CORE in found.name}" if found.name else "none"
    for number_of, group in enumerate(found.groups):
        form, number, place = group.form, len(group.members), group.view.place
        size = min(number, MOST_MEMBERS)
        known = bisect_right(SHARES, sum(found.has_known[number_of]) / number)
        stands = _place(group)
        about = bisect_right(TOPIC, _share_of_topic(found, found.likeliest[number_of]))
        signs = [
            f"f {form}", f"f {form} n {size}", f"f {form} k {known}", f"k {known} n {size}", f"in {stands}",
            f"in {stands} {form}", f"lists {min(found.lists, MOST_LISTS)} {form}", f"nt {named} {form}",
            f"nt {named} share {about}", f"nt {named} share {about} {form}",
            *_around(found.texts[place], group), *_looks(found, number_of, known),
        ]  # fmt: skip
        name = next((start for start, end in marked[place] if start <= group.start < end), None)
        if name is not None:
            signs.append(f"marked {(place, name) in announced} {form}")
        yield signs


def _place(group: TrackGroup) -> str:
    if group.view.place == "title":
        return "title"
    return "lead" if group.start < LEAD_CHARACTERS else "story" if group.start < STORY_CHARACTERS else "deep"


def _share_of_topic(found: Candidates, words: Sequence[str]) -> float:
    """Return the share of a group's members that have a pair of characters of the announced names' tracks."""
    if not found.topic:
        return 0.0
    return sum(not found.topic.isdisjoint(map(add, word, word[1:])) for word in words) / len(words)


def _around(text: str, group: TrackGroup) -> list[str]:
    """Return what stands before and behind a group, and whether a count there is that of its members."""
    first, last = group.first[0], group.last[1]
    opens = min(first, group.start) if group.form in MARKED_FORMS else first
    said, follows = text[max(0, opens - BEFORE) : opens], text[last : last + BEHIND]
    before = _signed(said) if opens > BEFORE else "^" + _signed(said)
    behind = _signed(follows)
    signs = [*next_to(before, behind, ANCHORED), f"L{group.form}{before[-2:]}", f"R{group.form}{behind[:2]}"]
    counts = COUNT.findall(said + follows)
    if not counts:
        return list(dict.fromkeys(signs))
    if len(group.members) in map(numeral_of, counts):
        signs += ("counted", f"counted {group.form}")
    else:
        signs.append(f"miscounted {group.form}")
    return list(dict.fromkeys(signs))


def _looks(found: Candidates, number: int, known: int) -> list[str]:
    """Return how the members of a group begin and end, how long they are, and how much they look like known tracks."""
    words, form = found.likeliest[number], found.groups[number].form
    edges = dict.fromkeys(sign for word in words for sign in ("e" + word[-1:], "e" + word[-2:], "b" + word[:2]))
    alike = bisect_right(ALIKE, sum(found.likeness[number]) / len(words))
    length = bisect_right(LENGTHS, sum(map(len, words)) / len(words))
    return [
        *edges, f"like {alike}", f"like {alike} {form}", f"like {alike} k {known}",
        f"long {length} {min(len(words), 3)}",
    ]  # fmt: skip


def _signed(words: str) -> str:
    return words if words.isalpha() else NUMBER.sub("9", words).replace("\n", "|")


@dataclass(frozen=True)
class _Level:
    """The log-odds of the groups of an article: all, the best with several members, and the best without."""

    odds: Sequence[float]
    listed: int | None
    best_listed: float
    best_single: float
    members: Sequence[str]
    elsewhere: Counter[str]


def member_signs(found: Candidates, odds: Sequence[float], least: float) -> Iterator[WeighedMember]:
    """Yield the members of the groups whose log-odds are at least `least`, with their signs."""
    level = _level(found, odds)
    for number, group in enumerate(found.groups):
        if odds[number] >= least:
            base = _of_group(group, number, level)
            known = found.has_known[number]
            for position in range(len(group.members)):
                own = _of_member(found, group, position, number, level, known)
                yield WeighedMember(group, position, (*base, *own))


def _level(found: Candidates, odds: Sequence[float]) -> _Level:
    several = [(odds[n], -n) for n, group in enumerate(found.groups) if _is_list(group)]
    single = [odds[n] for n, group in enumerate(found.groups) if not _is_list(group)]
    best, number = max(several, default=(LEAST, None))
    listed = None if number is None else -number
    several_words = [words for n, words in enumerate(found.likeliest) if odds[n] > 0 and len(words) > 1]
    elsewhere = Counter(word for words in several_words for word in words)
    members = () if listed is None else found.likeliest[listed]
    return _Level(odds, listed, best, max(single, default=LEAST), members, elsewhere)


def _is_list(group: TrackGroup) -> bool:
    return len(group.members) > 1 and group.form != NAMED


def _of_group(group: TrackGroup, number: int, level: _Level) -> tuple[str, ...]:
    """Return the signs that all members of a group share."""
    form, listed, odds = group.form, _is_list(group), level.odds[number]
    own, half = round(odds), round(odds * 2)
    behind = round(min(-LEAST, (level.best_listed if listed else level.best_single) - odds))
    other = round(level.best_single if listed else level.best_listed)
    is_best, best = number == level.listed, min(len(level.members), MOST_BEST)
    place = "story" if group.view.place != "title" and group.start >= LEAD_CHARACTERS else _place(group)
    return (
        f"g {half}", f"g {own} {form}", f"d {behind}", f"d {behind} {form}", f"g {own} d {behind}",
        f"opp {other} {listed}", f"opp {other} {form}", f"opp {other} {listed} g {own}", f"in {place} {form}",
        f"n {min(len(group.members), MOST_BEST)} {form}", f"best {is_best} {form}", f"best {is_best} {own}",
        f"bestn {best} {form}",
    )  # fmt: skip


def _of_member(
    found: Candidates, group: TrackGroup, position: int, number: int, level: _Level, known: Sequence[bool]
) -> list[str]:
    """Return the signs of one member."""
    form, (start, end), size = group.form, group.members[position][0], len(group.members)
    listed, own, word = _is_list(group), round(level.odds[number]), found.likeliest[number][position]
    fits = _fit(found, group, (start, end)) if known[position] else "none"
    siblings = "x" if size == 1 else bisect_right(SIBLINGS, (sum(known) - known[position]) / (size - 1))
    alike, again = found.likeness[number][position], level.elsewhere[word] - (level.odds[number] > 0 and size > 1)
    signs = [
        f"k {fits}", f"k {fits} {form}", f"k {fits} g {own}", f"len {min(end - start, MOST_LENGTH)}",
        f"sib {siblings} {fits}", f"alts {min(len(group.members[position]), 3)} {form}",
        f"pos {min(position, 2)} {position == size - 1} {form}", f"like {alike}", f"like {alike} k {fits}",
        f"E{word[-2:]}", f"named {min(found.whole.count(word), MOST_NAMED)} {form}", f"elsewhere {min(again, 2)}",
    ]  # fmt: skip
    if size == 1:
        text = found.texts[group.view.place]
        said, follows = _signed(text[max(0, start - 4) : start]) or "^", _signed(text[end : end + 4])
        signs += dict.fromkeys(next_to(said, follows, NEXT))
    if word in found.texts.get("title", ""):
        signs.append(f"titled {group.view.place == 'title'} {form}")
    if found.name:
        signs += _beside_name(found, form, word, fits, level, listed=listed, own=own)
    if level.members and number != level.listed:
        kin = _kin(word, level.members)
        signs += (f"rel {kin}", f"rel {kin} {form}", f"rel {kin} best {round(level.best_listed)}")
    return signs


def _beside_name(
    found: Candidates, form: str, word: str, fits: str, level: _Level, *, listed: bool, own: int
) -> tuple[str, ...]:
    """Return whether a member stands in an announced name, against the best group of the other kind."""
    other, inside = round(level.best_single if listed else level.best_listed), word in found.name
    inn, core = "own" if form == NAMED else inside, CORE in found.name
    signs = (
        f"inn {inn} opp {other} {listed}", f"inn {inn} {core} {form}",
        f"inn {inn} bestn {min(len(level.members), 4)} {other > 0}",
    )  # fmt: skip
    return (*signs, f"nt {found.theme} {core} {fits} g {own}") if listed else signs


def _fit(found: Candidates, group: TrackGroup, span: WordSpan) -> str:
    """Return how a known track lies in a span: exact, held by it, or cut."""
    start, end = span
    inside = lying_over(span, found.known[group.view.place])
    if span in inside:
        return "exact"
    return "holds" if any(start <= first and last <= end for first, last in inside) else "cuts"


def _kin(word: str, members: Sequence[str]) -> str:
    """Return what a member of another group is to those of the best list: equal, a part, more, or none of these."""
    if word in members:
        return "eq"
    if any(word in other for other in members):
        return "in"
    return "has" if any(other in word for other in members) else "no"


def cut_signs(found: Candidates, group: TrackGroup, position: int) -> Iterator[list[str]]:
    """Yield the signs of each span that a member may have."""
    text, size, spans = found.texts[group.view.place], len(group.members), group.members[position]
    role = "only" if size == 1 else "first" if position == 0 else "last" if position == size - 1 else "mid"
    known = found.known[group.view.place]
    said = {start: _signed(text[max(0, start - 3) : start]) or "^" for start in {start for start, _ in spans}}
    follows = {end: _signed(text[end : end + 3]) or "$" for end in {end for _, end in spans}}
    for number, (start, end) in enumerate(spans):
        word, order = text[start:end], min(number, 4)
        before, behind = said[start], follows[end]
        inside = lying_over((start, end), known)
        signs = [
            f"a {order}", f"a {order} {role}", f"a {number == 0} {group.form}",
            f"whole {number == len(spans) - 1} {role}", f"len {min(end - start, MOST_LENGTH)}",
            f"cuts {any(a < start or b > end for a, b in inside)}", f"begins {any(a == start for a, _ in inside)}",
            f"ends {any(b == end for _, b in inside)}",
            f"B{word[:1]}", f"B{word[:2]}", f"E{word[-1:]}", f"E{word[-2:]}",
            f"LB{before[-1:]}{word[:1]}", f"ER{word[-1:]}{behind[:1]}",
            *next_to(before, behind, NEXT),
        ]  # fmt: skip
        yield list(dict.fromkeys(signs))
