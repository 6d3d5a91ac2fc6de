"""docs/architecture.md is true: its picture and tables are those that the code gives, and its links lead somewhere."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REMEDY = "run .venv/bin/python docs/pictures/draw_layers.py"

sys.path.append(str(ROOT / "docs/pictures"))
draw_layers = importlib.import_module("draw_layers")  # the folder of the script is no package

FOLDERS = ("crawler", "scheduler", "storage", "tests", "benchmarks", "docs", "deploy")
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


def imported_by(path: Path) -> Iterator[str]:
    """Yield all that a module imports, inside functions and for types alone too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_import_circle() -> None:
    """No module needs another one that needs it, imports for types alone included."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("crawler", "scheduler", "storage")
        for path in (ROOT / package).rglob("*.py")
    }
    needs = {
        name: {one if one in modules else one.rpartition(".")[0] for one in imported_by(path)} & modules.keys()
        for name, path in modules.items()
    }
    assert len([*TopologicalSorter(needs).static_order()]) == len(modules)  # a circle is an error that shows it


def test_page_is_what_the_script_writes() -> None:
    """The tables of rooms and layers are those of pyproject.toml and of the packages' docstrings."""
    text = draw_layers.PAGE.read_text(encoding="utf-8")
    assert text == draw_layers.page(text), REMEDY


def test_picture_is_what_the_script_draws() -> None:
    """The picture shows the layers of today."""
    assert draw_layers.PICTURE.read_text(encoding="utf-8") == draw_layers.picture(), REMEDY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_of_the_repository(page: Path) -> None:
    """No page links to a file that a clone does not have."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.name)
def test_decision_has_date_status_and_alternatives(page: Path) -> None:
    """A decision says when it was made, whether it stands, and what else was possible."""
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \d+\. .+\n\nStatus: (?:stands|replaced by \d+)\. Date: 20\d\d-\d\d-\d\d\.\n", text)
    assert re.search(r"^## Alternatives\n\n\S", text, re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "docs/first-change.md", "docs/architecture.md"])
def test_named_modules_and_folders_exist(page: str) -> None:
    """Folders and modules that these pages name are in the code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"\b(?:crawler|scheduler|storage|tests)/[\w/]*[\w/](?:\.\w+)?", text)
    absent = {path for path in named if not (ROOT / path).exists() and "haitang" not in path}  # haitang is an example
    assert named
    assert absent <= {"tests/crawler/"}  # which must not be


def test_nothing_outside_the_repository_is_cited() -> None:
    """Code and pages state a fact, or name a page of docs/: never a paper that a clone does not have."""
    cited = re.compile(r"\bresearch/\w|\bthe contract\b")
    files = [
        file for folder in FOLDERS for end in ("py", "md", "toml", "sql") for file in (ROOT / folder).rglob(f"*.{end}")
    ]
    assert [file for file in files if file != Path(__file__) and cited.search(file.read_text(encoding="utf-8"))] == []


def test_tests_that_hold_a_promise_are_there() -> None:
    """Every test that docs/threats.md names by its file and function exists."""
    named = re.findall(r"`([\w/]+)::(\w+)`", (ROOT / "docs/threats.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    lacking = [f"{file}::{test}" for file, test in named if f"def {test}(" not in _text_of_test(file)]
    assert lacking == []


def _text_of_test(file: str) -> str:
    return (ROOT / f"tests/{file}.py").read_text(encoding="utf-8")
