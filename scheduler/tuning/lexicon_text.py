"""Write other numbers into a lexicon's text and leave everything else, comments too, as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from scheduler.tuning.tune import PointsPath

HEADER = re.compile(r"\s*(?P<marks>\[\[?)(?P<name>[\w.]+)\]\]?")
NUMBER = r"-?\d+(?:\.\d+)?"
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
    return re.sub(r'(?m)^version\s*=\s*"[^"]*"', f'version = "{version}"', "\n".join(lines), count=1)


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
