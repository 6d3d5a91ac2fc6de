"""Write files that people and the program both change: whole, or not at all."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE


def write_whole(path: Path, text: str, *, newline: str = "\n") -> None:
    """Put a text in a file's place: who reads it meanwhile, or after a kill, finds the text before or this one.

    Its permissions stay. Where it is mounted by itself, as in a container, nothing can take its place: then it is
    written into.

    Raises:
        OSError: it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        if path.exists():
            new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8", newline=newline)
        if path.exists():
            new.chmod(S_IMODE(path.stat().st_mode))
        try:
            new.replace(path)
        except OSError:
            path.write_text(text, encoding="utf-8", newline=newline)
    finally:
        new.unlink(missing_ok=True)
