"""Find the line that a key of a TOML file stands on, for what is said of its faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from crawler.toml import ConfigurationError, Fault, read_text

HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
KEY = re.compile(r"\s*[\"']?(?P<name>[^\"'=#\s]+)[\"']?\s*=")
PART = re.compile(r"(?P<name>[^.\[\]]+)(?:\[(?P<number>\d+)\])?")


def located(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults with the lines that their keys stand on, where these are found."""
    text_of = cache(_text)
    for fault in faults:
        yield fault if fault.line or not fault.key else replace(fault, line=line_of(text_of(fault.file), fault.key))


def line_of(text: str, key: str) -> int:
    """Return the line of `endpoint[0].regions`, from 1: of its table where the key is missing there, 0 where both are.

    Tables are those with a header of their own; within one the last key before the fault is the line of it.
    """
    parts = [(match["name"], int(match["number"] or 0)) for match in PART.finditer(key)]
    names = [name for name, _ in parts]
    seen: dict[str, int] = {}
    table, number, best, depth = "", 0, 0, 0
    for at, line in enumerate(text.split("\n"), 1):
        if header := HEADER.fullmatch(line):
            table = header["name"]
            number = seen[table] = seen.get(table, -1) + 1
            found = len(table.split(".")) if _is_prefix(table, number, parts) else 0
        elif named := KEY.match(line):
            path = f"{table}.{named['name']}" if table else named["name"]
            is_here = not table or _is_prefix(table, number, parts)
            found = len(path.split(".")) if is_here and names[: len(path.split("."))] == path.split(".") else 0
        else:
            continue
        if found > depth:
            best, depth = at, found
    return best


def _is_prefix(table: str, number: int, parts: list[tuple[str, int]]) -> bool:
    """Return whether a table is the one that a key stands in, or one around it."""
    names = table.split(".")
    return [name for name, _ in parts[: len(names)]] == names and parts[len(names) - 1][1] == number


def _text(file: str) -> str:
    try:
        return read_text(Path(file))
    except ConfigurationError:
        return ""
