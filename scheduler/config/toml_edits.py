"""Edits of a configuration that is open with its comments: set a key, put or remove a row, switch a source. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, cast

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, InlineTable


def set_key(document: TOMLDocument, table: str, key: str, value: Any) -> None:
    """Let a key of a table have a value; None takes the key out."""
    if table not in document:
        document[table] = tomlkit.table()
    _set(cast("MutableMapping[str, Any]", document[table]), key, value)


def put_row(document: TOMLDocument, table: str, key: str, values: Mapping[str, Any], *, instead_of: str = "") -> None:
    """Add a row to `[[table]]`, or change the one whose `key` is `instead_of`: keys that are not named stay."""
    row = _row(document, table, key, instead_of) if instead_of else None
    if row is None:
        row = tomlkit.table()
        if table not in document:
            document[table] = tomlkit.aot()
        rows = document[table]
        assert isinstance(rows, AoT)
        rows.append(row)
    for name, value in values.items():
        _set(row, name, value)


def put_rows(document: TOMLDocument, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to `[[table]]`."""
    for row in rows:
        put_row(document, table, "", row)


def remove_row(document: TOMLDocument, table: str, key: str, value: str) -> None:
    """Take a row out of `[[table]]`."""
    rows: Any = document.get(table, ())
    for number, row in enumerate(rows):
        if row.get(key) == value:
            del rows[number]
            break
    if table in document and not rows:
        del document[table]


def switch_catalogue(document: TOMLDocument, ids: Sequence[str], *, on: bool, is_on_there: Sequence[str]) -> None:
    """Switch sources of the catalogue; what is as the catalogue has it is named nowhere."""
    if "sources" not in document:
        document["sources"] = tomlkit.table()
    table: Any = document["sources"]
    for id in ids:
        for name in ("on", "off"):
            if id in table.get(name, ()):
                table[name].remove(id)
        if on != (id in is_on_there):
            name = "on" if on else "off"
            if name not in table:
                table[name] = tomlkit.array()
            table[name].append(id)
    for name in ("on", "off"):
        if name in table and not table[name]:
            del table[name]


def set_catalogue(document: TOMLDocument, key: str, values: Mapping[str, Any]) -> None:
    """Let sources of the catalogue have a value of `[sources.KEY]` by their ids; None: as the catalogue has it."""
    if not values:
        return
    if "sources" not in document:
        document["sources"] = tomlkit.table()
    sources: Any = document["sources"]
    if key not in sources:
        sources[key] = tomlkit.table()
    for id, value in values.items():
        _set(sources[key], id, value)
    if not sources[key]:
        del sources[key]


def _row(document: TOMLDocument, table: str, key: str, value: str) -> MutableMapping[str, Any] | None:
    rows: Any = document.get(table, ())
    return next((row for row in rows if row.get(key) == value), None)


def _set(table: MutableMapping[str, Any], key: str, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    elif table.get(key) != value:
        table[key] = list(value) if isinstance(value, tuple) else _inline(value) if isinstance(value, dict) else value


def _inline(values: Mapping[str, Any]) -> InlineTable:
    """Return a table that stands on one line."""
    made = tomlkit.inline_table()
    made.update(values)
    return made
