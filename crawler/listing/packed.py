"""Unpack the pager that a page carries for its own script: base64, percent signs, escapes in a string. No I/O."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

LARGEST_PAGER_CHARACTERS = 20_000  # characters of one packed pager; it holds a dozen links
MOST_PACKED_TEXTS = 20  # packed texts of a page that are looked at
LINK = re.compile(r"<(?:a|li|span|button)\b[^<>]*>", re.IGNORECASE)
BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/_-]{40,20000}={0,2}(?![\w+/=])")
PERCENT = re.compile(r"(?:[\w.+*()!~'-]|%[0-9A-Fa-f]{2}|%u[0-9A-Fa-f]{4}){40,20000}")
# document.write("<a href=\\"index_2.html\\">下一页<\\/a>"), \\x3ca href=…, \\u003ca href=…, &lt;a href=…
SCRIPT = re.compile(r"<script\b[^<>]*>", re.IGNORECASE)
OPENING = re.compile(r"<a\b|\\x3ca\b|\\u003ca\b|&lt;a\b", re.IGNORECASE)
LINK_IN_STRING = re.compile(r"<a\b[^<>]{1,500}>[^<>]{0,60}</a>", re.IGNORECASE)
# What a script puts together from pieces is not whole: '<a href="index_' + n + '.html">'
IN_PIECES = re.compile(r"""["'`]\s{0,5}\+|\+\s{0,5}["'`]|\$\{|\{\{""")
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})")


def packed_markup(text: str) -> str:
    """Return the markup with links that a page carries packed, an empty string when it carries none."""
    found = (markup for way in (_base64, _percent, _strings) for markup in way(text))
    return "".join(f"<div>{markup}</div>" for markup in found if LINK.search(markup))


def _each(pattern: re.Pattern[str], text: str, unpack: Callable[[str], str]) -> Iterator[str]:
    for number, match in enumerate(pattern.finditer(text)):
        if number == MOST_PACKED_TEXTS:
            return
        yield unpack(match[0])


def _base64(text: str) -> Iterator[str]:
    return _each(BASE64, text, _of_base64)


def _of_base64(packed: str) -> str:
    """Return the text of a base64 run, percent signs and pluses in it unpacked too, as the pages' scripts do."""
    try:
        padded = packed.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
        written = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return _of_percent(written) if "%3C" in written[:LARGEST_PAGER_CHARACTERS].upper() else written


def _percent(text: str) -> Iterator[str]:
    return _each(PERCENT, text, _of_percent) if "%3C" in text.upper() else iter(())


def _of_percent(packed: str) -> str:
    if "%3C" not in packed.upper():
        return ""
    return unquote(PERCENT_U.sub(lambda match: chr(int(match[1], 16)), packed)).replace("+", " ")


def _strings(text: str) -> Iterator[str]:
    """Yield the links that stand whole in the strings of each script."""
    for part in SCRIPT.split(text)[1:]:
        script = part.partition("</script")[0]
        if OPENING.search(script):
            written = html.unescape(ESCAPE.sub(_escaped, script))
            yield "".join(link for link in LINK_IN_STRING.findall(written) if not IN_PIECES.search(link))


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else match[3]
