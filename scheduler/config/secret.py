"""Values that are kept outside the configuration, or must not be shown though they stand in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

REFERENCES = ("env:", "file:")


class Secret:
    """A value by reference: `env:NAME` or `file:PATH`. Every repr shows `********`."""

    hint = 'a secret must not stand in the configuration: write "env:NAME" or "file:PATH"'
    literals: tuple[str, ...] = ()

    def __init__(self, reference: str) -> None:
        self._reference = reference

    @classmethod
    def parse(cls, reference: str) -> Self:
        """Return the secret that a reference names. Raises `ValueError` when it is no reference."""
        if not reference.startswith((*REFERENCES, *cls.literals)):
            raise ValueError(cls.hint)
        return cls(reference)

    def reveal(self) -> str:
        """Return the value.

        Raises:
            LookupError: the variable is not set, the file cannot be read, or the value is empty.
        """
        if not self._reference.startswith(REFERENCES):
            return self._reference
        kind, _, name = self._reference.partition(":")
        value = os.environ.get(name, "") if kind == "env" else _content(Path(name))
        if not value.strip():
            raise LookupError(f"environment variable {name} is not set" if kind == "env" else f"file {name} is empty")
        return value.strip()

    @property
    def file(self) -> Path | None:
        """The file that holds the value, None when it stands elsewhere."""
        kind, _, name = self._reference.partition(":")
        return Path(name) if kind == "file" else None

    @property
    def is_literal(self) -> bool:
        """Whether the value stands in the configuration itself."""
        return not self._reference.startswith(REFERENCES)

    def __repr__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reference == other._reference

    def __hash__(self) -> int:
        return hash(self._reference)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema(strict=True))


class Address(Secret):
    """Where to send: a web address, or a reference. A robot's address carries its key, so it never shows."""

    hint = 'not an address: write "https://…", "smtp://…", "env:NAME" or "file:PATH"'
    literals = ("http://", "https://", "smtp://", "smtps://")

    @classmethod
    def parse(cls, reference: str) -> Self:
        """Return the address. Raises `ValueError` when it is none, or holds a password as it stands."""
        if reference.startswith(cls.literals) and re.match(r"[a-z]+://[^/@]*:[^/@]*@", reference):
            raise ValueError('a password must not stand in the configuration: give it by secret = "env:NAME"')
        return super().parse(reference)


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LookupError(f"file {path} cannot be read: {error.strerror}") from error
