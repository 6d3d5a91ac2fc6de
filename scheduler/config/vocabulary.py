"""Know the words that endpoints, saved searches and filters may use: regions, tracks, instruments.

Storage knows none of them. A word that means nothing is refused, and the nearest one that does is proposed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from crawler.detect.facts.instruments import NOUNS, instrument_of
from crawler.detect.lexicon import SHIPPED
from crawler.text.regions import by_code, find_regions, is_province
from crawler.toml import nearest
from storage.records import NATION, Act
from storage.search.query import Vocabulary

NATIONAL_NAMES = frozenset({"国家", "全国", "中央", "国家级"})
# Tracks that no lexicon knows are read from lists in the texts: only what resembles a known one is taken for a slip.
SLIP_SIMILARITY = 0.7
CHINESE_CHARACTER = re.compile("[\u4e00-\u9fff]")
NAMES_SHOWN = 9  # where none is near
ACT_BY_OTHER_NAME: Mapping[str, str] = {"废止": "失效", "批复": "名单"}  # by other names


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """Words of one kind: `of` returns what a word stands for, None if nothing; `names` are proposed for such a one.

    The `common` names are proposed before all others.
    """

    kind: str
    of: Callable[[str], str | None]
    names: Collection[str]
    common: Collection[str] = ()

    def meant(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return what words stand for, each once. Raises `ValueError`, which names the nearest for each unknown one."""
        found = {word: self.of(word.strip()) for word in words}
        unknown = [f"no {self.kind} {word!r}; {self._hint(word)}" for word, meaning in found.items() if meaning is None]
        if unknown:
            raise ValueError("; ".join(unknown))
        return tuple(dict.fromkeys(filter(None, found.values())))

    def _hint(self, word: str) -> str:
        return (
            nearest(word, self.common)
            or nearest(word, self.names)
            or f"known: {', '.join(list(self.names)[:NAMES_SHOWN])}, …"
        )


def vocabulary(*, sources: Collection[str] = (), tracks: Collection[str] = ()) -> Vocabulary:
    """Return the vocabulary of the filter language; any name will do without `sources` or `tracks`."""
    return Vocabulary(
        region_of=region_code, regions=_region_names(), sources=sources, tracks=tracks, instrument_of=instrument,
        instruments=NOUNS,
    )  # fmt: skip


def region_code(name: str) -> str | None:
    """Return the code of a region's name (广东, 广东省, 羊城) or of a code that is known, None of any other."""
    if name in NATIONAL_NAMES:
        return NATION.code
    if name in by_code():
        return name
    named = next((place.code for place in by_code().values() if place.name == name), None)  # 杭州市萧山区
    found = find_regions(name)
    is_whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(name))
    return found[0].region.code if is_whole else named


def instrument(name: str) -> str | None:
    """Return the noun of documents that a word is (行动计划, 十六条), None when no document is read to be one."""
    return name if instrument_of(name) == name else None


def act(name: str) -> str | None:
    """Return the act that a word means, None when it is none."""
    return name if name in get_args(Act) else ACT_BY_OTHER_NAME.get(name)


def _provinces() -> Collection[str]:
    names = [place.name for place in by_code().values() if is_province(place)]
    return (*names, *(short for name in names if (short := name[:-1]) in _region_names()))


def endpoint_words(key: str) -> KnownWords:
    """Return what a list of an endpoint may hold: `regions`, `acts` or `instruments`."""
    match key:
        case "regions":
            return KnownWords(kind="region", of=region_code, names=(*_region_names(), *by_code()), common=_provinces())
        case "acts":
            return KnownWords(kind="act", of=act, names=(*get_args(Act), *ACT_BY_OTHER_NAME))
        case "instruments":
            return KnownWords(kind="instrument", of=instrument, names=NOUNS)
    raise KeyError(key)


def tracks_of(lexicon: Path | None) -> KnownWords:
    """Return the tracks by the names and aliases of a lexicon, and any other Chinese name that resembles none."""
    file = lexicon or SHIPPED
    known = _tracks(file, file.stat().st_mtime_ns if file.exists() else 0)

    def track(name: str) -> str | None:
        is_new = CHINESE_CHARACTER.search(name) and not difflib.get_close_matches(
            name, known, n=1, cutoff=SLIP_SIMILARITY
        )
        return known.get(name) or (name if is_new else None)

    return KnownWords(kind="track", of=track, names=known)


@cache
def _region_names() -> Collection[str]:
    """Return the names of all regions, and the short ones: 广东省, 广东."""
    names = [place.name for place in by_code().values()]
    return tuple(dict.fromkeys([*names, *(name[:-1] for name in names if len(name) > 2 and name[-1] in "省市")]))


@cache
def _tracks(lexicon: Path, _changed: int) -> Mapping[str, str]:
    """Return the names that the words of tracks are reported under; faults of the file are told where it is loaded.

    `_changed` is when the file was changed: what is remembered holds until then.
    """
    try:
        tracks = tomllib.loads(lexicon.read_text(encoding="utf-8")).get("tracks", [])
        return {word: one["name"] for one in tracks for word in (*one.get("aliases", ()), one["name"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
