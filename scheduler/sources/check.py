"""Check a source from here: reachable, allowed, rows, dates, one article, what its newest rows score, where it moved.

Asks through the fetch it is given and writes nothing; `scheduler.sources.check_all` runs it over many sources.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.listing import ListEndpoint, read_listing
from crawler.listing.outcome import outcome_of
from crawler.sources import Source, catalogue
from crawler.text.addresses import is_home
from scheduler.sources.columns import columns_of, entrances_of, home_of, usual_columns
from scheduler.sources.trial import FetchListing, Trial, TriedListing, try_source
from scheduler.visits.fetch_one import FetchError
from storage.checks import CheckState, SourceCheck
from storage.records import Article, Cause, Link, Outcome

NEWEST_ROWS_SCORED = 5  # scored by their titles alone: enough to see that the column speaks of policies
COLUMNS_FOUND = 3  # of a portal, where a listing address gives nothing any more: then it is enough
COLUMNS_TRIED = 6
FEWEST_ROWS = 3  # a column with fewer is not proposed
OUTCOMES_GRAVEST_FIRST: tuple[Outcome, ...] = ("error", "blocked", "script_list", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFindings:
    """The check of one listing address. `moved_to` is where its rows stand now, None where it did not move."""

    url: str
    outcome: Outcome
    cause: Cause | None = None
    reason: str = ""
    links: tuple[Link, ...] = ()
    moved_to: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The part that the report keeps."""
        return {
            "url": self.url, "outcome": self.outcome, "cause": self.cause, "reason": self.reason,
            "rows": len(self.links), "dated": sum(link.date is not None for link in self.links),
            "moved_to": self.moved_to,
        }  # fmt: skip


async def check_source(source: Source, fetch: FetchListing, lexicon: Lexicon, *, now: datetime) -> SourceCheck:
    """Return what a source gives from here; a column that is gone is looked for on the portal."""
    trial = await try_source(source.at(now), fetch, lexicon)
    found = tuple(_found(trial))
    columns = await _other_columns(source, found, fetch)
    gravest = _gravest(found)
    has_rows = any(one.outcome == "ok" for one in found)
    state: CheckState = "fails" if not has_rows else "partly" if trial.problems or gravest else "works"
    return SourceCheck(
        source=source.id, checked_at=now, state=state, outcome="ok" if has_rows or gravest is None else gravest.outcome,
        cause=None if has_rows or gravest is None else gravest.cause,
        reason=gravest.reason if gravest else "; ".join(trial.problems),
        detail=_detail(trial, found, columns, lexicon),
    )  # fmt: skip


def _found(trial: Trial) -> Iterator[CheckFindings]:
    """Yield what each listing address gave, in the order of the source."""
    for failure in trial.failures:
        yield CheckFindings(url=failure.url, outcome="error", cause=failure.cause, reason=str(failure))
    for tried in trial.listings:
        yield _read(tried)


def _read(tried: TriedListing) -> CheckFindings:
    page, told = tried.page, outcome_of(tried.page, tried.listing, tried.url)
    if told.outcome == "ok":
        has_moved = urlsplit(page.final_url).netloc != urlsplit(tried.url).netloc
        moved_to = page.final_url if has_moved else None
        return CheckFindings(url=tried.url, outcome="ok", links=tried.listing.links, moved_to=moved_to)
    cause = "4xx" if told.cause == "other_list" else told.cause  # a column that leads home from here is gone
    return CheckFindings(url=tried.url, outcome=told.outcome, cause=cause, reason=f"{tried.url}: {told}")


def is_replaceable(source: Source, found: Mapping[str, Any]) -> bool:
    """True for a listing of a report that is gone, or is a home page because nothing better was known."""
    is_makeshift = not source.enabled and is_home(found["url"])
    return is_makeshift or bool(found["cause"] == "4xx" or found["outcome"] == "empty")


def _gravest(found: tuple[CheckFindings, ...]) -> CheckFindings | None:
    return next((one for outcome in OUTCOMES_GRAVEST_FIRST for one in found if one.outcome == outcome), None)


async def _other_columns(source: Source, found: tuple[CheckFindings, ...], fetch: FetchListing) -> tuple[str, ...]:
    """Return addresses of the portal that list rows with days, where an address of the source is gone."""
    gone = [one.url for one in found if is_replaceable(source, one.document)]
    if not gone:
        return ()
    proposed: list[str] = []
    tried: set[str] = set()
    try:
        async for url in _candidates(source, gone, fetch):
            if len(proposed) == COLUMNS_FOUND or len(tried) == COLUMNS_TRIED:
                break
            if url not in tried and await _lists_rows(url, source, fetch):
                proposed.append(url)
            tried.add(url)
    except FetchError:
        return tuple(proposed)  # the portal does not answer any more; what was found until then stands
    return tuple(proposed)


async def _candidates(source: Source, gone: Sequence[str], fetch: FetchListing) -> AsyncIterator[str]:
    """Yield where the rows may stand now: what the home page names, what pages behind it name, what is usual."""
    home = await fetch(ListEndpoint(url=home_of(gone[0])))
    named = columns_of(home, source, gone=gone)
    for column in named:
        yield column.url
    if not named:
        for entrance in entrances_of(home):
            page = await fetch(ListEndpoint(url=entrance.url))
            for column in columns_of(page, source, gone=gone):
                yield column.url
    for url in usual_columns(source, catalogue()):
        yield url


async def _lists_rows(url: str, source: Source, fetch: FetchListing) -> bool:
    page = await fetch(ListEndpoint(url=url))
    if page.status >= 400 or is_home(page.final_url):
        return False
    links = read_listing(page, source.listing_rules).links
    return len(links) >= FEWEST_ROWS and all(link.date for link in links)


def _detail(
    trial: Trial, found: tuple[CheckFindings, ...], columns: tuple[str, ...], lexicon: Lexicon
) -> dict[str, Any]:
    article, said = trial.article, trial.assessment
    links = [link for one in found if one.outcome == "ok" for link in one.links]
    return {
        "problems": list(dict.fromkeys([*trial.problems, *(one.reason for one in found if one.reason)])),
        "listings": [one.document for one in found],
        "columns": list(columns),
        "article": article and {
            "url": article.url, "title": article.title, "characters": len(article.text),
            "published_at": article.published_at and article.published_at.isoformat(),
            "label": said and said.label, "score": said and said.score,
        },
        "newest": [_scored(link, lexicon) for link in links[:NEWEST_ROWS_SCORED]],
    }  # fmt: skip


def _scored(link: Link, lexicon: Lexicon) -> dict[str, Any]:
    """Return a row with the score of its title alone."""
    row = Article(url=link.url, title=link.title, text="", published_at=link.date)
    said = assess(row, establish(row, lexicon), lexicon)
    return {"title": link.title, "date": link.date and link.date.isoformat(), "score": said.score}
