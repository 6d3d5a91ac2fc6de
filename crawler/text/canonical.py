"""One key for the variants of an address: scheme, mirrors, tracking parameters, index pages. No I/O.

A key recognises a document and is never shown: it may name an address that nobody serves.
"""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus, unquote_to_bytes, urlsplit, urlunsplit

# What WeChat, the search engines and the share buttons of the portals append.
TRACKING = re.compile(
    r"utm_\w+|hm(?:sr|pl|cu|kw|ci)|from|isappinstalled|(?:wx)?share(?:_?(?:from|medium|source|tag|time|to|token|type))?"
    r"|wxfrom|spm|scene|tdsourcetag|nsukey|bd_vid|gclid|fbclid|jsessionid|phpsessid",
    re.IGNORECASE,
)
SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?;]*", re.IGNORECASE)
INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?)$", re.IGNORECASE)
# A mirror has the host of the portal behind its own name: m.example.gov.cn. "m.cn" is a host of its own.
MIRROR = re.compile(r"^(?:(?:www|m|wap|3g|h5|mip|amp|mobile|big5)\.)+(?=[^.]+\.[^.])|^www\.", re.IGNORECASE)
MIRROR_FOLDER = re.compile(r"^/(?:m|wap|3g|h5|mip|amp|mobile)(?=/.)", re.IGNORECASE)
MOBILE_PAGE = re.compile(r"/mpost(?=[_/])", re.IGNORECASE)  # gkmlpt shows post_123.html to phones as mpost_123.html
# The traditional-script gate carries the address it mirrors: big5.x.cn/gate/big5/www.x.cn/a.html
GATE = re.compile(r"^/gate/(?:big5|gb)/(?P<host>[\w.-]+\.[a-z]+)(?P<path>/.*|$)", re.IGNORECASE)
UNRESERVED = "/:@!$&'()*+,;=-._~"  # characters that mean the same with and without percent signs (RFC 3986, 2.3)
ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)  # within a name: "a%2Fb" lies in another folder than "a/b"
# A fragment that a script reads to show a document: #/detail?id=7, #!/news/7, #id=7. Others are places on a page.
ROUTE = re.compile(r"[/!]+[^/!].*|(?!:~:)[^=]+=.*", re.DOTALL)
PLACES_ONLY = re.compile(r"\.pdf$", re.IGNORECASE)  # its fragments are page and zoom: #page=7


def canonical_url(url: str) -> str:
    """Return the key of a web address; the same for all its variants, and of itself.

    The scheme becomes http (a portal that moves to https keeps its articles); mirrors' hosts and folders, the
    traditional-script gate, default ports, places on the page, tracking parameters, sessions and index pages go; the
    order of parameters is fixed. Bytes stay as they are, whatever their encoding. What is no web address is returned
    as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return url.strip()
    host, path, was_gated = _ungated(parts.hostname.rstrip(".").lower(), parts.path)
    shown_port = f":{port}" if port and port not in {80, 443} and not was_gated else ""
    fragment = "" if PLACES_ONLY.search(path) else _fragment(parts.fragment)
    return urlunsplit(("http", _host(host) + shown_port, _path(path), _query(parts.query), fragment))


def _ungated(host: str, path: str) -> tuple[str, str, bool]:
    gate = GATE.match(path)
    if gate is None:
        return host, path, False
    return *_ungated(gate["host"].lower(), gate["path"])[:2], True


def _host(host: str) -> str:
    is_number = host.replace(".", "").isdigit() or ":" in host
    bare = host if is_number else MIRROR.sub("", _ascii(host).rstrip("."), count=1)
    return f"[{bare}]" if ":" in bare else bare


def _ascii(host: str) -> str:
    """Return a host as it is asked for: 政务.cn is xn--zfr164b.cn."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _path(path: str) -> str:
    path = "/" + re.sub(r"/{2,}", "/", _escaped(SESSION.sub("", path))).lstrip("/")
    while MIRROR_FOLDER.match(path):
        path = MIRROR_FOLDER.sub("", path)
    return MOBILE_PAGE.sub("/post", INDEX.sub("/", path))


def _escaped(path: str) -> str:
    """Return a path in one spelling of its percent signs."""
    names = (unquote_to_bytes(name.encode("utf-8", "surrogatepass")) for name in ESCAPED_SLASH.split(path))
    return "%2F".join(quote(name, safe=UNRESERVED) for name in names)


def _query(query: str) -> str:
    pairs = ((_bytes(name), _bytes(value)) for name, _, value in (p.partition("=") for p in query.split("&") if p))
    kept = sorted(pair for pair in pairs if not TRACKING.fullmatch(pair[0].decode(errors="replace")))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept)


def _bytes(text: str) -> bytes:
    """Return what a name or value of a query says, byte by byte: the portal knows its encoding, we do not."""
    return unquote_to_bytes(text.replace("+", " ").encode("utf-8", "surrogatepass"))


def _fragment(fragment: str) -> str:
    """Return the part of a fragment that tells documents apart, empty where it is a place on the page."""
    if not ROUTE.fullmatch(fragment):
        return ""
    if fragment[0] not in "/!":
        return _query(fragment)
    route, _, query = fragment.partition("?")
    said = _query(query)
    return f"{_escaped(route)}?{said}" if said else _escaped(route)
