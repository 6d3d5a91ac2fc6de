"""The archive as plain data: packages whose description is true, and a public copy without people and secrets."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from notify_examples import NOON
from scheduler.cli import main
from scheduler.reports.data_package import write_package
from seeded_archive import seed
from storage.archive import Archive
from storage.backup import BackupExistsError
from storage.public_copy import copy_public
from storage.published import PUBLISHED_TABLES
from storage.search.query import parse_query
from storage.search.selection import Selection

SECRET = "nobody-may-read-this"
PYTHON_TYPES: dict[str, Any] = {"integer": int, "number": (int, float), "string": str, "array": list}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with people, endpoints, tokens and notes in it."""
    path = tmp_path_factory.mktemp("package") / "archive.db"
    seed(path)
    with Archive(path) as archive:
        archive.api_tokens.create(SECRET, "admin", owner=SECRET, by=SECRET, now=NOON)
        archive.saved_searches.add(SECRET, SECRET, endpoints=[SECRET], by=SECRET, now=NOON)
        archive.verdicts.give(2, "confirmed", who=SECRET, reason=SECRET, now=NOON)
        archive.notes.add(2, SECRET, who=SECRET, now=NOON)
        archive.rejections.add(1, SECRET, now=NOON)
    return path


def rows_of(folder: Path, resource: dict[str, Any]) -> list[dict[str, Any]]:
    path = folder / resource["path"]
    if resource["format"] == "parquet":
        return [dict(row) for row in parquet.read_table(path).to_pylist()]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_package_is_as_described(kept: Path, tmp_path: Path, format: Any) -> None:
    """Every row has the described columns and types, keys are unique, references lead somewhere, hashes hold."""
    with Archive(kept) as archive:
        write_package(archive, tmp_path, Selection(), format=format, now=NOON)
    said = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    found = {one["name"]: rows_of(tmp_path, one) for one in said["resources"]}
    assert {name: bool(rows) for name, rows in found.items()} == dict.fromkeys(found, True)
    for one in said["resources"]:
        content, rows, schema = (tmp_path / one["path"]).read_bytes(), found[one["name"]], one["schema"]
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        assert one["rows"] == len(rows)
        types = {field["name"]: PYTHON_TYPES[field["type"]] for field in schema["fields"]}
        assert all(row.keys() == types.keys() for row in rows)
        assert all(value is None or isinstance(value, types[name]) for row in rows for name, value in row.items())
        assert len({tuple(row[key] for key in schema["primaryKey"]) for row in rows}) == len(rows)
        for reference in schema["foreignKeys"]:
            there = {row["id"] for row in found[reference["reference"]["resource"]]}
            assert {row[reference["fields"]] for row in rows} <= there
    assert SECRET not in json.dumps(found)
    assert 1 not in [act["id"] for act in found["acts"]]
    dictionary = (tmp_path / "dictionary.md").read_text(encoding="utf-8")
    assert all(f"`{column.name}`" in dictionary for table in PUBLISHED_TABLES for column in table.columns)


def test_part_of_the_archive(kept: Path, tmp_path: Path) -> None:
    """What is selected brings its own acts, facts and sources, and no others."""
    with Archive(kept) as archive:
        chosen = parse_query("region:440000").selection
        said = write_package(archive, tmp_path, chosen, format="jsonl", now=NOON)
    found = {one["name"]: rows_of(tmp_path, one) for one in said["resources"]}
    assert [act["region"] for act in found["acts"]] == ["440000"]
    articles = {one["id"] for one in found["articles"]}
    assert {one["article"] for one in found["facts"]} == articles
    assert {one["id"] for one in found["sources"]} == {one["source"] for one in found["articles"]}


def test_public_copy_has_no_people(kept: Path, tmp_path: Path) -> None:
    """A public copy has the published tables only, searchable, and no byte of what reviewers or operators wrote."""
    target = tmp_path / "public.db"
    with Archive(kept) as archive:
        made = copy_public(archive.db, target)
        with pytest.raises(BackupExistsError):
            copy_public(archive.db, target)
        assert copy_public(archive.db, target, replaces=True).rows == made.rows
    content = target.read_bytes()
    assert SECRET.encode() not in content
    assert b"http://127.0.0.1:9/" not in content
    with closing(sqlite3.connect(target)) as copy:
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {name for name in names if not name.startswith("articles_fts")} == {one.name for one in PUBLISHED_TABLES}
        found = copy.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH '未来产业'").fetchone()
        assert found[0] > 3
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert list(tmp_path.iterdir()) == [target]


def test_commands(kept: Path, tmp_path: Path) -> None:
    """`export --package` and `backup --public` write them; a format that fits no package is refused."""
    (tmp_path / "config.toml").write_text(f'[archive]\npath = "{kept}"\n[sources]\ncatalogue = false\n', "utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--config", str(tmp_path / "config.toml")])

    said = json.loads(run("export", "--format", "parquet", "--package", str(tmp_path / "out"), "--json").stdout)
    assert [one["name"] for one in said["descriptor"]["resources"]] == [one.name for one in PUBLISHED_TABLES]
    assert run("export", "--format", "parquet").exit_code == 2
    assert [run("backup", "--public", str(tmp_path / "public.db")).exit_code for _ in range(2)] == [0, 2]
