"""Command `search`: find articles by their words and by filters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, open_archive, query_of, selecting, show_json

if TYPE_CHECKING:
    from storage.search.facets import Facet
    from storage.search.find import FoundArticle, SearchResult
    from storage.search.snippets import MarkedSnippet


@command("search")
@click.argument("query")
@selecting
@click.option("--order", type=click.Choice(["newest", "title"]), default="newest", show_default=True,
              help="The newest first, or hits in the title first.")  # fmt: skip
@click.option("--facets", is_flag=True, help="Count what was found by region, issuer, act, track and so on.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many of the first.")
def search(
    config: Path, as_json: bool, query: str, order: Any, facets: bool, limit: int, offset: int, **selected: Any
) -> None:
    """Find articles that hold all words of QUERY, which may have filters too: '未来产业 region:广东 act:印发'."""
    wanted = query_of(query, selected)
    with open_archive(config) as archive:
        found = archive.search.find(wanted, order=order, limit=limit, offset=offset)
        counted = archive.search.facets(wanted) if facets else ()
    if as_json:
        show_json(_document(found, counted, has_facets=facets))
    else:
        _show(found, counted)


def _document(found: SearchResult, facets: tuple[Facet, ...], *, has_facets: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "total": found.total, "is_exact": found.is_exact, "articles": [_article(one) for one in found.articles]
    }  # fmt: skip
    if has_facets:
        document["facets"] = {facet.key: [{"value": v, "count": n} for v, n in facet.counts] for facet in facets}
    return document


def _article(one: FoundArticle) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one) | {"title": one.title.text, "title_marks": one.title.marks}


def _show(found: SearchResult, facets: tuple[Facet, ...]) -> None:
    out = console()
    for one in found.articles:
        out.print(f"[bold]{_markup(one.title)}[/]  [dim]{(one.published_at or '')[:10]} {one.publisher or ''}[/]")
        out.print(f"  {one.label} {one.score:g}  {one.url}", highlight=False)
        out.print(f"  {_markup(one.snippet)}", highlight=False)
    for facet in facets:
        counts = "  ".join(f"{value} [bold]{number}[/]" for value, number in facet.counts)
        out.print(f"[dim]{facet.key}[/]  {counts}", highlight=False)
    out.print(f"[dim]{'' if found.is_exact else 'more than '}{found.total} found[/]")


def _markup(text: MarkedSnippet) -> str:
    """Return a text for rich, its hits reversed."""
    from rich.markup import escape

    return "".join(f"[reverse]{escape(piece)}[/]" if is_hit else escape(piece) for piece, is_hit in text.pieces)


COMMANDS: tuple[click.Command, ...] = (search,)
