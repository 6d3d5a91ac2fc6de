"""The outline of a configuration: what commands need of it that only look at the archive; remembered while it holds.

Checking config.toml takes all models and the whole catalogue, ten times as long as a search. So the outline of the last
configuration without faults is kept among the user's caches, with hashes of the files that it was read from: while
they and the program are the same, it has no faults today either. Where no cache can be written, all is read.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.config.whole_file import write_whole

if TYPE_CHECKING:
    from scheduler.config.config import Settings

PROGRAM = Path(__file__).parents[2]
DECLARED = ("crawler/sources/*.toml", "crawler/sources/*.py", "crawler/toml.py", "scheduler/config/*.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """A source that is watched: its id, the host of its first listing page, the system that makes its pages."""

    id: str
    host: str
    family: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A configuration's word on the archive at `path`, on whom to tell, and on the enabled sources.

    `backups` is the folder of backups, empty for none. `audience` are the endpoints that get announcements.
    """

    path: Path
    backups: str
    backup_every: timedelta
    has_sample_contact: bool
    endpoints: tuple[str, ...]
    audience: tuple[str, ...]
    sources: tuple[WatchedSource, ...]


def outline_of(settings: Settings) -> Outline:
    """Return the outline of a configuration that was read."""
    from crawler.network.settings import is_sample
    from crawler.sources import host_of

    kept = settings.archive
    return Outline(
        path=kept.path, backups=kept.backups or "", backup_every=kept.backup_every,
        has_sample_contact=is_sample(settings.crawl.contact),
        endpoints=tuple(one.name for one in settings.endpoint),
        audience=tuple(one.name for one in settings.endpoint if one.role == "audience"),
        sources=tuple(
            WatchedSource(id=one.id, host=host_of(one), family=one.family) for one in settings.named(())
        ),
    )  # fmt: skip


def read_outline(config: Path) -> Outline:
    """Return the outline of a configuration file, as it was remembered where nothing has changed.

    Raises:
        ConfigurationError: with every fault of the file and of the files it names.
    """
    memory = _memory_of(config)
    known = _remembered(memory)
    if known is not None:
        return known
    from scheduler.config.config import load

    before = _hashes([config])
    settings = load(config)
    outline = outline_of(settings)
    folder = config.resolve().parent
    named = (settings.detect.lexicon, settings.sources.verified, *settings.sources.files)
    files = before | _hashes(folder / one for one in named if one)
    if before == _hashes([config]):  # nobody wrote it meanwhile
        _remember(memory, {"program": _program(), "files": files, "outline": asdict(outline)})
    return outline


def _memory_of(config: Path) -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(caches) / "futurewatch" / f"{sha256(str(config.resolve()).encode()).hexdigest()[:16]}.json"


def _remembered(memory: Path) -> Outline | None:
    """Return the outline that was kept, None where there is none, or something has changed since."""
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        if kept["program"] != _program() or kept["files"] != _hashes(map(Path, kept["files"])):
            return None
        said = kept["outline"]
        return Outline(**{
            **said, "path": Path(said["path"]), "backup_every": timedelta(seconds=said["backup_every"]),
            "endpoints": tuple(said["endpoints"]), "audience": tuple(said["audience"]),
            "sources": tuple(WatchedSource(**one) for one in said["sources"]),
        })  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _remember(memory: Path, kept: dict[str, Any]) -> None:
    try:
        memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(memory, json.dumps(kept, default=_written))
    except OSError:
        return  # a system without a place for caches: all is read every time


def _written(value: object) -> object:
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _hashes(files: Iterable[Path]) -> dict[str, str]:
    """Return the hash of each file, empty for one that is not there."""
    return {str(one.absolute()): sha256(one.read_bytes()).hexdigest() if one.is_file() else "" for one in files}


def _program() -> list[Any]:
    """Return what changes with the program, the sources it ships, or a package that is installed beside it."""
    declared = sorted(path for pattern in DECLARED for path in PROGRAM.glob(pattern))
    states = [[path.name, (state := path.stat()).st_mtime_ns, state.st_size] for path in declared]
    packages = [Path(one) for one in sys.path if one.endswith("-packages")]
    return [sys.version, states, [one.stat().st_mtime_ns for one in packages if one.is_dir()]]
