"""Set Chinese titles for reading: lines break between words, bracketed years do not. Pure but for jieba."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from crawler.detect.boundaries import words_in

# （2026—2030年）, （征求意见稿）, 〔2026〕3号: read as one, so never parted.
UNBROKEN = re.compile(r"[（(][^（）()]{1,16}[）)]|〔\d{4}〕\d{1,5}号|\d[\d.,]*\s?[%％年月日个家项亿万千百]*")
BRACKETED = re.compile(r"[（(]\d{4}[^（）()]{0,10}[）)]|〔\d{4}〕\d{1,5}号")
YEARS = re.compile(r"[（(]\d{4}\s?年?[-—–~～至到]+\s?\d{4}\s?年?[）)]$")
CLOSING = re.compile(r"[》」』”’）)、，。；：！？]")  # begins no line
OPENING = re.compile(r"[《「『“‘（(]$")  # ends none


@lru_cache(maxsize=2048)
def words(title: str) -> Markup:
    """Return a title with a place to break between its words, as HTML for an element of the class `words`."""
    set_parts: list[str] = []
    at = 0
    for match in UNBROKEN.finditer(title):
        set_parts += words_in(title[at : match.start()])
        set_parts.append(match[0])
        at = match.end()
    set_parts += words_in(title[at:])
    made = Markup()
    last = ""
    for part in filter(None, set_parts):
        glued = not last or CLOSING.match(part) or OPENING.search(last)
        piece = Markup('<span class="nb">{}</span>').format(part) if UNBROKEN.fullmatch(part) else escape(part)
        made += piece if glued else Markup("<wbr>") + piece
        last = part
    return made


def unbroken(text: str) -> Markup:
    """Return a piece of a text in which bracketed years and numbers of documents are not parted."""
    made, at = Markup(), 0
    for match in BRACKETED.finditer(text):
        made += escape(text[at : match.start()]) + Markup('<span class="nb">{}</span>').format(match[0])
        at = match.end()
    return made + escape(text[at:])


def without_years(title: str) -> tuple[str, str]:
    """Return a title and the years in brackets at its end, which fall off first where there is no room."""
    found = YEARS.search(title)
    return (title[: found.start()], found[0]) if found and found.start() else (title, "")
