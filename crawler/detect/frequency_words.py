"""Read the word groups of TrendRadar's `frequency_words.txt` as rules. No I/O.

A blank line parts groups. In a group a plain word is one of any, `+word` must be there, `!word` must not, `/…/` is a
regular expression, `[name]` in its first line and `word => name` name it, `#` is a comment. Words under
`[GLOBAL_FILTER]` speak against every article that has one in its title. `@3` limits how many items TrendRadar shows:
it has no meaning for points and is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.own_rule import Rule, Weights
from crawler.toml import ConfigurationError, Fault, validate

GLOBAL_FILTER, WORD_GROUPS = "[GLOBAL_FILTER]", "[WORD_GROUPS]"
FILTERED = Weights(title=-200.0, lead=0.0, body=0.0)  # TrendRadar reads titles only; no article reaches 256 points
HEADING = re.compile(r"\[(?P<name>[^\[\]]+)\]")
LIMIT = re.compile(r"@\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The rules of a file, and what of it has no meaning here, with the line."""

    rules: tuple[Rule, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


def read_frequency_words(text: str, points: Weights, *, file: str) -> Imported:
    """Return the rules that a file's word groups make, each worth `points`.

    Raises:
        ConfigurationError: with one fault for each group that makes no rule.
    """
    rules: list[Rule] = []
    notes: list[str] = []
    faults: list[Fault] = []
    for group, is_filter in _groups(text):
        notes += [f"line {line.number}: {line.text} is not used" for line in group if LIMIT.fullmatch(line.text)]
        words = [line for line in group if not LIMIT.fullmatch(line.text)]
        if not words:
            continue
        try:
            rules.append(_rule(words, points, file=file, is_filter=is_filter))
        except ConfigurationError as error:
            faults += error.faults
    if faults:
        raise ConfigurationError(faults)
    return Imported(rules=_named_apart(rules), notes=tuple(notes))


def toml_of(rules: Iterable[Rule]) -> str:
    """Return rules as the lines that stand in a lexicon."""
    return "\n".join(_table(rule) for rule in rules)


def _groups(text: str) -> Iterable[tuple[list[_Line], bool]]:
    """Yield each group's lines without comments, and whether they are global filters."""
    is_filter = False
    group: list[_Line] = []
    for number, raw in enumerate([*text.lstrip("\ufeff").splitlines(), ""], 1):
        line = raw.strip()
        is_section = line.upper() in {GLOBAL_FILTER, WORD_GROUPS}
        if (is_section or not line) and group:
            yield group, is_filter
            group = []
        if is_section:
            is_filter = line.upper() == GLOBAL_FILTER
        elif line and not line.startswith("#"):
            group.append(_Line(number, line))


def _rule(group: list[_Line], points: Weights, *, file: str, is_filter: bool) -> Rule:
    heading = HEADING.fullmatch(group[0].text)
    lines = group[1:] if heading else group
    words, names = zip(*(_named(line.text) for line in lines), strict=True) if lines else ((), ())
    shown = next(filter(None, names), None) or next((word.lstrip("+!") for word in words), "")
    table: dict[str, object] = {"name": heading["name"] if heading else shown, "points": points}
    if is_filter:
        table |= {"name": "GLOBAL_FILTER", "points": FILTERED, "any": [word.lstrip("!+") for word in words]}
    else:
        table |= {
            "any": [word for word in words if word[0] not in "+!"],
            "must": [word[1:] for word in words if word[0] == "+"],
            "not": [word[1:] for word in words if word[0] == "!"],
        }
    return validate(Rule, table, file=file, key=f"line {group[0].number}")


def _named(line: str) -> tuple[str, str]:
    """Return a line's word and the name behind =>, empty without one."""
    word, _, name = line.partition("=>")
    return word.strip(), name.strip()


def _named_apart(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules with a number behind a name that was taken, so that their hits are told apart."""
    seen: dict[str, int] = {}
    apart = []
    for rule in rules:
        seen[rule.name] = seen.get(rule.name, 0) + 1
        name = rule.name if seen[rule.name] == 1 else f"{rule.name} {seen[rule.name]}"
        apart.append(rule.model_copy(update={"name": name}))
    return tuple(apart)


def _table(rule: Rule) -> str:
    points = ", ".join(f"{place} = {worth}" for place, worth in rule.points.model_dump().items())
    lines = ["[[rule]]", f"name = {_quoted(rule.name)}", f"points = {{ {points} }}"]
    for key, words in (("any", rule.any_), ("must", rule.must), ("not", rule.not_)):
        if words:
            lines.append(f"{key} = [{', '.join(map(_quoted, words))}]")
    return "\n".join([*lines, ""])


def _quoted(word: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")
