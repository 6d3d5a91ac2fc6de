"""Keep addresses and secrets that were typed on a page in files of their own, so that config.toml shows none."""

from __future__ import annotations

from pathlib import Path

FOLDER = "secrets"


def keep_secret(config: Path, name: str, value: str) -> str:
    """Write a value into a new file that only its owner reads, and return the reference to it: `file:secrets/NAME`.

    A file of before stays: an undone change leads to it again.
    """
    folder = config.resolve().parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    names = (name, *(f"{name}-{number}" for number in range(2, 10_000)))
    for one in names:
        path = folder / one
        if path.exists() and path.read_text(encoding="utf-8").strip() != value:
            continue
        path.touch(mode=0o600)
        path.write_text(value + "\n", encoding="utf-8")
        return f"file:{FOLDER}/{one}"
    raise AssertionError("ten thousand secrets of one name")
