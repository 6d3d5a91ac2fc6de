"""Write a source as the TOML that declares it."""

from __future__ import annotations

import json
from datetime import date, timedelta

from crawler.sources.source import Source

UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m"), (timedelta(seconds=1), "s"))
ALWAYS = {"id", "name", "region", "level", "kind", "listings"}


def written(source: Source) -> str:
    """Return a `[[source]]` block: what is needed, and what differs from the defaults."""
    fields = source.model_dump(exclude_defaults=True) | source.model_dump(include=ALWAYS)
    order = [name for name in Source.model_fields if name in fields]
    return "[[source]]\n" + "".join(f"{name} = {_value(fields[name])}\n" for name in order)


def _value(value: object) -> str:
    if isinstance(value, timedelta):
        return json.dumps(_duration(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[\n" + "".join(f"    {_value(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and booleans look alike in both languages


def _duration(value: timedelta) -> str:
    """Return a duration in the largest unit that divides it."""
    unit, sign = next((unit, sign) for unit, sign in UNITS if not value % unit)
    return f"{value // unit}{sign}"
