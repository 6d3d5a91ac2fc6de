"""One address for the variants of an address: scheme, mirrors, tracking parameters, index pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(r"utm_\w+|from|isappinstalled|share_?\w*|spm|scene|tdsourcetag|nsukey", re.IGNORECASE)
INDEX = re.compile(r"/(index|default)\.(s?html?|jsp|php|aspx?)$", re.IGNORECASE)
MIRROR = re.compile(r"^(m|wap|3g|big5)\.(?=[^.]+\.[^.])|^www\.", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """Return the canonical form of a web address; the same for all its variants, and of itself.

    The scheme becomes http (a portal that moves to https keeps its articles), a leading www. or mobile host
    goes, default ports, fragments, tracking parameters and index pages go, the order of parameters is fixed.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removesuffix(".").lower()
    host = MIRROR.sub("", host, count=1) if not host.replace(".", "").isdigit() else host
    port = f":{parts.port}" if parts.port and parts.port not in {80, 443} else ""
    path = INDEX.sub("/", re.sub(r"/{2,}", "/", parts.path or "/"))
    kept = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(k))
    return urlunsplit(("http", host + port, path, urlencode(kept), ""))
