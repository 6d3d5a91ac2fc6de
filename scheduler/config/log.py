"""Set up the log on stderr: a constant message and fields, for people in colour or for machines as JSON lines.

People read the message in their language, as the words in scheduler/locale have it; machines always read the same.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from gettext import gettext
from typing import Any, Literal
from urllib.parse import quote

import structlog

LIBRARY_LEVELS = {
    "scrapy": logging.ERROR,
    "scrapy.core.scraper": logging.CRITICAL,  # our errors are in the run that they spoiled
    "scrapy.downloadermiddlewares.retry": logging.CRITICAL,  # so is what was not answered
    "scrapy.downloadermiddlewares.redirect": logging.CRITICAL,
    "twisted": logging.ERROR,
    "httpx": logging.WARNING,  # its INFO lines carry addresses, and a robot's address is a secret
    "httpcore": logging.WARNING,
    "httpx2": logging.WARNING,  # the same client under its next name: `mcp` brings it
    "httpcore2": logging.WARNING,
    "apscheduler": logging.WARNING,
    "jieba": logging.WARNING,
    "readability": logging.WARNING,
    "trafilatura": logging.CRITICAL,
    "htmldate": logging.CRITICAL,
}


HIDDEN = "********"
_secrets: list[str] = []


def hide(secrets: Iterable[str]) -> None:
    """Let these words show in no line any more, whoever logs it: the last guard, should a message hold an address.

    They come on top of those that were hidden before: a secret that was replaced is one still.
    """
    words = {form for secret in secrets if secret for form in (secret, quote(secret), quote(secret, safe=""))}
    _secrets[:] = sorted(words | set(_secrets), key=len, reverse=True)


def configure(style: Literal["console", "json"]) -> None:
    """Send everything that is logged, by us and by libraries, to stderr in one style. Colour obeys NO_COLOR."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    plain = structlog.dev.plain_traceback  # the one that rich draws shows what variables hold
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False), _masked]
        if style == "json"
        else [
            in_their_language,
            structlog.dev.ConsoleRenderer(colors=coloured, exception_formatter=plain),
            _masked,
        ]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(formatter(processors=[formatter.remove_processors_meta, *last], foreign_pre_chain=shared))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(level)


def in_their_language(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Return a line with its message in the reader's language."""
    said = line.get("event")
    return {**line, "event": gettext(said)} if said and isinstance(said, str) else line


def _masked(_logger: Any, _method: str, line: Any) -> Any:
    """Return a rendered line without the secrets."""
    for secret in _secrets:
        line = line.replace(secret, HIDDEN)
    return line


def quiet() -> None:
    """Log errors only, where the command tells on stdout what happens."""
    configure("console")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
