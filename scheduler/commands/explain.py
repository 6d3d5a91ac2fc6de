"""Command `explain`: show one page, from its extracted fields to the reasons of its score."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, show_json
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from crawler.extract.whole import Dissection
    from scheduler.config.config import Settings
    from scheduler.config.program import Program
    from storage.records import Article, Assessment, Facts, Page


@command("explain")
@click.argument("page", metavar="URL-or-FILE")
@click.option("--url", help="The address that a FILE was saved from.")
@click.option("--against", type=int, metavar="ID", help="Also show why the page belongs to this announcement or not.")
def explain(config: Path, as_json: bool, page: str, url: str | None, against: int | None) -> None:
    """Fetch or read one page and show what was extracted and where, what was cut, the facts, every hit with points."""
    from crawler.detect import assess, establish
    from crawler.extract import dissect
    from scheduler.commands.explain_view import show
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of

    settings = configuration.load(config)
    lexicon = lexicon_of(settings)
    fetched = _fetch(page, settings) if page.startswith(("http://", "https://")) else _read(Path(page), url)
    dissected = dissect(fetched, body=_selector(fetched.url, settings))
    article = dissected.article
    facts = establish(article, lexicon)
    assessment = assess(article, facts, lexicon)
    compared = _compare(article, facts, assessment, against, settings) if against is not None else None
    if as_json:
        show_json(_document(dissected, facts, assessment) | ({"against": compared} if compared is not None else {}))
    else:
        show(dissected, facts, assessment)
        _show_compared(compared or [], against)
    sys.exit(0 if article.text else 1)


def _read(path: Path, url: str | None) -> Page:
    from storage.records import Page

    try:
        body = path.read_bytes()
    except OSError as error:
        raise click.UsageError(refusal(f"{path}: {error.strerror}")) from error
    address = url or path.resolve().as_uri()
    now = datetime.now(UTC)
    return Page(source="", url=address, final_url=address, fetched_at=now, status=200, headers={}, body=body)


def _fetch(url: str, settings: Settings) -> Page:
    """Fetch one page as a crawl would: robots, spacing, limits. Exits with 1 when it is not answered."""
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from scheduler.visits.fetch_one import FetchError

    try:
        with program(settings, ()) as opened:
            return reactor.run(_fetch_now(url, opened), opened)
    except FetchError as error:
        click.secho(str(error), err=True, fg="red")
        sys.exit(1)


async def _fetch_now(url: str, opened: Program) -> Page:
    from crawler.listing import ListEndpoint
    from crawler.reading import InProcess
    from crawler.spiders.complete import Gatherer
    from scheduler.visits.fetch_one import FetchError, fetch_one

    async def part(address: str) -> Page | str:
        try:
            answer = await fetch_one(ListEndpoint(url=address), opened.context)
        except FetchError as error:
            return str(error)
        return answer if answer.status == 200 else f"http {answer.status}"

    page = await fetch_one(ListEndpoint(url=url), opened.context)
    if page.status != 200:
        raise FetchError(url, f"http {page.status}")
    body = _selector(url, opened.settings)
    return await Gatherer(
        fetch=part, reader=InProcess(), lexicon=opened.context.lexicon, reading=opened.context.reading, body=body
    ).gather(page)


def _selector(url: str, settings: Settings) -> str:
    """Return the selector of the text that a configured source of the page's host has, empty without one."""
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname
    return next((source.body for source in settings.named(()) if source.body and host in source.hosts), "")


def _document(dissected: Dissection, facts: Facts, assessment: Assessment) -> dict[str, Any]:
    from dataclasses import asdict

    from scheduler.commands import filter_lines as filters
    from scheduler.tuning.article_lines import facts_document

    article = dissected.article
    hits = [{"sentence": hit.sentence} for hit in assessment.hits]
    judged = filters.assessment_document(assessment)
    judged["hits"] = [shown | more for shown, more in zip(judged["hits"], hits, strict=True)]
    quoted = [
        {
            "kind": f.kind,
            "value": f.value,
            "quote": f.quote,
            "place": f.place,
            "start": f.start,
            "year": f.year,
            "number": f.number,
            "unit": f.unit,
        }
        for f in facts.all
    ]
    extracted = filters.article_document(article) | {
        "url": article.url, "published_from": article.published_from, "index_number": article.index_number,
        "origins": dissected.origins, "cuts": [asdict(cut) for cut in dissected.cuts], "next_page": article.next_page,
        "attachments": [
            {"url": a.url, "title": a.title, "state": a.state, "reason": a.reason,
             "characters": len(a.text) if a.text else 0}
            for a in article.attachments
        ],
    }  # fmt: skip
    return extracted | judged | facts_document(facts) | {"facts": quoted}


def _compare(
    article: Article, facts: Facts, assessment: Assessment, against: int, settings: Settings
) -> list[dict[str, Any]]:
    """Return how a page is related to the articles of an announcement, and why."""
    from crawler.dedupe import compare, profile_of, profile_of_member
    from storage.archive import Archive
    from storage.records import BEIJING

    new = profile_of(article, facts, seen=datetime.now(BEIJING).date(), is_announcing=assessment.is_announcement)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        members = archive.near_duplicates.members_of(against)
    if not members:
        raise click.UsageError(say("announcement {id} is not known or has no articles", id=against))
    compared = [(member, compare(new, profile_of_member(member))) for member in members]
    return [
        {"article": m.article_id, "url": m.article.url, "title": m.article.title, "kinship": v.kinship,
         "relation": v.relation if v.is_same else None, "reasons": list(v.reasons)}
        for m, v in compared
    ]  # fmt: skip


def _show_compared(compared: list[dict[str, Any]], against: int | None) -> None:
    from rich.markup import escape

    if not compared:
        return
    out = console()
    out.rule(say("against announcement {id}", id=against))
    for one in compared:
        kin = f"{say(one['kinship'])} {say(one['relation'] or '')}"
        out.print(f"{kin}  {escape(one['title'])}")
        for reason in one["reasons"]:
            out.print(f"  {escape(reason)}", highlight=False)


COMMANDS = (explain,)
