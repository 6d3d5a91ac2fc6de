"""Define a fact reader that a plug-in adds: its kind of fact, and how it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from crawler.detect.facts.reading import ArticleViews
from storage.fact_kinds import FactSpec
from storage.records import Fact


class FactReader(Protocol):
    """Reads facts of a kind that the program does not have. Added by entry points, see docs/plugins.md."""

    spec: FactSpec
    """The kind: how it is called, and whether alerts tell of it and articles are searched by it."""

    def read(self, reading: ArticleViews, /) -> Iterable[Fact]:
        """Return the facts of an article. Pure: the network and the clock are not asked."""
