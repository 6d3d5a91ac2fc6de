"""Make text and links safe for templates: text has no markup of its own, links lead to web pages only. Pure.

Titles and sentences come from pages that anybody may have written: in a message they must not become links, mentions,
headings or colours. Every value is made harmless when it is put in; only `link` makes a link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from crawler.text.addresses import web_address

FULL_WIDTH = str.maketrans("[]<>*`~\\|", "［］＜＞＊｀～＼｜")  # not _: commands that people copy have it


class Raw(str):
    """Text that is markup already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a kind of endpoint writes: what makes a value harmless, and what makes a link of a text and an address."""

    harmless: Callable[[str], str]
    link: Callable[[str, str], str]

    def finalize(self, value: object) -> object:
        """Make a value harmless; the template engine calls it for each value that is put in."""
        return value if isinstance(value, Raw | Markup) else self.harmless(_line(value))

    def linked(self, text: str, url: str) -> str:
        """Return a link, or the text alone where the address is not that of a web page."""
        words, address = self.harmless(_line(text)), web_address(url)
        if not address:
            return Raw(words)
        made = self.link(words, address)
        return made if isinstance(made, Markup) else Raw(made)


def short(text: str, characters: int) -> str:
    """Return a text, cut behind a whole character with an ellipsis when it is longer."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _line(value: object) -> str:
    """Return a value on one line: a line break would start a heading or a quote."""
    return " ".join(str(value).split())


def _wide(text: str) -> str:
    return text.translate(FULL_WIDTH)


def _entities(text: str) -> str:
    """Slack's own three, then what would make text bold or code."""
    safe = text.translate(str.maketrans("*`~", "＊｀～"))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MARKDOWN = Dialect(harmless=_wide, link=lambda text, url: f"[{text}]({url})")
SLACK = Dialect(harmless=_entities, link=lambda text, url: f"<{url}|{text.replace('|', '｜')}>")
PLAIN = Dialect(harmless=str, link=lambda text, url: f"{text}：{url}")
HTML = Dialect(harmless=str, link=lambda text, url: Markup('<a href="{}">{}</a>').format(url, text))
