"""Show a page as it was understood, on one screen: fields and where they stand, what was cut, facts, hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.commands.language import is_chinese, say
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
    out.rule(say("extracted"))
    fields = Table.grid(padding=(0, 2))
    for name, field, value in (
        ("title", "title", article.title), ("publisher", "publisher", article.publisher),
        ("byline", "byline", article.byline),
        ("published", "published_at", published_text(article) or say("not found")),
        ("number", "document_number", article.document_number), ("index", "", article.index_number),
        ("signed", "", article.document_date and article.document_date.isoformat()),
        ("text", "text", say("{number} characters, agreement {agreement}", number=len(article.text),
                             agreement=f"{article.agreement:.2f}")),
        ("goes on at", "", article.next_page),
    ):  # fmt: skip
        if value:
            fields.add_row(say(name), escape(value), f"[dim]{escape(origins.get(field, ''))}[/]")
    for attachment in article.attachments:
        said = f"{attachment.state} {attachment.reason}"
        read = say("{number} characters read", number=len(attachment.text)) if attachment.text else said
        fields.add_row(say("attachment"), escape(attachment.title), f"[dim]{escape(read)}[/]")
    out.print(fields)


def _show_text(out: Console, text: str) -> None:
    from rich.markup import escape

    if not text:
        out.print(f"[red]{say('not extracted: no article text was found on this page')}[/]")
    elif len(text) <= 2 * SHOWN_CHARACTERS:
        out.print(escape(text), highlight=False)
    else:
        rest = say("… {number} characters …", number=len(text) - 2 * SHOWN_CHARACTERS)
        out.print(
            f"{escape(text[:SHOWN_CHARACTERS])} [dim]{rest}[/] {escape(text[-SHOWN_CHARACTERS:])}", highlight=False
        )


def _show_cuts(out: Console, dissected: Dissection) -> None:
    """Print the longest passages that were left out, in the order of the page."""
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    if not dissected.cuts:
        return
    out.rule(say("cut"))
    longest = sorted(dissected.cuts, key=lambda cut: -cut.characters)[:SHOWN_CUTS]
    table = TableRows("lines", "characters", "why", "begins")
    for cut in (cut for cut in dissected.cuts if cut in longest):
        table.add_row(
            str(cut.lines), str(cut.characters), escape(f"{say(cut.reason)} {cut.place}"), escape(cut.title[:40])
        )
    out.print(table)
    if len(dissected.cuts) > SHOWN_CUTS:
        out.print(f"[dim]{say('{number} shorter ones', number=len(dissected.cuts) - SHOWN_CUTS)}[/]")


def _show_facts(out: Console, facts: Facts) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows
    from storage.fact_kinds import fact_kinds

    out.rule(say("facts"))
    kinds, stated = fact_kinds(), TableRows("kind", "value", "place", "quote")
    for fact in facts.all:
        quantity = f" [dim]= {fact.number:g} {fact.unit}[/]" if fact.number is not None else ""
        place = f"{say(fact.place)} {fact.start}" if fact.start >= 0 else say("label-value table")
        kind = kinds[fact.kind].zh if is_chinese() and fact.kind in kinds else fact.kind
        stated.add_row(kind, escape(fact.value[:60]) + quantity, place, escape(fact.quote[:60]))
    out.print(stated)


def _show_hits(out: Console, article: Article, assessment: Assessment) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    colour = "green" if assessment.is_announcement else "yellow"
    points = say("{score} of {threshold} points", score=f"{assessment.score:g}", threshold=f"{assessment.threshold:g}")
    out.rule(f"[{colour}]{say(assessment.label)}[/]: {points}")
    hits = TableRows("points", "term", "place", "in context")
    for hit in assessment.hits:
        context = "".join(_context(article, hit))
        hits.add_row(f"{hit.points:+.1f}", escape(hit.term), f"{say(hit.place)} {hit.start}", context)
    out.print(hits)
    out.print(f"[dim]{say('lexicon {version}', version=assessment.lexicon_version)}[/]")


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
