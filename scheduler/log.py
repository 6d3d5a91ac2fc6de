"""Logs on stderr: a constant message and fields, for people in colour or for machines as JSON lines."""

from __future__ import annotations

import logging
import os
import sys
from typing import Literal

import structlog

LIBRARIES = {
    "scrapy": logging.ERROR,
    "scrapy.core.scraper": logging.CRITICAL,  # our errors are in the run that they spoiled
    "scrapy.downloadermiddlewares.retry": logging.CRITICAL,  # so is what was not answered
    "scrapy.downloadermiddlewares.redirect": logging.CRITICAL,
    "twisted": logging.ERROR,
    "httpx": logging.WARNING,  # its INFO lines carry addresses, and a robot's address is a secret
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "jieba": logging.WARNING,
    "readability": logging.WARNING,
    "trafilatura": logging.CRITICAL,
    "htmldate": logging.CRITICAL,
}


def configure(style: Literal["console", "json"]) -> None:
    """Send everything that is logged, by us and by libraries, to stderr in one style. Colour obeys NO_COLOR."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=coloured)]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in LIBRARIES.items():
        logging.getLogger(name).setLevel(level)


def quiet() -> None:
    """Log errors only, where the command tells on stdout what happens."""
    configure("console")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
