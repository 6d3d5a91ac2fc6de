"""Commands `sources test, record`: try a source before it is watched, and show the trial."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from crawler.listing import ListEndpoint
    from crawler.sources import Source
    from scheduler.config.config import Settings
    from scheduler.config.program import Program
    from scheduler.sources.trial import Trial, TriedListing
    from storage.records import Page

SHOWN_ROWS = 10
RECORDED = Path("recorded")


@command("test")
@click.argument("id")
@click.option("--offline", is_flag=True, help="Use the pages that `sources record` kept.")
@click.option("--pages", type=click.Path(path_type=Path), default=RECORDED, show_default=True, help="Where they are.")
def test(config: Path, as_json: bool, id: str, offline: bool, pages: Path) -> None:
    """Try one source: its rows, dates, one article and its score; 1 when something that is needed is missing."""
    _try(config, id, as_json=as_json, record=None, replay=pages / id if offline else None)


@command("record")
@click.argument("id")
@click.option(
    "--pages", type=click.Path(path_type=Path), default=RECORDED, show_default=True, help="Where to keep them."
)
def record(config: Path, as_json: bool, id: str, pages: Path) -> None:
    """Try one source and keep its pages, to be tried again with `sources test ID --offline`."""
    _try(config, id, as_json=as_json, record=pages / id, replay=None)


def _try(config: Path, id: str, *, as_json: bool, record: Path | None, replay: Path | None) -> None:
    from scheduler.config import config as configuration

    settings = configuration.load(config)
    (source,) = settings.named((id,))
    trial = _replayed(source, settings, replay) if replay else _fetched(source, settings, record)
    if as_json:
        show_json(document(trial))
    else:
        show(trial)
    sys.exit(1 if trial.problems else 0)


def _replayed(source: Source, settings: Settings, folder: Path) -> Trial:
    import asyncio

    from scheduler.config.program import lexicon_of
    from scheduler.sources.record import replaying
    from scheduler.sources.trial import try_source

    try:
        fetch = replaying(folder)
    except (OSError, ValueError) as error:
        raise click.UsageError(
            say("{folder}: no recorded pages of {id}: {error}", folder=folder, id=source.id, error=error)
        ) from error
    return asyncio.run(try_source(source, fetch, lexicon_of(settings)))


def _fetched(source: Source, settings: Settings, record: Path | None) -> Trial:
    from scheduler.config.program import program
    from scheduler.daemon import reactor

    with program(settings, (source,)) as opened:
        return reactor.run(_try_now(opened, source, record), opened)


async def _try_now(opened: Program, source: Source, record: Path | None) -> Trial:
    from scheduler.commands.progress import progress
    from scheduler.sources.record import recording
    from scheduler.sources.trial import FetchListing, try_source
    from scheduler.visits.fetch_one import fetch_one

    with progress(None) as step:

        async def fetch_shown(wanted: ListEndpoint) -> Page:
            step(what=wanted.url)
            return await fetch_one(wanted, context=opened.context, source=source)

        fetch: FetchListing = fetch_shown
        return await try_source(source, recording(record, fetch) if record else fetch, opened.context.lexicon)


def document(trial: Trial) -> dict[str, Any]:
    """Return a trial as a JSON document."""
    from scheduler.commands import filter_lines as filters

    article, assessment = trial.article, trial.assessment
    return {
        "source": trial.source.id,
        "problems": list(trial.problems),
        "listings": [_listing_document(tried) for tried in trial.listings],
        "article": article and filters.article_document(article) | {"url": article.url},
        "assessment": assessment and filters.assessment_document(assessment),
    }


def _listing_document(tried: TriedListing) -> dict[str, Any]:
    from scheduler.commands import filter_lines as filters

    return {
        "url": tried.url,
        "rule": tried.rule,
        **filters.listing_document(tried.listing),
        "proposals": [{"toml": _toml(p), "rows": len(p.links)} for p in tried.proposals],
    }


def _toml(proposal: Any) -> str:
    """Return the lines that make a proposal the source's own rule."""
    rules = proposal.rules
    return "\n".join(f'{name} = "{value}"' for name in ("link", "title", "date") if (value := getattr(rules, name)))


def show(trial: Trial) -> None:
    """Print a trial: the rows of each listing page, one article, and what is missing."""
    from rich.markup import escape

    out = console()
    for tried in trial.listings:
        links = tried.listing.links
        rows = say("{number} rows by").format(number=len(links))
        out.rule(f"{tried.url}: {rows} {escape(tried.rule)}", align="left")
        for link in links[:SHOWN_ROWS]:
            out.print(f"{link.date or '          '}  {escape(link.title)}  [dim]{escape(link.url)}[/]", highlight=False)
        if len(links) > SHOWN_ROWS:
            out.print(f"[dim]{say('… and {number} more').format(number=len(links) - SHOWN_ROWS)}[/]")
        for proposal in tried.proposals:
            such = say("perhaps these {number} rows, such as").format(number=len(proposal.links))
            out.print(f"[yellow]{such}[/] {escape(proposal.links[0].title)}:")
            out.print(escape(_toml(proposal)))
    if trial.article and trial.assessment:
        article, said = trial.article, trial.assessment
        length = say("{number} characters").format(number=len(article.text))
        out.rule(f"{say('article')}: {escape(article.title)}", align="left")
        out.print(f"{article.publisher or ''}  {article.published_at or ''}  {length}", highlight=False)
        points = say("{score} of {threshold} points").format(score=f"{said.score:g}", threshold=f"{said.threshold:g}")
        out.print(f"{say(said.label)}: {points}")
    for problem in trial.problems:
        out.print(f"[red]{escape(problem)}[/]")
    if not trial.problems:
        out.print(f"[green]{say('can be watched')}[/]")
