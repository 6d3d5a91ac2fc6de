"""List the files that an article links to. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urljoin, urlsplit

from crawler.extract.blocks import BlockLink, TextBlock, clean
from storage.records import Attachment

READ_SUFFIXES = "pdf|docx?|wps|ofd|xlsx?|et|ods|pptx|rtf"  # of crawler/attachments/kinds.py; a test holds them together
SUFFIXES = rf"{READ_SUFFIXES}|csv|ppt|dps|zip|rar|7z|tar|gz|caj|ceb|odt"
FILE = re.compile(rf"\.(?:{SUFFIXES})$", re.IGNORECASE)
DOWNLOAD = re.compile(r"download|attach|/file|fileid|filename=", re.IGNORECASE)
READ = re.compile(READ_SUFFIXES)
HAS_FILE = re.compile(
    rf"\.(?:{READ_SUFFIXES})\b|附\s*件", re.IGNORECASE
)  # what a page with an attachment that is read has in its markup
SUFFIX = re.compile(rf"\.(?P<suffix>{SUFFIXES})(?=$|[?&#\s])", re.IGNORECASE)
NAMED = re.compile(rf"^附\s*件|\.(?:{SUFFIXES})\s*$", re.IGNORECASE)


def list_attachments(blocks: Iterable[TextBlock], base: str) -> tuple[Attachment, ...]:
    """Return the files that the blocks link to, each address once, addresses absolute."""
    found: dict[str, Attachment] = {}
    for block in blocks:
        for anchor in block.anchors:
            if is_file(anchor):
                url = absolute(anchor.href, base)
                found.setdefault(url, Attachment(url=url, title=_title(anchor, block)))
    return tuple(a for a in found.values() if a.url.startswith(("http://", "https://")))


def unread_format(attachment: Attachment) -> str:
    """Return the format of an attachment when it is one that is not read, by its address or name; empty otherwise."""
    suffix = suffix_of(attachment)
    return "" if READ.fullmatch(suffix) else suffix


def suffix_of(attachment: Attachment) -> str:
    """Return the suffix of an attachment in small letters, by its address or name; empty where neither has one."""
    match = SUFFIX.search(unquote(attachment.url)) or SUFFIX.search(attachment.title)
    return match["suffix"].lower() if match else ""


def is_file(anchor: BlockLink) -> bool:
    """Return whether a link leads to a file: by its suffix, or by its name where the address is a download script's."""
    address = urlsplit_or_none(anchor.href)
    if address is None or anchor.href.lower().startswith(("javascript:", "mailto:", "#")):
        return False
    path, query = address
    if FILE.search(unquote(path)) or FILE.search(unquote(query)):
        return True
    return bool(NAMED.search(anchor.text) and DOWNLOAD.search(anchor.href))


def urlsplit_or_none(href: str) -> tuple[str, str] | None:
    """Return path and query of an address, None when it is malformed."""
    try:
        parts = urlsplit(href)
    except ValueError:  # unbalanced brackets in the host
        return None
    return parts.path, parts.query


def absolute(href: str, base: str) -> str:
    """Return an absolute address; one that cannot be joined stays as it is."""
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _title(anchor: BlockLink, block: TextBlock) -> str:
    """Return the link's text; where that is a button (`下载`), its title attribute or the line it stands in."""
    if len(anchor.text) > 4:
        return anchor.text
    return anchor.title or clean(block.text) or anchor.text
