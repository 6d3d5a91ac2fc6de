"""Show a page as it was understood, on one screen: fields and where they stand, what was cut, facts, hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.commands.options import console

if TYPE_CHECKING:
    from rich.console import Console

    from crawler.extract.whole import Dissection
    from storage.records import Article, Assessment, Facts, Hit

SHOWN_CHARACTERS = 300  # of the text's beginning, and of its end: enough to see whether it is whole
SHOWN_CUTS = 10  # the longest passages that were left out
CHARACTERS_AROUND_HIT = 24  # characters on each side of a hit


def show(dissected: Dissection, facts: Facts, assessment: Assessment) -> None:
    """Print what was extracted, cut, established and scored."""
    out = console()
    _show_fields(out, dissected)
    _show_text(out, dissected.article.text)
    _show_cuts(out, dissected)
    _show_facts(out, facts)
    _show_hits(out, dissected.article, assessment)


def _show_fields(out: Console, dissected: Dissection) -> None:
    from rich.markup import escape
    from rich.table import Table

    from scheduler.commands.filter_lines import published_text

    article, origins = dissected.article, dissected.origins
    out.rule("extracted")
    fields = Table.grid(padding=(0, 2))
    for name, field, value in (
        ("title", "title", article.title), ("publisher", "publisher", article.publisher),
        ("byline", "byline", article.byline),
        ("published", "published_at", published_text(article) or "not found"),
        ("number", "document_number", article.document_number), ("index", "", article.index_number),
        ("signed", "", article.document_date and article.document_date.isoformat()),
        ("text", "text", f"{len(article.text)} characters, agreement {article.agreement:.2f}"),
        ("goes on at", "", article.next_page),
    ):  # fmt: skip
        if value:
            fields.add_row(name, escape(value), f"[dim]{escape(origins.get(field, ''))}[/]")
    for attachment in article.attachments:
        said = f"{attachment.state} {attachment.reason}"
        read = f"{len(attachment.text)} characters read" if attachment.text else said
        fields.add_row("attachment", escape(attachment.title), f"[dim]{escape(read)}[/]")
    out.print(fields)


def _show_text(out: Console, text: str) -> None:
    from rich.markup import escape

    if not text:
        out.print("[red]not extracted: no article text was found on this page[/]")
    elif len(text) <= 2 * SHOWN_CHARACTERS:
        out.print(escape(text), highlight=False)
    else:
        rest = len(text) - 2 * SHOWN_CHARACTERS
        out.print(
            f"{escape(text[:SHOWN_CHARACTERS])} [dim]… {rest} characters …[/] {escape(text[-SHOWN_CHARACTERS:])}",
            highlight=False,
        )


def _show_cuts(out: Console, dissected: Dissection) -> None:
    """Print the longest passages that were left out, in the order of the page."""
    from rich.markup import escape
    from rich.table import Table

    if not dissected.cuts:
        return
    out.rule("cut")
    longest = sorted(dissected.cuts, key=lambda cut: -cut.characters)[:SHOWN_CUTS]
    table = Table("lines", "characters", "why", "begins", box=None)
    for cut in (cut for cut in dissected.cuts if cut in longest):
        table.add_row(str(cut.lines), str(cut.characters), escape(f"{cut.reason} {cut.place}"), escape(cut.title[:40]))
    out.print(table)
    if len(dissected.cuts) > SHOWN_CUTS:
        out.print(f"[dim]{len(dissected.cuts) - SHOWN_CUTS} shorter ones[/]")


def _show_facts(out: Console, facts: Facts) -> None:
    from rich.markup import escape
    from rich.table import Table

    out.rule("facts")
    stated = Table("kind", "value", "place", "quote", box=None)
    for fact in facts.all:
        quantity = f" [dim]= {fact.number:g} {fact.unit}[/]" if fact.number is not None else ""
        place = f"{fact.place} {fact.start}" if fact.start >= 0 else "label-value table"
        stated.add_row(fact.kind, escape(fact.value[:60]) + quantity, place, escape(fact.quote[:60]))
    out.print(stated)


def _show_hits(out: Console, article: Article, assessment: Assessment) -> None:
    from rich.markup import escape
    from rich.table import Table

    colour = "green" if assessment.is_announcement else "yellow"
    out.rule(f"[{colour}]{assessment.label}[/]: {assessment.score:g} of {assessment.threshold:g} points")
    hits = Table("points", "term", "place", "in context", box=None)
    for hit in assessment.hits:
        context = "".join(_context(article, hit))
        hits.add_row(f"{hit.points:+.1f}", escape(hit.term), f"{hit.place} {hit.start}", context)
    out.print(hits)
    out.print(f"[dim]lexicon {assessment.lexicon_version}[/]")


def _context(article: Article, hit: Hit) -> Iterator[str]:
    """Yield the words around a hit, the hit itself reversed where its term is in the text as it stands."""
    from rich.markup import escape

    whole = {"title": article.title, "attachment": hit.sentence}.get(hit.place, article.text)
    start = hit.sentence.find(hit.term) if hit.place == "attachment" else hit.start
    term = hit.term if start >= 0 and whole.startswith(hit.term, start) else ""
    start = max(0, start)
    yield escape(whole[max(0, start - CHARACTERS_AROUND_HIT) : start].rpartition("\n")[2])
    yield f"[reverse]{escape(term)}[/]" if term else ""
    yield escape(whole[start + len(term) : start + len(term) + CHARACTERS_AROUND_HIT].partition("\n")[0])
