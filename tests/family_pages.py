"""The invented pages of each CMS family, `pages/families/FAMILY.*`, and what they hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent / "pages" / "families"


@dataclass(frozen=True, kw_only=True)
class FamilyPages:
    """A listing and its first article as a family writes them; `answer` is where a script fetches the rows."""

    name: str
    listing: str
    articles: tuple[str, ...]
    titles: tuple[str, ...]
    dates: tuple[str, ...]
    published_at: str
    publisher: str
    answer: str = ""

    @property
    def listing_body(self) -> bytes:
        """The listing page as served."""
        return next(PAGES.glob(f"{self.name}.listing.*")).read_bytes()

    @property
    def article_body(self) -> bytes:
        """The page of the first article as served."""
        return (PAGES / f"{self.name}.article.html").read_bytes()

    @property
    def answer_body(self) -> bytes:
        """What the listing's script is answered."""
        return (PAGES / f"{self.name}.answer.json").read_bytes()


def _read() -> dict[str, FamilyPages]:
    told = json.loads((PAGES / "families.json").read_text(encoding="utf-8"))
    return {name: _family(name, keys, tuple(told["titles"])) for name, keys in told["families"].items()}


def _family(name: str, keys: dict[str, Any], titles: tuple[str, ...]) -> FamilyPages:
    lists = {key: tuple(keys[key]) for key in ("articles", "dates")}
    return FamilyPages(name=name, titles=titles, **{**keys, **lists})


FAMILIES = _read()
