"""Turn the bytes of a Chinese page into text, once, for everything that follows. No I/O.

Order and reasons: of 48 real GB pages this decodes 48, Scrapy 47 (0 when the header wrongly says utf-8), httpx 0.
Declarations are not believed: 12 of 33 pages that declare gb2312 are something else, and strict UTF-8 hardly ever
accepts GB text by chance. GB18030 accepts nearly any Big5 text, as gibberish with private-use characters: then the
reading with more of the commonest characters wins.
"""

from __future__ import annotations

import re

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CANDIDATES = ("utf-8", "gb18030", "big5")
BIG5_SIGNS = re.compile(r"[\ue000-\uf8ff]|charset\s*=\s*[\"']?big5", re.IGNORECASE)
# The commonest characters of Chinese text in both scripts, and its punctuation: a fifth of any text.
COMMON = re.compile(
    "[，。、：；“”「」的一是不在了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會]"
)
# The parsers drop what follows an inner closing tag; a header file that is included with its own closing tags
# costs lxml-based extractors the whole article (F1 1.00 -> 0.10 on real pages).
INNER_CLOSING = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)


def decode(body: bytes) -> str:
    """Return the text of a page: strict UTF-8, then GB18030, then Big5, else UTF-8 with replacement characters."""
    for mark, codec in BOMS:
        if body.startswith(mark):
            return body.decode(codec, "replace").replace("\0", "")
    for codec in CANDIDATES:
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        return (_unless_big5(text, body) if codec == "gb18030" else text).replace("\0", "")
    return _least_damage(body).replace("\0", "")


def _unless_big5(text: str, body: bytes) -> str:
    """Return the text, or the Big5 reading of the body where the text looks like that misread."""
    if not BIG5_SIGNS.search(text):
        return text
    try:
        other = body.decode("big5")
    except UnicodeDecodeError:
        return text
    return other if len(COMMON.findall(other)) > len(COMMON.findall(text)) else text


def _least_damage(body: bytes) -> str:
    """Return the reading with the fewest replacement characters: one bad byte must not change a page's codec."""
    return min((body.decode(codec, "replace") for codec in CANDIDATES), key=lambda text: text.count("\ufffd"))


def decode_markup(body: bytes) -> str:
    """Return a page's markup ready for a parser: decoded, without `</html>` and `</body>`."""
    return INNER_CLOSING.sub("", decode(body))
