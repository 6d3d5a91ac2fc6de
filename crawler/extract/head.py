"""Read what the head of a page declares: meta tags, its title, JSON-LD. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.extract import wechat
from crawler.extract.blocks import clean
from crawler.text.json_text import json_of

LONGEST_TITLE_CHARACTERS = 500  # characters of a page title that are read; a headline has under 100


@dataclass(frozen=True, kw_only=True)
class Head:
    """`meta` maps lower-case names, properties and itemprops to contents; the first that says anything wins.

    `is_of_account`: it is a page of a 公众号. `account` is the one that published it and `posted` when, as shown; None
    on a page of another system.
    """

    meta: Mapping[str, str]
    title: str
    json_ld: tuple[Mapping[str, Any], ...]
    is_of_account: bool = False
    account: str | None = None
    posted: str | None = None

    def first(self, *names: str) -> tuple[str, str] | None:
        """Return the first of the named metas that says anything, as (name, content)."""
        return next(((name, self.meta[name]) for name in names if self.meta.get(name)), None)

    @cached_property
    def site_name(self) -> str | None:
        """The name of the site as the page declares it, None when it does not."""
        found = self.first("sitename", "og:site_name", "application-name")
        return found[1] if found else None


def read_head(tree: LexborHTMLParser, markup: str) -> Head:
    """Return what the page declares about itself. Metas outside of the head count: portals misplace them."""
    title = tree.css_first("title")
    is_of_account = wechat.is_page(markup)
    return Head(
        meta=dict(_metas(tree)),
        title=clean(title.text()[:LONGEST_TITLE_CHARACTERS]) if title else "",
        json_ld=tuple(_json_ld(tree)),
        is_of_account=is_of_account,
        account=wechat.account_of(tree, markup) if is_of_account else None,
        posted=wechat.posted_of(tree) if is_of_account else None,
    )


def _metas(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Yield names and contents, last first, so that the first of a name wins in a dict."""
    for node in reversed(tree.css("meta[content]")):
        attributes = node.attributes
        content = clean((attributes.get("content") or "")[:LONGEST_TITLE_CHARACTERS])
        for key in ("itemprop", "property", "name"):
            if content and (name := attributes.get(key)):
                yield name.strip().lower(), content


def _json_ld(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            said = json_of(node.text(), strict=False)
        except ValueError:
            continue
        for entry in said if isinstance(said, list) else [said]:
            if isinstance(entry, dict):
                yield entry
                yield from (e for e in entry.get("@graph") or () if isinstance(e, dict))
