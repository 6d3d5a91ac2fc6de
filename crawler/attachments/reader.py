"""Run a process that reads one file: bytes on stdin, text on stdout; a fault of the file on stdout with exit code 1.

    python -m crawler.attachments.reader KIND CHARACTERS MEMORY_MB SECONDS

It limits itself before it looks at the file. It opens no file and no connection.
"""

from __future__ import annotations

import io
import os
import resource
import sys

from crawler.attachments.kinds import KINDS

READER_NICENESS = 10  # below the crawl that waits for it


def main() -> None:
    """Read a file."""
    kind, characters, memory_mb, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    os.nice(READER_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        text = _text(kind, sys.stdin.buffer.read(), characters)
    except BaseException as error:  # noqa: BLE001  parsers raise anything on a damaged file, those in Rust no Exception
        sys.stdout.buffer.write(f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
        sys.exit(1)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def _text(kind: str, body: bytes, characters: int) -> str:
    return next(known for known in KINDS if known.name == kind).read(io.BytesIO(body), characters)


if __name__ == "__main__":
    main()
