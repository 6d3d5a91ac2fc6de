"""Say where on a page the fields of its article stand. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.extract.article import Worked
from crawler.extract.blocks import TextBlock
from crawler.extract.head import Head
from crawler.extract.headline import cut_site, squash
from crawler.extract.publisher import DECLARED, dateline_blocks, site_name
from storage.records import Article

TITLES = ("articletitle", "og:title", "article:title", "twitter:title", "headline")


def origins_of(worked: Worked, article: Article) -> dict[str, str]:
    """Return for each field that was found where it stands: a meta tag, an element, a label, a script."""
    if worked.reading is None:
        return {}
    reading = worked.reading
    near = dateline_blocks(reading.shown, reading.headline.block)
    found = {
        "title": _title(reading.head, reading.headline.block, article.title),
        "publisher": _publisher(reading.head, reading.metadata.fields, near, article),
        "published_at": "; but ".join(filter(None, (article.published_from, article.published_doubt))),
        "document_number": _number(reading.metadata.document_number, article.document_number),
        "text": "a script" if worked.is_from_script else _text(worked.text.blocks),
    }
    return {name: where for name, where in found.items() if where and getattr(article, name)}


def _title(head: Head, block: TextBlock | None, title: str) -> str:
    declared = next((name for name in TITLES if squash(head.meta.get(name, "")) == squash(title)), None)
    if declared:
        return f"meta {declared}"
    if block is not None:
        return f"<{block.home.tag}>"
    return "<title>" if squash(title) == squash(cut_site(head.title, head.site_name)) else "a script"


def _publisher(head: Head, fields: Mapping[str, str], near: list[TextBlock], article: Article) -> str:
    said = article.publisher or ""
    if said == head.account:
        return "name of the 公众号"
    declared = next((name for name in DECLARED if said in head.meta.get(name, "")), None)
    if declared:
        return f"meta {declared}"
    if any(said in block.text for block in near):
        return "dateline"
    if any(said in value for value in fields.values()):
        return "label-value table"
    return "name of the site" if said == site_name(head, article.title) else "end of the text or a script"


def _number(tabled: str | None, number: str | None) -> str:
    return "label-value table" if tabled and tabled == number else "a line of its own or a script"


def _text(blocks: tuple[TextBlock, ...]) -> str:
    """Return the innermost element that holds the whole text, as people write it."""
    if not blocks:
        return ""
    shared = set(blocks[0].home.ancestors())
    for block in blocks[1:]:
        shared &= set(block.home.ancestors())
    core = max(shared, key=lambda element: element.depth)
    return ".".join([core.tag, *core.names.split()[:3]])
