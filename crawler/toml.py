"""Read TOML into frozen models, reporting every fault at once: file, key, what is wrong, the nearest valid name.

ConfigurationError
└── faults: (Fault, …)
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from crawler.text.written_text import NotUtf8Error, hint_of_signs, read_written

DURATION = re.compile(r"(\d{1,9})([smhd])")
LONGEST_DURATION = timedelta(days=36500)
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
# What pydantic says of a value of another kind, as people who write TOML would.
PROBLEMS = {
    "tuple_type": 'not a list: write ["…"]', "string_type": 'not a text: write it in quotes, "…"',
    "float_type": "not a number: write it without quotes", "int_type": "not a whole number: write it without quotes",
    "bool_type": "neither true nor false", "string_pattern_mismatch": "not written as it should be",
}  # fmt: skip
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a file. `hint` is empty when nothing near is known, `line` 0 where it is not."""

    file: str
    key: str
    problem: str
    hint: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        place = f" (line {self.line})" if self.line else ""
        return f"{where}: {self.problem}" + (f"; {self.hint}" if self.hint else "") + place


class ConfigurationError(ValueError):
    """A declaration cannot be used. Carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def _duration(value: object) -> object:
    length = duration_of(value) if isinstance(value, str) else None
    if length is None:
        raise ValueError('not a duration: write "45s", "30m", "6h" or "7d", at most a century')
    return length


def duration_of(text: str) -> timedelta | None:
    """Return a duration as people write it, None when it is none, or longer than a century: no calendar has room."""
    match = DURATION.fullmatch(text)
    if match is None:
        return None
    length = timedelta(**{UNITS[match[2]]: int(match[1])})
    return length if length <= LONGEST_DURATION else None


Duration = Annotated[
    timedelta, BeforeValidator(_duration), WithJsonSchema({"type": "string", "pattern": f"^{DURATION.pattern}$"})
]
Strings = Annotated[tuple[str, ...], Strict(False)]  # TOML has arrays, a frozen model needs tuples


class Model(BaseModel):
    """The base of everything that is declared in TOML: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


T = TypeVar("T", bound=Model)


def read_text(path: Path) -> str:
    """Return the text of a file that people wrote.

    Raises:
        ConfigurationError: the file is missing, unreadable or not UTF-8.
    """
    try:
        return read_written(path)
    except OSError as error:
        raise ConfigurationError([Fault(file=str(path), key="", problem=error.strerror or str(error))]) from error
    except NotUtf8Error as error:
        raise ConfigurationError([Fault(file=str(path), key="", problem=str(error))]) from error


def read(path: Path) -> dict[str, Any]:
    """Return a file's tables.

    Raises:
        ConfigurationError: the file is missing, unreadable, not UTF-8 or not TOML.
    """
    text, file = read_text(path), str(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # its message names line and column, but for an end that comes too soon
        place = PLACE.search(str(error))
        hint = hint_of_signs(text.split("\n")[int(place[1]) - 1], int(place[2])) if place else ""
        raise ConfigurationError([Fault(file=file, key="", problem=f"not TOML: {error}", hint=hint)]) from error


def validate(model: type[T], table: Mapping[str, Any], *, file: str, key: str = "", folder: Path | None = None) -> T:
    """Return the model that a table describes; `key` is where the table stands in `file`.

    Relative paths of secrets start from `folder`; from the working directory where none is given.

    Raises:
        ConfigurationError: with one fault for each key that is unknown, missing or wrong.
    """
    try:
        return model.model_validate(dict(table), context={"folder": folder})
    except ValidationError as error:
        raise ConfigurationError(_fault(model, detail, file, key) for detail in error.errors()) from error


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the nearest valid name, or an empty string."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else ""


def _fault(model: type[BaseModel], detail: ErrorDetails, file: str, key: str) -> Fault:
    *parents, last = detail["loc"] or ("",)
    where = ".".join(filter(None, [key, _dotted(detail["loc"])]))
    if detail["type"] == "extra_forbidden":
        names = list(_names(model, parents))
        hint = nearest(str(last), names) or f"known: {', '.join(names)}"
        return Fault(file=file, key=where, problem="unknown key", hint=hint)
    if detail["type"] == "missing":
        return Fault(file=file, key=where, problem="is missing")
    problem = PROBLEMS.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    expected = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
    hint = nearest(str(detail.get("input", "")), expected) if expected else _example(model, [*parents, last])
    return Fault(file=file, key=where, problem=problem[:1].lower() + problem[1:], hint=hint)


def _dotted(location: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def _names(model: type[BaseModel], path: Iterable[str | int]) -> Iterable[str]:
    """Yield the keys that are valid at a path inside a model."""
    found = _model_at(model, path)
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _example(model: type[BaseModel], path: Sequence[str | int]) -> str:
    """Return a hint with an example of the value at a path, empty where the model has none."""
    *parents, name = [part for part in path if isinstance(part, str)] or [""]
    found = _model_at(model, parents)
    field = found.model_fields.get(name) if found else None
    return f"write such as {field.examples[0]!r}" if field and field.examples else ""


def _model_at(model: type[BaseModel] | None, path: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model at a path inside a model, following nested models and lists of them."""
    for part in path:
        field = model.model_fields.get(part) if model and isinstance(part, str) else None
        model = model if isinstance(part, int) else _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, getattr(annotation, "__args__", ()))), None)
