"""Write citations down: GB/T 7714, RIS, BibTeX, NoteExpress, Markdown, CSV, JSON Lines. Pure.

The standard is GB/T 7714-2025, 8.11.3 (web pages), in force since 2026-07-01; the edition of 2015 is there for
those who still follow it. The hash of what was read stands beside an entry (CSV, JSON Lines, Markdown), never in it.
docs/citing.md says what was chosen and why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.reports.cite import Citation
from scheduler.reports.spreadsheet import csv_of
from storage.connection import text_of
from storage.records import BEIJING

MOST_NAMED_AUTHORS = 3  # GB/T 7714-2025, 7.1.2: up to three are all named, of more the first three and 等
CITATION_COLUMNS = (
    "article", "announcement", "title", "authors", "document_number", "publisher", "published_at", "url",
    "archived_at", "sha256", "citation",
)  # fmt: skip
BIBTEX_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationForm:
    """A way to write citations: its name for people, the file it makes, and how several are written."""

    shown: str
    file: str
    media: str
    write: Callable[[Sequence[Citation]], str]


def _each(write: Callable[[Citation], str], end: str = "\n") -> Callable[[Sequence[Citation]], str]:
    """Return how several are written, one after another, each with an end."""
    return lambda citations: "".join(f"{write(one)}{end}" for one in citations)


def gbt7714(one: Citation) -> str:
    """Return a citation as GB/T 7714-2025 lays down: full stops and square brackets half-width, all others full-width.

    主要责任者. 题名：发文字号[EB/OL].（发布日期）[引用日期]. 获取和访问路径. The day of citing is that of archiving:
    the archive proves the page as it was then, not as it is today.
    """
    number = f"：{one.document_number}" if one.document_number else ""
    published = f"（{one.published_on}）" if one.published_on else " "
    return f"{_people(one, '，')}{_line(one.title)}{number}[EB/OL].{published}[{one.archived_on}]. {one.url}."


def gbt7714_2015(one: Citation) -> str:
    """Return a citation as GB/T 7714-2015 lays down, with half-width marks.

    Its own example of a government document has the number there: 关于转发……的通知: 京政办发[2005]37号[EB/OL].
    """
    number = f": {one.document_number}" if one.document_number else ""
    published = f"({one.published_on})" if one.published_on else ""
    return f"{_people(one, ', ')}{_line(one.title)}{number}[EB/OL]. {published}[{one.archived_on}]. {one.url}."


def ris(one: Citation) -> str:
    """Return a citation as a record of RIS, type ELEC (a web page); the document's number is a note."""
    year, day = one.published_on[:4], one.published_on.replace("-", "/")
    tags = (
        ("TY", "ELEC"), *(("AU", name) for name in one.authors), ("TI", one.title), ("PY", year), ("DA", day),
        ("PB", one.publisher), ("UR", one.url), ("Y2", one.archived_on.replace("-", "/")),
        ("N1", one.document_number and f"发文字号：{one.document_number}"), ("LA", "zh-CN"),
    )  # fmt: skip
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def bibtex(one: Citation) -> str:
    """Return a citation as an entry `@online` for biblatex; the number is the subtitle, where GB/T 7714 has it.

    A name in double braces is one name: the style of the standard would otherwise look for a family name in it.
    """
    fields = (
        ("author", " and ".join(f"{{{_tex(name)}}}" for name in one.authors)), ("title", f"{{{_tex(one.title)}}}"),
        ("subtitle", _tex(one.document_number or "")), ("date", one.published_on), ("year", one.published_on[:4]),
        ("url", _address(one.url).replace("{", "%7B").replace("}", "%7D")), ("urldate", one.archived_on),
        ("langid", "chinese"),
    )  # fmt: skip
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value not in {"", "{}"})
    return f"@online{{futurewatch-{one.article_id},\n{lines}}}\n"


def noteexpress(one: Citation) -> str:
    """Return a citation as a record of NoteExpress, of the type Generic, which each of its databases has."""
    fields = (
        ("Reference Type", "Generic"), ("Title", one.title), ("Author", ";".join(one.authors)),
        ("Publisher", one.publisher), ("Year", one.published_on[:4]), ("Date", one.published_on), ("URL", one.url),
        ("Access Date", one.archived_on), ("Notes", one.document_number and f"发文字号：{one.document_number}"),
    )  # fmt: skip
    return "".join(f"{{{name}}}: {_line(value)}\n" for name, value in fields if value)


def markdown(one: Citation) -> str:
    """Return a citation as an item of a Markdown list, with the proof behind it."""
    said = [
        *one.authors[:MOST_NAMED_AUTHORS], one.document_number, one.published_on and f"{one.published_on} 发布",
    ]  # fmt: skip
    archived = f"{one.archived_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} 北京时间存档"
    words = "，".join(escape_markdown(word) for word in [*filter(None, said), archived])
    return f"- [{escape_markdown(_line(one.title))}](<{_address(one.url)}>)，{words}，SHA-256 `{one.sha256}`"


def document(one: Citation) -> dict[str, Any]:
    """Return a citation as JSON and CSV give it; `authors` are one text, as people read them."""
    return {
        "article": one.article_id, "announcement": one.announcement_id, "title": one.title,
        "authors": "；".join(one.authors), "document_number": one.document_number, "publisher": one.publisher,
        "published_at": one.published_at, "url": one.url, "archived_at": text_of(one.archived_at),
        "sha256": one.sha256, "citation": gbt7714(one),
    }  # fmt: skip


CITATION_FORMS: Mapping[str, CitationForm] = {
    "gbt7714": CitationForm(
        shown="GB/T 7714—2025", file="citation.txt", media="text/plain", write=_each(gbt7714)
    ),
    "gbt7714-2015": CitationForm(
        shown="GB/T 7714—2015", file="citation-2015.txt", media="text/plain", write=_each(gbt7714_2015)
    ),
    "ris": CitationForm(
        shown="RIS", file="citation.ris", media="application/x-research-info-systems", write=_each(ris, end="\r\n")
    ),
    "bibtex": CitationForm(shown="BibTeX", file="citation.bib", media="application/x-bibtex", write=_each(bibtex)),
    "noteexpress": CitationForm(
        shown="NoteExpress", file="citation.net", media="text/plain", write=_each(noteexpress)
    ),
    "markdown": CitationForm(shown="Markdown", file="citation.md", media="text/markdown", write=_each(markdown)),
    "csv": CitationForm(
        shown="CSV", file="citation.csv", media="text/csv",
        write=lambda citations: csv_of(CITATION_COLUMNS, map(document, citations)),
    ),
    "jsonl": CitationForm(
        shown="JSON Lines", file="citation.jsonl", media="application/jsonl",
        write=_each(lambda one: json.dumps(document(one), ensure_ascii=False)),
    ),
}  # fmt: skip


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", _line(text))


def _people(one: Citation, comma: str) -> str:
    """Return who answers for a page, up to the full stop; empty when nobody is known (7.1.3)."""
    more = f"{comma}等" if len(one.authors) > MOST_NAMED_AUTHORS else ""
    return f"{comma.join(one.authors[:MOST_NAMED_AUTHORS])}{more}. " if one.authors else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return "".join(BIBTEX_ESCAPES.get(sign, sign) for sign in _line(text))


def _address(url: str) -> str:
    """Return an address that cannot end the brackets it stands in."""
    return url.replace("<", "%3C").replace(">", "%3E").replace("\n", "").replace("\\", "%5C")
