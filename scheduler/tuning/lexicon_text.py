"""Write other numbers and new tracks into a lexicon's text and leave everything else, comments too, as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping

from crawler.detect.lexicon import Lexicon, Track
from crawler.toml import validate
from scheduler.tuning.lexicon_words import check_word, track_named
from scheduler.tuning.tune import PointsPath

HEADER = re.compile(r"\s*(?P<marks>\[\[?)(?P<name>[\w.]+)\]\]?")
NUMBER = r"-?\d+(?:\.\d+)?"
ALIASES = re.compile(r"(\s*aliases\s*=\s*\[)\s*(\])?")
ADDED = re.compile(r"(?P<base>.+)\+(?P<number>\d+)")  # a version: 2026.3+2 is 2026.3 with two words taken in
NAME = re.compile(r"\s*name\s*=\s*(?P<value>\"[^\"]*\"|'[^']*')")


class LexiconTextError(ValueError):
    """A number does not stand where it was looked for: the text is laid out in another way. Carries its path."""

    def __init__(self, path: PointsPath) -> None:
        self.path = path
        super().__init__(f"{'.'.join(path)} does not stand on a line of its own; change it by hand")


def with_numbers(text: str, values: Mapping[PointsPath, float], *, version: str) -> str:
    """Return a lexicon's text with other numbers and another version.

    Raises:
        LexiconTextError: a number is not found.
    """
    lines, left, table, name = text.split("\n"), dict(values), "", ""
    for number, line in enumerate(lines):
        if header := HEADER.match(line):
            table, name = header["name"], ""
        elif table == "cues" and (named := NAME.match(line)):
            name = tomllib.loads(f"name = {named['value']}")["name"]
        for path in [path for path in left if _table_of(path) == (table, name)]:
            lines[number], done = _keys_of(path).subn(rf"\g<1>{left[path]}", lines[number], count=1)
            if done:
                del left[path]
    if left:
        raise LexiconTextError(next(iter(left)))
    return _with_version("\n".join(lines), version)


def _with_version(text: str, version: str) -> str:
    return re.sub(r'(?m)^version\s*=\s*"[^"]*"', f'version = "{version}"', text, count=1)


def _table_of(path: PointsPath) -> tuple[str, str]:
    """Return the table in which a path's number stands, and the name of the entry in a list of tables."""
    return ("cues", path[1]) if path[0] == "cues" else (path[0], "")


def _keys_of(path: PointsPath) -> re.Pattern[str]:
    """Return the pattern of a path's number with what stands before it on its line."""
    match path:
        case ("points", name, place):
            return re.compile(rf"^(\s*{name}\s*=\s*\{{[^}}]*\b{place}\s*=\s*){NUMBER}")
        case ("cues", _):
            return re.compile(rf"^(\s*points\s*=\s*){NUMBER}")
        case _:
            return re.compile(rf"^(\s*{path[-1]}\s*=\s*){NUMBER}")


class TrackTextError(ValueError):
    """A track cannot be written where the others stand: the text is laid out in another way."""


def with_word(text: str, word: str, *, track: str | None, is_policy: bool, note: str) -> str:
    """Return a lexicon's text with a word as a new track, or as an alias of a track, and the next version.

    Raises:
        WordError: the lexicon has the word, or not the track, or it is no term.
        TrackTextError: tracks are laid out in another way.
    """
    lexicon = lexicon_of_text(text)
    check_word(word, lexicon)
    if track:
        return with_alias(text, word, track_named(track, lexicon).name)
    return with_track(text, Track(name=word, policy=is_policy), note=note)


def with_track(text: str, track: Track, *, note: str) -> str:
    """Return a lexicon's text with one more track behind the others, a comment above it, and the next version.

    Raises:
        TrackTextError: tracks do not stand in tables of their own.
    """
    lines = text.split("\n")
    blocks = list(_track_blocks(lines))
    if not blocks:
        raise TrackTextError("no track stands in a table of its own ([[tracks]]); add this one by hand")
    _, _, end = blocks[-1]
    block = ["", f"# {note}", "[[tracks]]", f"name = {_quoted(track.name)}"]
    lines[end:end] = [*block, *([] if track.policy else ["policy = false"])]
    expected = (*lexicon_of_text(text).tracks, track)
    return _checked(text, "\n".join(lines), expected)


def with_alias(text: str, word: str, track: str) -> str:
    """Return a lexicon's text in which a track has one more alias, and the next version.

    Raises:
        TrackTextError: the track, or the place of its aliases, is not found.
    """
    lines, found = text.split("\n"), _block_of(text, track)
    for number in range(*found):
        if match := ALIASES.match(lines[number]):
            rest = lines[number][match.end() :]
            lines[number] = f"{match[1]}{_quoted(word)}{']' if match[2] else ', '}{rest}"
            break
    else:
        number = next(number for number in range(*found) if NAME.match(lines[number]))
        lines.insert(number + 1, f"aliases = [{_quoted(word)}]")
    expected = tuple(
        one.model_copy(update={"aliases": (word, *one.aliases)}) if one.name == track else one
        for one in lexicon_of_text(text).tracks
    )
    return _checked(text, "\n".join(lines), expected)


def with_changed(text: str, track: str, changed: Track) -> str:
    """Return a lexicon's text in which a track has another name, aliases or `policy`, and the next version.

    Aliases that stay keep their places and comments, new ones come last.

    Raises:
        TrackTextError: the track does not stand in a table of its own.
    """
    import tomlkit

    lines, (start, end) = text.split("\n"), _block_of(text, track)
    before = next(one for one in lexicon_of_text(text).tracks if one.name == track)
    kept = tuple(alias for alias in before.aliases if alias in changed.aliases)
    aliases = (*kept, *(alias for alias in changed.aliases if alias not in kept))
    block = tomlkit.parse("\n".join(lines[start:end]))
    (table,) = block["tracks"]  # it begins with [[tracks]]: an array of one table
    table["name"] = changed.name
    for alias in before.aliases:
        if alias not in kept:
            table["aliases"].remove(alias)
    for alias in aliases[len(kept) :]:
        table.setdefault("aliases", tomlkit.array()).append(alias)
    for key, is_needless in (("aliases", not aliases), ("policy", changed.policy)):
        if is_needless:
            table.pop(key, None)
    if not changed.policy:
        table["policy"] = False
    lines[start:end] = tomlkit.dumps(block).rstrip("\n").split("\n")
    after = changed.model_copy(update={"aliases": aliases})
    tracks = tuple(after if one.name == track else one for one in lexicon_of_text(text).tracks)
    return _checked(text, "\n".join(lines), tracks)


def without(text: str, track: str) -> str:
    """Return a lexicon's text without a track and the comments right above it, and the next version.

    Raises:
        TrackTextError: the track does not stand in a table of its own, or is the only one.
    """
    lines, (start, end) = text.split("\n"), _block_of(text, track)
    tracks = tuple(one for one in lexicon_of_text(text).tracks if one.name != track)
    if not tracks:
        raise TrackTextError("a lexicon needs a track")
    while start and lines[start - 1].startswith("#"):
        start -= 1
    if end < len(lines) and not lines[end].strip() and (not start or not lines[start - 1].strip()):
        end += 1
    del lines[start:end]
    return _checked(text, "\n".join(lines), tracks)


def next_version(version: str) -> str:
    """Return the version of a lexicon into which one more word is taken: 2026.3, 2026.3+1, 2026.3+2."""
    added = ADDED.fullmatch(version)
    return f"{added['base']}+{int(added['number']) + 1}" if added else f"{version}+1"


def version_before(version: str) -> str | None:
    """Return the version before the last word was taken in, None where none was."""
    added = ADDED.fullmatch(version)
    if added is None:
        return None
    number = int(added["number"]) - 1
    return f"{added['base']}+{number}" if number else added["base"]


def lexicon_of_text(text: str, file: str = "") -> Lexicon:
    """Return the lexicon of a text.

    Raises:
        ConfigurationError: it has faults.
    """
    return validate(Lexicon, tomllib.loads(text), file=file)


def _checked(before: str, after: str, tracks: tuple[Track, ...]) -> str:
    """Return a text with the next version; it must say what was meant, and nothing else may have changed."""
    old = lexicon_of_text(before)
    version = next_version(old.version)
    written = _with_version(after, version)
    try:
        is_meant = lexicon_of_text(written) == old.model_copy(update={"tracks": tracks, "version": version})
    except ValueError:  # not TOML, or no lexicon any more
        is_meant = False
    if not is_meant:
        raise TrackTextError("the tracks are laid out in another way than expected; add the word by hand")
    return written


def _block_of(text: str, track: str) -> tuple[int, int]:
    """Return the first line of a track's table, and the line behind its last. Raises `TrackTextError`."""
    blocks = _track_blocks(text.split("\n"))
    found = next(((start, end) for name, start, end in blocks if name == track), None)
    if found is None:
        raise TrackTextError(f"track {track} does not stand in a table of its own ([[tracks]]); change it by hand")
    return found


def _track_blocks(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the tracks that stand in tables of their own: name, first line, and the line behind the last one."""
    headers = [number for number, line in enumerate(lines) if HEADER.match(line)]
    for start, end in zip(headers, [*headers[1:], len(lines)], strict=True):
        if (header := HEADER.match(lines[start])) and header["name"] == "tracks":
            last = _last_line(lines, start, end)
            named = next((match for line in lines[start:last] if (match := NAME.match(line))), None)
            if named:
                yield tomllib.loads(f"name = {named['value']}")["name"], start, last


def _last_line(lines: list[str], start: int, end: int) -> int:
    """Return the line behind a table's last one: comments right above the next table, and blanks, are not its own."""
    for is_between in (lambda line: line.startswith("#"), lambda line: not line):
        while end > start + 1 and is_between(lines[end - 1].strip()):
            end -= 1
    return end


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # strings look alike in JSON and TOML
