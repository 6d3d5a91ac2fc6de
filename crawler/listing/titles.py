"""Choose the words of a row's title: whole where the text is cut, without dates and marks."""

from __future__ import annotations

import html
import re
from itertools import zip_longest

ELLIPSIS = re.compile(r"(?:…|\.{2,}|。{2,}|･{3})\s*$")
MARKUP = re.compile(r"<[^<>]*>")  # not [^>]: a page of 200,000 "<" would take a minute
SPACE = re.compile(r"\s+")
HAN = re.compile(r"[\u3400-\u9fff]+")
BULLET = re.compile(r"^(?:[·•●○■□▪◆◇►▶»>|]+\s*|[*.\-—]+\s+)+")
# Old systems write the whole row into the title attribute: 标题：… 发布时间：… 点击数：…
LABELLED = re.compile(r"^\s*(?:文章|新闻|信息)?标\s*题\s*[：:]\s*")
NEXT_LABEL = re.compile(r"\s(?:作\s*者|发布|发表|更新|录入|点击|浏览|来源|时间|日期)[^：:\s]{0,4}[：:]")
LONGEST_BADGE = 12  # characters of what stands before or after a title in its link and is no part of it


def plain(text: str) -> str:
    """Return text without markup, entities and runs of white space."""
    if not ("<" in text or "&" in text or "\u200b" in text or "\ufeff" in text):
        return " ".join(text.split())  # most pieces of a page
    without = MARKUP.sub("", text) if "<" in text else text
    unescaped = html.unescape(without)
    if "<" in unescaped and MARKUP.search(unescaped) and re.search(r"</?(?:em|font|b|span|p|br|i|strong)\b", unescaped):
        unescaped = MARKUP.sub("", unescaped)
    return SPACE.sub(" ", unescaped.replace("\u200b", "").replace("\ufeff", "")).strip()


def full_title(text: str, attribute: str) -> str:
    """Return the whole title of a link from its text and its title attribute.

    The attribute counts where the link has no text, where the text is cut, or where it says the same and more.
    """
    text, attribute = plain(text), _of_attribute(attribute) if attribute else ""
    text = text if text[:1].isalnum() else BULLET.sub("", text)
    if not attribute or not text:
        return text or attribute
    stem = squash(ELLIPSIS.sub("", text))
    whole = squash(attribute)
    if stem.endswith(whole) and _says_a_title(whole):
        return attribute if len(stem) - len(whole) <= LONGEST_BADGE else text
    if not whole.startswith(stem):
        return text
    return attribute if len(whole) > len(stem) or ELLIPSIS.search(text) else text


def labelled_in(attribute: str) -> list[str]:
    """Return what a title attribute says beside the title, label by label: 发布时间：2025-03-07."""
    if not attribute:
        return []
    written = html.unescape(attribute)
    starts = [match.start() for match in NEXT_LABEL.finditer(written, 1)]
    return [written[start:end].strip() for start, end in zip_longest(starts, starts[1:])]


def _says_a_title(words: str) -> bool:
    return length(words) >= LONGEST_BADGE // 2


def squash(text: str) -> str:
    """Return text without white space, for comparing."""
    return SPACE.sub("", text)


def length(text: str) -> int:
    """Return how much a title says: a 汉字 counts 1, other letters and digits a half."""
    others = HAN.sub("", text)
    return len(text) - len(others) + sum(map(str.isalnum, others)) // 2


def _of_attribute(attribute: str) -> str:
    """Return the title in a title attribute, without the labels and values that follow it."""
    written = html.unescape(attribute)
    start = LABELLED.match(written)
    following = NEXT_LABEL.search(written, start.end() if start else 1)
    return plain(written[start.end() if start else 0 : following.start() if following else None])
