"""Set up the log on stderr: a constant message and fields, for people in colour or for machines as JSON lines.

People read the message in their language, as the words in scheduler/locale have it; machines always read the same.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from gettext import gettext
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    import structlog

LogStyle = Literal["console", "json"]

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
_style: list[LogStyle] = []  # in which structlog is still to be set up


def hide(secrets: Iterable[str]) -> None:
    """Let these words show in no line any more, whoever logs it: the last guard, should a message hold an address.

    They come on top of those that were hidden before: a secret that was replaced is one still.
    """
    words = {form for secret in secrets if secret for form in (secret, quote(secret), quote(secret, safe=""))}
    _secrets[:] = sorted(words | set(_secrets), key=len, reverse=True)


def configure(style: LogStyle) -> None:
    """Send everything that is logged, by us and by libraries, to stderr in one style. Colour obeys NO_COLOR.

    structlog is set up when something is logged, or asks for a logger: most commands log nothing, and importing it
    takes as long as a search.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LateFormatter(style))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    _style[:] = [style]
    if "structlog" in sys.modules:
        _set_up()


def get_logger() -> Any:
    """Return a logger of a module, which logs as `configure` said."""
    import structlog

    _set_up()
    return structlog.get_logger()


class _LateFormatter(logging.Formatter):
    """Write what libraries log as we write our own."""

    def __init__(self, style: LogStyle) -> None:
        super().__init__()
        self._log_style = style
        self._formatter: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        """Return a line."""
        if self._formatter is None:
            import structlog

            made = structlog.stdlib.ProcessorFormatter
            steps = [made.remove_processors_meta, *_last_steps(self._log_style)]
            self._formatter = made(processors=steps, foreign_pre_chain=_first_steps())
        return self._formatter.format(record)


def _set_up() -> None:
    """Let structlog write in the style that was asked for last."""
    import structlog

    if _style:
        structlog.configure(
            processors=[*_first_steps(), *_last_steps(_style.pop())],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )


def _first_steps() -> list[structlog.typing.Processor]:
    import structlog

    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _last_steps(style: LogStyle) -> list[structlog.typing.Processor]:
    import structlog

    if style == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            _masked,
        ]
    coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    plain = structlog.dev.plain_traceback  # the one that rich draws shows what variables hold
    return [in_their_language, structlog.dev.ConsoleRenderer(colors=coloured, exception_formatter=plain), _masked]


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
    import structlog

    configure("console")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
