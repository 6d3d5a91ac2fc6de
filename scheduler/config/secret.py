"""Define values that are kept outside the configuration, or must not be shown though they stand in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from crawler.text.written_text import NotUtf8Error, read_written

REFERENCE_PREFIXES = ("env:", "file:")


class Secret:
    """A value by reference: `env:NAME` or `file:PATH`. Every repr shows `********`."""

    hint = 'a secret must not stand in the configuration: write "env:NAME" or "file:PATH"'
    literals: tuple[str, ...] = ()

    def __init__(self, reference: str, folder: Path | None = None) -> None:
        self._reference = reference
        self._folder = folder or Path()

    @classmethod
    def parse(cls, reference: str, folder: Path | None = None) -> Self:
        """Return the secret that a reference names; a relative file is looked for in `folder`.

        Raises:
            ValueError: it is no reference.
        """
        if not reference.startswith((*REFERENCE_PREFIXES, *cls.literals)):
            raise ValueError(cls.hint)
        return cls(reference, folder)

    def reveal(self) -> str:
        """Return the value.

        Raises:
            LookupError: the variable is not set, the file cannot be read, or the value is empty.
        """
        if not self._reference.startswith(REFERENCE_PREFIXES):
            return self._reference
        name = self._reference.partition(":")[2]
        value = _content(self.file) if self.file else os.environ.get(name, "")
        value = value.strip().strip("\ufeff").strip()  # a byte order mark may come with a variable, too
        if not value:
            raise LookupError(f"file {self.file} is empty" if self.file else f"environment variable {name} is not set")
        return value

    @property
    def file(self) -> Path | None:
        """The file that holds the value, None when it stands elsewhere."""
        kind, _, name = self._reference.partition(":")
        return self._folder / name if kind == "file" else None

    @property
    def is_literal(self) -> bool:
        """Whether the value stands in the configuration itself."""
        return not self._reference.startswith(REFERENCE_PREFIXES)

    def __repr__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._reference, self._folder) == (other._reference, other._folder)

    def __hash__(self) -> int:
        return hash(self._reference)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(cls._validated, core_schema.str_schema(strict=True))

    @classmethod
    def _validated(cls, reference: str, info: ValidationInfo) -> Self:
        """Return the secret; the context of the validation knows the folder of the file that names it."""
        return cls.parse(reference, (info.context or {}).get("folder"))


class Address(Secret):
    """Where to send: a web address, or a reference. A robot's address carries its key, so it never shows."""

    hint = 'not an address: write "https://…", "smtp://…", "env:NAME" or "file:PATH"'
    password_hint = 'give it by secret = "env:NAME"'  # noqa: S105  words
    literals: tuple[str, ...] = ("http://", "https://", "smtp://", "smtps://")

    @classmethod
    def parse(cls, reference: str, folder: Path | None = None) -> Self:
        """Return the address. Raises `ValueError` when it is none, or holds a password as it stands."""
        if reference.startswith(cls.literals) and re.match(r"[a-z0-9]+://[^/@]*:[^/@]*@", reference):
            raise ValueError(f"a password must not stand in the configuration: {cls.password_hint}")
        return super().parse(reference, folder)


def _content(path: Path) -> str:
    try:
        return read_written(path)
    except NotUtf8Error as error:
        raise LookupError(f"file {path}: {error}") from error
    except OSError as error:
        raise LookupError(f"file {path} cannot be read: {error.strerror}") from error
