"""Turn the bytes of a Chinese page into text, once, for everything that follows. No I/O.

Order and reasons: of 48 real GB pages this decodes 48, Scrapy 47 (0 when the header wrongly says utf-8), httpx 0.
Declarations are not believed: 12 of 33 pages that declare gb2312 are something else, and strict UTF-8 hardly ever
accepts GB text by chance. GB18030 accepts nearly any Big5 text, as gibberish with private-use characters: then the
reading with more of the commonest characters wins. A server that puts files of two codecs into one page makes a mix:
each piece of markup is then read in its own codec. What is packed is unpacked; what is no text gives none.
"""

from __future__ import annotations

import re
import zlib
from email import message_from_bytes

from crawler.text.depth import levelled

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
LEGACY = ("gb18030", "big5")
BIG5_SIGNS = re.compile(r"[\ue000-\uf8ff]|charset\s*=\s*[\"']?big5", re.IGNORECASE)
# The commonest characters of Chinese text in both scripts, and its punctuation: a fifth of any text.
COMMON = re.compile(
    "[，。、：；“”「」的一是不在了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會]"
)
# Four Chinese characters in UTF-8: by chance they hardly ever stand in GB or Big5 text.
UTF_8_WORDS = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){4}")
PIECE = re.compile(rb"<?[^<\n]*\n?")  # neither sign is ever a part of a character in the codecs here
# The parsers drop what follows an inner closing tag; a header file that is included with its own closing tags
# costs lxml-based extractors the whole article (F1 1.00 -> 0.10 on real pages).
INNER_CLOSING = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)

GZIP, MOST_PACKINGS = b"\x1f\x8b\x08", 3
# A packed body costs no more than a plain one that took some effort to send: of a bomb only the beginning is read.
MOST_UNPACKED_BYTES = 10 * 1024 * 1024  # the largest page of `max_page_mb`, as it comes from the shelf
MOST_RATIO, UNPACKED_ANYHOW_BYTES = 64, 64 * 1024  # pages shrink to a tenth, sitemaps to a fiftieth, a bomb 1000 times
MHTML = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE)
# The first bytes of PDF, ZIP (docx, ofd), OLE (doc, wps), RAR, 7z, RTF, PNG, JPEG, GIF, WebP, TIFF, MP3 and fonts.
FILE_STARTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x89PNG",
               b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"ID3", b"wOFF", b"wOF2")  # fmt: skip
LOOKED_AT = 8192  # bytes at the beginning that tell text from other things
CONTROLS = bytes({*range(32)} - set(b"\t\n\v\f\r\x1b"))
MOST_CONTROLS, MOST_CONTROL_SHARE = 8, 0.02  # a page has a stray one; random bytes have 10 %
SHORTEST_UTF_16 = 32  # bytes
ZEROS, STRAY_ZEROS = 0.1, 0.25  # of every second byte of UTF-16, for its ASCII; of these, in the others (一 is 4E00)


def decode(body: bytes) -> str:
    """Return the text of a page, an empty one for bytes that are no text; undecodable bytes are replaced."""
    body = _unpacked(body)
    if mark := next((codec for start, codec in BOMS if body.startswith(start)), None):
        return body.decode(mark, "replace").replace("\0", "")
    if codec := _utf_16(body):
        return body.decode(codec, "replace").replace("\0", "")
    if is_file(body) or _is_binary(body):
        return ""
    return _decoded(body).replace("\0", "")


def decode_markup(body: bytes) -> str:
    """Return a page's markup ready for a parser."""
    return as_markup(decode(body))


def as_markup(text: str) -> str:
    """Return text ready for a parser: without `</html>`, `</body>`, and tags that nest deeper than any real page."""
    return INNER_CLOSING.sub("", levelled(text))


def is_file(body: bytes) -> bool:
    """Whether bytes are those of a document, an archive or a picture rather than of a page."""
    return body.startswith(FILE_STARTS)


def _unpacked(body: bytes) -> bytes:
    """Return what is packed in gzip, however often, or the page inside a saved web archive (mhtml)."""
    most = min(MOST_UNPACKED_BYTES, max(UNPACKED_ANYHOW_BYTES, MOST_RATIO * len(body)))
    for _ in range(MOST_PACKINGS):
        if not body.startswith(GZIP):
            break
        body = _gunzipped(body, most)
    return _saved_page(body) if MHTML.match(body[:LOOKED_AT]) else body


def _gunzipped(body: bytes, most: int) -> bytes:
    """Return what can be unpacked, at most so many bytes; a download may have ended early."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, most)
    except zlib.error:
        return b""


def _saved_page(body: bytes) -> bytes:
    pages = (part for part in message_from_bytes(body).walk() if part.get_content_subtype() == "html")
    payloads = (page.get_payload(decode=True) for page in pages)
    return next((payload for payload in payloads if isinstance(payload, bytes)), b"")


def _utf_16(body: bytes) -> str | None:
    """Return the codec of UTF-16 without a mark: its ASCII leaves a zero in every second byte."""
    head = body[:LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if most < ZEROS * len(head) / 2 or least > STRAY_ZEROS * most or len(head) < SHORTEST_UTF_16:
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(codec, "replace")
    return None if _is_binary(text.encode("utf-8", "replace")) or text.count("\ufffd") > 1 else codec


def _is_binary(body: bytes) -> bool:
    head = body[:LOOKED_AT]
    controls = len(head) - len(head.translate(None, CONTROLS))
    return controls > MOST_CONTROLS and controls > MOST_CONTROL_SHARE * len(head)


def _decoded(body: bytes) -> str:
    """Return text: strict UTF-8, else the codec of the rest, piece by piece where UTF-8 is mixed in."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return _mixed(body) if UTF_8_WORDS.search(body) else _legacy(body)[0]


def _legacy(body: bytes) -> tuple[str, str]:
    """Return text that is no UTF-8, and its codec: GB18030, then Big5, else the one with the least damage."""
    for codec in LEGACY:
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        return _unless_big5(text, body) if codec == "gb18030" else (text, codec)
    readings = ((body.decode(codec, "replace"), codec) for codec in (*LEGACY, "utf-8"))
    return min(readings, key=lambda reading: reading[0].count("\ufffd"))


def _unless_big5(text: str, body: bytes) -> tuple[str, str]:
    """Return the text, or the Big5 reading of the body where the text looks like that misread."""
    if not BIG5_SIGNS.search(text):
        return text, "gb18030"
    try:
        other = body.decode("big5")
    except UnicodeDecodeError:
        return text, "gb18030"
    return (other, "big5") if len(COMMON.findall(other)) > len(COMMON.findall(text)) else (text, "gb18030")


def _mixed(body: bytes) -> str:
    """Return the text of a page with pieces in UTF-8 and others in an older codec, or with bad bytes."""
    pieces = PIECE.findall(body)
    sure = sum(len(piece) for piece in pieces if UTF_8_WORDS.search(piece) and _is_utf_8(piece))
    rest = sum(len(piece) for piece in pieces if not piece.isascii()) - sure
    is_utf_8 = [_is_utf_8(piece, is_likely=sure > rest) for piece in pieces]
    _, codec = _legacy(b"".join(piece for piece, is_own in zip(pieces, is_utf_8, strict=True) if not is_own))
    return "".join(
        piece.decode("utf-8" if is_own else codec, "replace") for piece, is_own in zip(pieces, is_utf_8, strict=True)
    )


def _is_utf_8(piece: bytes, *, is_likely: bool = False) -> bool:
    """Whether more of a piece of markup is UTF-8 than something else; Latin letters alone may be misread GB."""
    text = piece.decode("utf-8", "replace")
    damage = text.count("\ufffd")
    if damage:
        return UTF_8_WORDS.search(piece) is not None and 3 * damage < len(piece) - len(text)
    return is_likely or max(text, default="") > "\u2000" or piece.isascii()
