"""Make an absolute address from what a page writes, with the fragment that carries the document. No I/O."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urldefrag, urljoin, urlsplit

# #/detail?id=7, #!/news/7.html, #detail/7: the route of a single-page portal. #top and #rd are places within a page.
ROUTE = re.compile(r"^!?/?[\w.-]+[/?]|^!?/[\w.-]*\w")
# #docId=7. Not #page=2, the page of a PDF, nor what WeChat appends.
NAMES_DOCUMENT = re.compile(r"(?:^|[?&])\w*(?:id|no|key|code)=[\w%-]+", re.IGNORECASE)
# #20261127001, #8a7e9dd09ea4f724019f6ef3
IS_IDENTITY = re.compile(
    r"^(?:\d{6,}|(?=\w*\d)[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE
)
NOT_IN_HOST = re.compile(r"[\s\x00-\x1f\x7f<>\"'{}|\\^`*()\[\]%,;]")
HOME = re.compile(r"/?(?:(?:index|default)\.\w+)?")
# The usual address, of which host and port can be cut: urlsplit takes ten times as long, and each source is asked
PLAIN_START = re.compile(r"https?://([a-z0-9.-]+(?::\d+)?)(?=[/?#]|\Z)")
# Folders and files without `.`, `..` and empty names, which joining would have to take out.
NAME = r"[\w~%-][\w.~%-]*"
PATH = rf"(?:{NAME}/)*(?:{NAME})?(?:(?<=[\w/])\?[\w/.~%&=-]+)?"
USUAL_LINK = re.compile(
    rf"(?P<whole>https?://[a-z0-9.-]+(?::\d+)?/{PATH})|(?P<path>/{PATH})|(?:\./)?(?P<relative>(?=\w){PATH})", re.ASCII
)
USUAL_PAGE = re.compile(rf"(https?://[a-z0-9.-]+(?::\d+)?)(?:(/(?:{NAME}/)*)(?:{NAME})?)?(?=[?#]|\Z)", re.ASCII)
PAGES_REMEMBERED = 256
LINKS_REMEMBERED = 2048  # the links of a listing page are asked for twice
LONGEST_ADDRESS = 8000  # characters; servers and archives take no more
OPENS_NOTHING = re.compile(r"(?:javascript|mailto|tel|sms|data|about|blob|weixin):", re.IGNORECASE)


@lru_cache(maxsize=LINKS_REMEMBERED)
def resolve(href: str, base: str) -> str | None:
    """Return an absolute address, None when no request can be made of it: another scheme, an impossible host or port.

    The fragment stays where it carries the document, as on portals of one page; a place within a page goes.
    """
    try:
        url = _usual(href, base) or urljoin(base, re.sub(r"[\t\r\n]", "", href).replace("\\", "/").strip())
        return _kept(url) if len(url) <= LONGEST_ADDRESS and _can_be_asked(url) else None
    except ValueError:
        return None


def _usual(href: str, base: str) -> str | None:
    """Return what `urljoin` does in ten times the time, None for any but the usual links and pages.

    Without it, reading a list of 1,000 links takes 1.13 times as long (benchmarks/listings.py); a test compares both.
    """
    link, page = USUAL_LINK.fullmatch(href), _page_of(base)
    if link is None or page is None:
        return None
    return href if link["whole"] else f"{page[link['relative'] is not None]}{link['relative'] or link['path']}"


@lru_cache(maxsize=PAGES_REMEMBERED)
def _page_of(url: str) -> tuple[str, str] | None:
    """Return the portal and the folder that the links of a page start from."""
    page = USUAL_PAGE.match(url)
    return (page[1], f"{page[1]}{page[2] or '/'}") if page else None


def is_unusable(href: str, base: str) -> bool:
    """True when an address is meant to lead somewhere on the web and no request can be made of it."""
    written = href.strip()
    return bool(written) and not OPENS_NOTHING.match(written) and resolve(written, base) is None


def carries_document(fragment: str) -> bool:
    """True when the part of an address behind `#` tells documents apart."""
    is_route = ROUTE.search(fragment) or NAMES_DOCUMENT.search(fragment) or IS_IDENTITY.match(fragment)
    return bool(is_route) and not fragment.lower().startswith((":~:", "wechat"))


def places_of(url: str) -> frozenset[str]:
    """Return the addresses that are a page itself: as it was asked for, and without any fragment."""
    return frozenset({urldefrag(url)[0], url, resolve(url, url) or url})


def is_home(url: str) -> bool:
    """True for the address of a portal's home page."""
    parts = urlsplit(url)
    return not parts.query and HOME.fullmatch(parts.path) is not None


def leads_home(asked: str, answered: str) -> bool:
    """True when a portal answers with its home page instead of a page below it."""
    return not is_home(asked) and is_home(answered)


def _kept(url: str) -> str:
    if "#" not in url:
        return url.rstrip()
    bare, fragment = urldefrag(url)
    return url if fragment and carries_document(fragment) else bare.rstrip()


def _can_be_asked(url: str) -> bool:
    if (plain := PLAIN_START.match(url)) and ":" not in plain[1]:
        return _is_host(plain[1])
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    return parts.port != 0 and _is_host(parts.hostname)  # `port` itself raises for one above 65535


@lru_cache(maxsize=1024)
def _is_host(name: str) -> bool:
    if ":" in name:  # an IPv6 address, which urlsplit has checked
        return True
    try:
        return not NOT_IN_HOST.search(name) and bool(name.rstrip(".").encode("idna"))
    except UnicodeError:
        return False


def netloc(url: str) -> str:
    """Return the host and port that an address is asked from."""
    if plain := PLAIN_START.match(url):
        return plain[1]
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def names_host(url: str) -> bool:
    """Return whether an address is one of the web, with a host."""
    return bool(PLAIN_START.match(url)) or (urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname))


def web_address(url: str) -> str:
    """Return an address that ends where it ends in any markup, an empty string when it is not a web page's."""
    if not url.startswith(("http://", "https://")):
        return ""
    try:
        is_whole = bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return quote(url, safe="/:?#@!$&=+;,%-._~") if is_whole else ""
