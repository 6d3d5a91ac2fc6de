"""Recognise listings whose rows a script loads, by the traces of the systems that do so."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.signatures import trace, visible

SHELL = re.compile(
    r"<(?:div|main|section)[^<>]*\bid=[\"']?(?:app|root|__nuxt|__next|main-app|vue-app|q-app|application)[\"'\s>]",
    re.IGNORECASE,
)
SHELL_WORDS = 120  # visible characters that the shell of a script application may show
FRAME = re.compile(r"login|visit|count|stat|weather|tianqi|player|baidu|video|share|about:", re.IGNORECASE)


def recognise_script_list(text: str) -> str | None:
    """Return which system's script loads the rows of a page that shows none, None when no trace is found."""
    if reason := trace("script", text):
        return reason
    words = visible(text)[1]
    if SHELL.search(text) and len(words) <= SHELL_WORDS and "<script" in text:
        return "shell of a script application"
    if trace("nothing", words):
        return None
    return trace("perhaps_script", text) or ("iframe" if _has_frame(text) else None)


def is_doubtful(text: str) -> bool:
    """True when a page says that its list is empty, or carries the template or the call that fills it."""
    return trace("script", text) is not None or says_nothing(text)


def says_nothing(text: str) -> bool:
    """True when a page tells its readers that its list is empty."""
    return trace("nothing", visible(text)[1]) is not None


def _has_frame(text: str) -> bool:
    sources = [node.attributes.get("src") or "" for node in LexborHTMLParser(text).css("iframe[src]")]
    return any(source and not FRAME.search(source) for source in sources)
