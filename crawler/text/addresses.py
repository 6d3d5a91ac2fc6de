"""Make an absolute address from what a page writes, with the fragment that carries the document. No I/O."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

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
LINKS_REMEMBERED = 2048  # the links of a listing page are asked for twice
LONGEST_ADDRESS = 8000  # characters; servers and archives take no more
OPENS_NOTHING = re.compile(r"(?:javascript|mailto|tel|sms|data|about|blob|weixin):", re.IGNORECASE)


@lru_cache(maxsize=LINKS_REMEMBERED)
def resolve(href: str, base: str) -> str | None:
    """Return an absolute address, None when no request can be made of it: another scheme, an impossible host or port.

    The fragment stays where it carries the document, as on portals of one page; a place within a page goes.
    """
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]", "", href).replace("\\", "/").strip())
        return _kept(url) if len(url) <= LONGEST_ADDRESS and _can_be_asked(url) else None
    except ValueError:
        return None


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
