"""The files of a watch whose programs are killed, and what the program must be able to read in each of them."""

from __future__ import annotations

import json
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.detect.lexicon import load_lexicon
from crawler.sources import catalogue
from crawler.toml import ConfigurationError
from scheduler.config import config as configuration
from scheduler.config.place import SAMPLE
from scheduler.config.program import lexicon_file
from scheduler.config.verified import read_verified
from scheduler.config.written import ConfigFile

SWITCHED_OFF, WATCHED = (source.id for source in catalogue()[:2])  # `sources apply` of the one leaves the other


def _toml(path: Path) -> object:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _json(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def _sample(path: Path) -> None:
    if path.read_text(encoding="utf-8") != SAMPLE.read_text(encoding="utf-8"):
        raise ValueError(f"{path} is not the sample")


def _archive(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise ValueError(f"{path.name} is damaged")


def _configuration(path: Path) -> None:
    load_lexicon(lexicon_file(configuration.load(path)))
    ConfigFile(path).changes()


def _verified(path: Path) -> None:
    if read_verified(path).off != (SWITCHED_OFF,):
        raise ValueError(f"{path} has lost what it said")


READERS: Mapping[str, Callable[[Path], object]] = {
    "config.toml": _configuration, "verified.toml": _verified, "own.toml": _toml, "rules.toml": _toml,
    "tuned.toml": load_lexicon, "new/config.toml": _sample, f"recorded/{WATCHED}/pages.json": _json,
    "verified/report.json": _json, "verified/proposals.toml": _toml, "backup.db": _archive,
}  # fmt: skip


def broken_files(folder: Path) -> list[str]:
    """Return what cannot be read any more of what commands have written into a folder."""
    faults: list[str] = []
    for name, read in READERS.items():
        if (path := folder / name).exists():
            try:
                read(path)
            except (ConfigurationError, ValueError, OSError) as error:
                faults.append(f"{name} cannot be read any more: {error}")
    return faults
