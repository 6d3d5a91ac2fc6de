"""One name, one thing: no class and no public type has the name of another one."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "scheduler", "storage")
CAPITALISED_WORDS = re.compile(r"[A-Z][a-z]\w*")

# Names that several things have: how many, and what they are. The list only shrinks: rename a thing, remove its line.
SHARED_NAMES = {
    "Found": (2, "the rows of a listing, the words that tell an act"),
    "Mentions": (2, "of the topic, of an authority"),
    "Opening": (2, "of a target's sentence, of an incident"),
    "Reading": (2, "a text as the score reads it, a text as the facts read it"),
    "Term": (2, "a word of the lexicon, a word that rises"),
    "Track": (2, "a row of the lexicon, a track in a text"),
    "Visit": (2, "of a portal, of a person on the review site"),
}


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


@cache
def names_in_many_places() -> dict[str, int]:
    """Return each name that more than one thing has, with how many have it."""
    modules = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    names = Counter(name for path in modules for name in type_names(ast.parse(path.read_text(encoding="utf-8"))))
    assert len(names) > 100
    return {name: places for name, places in names.items() if places > 1}


def test_every_name_is_one_thing() -> None:
    """A new class or type has a name of its own; what is on the list has no further namesake."""
    allowed = {name: places for name, (places, _) in SHARED_NAMES.items()}
    new = {name: places for name, places in names_in_many_places().items() if places > allowed.get(name, 1)}
    assert not new, f"name these after what they are, each in a way of its own: {new}"


def test_list_of_shared_names_shrinks() -> None:
    """A name that fewer things have by now leaves the list, or its number goes down."""
    found = names_in_many_places()
    done = {name: found.get(name, 1) for name, (places, _) in SHARED_NAMES.items() if found.get(name, 1) < places}
    assert not done, f"these lines of SHARED_NAMES are done with: {done}"


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
