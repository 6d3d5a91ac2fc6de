"""explain: one page, shown from what was extracted to why it scored."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from scheduler.config import Settings
    from scheduler.setup import Program
    from storage.records import Article, Assessment, Facts, Page

SHOWN_CHARACTERS = 600


@command("explain")
@click.argument("page", metavar="URL-or-FILE")
@click.option("--url", help="The address that a FILE was saved from.")
@click.option("--against", type=int, metavar="ID", help="Also show why the page belongs to this announcement or not.")
def explain(config: Path, as_json: bool, page: str, url: str | None, against: int | None) -> None:
    """Fetch or read one page and show what was extracted, the facts, and every hit with its points."""
    from crawler.detect import assess, establish
    from crawler.extract import extract
    from scheduler import config as configuration
    from scheduler.setup import lexicon_of

    settings = configuration.load(config)
    lexicon = lexicon_of(settings)
    fetched = _fetch(page, settings) if page.startswith(("http://", "https://")) else _read(Path(page), url)
    article = extract(fetched)
    facts = establish(article, lexicon)
    assessment = assess(article, facts, lexicon)
    compared = _compare(article, facts, assessment, against, settings) if against is not None else None
    if as_json:
        show_json(_document(article, facts, assessment) | ({"against": compared} if compared is not None else {}))
    else:
        _show(article, facts, assessment)
        _show_compared(compared or [], against)
    sys.exit(0 if article.text else 1)


def _read(path: Path, url: str | None) -> Page:
    from storage.records import Page

    try:
        body = path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
    address = url or path.resolve().as_uri()
    now = datetime.now(UTC)
    return Page(source="", url=address, final_url=address, fetched_at=now, status=200, headers={}, body=body)


def _fetch(url: str, settings: Settings) -> Page:
    """Fetch one page as a crawl would: robots, spacing, limits. Exits with 1 when it is not answered."""
    from scheduler import loop
    from scheduler.fetch_one import FetchError
    from scheduler.setup import program

    try:
        with program(settings, ()) as opened:
            return loop.run(_fetch_now(url, opened))
    except FetchError as error:
        click.secho(str(error), err=True, fg="red")
        sys.exit(1)


async def _fetch_now(url: str, opened: Program) -> Page:
    from crawler.listing import ListEndpoint
    from scheduler.fetch_one import FetchError, fetch_one
    from scheduler.loop import only_public_names

    if not opened.settings.crawl.allow_private_networks:
        only_public_names()
    page = await fetch_one(ListEndpoint(url=url), opened.context)
    if page.status != 200:
        raise FetchError(url, f"http {page.status}")
    return page


def _document(article: Article, facts: Facts, assessment: Assessment) -> dict[str, Any]:
    from scheduler import filters

    hits = [{"sentence": hit.sentence} for hit in assessment.hits]
    judged = filters.assessment_document(assessment)
    judged["hits"] = [shown | more for shown, more in zip(judged["hits"], hits, strict=True)]
    quoted = [
        {"kind": f.kind, "value": f.value, "quote": f.quote, "place": f.place, "start": f.start, "year": f.year}
        for f in facts.all
    ]
    extracted = filters.article_document(article) | {"url": article.url, "published_from": article.published_from}
    return extracted | judged | filters.facts_document(facts) | {"facts": quoted}


def _show(article: Article, facts: Facts, assessment: Assessment) -> None:
    from rich.markup import escape
    from rich.table import Table

    from scheduler import filters

    out = console()
    out.rule("extracted")
    fields = Table.grid(padding=(0, 2))
    published = f"{filters.published_text(article) or 'not found'}  [dim]{article.published_from or ''}[/]"
    for name, value in (
        ("title", escape(article.title)), ("publisher", escape(article.publisher or "")), ("published", published),
        ("number", article.document_number or ""), ("agreement", f"{article.agreement:.2f}"),
        ("attachments", ", ".join(escape(a.title) for a in article.attachments)),
    ):  # fmt: skip
        fields.add_row(name, value)
    out.print(fields)
    if article.text:
        rest = len(article.text) - SHOWN_CHARACTERS
        out.print(escape(article.text[:SHOWN_CHARACTERS]) + (f" [dim]… {rest} characters more[/]" if rest > 0 else ""))
    else:
        out.print("[red]not extracted: no article text was found on this page[/]")
    out.rule("facts")
    stated = Table("kind", "value", "place", "quote", box=None)
    for fact in facts.all:
        stated.add_row(fact.kind, escape(fact.value), f"{fact.place} {fact.start}", escape(fact.quote[:60]))
    out.print(stated)
    is_match = "[green]" if assessment.is_announcement else "[yellow]"
    out.rule(f"{is_match}{assessment.label}[/]: {assessment.score:g} of {assessment.threshold:g} points")
    hits = Table("points", "term", "place", "sentence", box=None)
    for hit in assessment.hits:
        hits.add_row(f"{hit.points:+.1f}", escape(hit.term), f"{hit.place} {hit.start}", escape(hit.sentence[:80]))
    out.print(hits)
    out.print(f"[dim]lexicon {assessment.lexicon_version}[/]")


def _compare(
    article: Article, facts: Facts, assessment: Assessment, against: int, settings: Settings
) -> list[dict[str, Any]]:
    """Return how a page is related to the articles of an announcement, and why."""
    from crawler.dedupe import compare, profile_of, profile_of_member
    from storage.archive import Archive
    from storage.records import BEIJING

    new = profile_of(article, facts, seen=datetime.now(BEIJING).date(), is_announcing=assessment.is_announcement)
    with Archive(settings.archive.path) as archive:
        members = archive.near_duplicates.members_of(against)
    if not members:
        raise click.UsageError(f"announcement {against} is not known or has no articles")
    verdicts = [(member, compare(new, profile_of_member(member))) for member in members]
    return [
        {"article": m.article_id, "url": m.article.url, "title": m.article.title, "kinship": v.kinship,
         "relation": v.relation if v.is_same else None, "reasons": list(v.reasons)}
        for m, v in verdicts
    ]  # fmt: skip


def _show_compared(compared: list[dict[str, Any]], against: int | None) -> None:
    from rich.markup import escape

    if not compared:
        return
    out = console()
    out.rule(f"against announcement {against}")
    for one in compared:
        out.print(f"{one['kinship']} {one['relation'] or ''}  {escape(one['title'])}")
        for reason in one["reasons"]:
            out.print(f"  {escape(reason)}", highlight=False)


COMMANDS = (explain,)
