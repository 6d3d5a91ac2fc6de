"""Load what packages of others add through entry points.

Most machines have none. To see that, one look into the entry points of each package suffices: importing
`importlib.metadata` and letting it read them all takes a fifth of a search.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

METADATA_FOLDERS = (".dist-info", ".egg-info")


def plugins_of(group: str) -> tuple[Any, ...]:
    """Return the objects that installed packages name under a group of entry points."""
    if not any(group.encode() in said for said in _entry_points()):
        return ()
    from importlib.metadata import entry_points

    return tuple(point.load() for point in entry_points(group=group))


def _entry_points() -> Iterator[bytes]:
    """Yield the entry points of each package on the path, as they are written."""
    for place in map(Path, sys.path):
        if place.is_file() or place.suffix == ".egg":  # an archive of packages, or one package
            yield from _asked(place)
        elif place.is_dir():
            for one in place.iterdir():
                if one.name.endswith(METADATA_FOLDERS) and (file := one / "entry_points.txt").is_file():
                    yield file.read_bytes()


def _asked(place: Path) -> Iterator[bytes]:
    """Yield the entry points of what is no folder of packages: `importlib` knows how to read it."""
    from importlib.metadata import distributions

    for one in distributions(path=[str(place)]):
        yield (one.read_text("entry_points.txt") or "").encode()
