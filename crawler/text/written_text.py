"""Read text files that people wrote with any editor: with a byte order mark, or with lines that end in CRLF.

A file in another encoding is refused in words that say how to save it: a guess could change a name or a password.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SAVE = 'save it as "UTF-8"'
QUOTES = {**dict.fromkeys("“”„‟〝〞«»「」", '"'), **dict.fromkeys("‘’‚‛", "'")}
BRACKETS = {"【": "[", "】": "]", "〔": "[", "〕": "]", "、": ","}
INVISIBLE = "a sign without width"


class NotUtf8Error(ValueError):
    """A file is in another encoding. The message names the line, what the encoding seems to be, and the remedy."""


def read_written(path: Path) -> str:
    r"""Return a file's text without byte order mark, its lines ended by \n.

    Raises:
        OSError: the file cannot be read.
        NotUtf8Error: it is in another encoding.
    """
    return decode_written(path.read_bytes())


def line_ends(path: Path) -> str:
    r"""Return how the lines of a file end, so that it can be written likewise: \n for one that is not there."""
    return "\r\n" if path.exists() and b"\r\n" in path.read_bytes() else "\n"


def decode_written(body: bytes) -> str:
    r"""Return the text of a file's bytes, without byte order mark, its lines ended by \n. Raises `NotUtf8Error`."""
    encoding = next((name for mark, name in MARKS if body.startswith(mark)), "utf-8")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotUtf8Error(_refusal(body, encoding, error.start)) from error
    if "\0" in text:
        raise NotUtf8Error(f"line 1: this looks like UTF-16, not UTF-8; {SAVE}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refusal(body: bytes, encoding: str, at: int) -> str:
    if encoding == "utf-16":
        return f"the file is UTF-16 and cut short; {SAVE}"
    line = len(re.findall(rb"\r\n|\r|\n", body[:at])) + 1
    if b"\0" in body:
        return f"line {line}: this looks like UTF-16, not UTF-8; {SAVE}"
    try:
        body.decode("gb18030")
    except UnicodeDecodeError:
        return f"line {line}: a byte there is not UTF-8; {SAVE}"
    return f"line {line}: this is not UTF-8 but seems to be GBK (in Windows editors also called ANSI); {SAVE}"


def hint_of_signs(line: str, column: int) -> str:
    """Return what to write instead of a sign that looks like one of TOML's, empty when there is none in the line.

    `column` counts from 1 and is where the line stopped making sense: the sign there is named before any other.
    """
    for sign in line[column - 1 : column] + line.partition("#")[0]:  # a comment may hold any sign
        plain = plain_of(sign)
        if plain == INVISIBLE:
            return f"U+{ord(sign):04X} is {INVISIBLE}: delete it"
        if plain == " ":
            return f"U+{ord(sign):04X} is not the blank of the keyboard: write a plain blank"
        if plain:
            return f"{sign} is a full-width or typographic sign: write {plain}"
    return "a backslash begins an escape: write paths with / or in 'single quotes'" if "\\" in line else ""


def plain_of(sign: str) -> str:
    """Return the plain sign that a full-width or typographic one stands for, empty when it stands for none."""
    if sign.isascii():
        return ""
    if unicodedata.category(sign) == "Cf":
        return INVISIBLE
    if sign in QUOTES or sign in BRACKETS:
        return QUOTES.get(sign) or BRACKETS[sign]
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain.isascii() and len(plain) == 1 else ""
