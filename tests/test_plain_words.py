"""Plain words: a module says what it does, a docstring names its noun, a constant its subject and its unit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "scheduler", "storage")
RIDDLE = re.compile(r"(?:what(?:ever)?|who(?:m|ever)?|none|that|those|how|which)\b", re.IGNORECASE)
ONE_WORD = re.compile(r"[A-Z]+[0-9]*")


def modules(*folders: str) -> list[Path]:
    """Return the modules below these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of a module, its classes and functions, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text is not None:
                yield getattr(node, "lineno", 1), text


def numbers_of_one_word(tree: ast.Module) -> Iterator[str]:
    """Yield the constants of a module that are numbers and have one word for a name: subject or unit is missing."""
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                if ONE_WORD.fullmatch(name) and is_number(value):
                    yield name


def is_number(value: ast.expr) -> bool:
    """True for a number, also one that is computed from numbers (`64 * 1024`)."""
    match value:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()):
            return True
        case ast.BinOp(left=left, right=right):
            return is_number(left) and is_number(right)
    return False


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_module_says_what_it_does() -> None:
    """A module's first line exists, ends its sentence, and does not open with a riddle."""
    firsts = {path: (ast.get_docstring(parsed(path)) or "").partition("\n")[0] for path in modules(*PACKAGES)}
    assert len(firsts) > 400
    dark = [f"{path.relative_to(ROOT)}: {line}" for path, line in firsts.items() if not line or RIDDLE.match(line)]
    assert not dark, f"say plainly what these modules do: {dark}"


def test_docstrings_name_their_noun() -> None:
    """No docstring opens with "what", "whoever", "none" or "that"."""
    dark = [
        f"{path.relative_to(ROOT)}:{line}: {text.partition(chr(10))[0]}"
        for path in modules(*PACKAGES)
        for line, text in docstrings(parsed(path))
        if RIDDLE.match(text) and not text.startswith("How ")
    ]
    assert not dark, f"name the noun: {dark}"


def test_numbers_carry_subject_and_unit() -> None:
    """A constant that is a number has a name of two words or more: what it counts, and of what."""
    bare = [
        f"{path.relative_to(ROOT)}: {name}" for path in modules(*PACKAGES) for name in numbers_of_one_word(parsed(path))
    ]
    assert not bare, f"give these numbers a name with subject and unit: {bare}"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("LIVES = 2", ["LIVES"]),
        ("NEAR: float = 0.8", ["NEAR"]),
        ("ROOM = 64 * 1024", ["ROOM"]),
        ("NEAR_SHARE = 0.8\nON = True\nWORD = 'a'\nclass A:\n    B = 3", []),
    ],
)
def test_which_constants_count(source: str, names: list[str]) -> None:
    """Numbers of a module count, switches and texts do not."""
    assert list(numbers_of_one_word(ast.parse(source))) == names
