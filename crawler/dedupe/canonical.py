"""One address for the variants of an address: scheme, mirrors, tracking parameters, index pages. No I/O."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# What WeChat, the search engines and the share buttons of the portals append.
TRACKING = re.compile(
    r"utm_\w+|hm(?:sr|pl|cu|kw|ci)|from|isappinstalled|(?:wx)?share\w*|wxfrom|spm|scene|tdsourcetag|nsukey|bd_vid"
    r"|gclid|fbclid|jsessionid|phpsessid",
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


def canonical_url(url: str) -> str:
    """Return the canonical form of a web address; the same for all its variants, and of itself.

    The scheme becomes http (a portal that moves to https keeps its articles); mirrors' hosts and folders, the
    traditional-script gate, default ports, fragments, tracking parameters, sessions and index pages go; the order
    of parameters is fixed. What is no web address is returned as it is.
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
    return urlunsplit(("http", _host(host) + shown_port, _path(path), _query(parts.query), ""))


def _ungated(host: str, path: str) -> tuple[str, str, bool]:
    gate = GATE.match(path)
    if gate is None:
        return host, path, False
    return *_ungated(gate["host"].lower(), gate["path"])[:2], True


def _host(host: str) -> str:
    is_number = host.replace(".", "").isdigit() or ":" in host
    bare = host if is_number else MIRROR.sub("", host, count=1)
    return f"[{bare}]" if ":" in bare else bare


def _path(path: str) -> str:
    path = quote(unquote(SESSION.sub("", path), errors="surrogateescape"), safe=UNRESERVED, errors="surrogateescape")
    path = "/" + re.sub(r"/{2,}", "/", path).lstrip("/")
    while MIRROR_FOLDER.match(path):
        path = MIRROR_FOLDER.sub("", path)
    return MOBILE_PAGE.sub("/post", INDEX.sub("/", path))


def _query(query: str) -> str:
    return urlencode(sorted((k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not TRACKING.fullmatch(k)))
