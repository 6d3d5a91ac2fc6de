"""One name, one thing: no class and no public type has the name of another one."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "scheduler", "storage")
CAPITALISED_WORDS = re.compile(r"[A-Z][a-z]\w*")


def type_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the classes of a module, nested ones too, and of its type aliases; private names left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if CAPITALISED_WORDS.fullmatch(name):
                    yield name


def names_in_many_places() -> dict[str, int]:
    """Return each name that more than one thing has, with how many have it."""
    modules = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    names = Counter(name for path in modules for name in type_names(ast.parse(path.read_text(encoding="utf-8"))))
    assert len(names) > 100
    return {name: places for name, places in names.items() if places > 1}


def test_every_name_is_one_thing() -> None:
    """A class or type has a name of its own."""
    shared = names_in_many_places()
    assert not shared, f"name these after what they are, each in a way of its own: {shared}"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class Page: pass", ["Page"]),
        ("def f():\n    class Inner: pass", ["Inner"]),
        ("Kind: TypeAlias = str\nLabel = Literal['a']", ["Kind", "Label"]),
        ("class _Hidden: pass\nkind = 3\nKIND: int = 3", []),
    ],
)
def test_what_counts_as_a_name(source: str, names: list[str]) -> None:
    """Classes and type aliases count, private names and values do not."""
    assert list(type_names(ast.parse(source))) == names
