"""The traces of protections, walls and script-loaded lists, read from `signatures.toml` and from the CMS families."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.registry import FAMILIES
from crawler.listing.titles import plain
from crawler.toml import read

TraceKind = Literal["challenge", "wall", "script", "perhaps_script", "nothing"]
UNSEEN = "script,style,noscript,template,textarea,head"


def trace(kind: TraceKind, text: str) -> str | None:
    """Return the name of the first trace of a kind in a text, None when there is none."""
    return next((name for name, pattern in _traces()[kind].items() if pattern.search(text)), None)


@cache
def _traces() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    tables = read(Path(__file__).with_name("signatures.toml"))
    # A family's own traces say more than those of templates and calls: they are told first.
    own = {name: patterns for family in FAMILIES for name, patterns in family.traces.items()}
    vague = {name: patterns for family in FAMILIES for name, patterns in family.vague_traces.items()}
    tables |= {"script": {**own, **tables["script"]}, "perhaps_script": {**vague, **tables["perhaps_script"]}}
    return {kind: {name: _any(patterns) for name, patterns in table.items()} for kind, table in tables.items()}


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def visible(text: str) -> tuple[str, str]:
    """Return the title of a page and the words it shows, without scripts, templates and form texts."""
    tree = LexborHTMLParser(text)
    return title_of(tree), words_shown(tree)


def title_of(tree: LexborHTMLParser) -> str:
    """Return what the page calls itself in its head."""
    return plain(" ".join(node.text() for node in tree.css("title")))


def words_shown(tree: LexborHTMLParser, *, but: str = "") -> str:
    """Return the words that a page shows, without the elements that `but` selects; it takes them off the tree."""
    for node in tree.css(f"{UNSEEN},{but}" if but else UNSEEN):
        node.decompose()
    return plain(tree.root.text(separator=" ")) if tree.root else ""
