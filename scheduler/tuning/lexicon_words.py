"""Whether a word can be taken into a lexicon: what the lexicon has of it already, and what is no term. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.detect.lexicon import Lexicon, Track
from crawler.text.fold import HAN
from crawler.text.fold import plain as folded
from crawler.text.regions import find_regions
from storage.folding import fold

TERM = re.compile(rf"(?=.*[{HAN}a-z])[{HAN}a-z0-9]{{2,20}}")


class WordError(ValueError):
    """A word cannot be taken in. The message says why and what to do."""


def check_word(word: str, lexicon: Lexicon) -> None:
    """Check that a lexicon can take a word in.

    Raises:
        WordError: the lexicon has it, or it is no term.
    """
    plain = folded(word).text
    if not TERM.fullmatch(fold(word)):
        raise WordError(f"{word!r} is no term: 2 to 20 characters or letters, without blanks and marks")
    if any(place.start == 0 and place.end == len(plain) for place in find_regions(plain)):
        raise WordError(f"{word} is the name of a region: as a track it would be found in every notice from there")
    if where := next((where for where, own in _words(lexicon) if folded(own).text == plain), None):
        raise WordError(f"{word} is in lexicon {lexicon.version} already: {where}")


def check_changed(before: Track, after: Track, lexicon: Lexicon) -> None:
    """Check that a track of a lexicon can become another: each of its words that is new.

    Raises:
        WordError: the rest of the lexicon has one of them, or it is no term.
    """
    others = lexicon.model_copy(update={"tracks": tuple(one for one in lexicon.tracks if one != before)})
    for word in after.words:
        if word not in before.words:
            check_word(word, others)


def track_named(name: str, lexicon: Lexicon) -> Track:
    """Return the track of a name or alias.

    Raises:
        WordError: there is none.
    """
    plain = folded(name).text
    found = next((one for one in lexicon.tracks if any(folded(own).text == plain for own in one.words)), None)
    if found is None:
        raise WordError(f"no track of lexicon {lexicon.version} is called {name}")
    return found


def _words(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield every word of a lexicon with where it stands."""
    for track in lexicon.tracks:
        yield f"track {track.name}", track.name
        yield from ((f"an alias of track {track.name}", word) for word in track.aliases)
    yield from (("a word for the topic itself (core.terms)", word) for word in lexicon.core.terms)
    for cue in lexicon.cues:
        yield from ((f"a word of the cue {cue.name}", word) for word in (*cue.words, *cue.title_words))
    for name, value in lexicon:
        if isinstance(value, tuple):
            yield from ((f"a word of the list {name}", word) for word in value if isinstance(word, str))
