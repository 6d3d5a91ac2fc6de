"""Write the archive as a data package: tables as Parquet or JSON Lines, and a description of each column.

The description follows Frictionless Data Package (datapackage.org), version 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from storage.archive import Archive
from storage.connection import one_moment, text_of
from storage.published import PUBLISHED_TABLES, PublishedTable, published_rows
from storage.search.selection import Selection

PackageFormat = Literal["parquet", "jsonl"]
ROWS_AT_ONCE = 1000  # rows that are held in memory
MEDIA_TYPES: Mapping[PackageFormat, str] = {
    "parquet": "application/vnd.apache.parquet", "jsonl": "application/jsonl",
}  # fmt: skip
DESCRIPTOR = "datapackage.json"
DICTIONARY = "dictionary.md"
FRICTIONLESS_TYPES = {"integer": "integer", "number": "number", "string": "string", "list": "array"}


def write_package(
    archive: Archive, folder: Path, selection: Selection, *, format: PackageFormat, now: datetime
) -> Mapping[str, Any]:
    """Write the tables of the selected articles into a folder, and return the descriptor that was written last.

    Raises:
        ModuleNotFoundError: Parquet is asked for, and pyarrow is not there.
    """
    write = {"parquet": _parquet, "jsonl": _json_lines}[format]
    folder.mkdir(parents=True, exist_ok=True)
    with one_moment(archive.db):
        resources = [_resource(archive, table, folder, selection, format, write) for table in PUBLISHED_TABLES]
    descriptor = {
        "profile": "data-package", "name": "futurewatch", "title": "未来产业政策档案", "created": text_of(now),
        "description": "Policy acts on China's future industries, as governments published them.",
        "resources": resources,
    }  # fmt: skip
    (folder / DICTIONARY).write_text(_dictionary(), encoding="utf-8")
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return descriptor


def _resource(
    archive: Archive,
    table: PublishedTable,
    folder: Path,
    selection: Selection,
    format: PackageFormat,
    write: Callable[[Path, PublishedTable, Iterable[Mapping[str, Any]]], int],
) -> dict[str, Any]:
    """Write a table, and return its description."""
    path = folder / f"{table.name}.{format}"
    rows = write(path, table, published_rows(archive.db, table, selection))
    return {
        "name": table.name, "path": path.name, "title": table.description, "format": format,
        "mediatype": MEDIA_TYPES[format], "encoding": "utf-8", "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}", "rows": rows, "schema": _schema(table),
    }  # fmt: skip


def _schema(table: PublishedTable) -> dict[str, Any]:
    return {
        "fields": [
            {"name": column.name, "type": FRICTIONLESS_TYPES[column.type], "description": column.description}
            for column in table.columns
        ],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": column.name, "reference": {"resource": column.refers_to, "fields": "id"}}
            for column in table.columns
            if column.refers_to
        ],
    }


def _json_lines(path: Path, _table: PublishedTable, rows: Iterable[Mapping[str, Any]]) -> int:
    number = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
            number += 1
    return number


def _parquet(path: Path, table: PublishedTable, rows: Iterable[Mapping[str, Any]]) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    types = {"integer": pa.int64(), "number": pa.float64(), "string": pa.string(), "list": pa.list_(pa.string())}
    schema = pa.schema([
        pa.field(one.name, types[one.type], metadata={"description": one.description}) for one in table.columns
    ])  # fmt: skip
    number = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        waiting = iter(rows)
        while some := [dict(row) for row in islice(waiting, ROWS_AT_ONCE)]:
            writer.write_table(pa.Table.from_pylist(some, schema=schema))
            number += len(some)
    return number


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dictionary() -> str:
    """Return the columns of all tables as a page."""
    parts = ["# Data dictionary\n"]
    for table in PUBLISHED_TABLES:
        parts.append(f"\n## {table.name}\n\n{table.description}\n\n| column | type | holds |\n| --- | --- | --- |\n")
        parts += [f"| `{one.name}` | {one.type} | {one.description} |\n" for one in table.columns]
    return "".join(parts)
