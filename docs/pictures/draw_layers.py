"""Draw the layers of the code, and write the tables of docs/architecture.md, from pyproject.toml and the packages.

.venv/bin/python docs/pictures/draw_layers.py
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/architecture.md"
PICTURE = ROOT / "docs/pictures/layers.svg"
PACKAGES = ("scheduler", "crawler", "storage")  # in the order in which they import each other

WIDTH, ROW_HEIGHT, MARGIN = 920, 34, 16  # pixels
HEADING_HEIGHT = 30  # pixels
COLOURS = {"scheduler": "#e8f0fb", "crawler": "#eaf6ec", "storage": "#fbf3e4"}
NOTES = {  # beside a package's name
    "scheduler": "its rooms; it imports the crawler and the storage",
    "crawler": "its layers; a row imports the rows below it, and the storage",
    "storage": "its rooms, beside one module for each group of tables; it imports neither of the others",
}
STYLE = "text{font:13px sans-serif;fill:#222}.name{font-weight:bold;font-size:15px}.note{fill:#666}"


def contracts() -> Sequence[dict[str, object]]:
    """Return the import contracts of pyproject.toml, which import-linter checks in the tests."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: Sequence[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def crawler_layers() -> list[list[str]]:
    """Return the layers inside the crawler, the one that may import all others first; a layer is a list of modules."""
    of_crawler = [
        layers for contract in contracts()
        if isinstance(layers := contract.get("layers"), list) and layers[0].startswith("crawler.")
    ]  # fmt: skip
    (layers,) = of_crawler
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def rooms(package: str) -> list[Path]:
    """Return the folders of a package that are packages themselves, by name."""
    return sorted(folder.parent for folder in (ROOT / package).glob("*/__init__.py"))


def first_line(path: Path) -> str:
    """Return the first line of the docstring of a module, or of a folder's `__init__.py`."""
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def rooms_table() -> str:
    """Return the table of the rooms: folder, its first docstring line, its number of Python files."""
    lines = ["| folder | what it does | files |", "| --- | --- | --- |"]
    for package in PACKAGES:
        for folder in (ROOT / package, *rooms(package)):
            files = len(list(folder.rglob("*.py")))
            lines.append(f"| `{folder.relative_to(ROOT).as_posix()}/` | {_cell(first_line(folder))} | {files} |")
    return "\n".join(lines)


def layers_table() -> str:
    """Return the table of the crawler's layers: a layer imports the layers below it, never one above or beside it."""
    lines = ["| layer | module | what it does |", "| --- | --- | --- |"]
    for number, layer in enumerate(crawler_layers(), start=1):
        lines += [f"| {number} | `{name}` | {_cell(first_line(_path(name)))} |" for name in layer]
    return "\n".join(lines)


def picture() -> str:
    """Return the layers as an SVG: three packages, each with its rooms or its layers; arrows of import point down."""
    shapes: list[str] = []
    top = MARGIN
    for package in PACKAGES:
        block, height = _block(package, top)
        shapes += block
        top += height + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}">'
    return "\n".join([head, f"<style>{STYLE}</style>", _box(0, 0, WIDTH, top, "#fff"), *shapes, "</svg>", ""])


def page(text: str) -> str:
    """Return the text of docs/architecture.md with its two tables made anew."""
    for name, table in (("rooms", rooms_table()), ("layers", layers_table())):
        marked = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        text, count = marked.subn(lambda found, table=table: f"{found[1]}{table}{found[2]}", text)
        if count != 1:
            raise SystemExit(f"{PAGE.name} has no place for its table: <!-- {name} --> ... <!-- end -->")
    return text


def _block(package: str, top: int) -> tuple[list[str], int]:
    rows = list(_rows(package))
    height = HEADING_HEIGHT + len(rows) * ROW_HEIGHT + MARGIN // 2
    note = NOTES[package]
    shapes = [
        _box(MARGIN, top, WIDTH - 2 * MARGIN, height, COLOURS[package]),
        f'<text class="name" x="{MARGIN + 10}" y="{top + 21}">{package}</text>',
        f'<text class="note" x="{MARGIN + 110}" y="{top + 21}">{note}</text>',
    ]
    for number, names in enumerate(rows):
        shapes += _boxes(names, top + HEADING_HEIGHT + number * ROW_HEIGHT)
    return shapes, height


def _rows(package: str) -> Iterator[list[str]]:
    """Yield the boxes of a package, row by row: the layers of the crawler, six rooms a row of the others."""
    if package == "crawler":
        yield from ([name.removeprefix("crawler.") for name in layer] for layer in crawler_layers())
        return
    names = [folder.name for folder in rooms(package)]
    yield from (names[start : start + 6] for start in range(0, len(names), 6))


def _boxes(names: Sequence[str], top: int) -> Iterator[str]:
    space = (WIDTH - 2 * MARGIN - 12) // len(names)
    for number, name in enumerate(names):
        left = MARGIN + 6 + number * space
        yield _box(left + 3, top, space - 6, ROW_HEIGHT - 6, "#fff")
        yield f'<text x="{left + space // 2}" y="{top + 19}" text-anchor="middle">{escape(name)}</text>'


def _box(left: int, top: int, width: int, height: int, colour: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="4" fill="{colour}" stroke="#bbb"/>'


def _path(module: str) -> Path:
    return ROOT / module.replace(".", "/")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
