"""Change config.toml as a person would: comments stay, the file as it is on disk counts, every change can be undone.

A change is made to the text that stands in the file now, checked as a whole, and put in the file's place at once: a
fault changes nothing. What was before is kept beside the file, in `config.toml.history`, which others cannot read.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from crawler.text.written_text import line_ends
from crawler.toml import ConfigurationError, Fault, read_text
from scheduler.config.config import Settings, load, unsendable
from scheduler.config.whole_file import write_whole
from storage.connection import moment_of, text_of

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

TomlEdit = Callable[["TOMLDocument"], None]
_ONE_CHANGE = threading.Lock()  # two people at once: neither change overwrites the other


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChange:
    """One change of the file. `about` says in words what was changed; `undone_by` is empty while it stands."""

    number: int
    made_at: datetime
    who: str
    about: str
    before: str
    after: str
    undone_by: str = ""


class ChangeError(ValueError):
    """The file cannot be changed as asked. Carries what to tell."""


class ConfigFile:
    """The configuration file of a program, and the changes that were made to it from its pages and by `setup`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.history = self.path.with_name(f"{self.path.name}.history")

    def document(self) -> TOMLDocument:
        """Return the file with its comments, as it stands now.

        Raises:
            ConfigurationError: it cannot be read, or is no TOML.
        """
        import tomlkit
        from tomlkit.exceptions import ParseError

        try:
            return tomlkit.parse(read_text(self.path))
        except ParseError as error:
            raise ConfigurationError([Fault(file=str(self.path), key="", problem=f"not TOML: {error}")]) from error

    def tried(self, edit: TomlEdit) -> tuple[str, Settings]:
        """Return the text that an edit makes of the file, and the configuration that it is, without writing it.

        Raises:
            ConfigurationError: with every fault that the file would have then.
        """
        import tomlkit

        document = self.document()
        edit(document)
        text = tomlkit.dumps(document)
        return text, self._check(text)

    @contextmanager
    def as_tried(self, edit: TomlEdit) -> Iterator[Path]:
        """Yield a file that is what an edit would make of this one, for a command to read; it is gone afterwards.

        Raises:
            ConfigurationError: with every fault that the file would have then.
        """
        text, _ = self.tried(edit)
        with self._beside(text) as path:
            yield path

    def change(self, edit: TomlEdit, *, who: str, about: str, now: datetime) -> ConfigChange:
        """Make an edit.

        Raises:
            ConfigurationError: with every fault that the file would have then; it stays as it was.
            ChangeError: the file cannot be written.
        """
        with _ONE_CHANGE:
            before = read_text(self.path)
            after, _ = self.tried(edit)
            return self._put(before, after, who=who, about=about, now=now)

    def undo(self, number: int, *, who: str) -> ConfigChange:
        """Put back what stood before a change, if nothing was changed since.

        Raises:
            ChangeError: there is no such change, it was undone, or the file was changed since: then the file counts.
        """
        with _ONE_CHANGE:
            change = next((one for one in self.changes() if one.number == number), None)
            if change is None or change.undone_by:
                raise ChangeError("no change that could be undone")
            if read_text(self.path) != change.after:
                raise ChangeError("the file was changed since")
            self._check(change.before)
            self._write(change.before)
            undone = replace(change, undone_by=who)
            self._note(undone)
            return undone

    def changes(self) -> list[ConfigChange]:
        """Return the changes, the latest first."""
        names = sorted(self.history.glob("[0-9]*.json"), reverse=True) if self.history.is_dir() else []
        return [_read(path) for path in names]

    def undoable(self) -> int | None:
        """Return the number of the change that can be undone: the latest that stands, if the file is as it left it."""
        latest = _standing(self.changes())
        return latest.number if latest and read_text(self.path) == latest.after else None

    def was_changed_by_hand(self) -> bool:
        """Return whether the file is other than the changes and their undoing left it."""
        changes = self.changes()
        latest = _standing(changes)
        return bool(changes) and read_text(self.path) != (latest.after if latest else changes[-1].before)

    def mark(self) -> float:
        """Return what is another number after every change from here: who serves or watches then reads the file."""
        try:
            return self.history.stat().st_mtime
        except OSError:
            return 0.0

    def touch(self) -> None:
        """Let who serves or watches read the file again, though it was changed by hand."""
        self._make_history()
        os.utime(self.history)

    def _put(self, before: str, after: str, *, who: str, about: str, now: datetime) -> ConfigChange:
        number = max((one.number for one in self.changes()), default=0) + 1
        change = ConfigChange(number=number, made_at=now, who=who, about=about, before=before, after=after)
        self._write(after)
        self._note(change)
        return change

    def _check(self, text: str) -> Settings:
        """Return the configuration that a text is, read from beside the file: relative paths in it start there.

        A secret that was missing before keeps nobody from changing something else.
        """
        with self._beside(text) as trial:
            try:
                settings = load(trial)
                faults = [fault for fault in unsendable(settings, str(trial)) if fault.problem not in self._known()]
            except ConfigurationError as error:
                faults = list(error.faults)
        if faults:
            named = {str(trial): str(self.path)}
            raise ConfigurationError(replace(fault, file=named.get(fault.file, fault.file)) for fault in faults)
        return settings

    @contextmanager
    def _beside(self, text: str) -> Iterator[Path]:
        """Yield a file beside this one that holds a text, until it is done with."""
        trial = self.path.with_name(f".{self.path.name}.{uuid4().hex}.trial")
        try:
            trial.touch(mode=0o600)
            trial.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ChangeError(f"{trial.parent}: {error.strerror}") from error
        try:
            yield trial
        finally:
            trial.unlink(missing_ok=True)

    def _known(self) -> set[str]:
        """Return what keeps messages from being sent by the file as it stands."""
        try:
            return {fault.problem for fault in unsendable(load(self.path), str(self.path))}
        except ConfigurationError:
            return set()

    def _write(self, text: str) -> None:
        try:
            write_whole(self.path, text, newline=line_ends(self.path))
        except OSError as error:
            raise ChangeError(f"{self.path}: {error.strerror}") from error

    def _note(self, change: ConfigChange) -> None:
        self._make_history()
        path = self.history / f"{change.number:06}.json"
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        document = asdict(change) | {"made_at": text_of(change.made_at)}
        new.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        new.replace(path)

    def _make_history(self) -> None:
        self.history.mkdir(mode=0o700, exist_ok=True)


def _standing(changes: list[ConfigChange]) -> ConfigChange | None:
    """Return the latest change that was not undone."""
    return next((one for one in changes if not one.undone_by), None)


def _read(path: Path) -> ConfigChange:
    document = json.loads(path.read_text(encoding="utf-8"))
    return ConfigChange(**{**document, "made_at": moment_of(document["made_at"])})
