"""Write one's own lexicon: keep the text before, replace the file whole, and let the configuration name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.text.written_text import line_ends
from crawler.toml import read_text
from scheduler.config.toml_edits import set_key
from scheduler.config.whole_file import write_whole
from scheduler.config.written import ConfigFile
from scheduler.tuning.lexicon_text import lexicon_of_text, version_before

OWN = "lexicon.toml"  # beside the configuration: the copy of the shipped lexicon that the first word makes


class LexiconFileError(ValueError):
    """A lexicon cannot be written or brought back. The message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconChange:
    """The texts of a lexicon's file before and after a change.

    `config` is the configuration that is to name the file, None where it does already; `kept` is the file in which the
    text before is kept, None where the change brings back what is kept.
    """

    file: Path
    before: str
    after: str
    config: Path | None = None
    kept: Path | None = None

    def write(self, *, who: str, now: datetime) -> None:
        """Write the change; the text before is kept first, the configuration comes last: its history has who and when.

        Raises:
            LexiconFileError: the configuration cannot name the file.
            OSError: a file cannot be written.
        """
        if self.kept:
            _replace(self.kept, self.before, like=self.file)
        _replace(self.file, self.after, like=self.file)
        if self.config is None:
            return
        edit, about = (
            partial(set_key, table="detect", key="lexicon", value=self.file.name),
            f"改用词库 {self.file.name}",
        )
        try:
            ConfigFile(self.config).change(edit, who=who, about=about, now=now)
        except ValueError as error:
            self.file.unlink()  # a copy that nothing names would be in the way of the next word
            raise LexiconFileError(str(error)) from error


def taken_in(configured: Path | None, config: Path, before: str, after: str) -> LexiconChange:
    """Return the change of one's own lexicon; without one it is a copy of the shipped one beside the configuration.

    Raises:
        LexiconFileError: there is a file in the place of the copy.
    """
    file = configured or config.resolve().parent / OWN
    if configured is None and file.exists():
        raise LexiconFileError(f'{file} exists and is not in use: name it ([detect] lexicon = "{OWN}") or move it')
    return LexiconChange(
        file=file, before=before, after=after, config=None if configured else config,
        kept=_kept(file, lexicon_of_text(before).version),
    )  # fmt: skip


def brought_back(file: Path) -> LexiconChange:
    """Return the change that undoes the last word that was taken in.

    Raises:
        LexiconFileError: none was, or the text before is not kept any more.
        ConfigurationError: a file cannot be read, or has faults.
    """
    text = read_text(file)
    version = version_before(lexicon_of_text(text, str(file)).version)
    if version is None:
        raise LexiconFileError(f"{file}: no word was taken in (its version does not end in +1)")
    kept = _kept(file, version)
    if not kept.exists():
        raise LexiconFileError(f"{kept} is gone, which held the text before; take the word out by hand")
    return LexiconChange(file=file, before=text, after=read_text(kept))


def _kept(file: Path, version: str) -> Path:
    """Return where the text of a version is kept: lexicon.toml.2026.3."""
    return file.with_name(f"{file.name}.{version}")


def _replace(path: Path, text: str, *, like: Path) -> None:
    """Replace a file whole, with the line ends of another, which may be itself or not be there."""
    write_whole(path, text, newline=line_ends(like))
