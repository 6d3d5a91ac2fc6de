"""Open the archive: one SQLite file that keeps everything once. Its parts share one connection and one transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from storage.connection import check_creation, connect, transaction
from storage.database import Database
from storage.lock import is_there
from storage.place import place_of

if TYPE_CHECKING:
    from storage.addresses import Addresses
    from storage.announcements import Announcements
    from storage.api_tokens import ApiTokens
    from storage.articles import Articles
    from storage.assessments import Assessments
    from storage.checks import Checks
    from storage.digests import Digests
    from storage.edits import Edits
    from storage.fact_rows import FactRows
    from storage.freshness import Freshness
    from storage.frontier import Frontier
    from storage.host_rules import HostRules
    from storage.incidents import Incidents
    from storage.invitations import Invitations
    from storage.listing_pages import ListingPages
    from storage.near_duplicates import NearDuplicates
    from storage.notes import Notes
    from storage.outbox import Outbox
    from storage.overview.announcements import Overview
    from storage.overview.comparison import ActComparison
    from storage.overview.deliveries import DeliveryOverview
    from storage.overview.firsts import Firsts
    from storage.overview.similar import SimilarActs
    from storage.overview.sources import SourceOverview
    from storage.overview.today import Days
    from storage.pages import Pages
    from storage.quotas import Quotas
    from storage.rejections import Rejections
    from storage.reminders import Reminders
    from storage.revisions import Revisions
    from storage.rhythms import Rhythms
    from storage.runs import Runs
    from storage.search.find import Search
    from storage.search.saved import SavedSearches
    from storage.sign_ins import SignIns
    from storage.site_looks import SiteLooks
    from storage.summaries import Summaries
    from storage.ticks import Ticks
    from storage.verdicts import Verdicts
    from storage.volatile import VolatileParameters
    from storage.waiting import WaitingPages

log = logging.getLogger(__name__)


class _Part:
    """A part of an archive, which is imported and made over its connection when it is first asked for."""

    def __init__(self, module: str, part: str) -> None:
        self._module, self._part = module, part

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, archive: Archive, _owner: type) -> Any:
        made = getattr(import_module(self._module), self._part)(archive.db)
        archive.__dict__[self._name] = made  # from now on it is found there, and nobody asks here
        return made


def _part(module: str, part: str) -> Any:
    return _Part(module, part)


class Archive:
    """An open archive; use it with `with`. Raises `storage.errors.ArchiveError` when the file is none.

    A part is imported and made when it is asked for: most commands need few of them.
    """

    articles: Articles = _part("storage.articles", "Articles")
    search: Search = _part("storage.search.find", "Search")
    saved_searches: SavedSearches = _part("storage.search.saved", "SavedSearches")
    invitations: Invitations = _part("storage.invitations", "Invitations")
    sign_ins: SignIns = _part("storage.sign_ins", "SignIns")
    pages: Pages = _part("storage.pages", "Pages")
    revisions: Revisions = _part("storage.revisions", "Revisions")
    assessments: Assessments = _part("storage.assessments", "Assessments")
    verdicts: Verdicts = _part("storage.verdicts", "Verdicts")
    notes: Notes = _part("storage.notes", "Notes")
    summaries: Summaries = _part("storage.summaries", "Summaries")
    days: Days = _part("storage.overview.today", "Days")
    addresses: Addresses = _part("storage.addresses", "Addresses")
    volatile: VolatileParameters = _part("storage.volatile", "VolatileParameters")
    near_duplicates: NearDuplicates = _part("storage.near_duplicates", "NearDuplicates")
    waiting: WaitingPages = _part("storage.waiting", "WaitingPages")
    announcements: Announcements = _part("storage.announcements", "Announcements")
    api_tokens: ApiTokens = _part("storage.api_tokens", "ApiTokens")
    fact_rows: FactRows = _part("storage.fact_rows", "FactRows")
    reminders: Reminders = _part("storage.reminders", "Reminders")
    comparison: ActComparison = _part("storage.overview.comparison", "ActComparison")
    similar: SimilarActs = _part("storage.overview.similar", "SimilarActs")
    edits: Edits = _part("storage.edits", "Edits")
    outbox: Outbox = _part("storage.outbox", "Outbox")
    digests: Digests = _part("storage.digests", "Digests")
    quotas: Quotas = _part("storage.quotas", "Quotas")
    incidents: Incidents = _part("storage.incidents", "Incidents")
    freshness: Freshness = _part("storage.freshness", "Freshness")
    rejections: Rejections = _part("storage.rejections", "Rejections")
    frontier: Frontier = _part("storage.frontier", "Frontier")
    listing_pages: ListingPages = _part("storage.listing_pages", "ListingPages")
    host_rules: HostRules = _part("storage.host_rules", "HostRules")
    runs: Runs = _part("storage.runs", "Runs")
    rhythms: Rhythms = _part("storage.rhythms", "Rhythms")
    ticks: Ticks = _part("storage.ticks", "Ticks")
    checks: Checks = _part("storage.checks", "Checks")
    site_looks: SiteLooks = _part("storage.site_looks", "SiteLooks")
    overview: Overview = _part("storage.overview.announcements", "Overview")
    firsts: Firsts = _part("storage.overview.firsts", "Firsts")
    source_overview: SourceOverview = _part("storage.overview.sources", "SourceOverview")
    delivery_overview: DeliveryOverview = _part("storage.overview.deliveries", "DeliveryOverview")

    def __init__(self, path: Path | None, *, db: Database | None = None) -> None:
        self.path = path
        self.db = connect(path) if db is None else db
        self.place = None if path is None else place_of(path)

    @classmethod
    def existing(cls, path: Path) -> Self:
        """Return an archive that is there already; one that is not is never made.

        Raises:
            ArchiveMissingError: there is no such file.
            ArchiveError: it cannot serve as an archive.
        """
        return cls(path, db=connect(path, creates=False))

    @classmethod
    def existing_or_empty(cls, path: Path) -> Self:
        """Return the archive that is there, or an empty one in memory where there never was one; none is made.

        Raises:
            ArchiveGoneError: there was one.
            ArchiveError: it cannot serve as an archive.
        """
        if is_there(path):
            return cls.existing(path)
        check_creation(path, creates=True)
        log.warning("there is no archive %s yet; futurewatch run makes it", path)
        return cls.in_memory()

    @classmethod
    def in_memory(cls) -> Self:
        """Return an archive that is gone when it is closed."""
        return cls(None)

    @classmethod
    def over(cls, connection: sqlite3.Connection) -> Self:
        """Return an archive over a connection that somebody else opened, and closes; nothing is migrated."""
        return cls(None, db=Database(connection))

    def check_place(self) -> None:
        """Raise `storage.errors.ArchiveMovedError` when the archive's files do not lie where they were opened."""
        if self.place is not None:
            self.place.check()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block as one transaction: all of it is kept, or nothing."""
        with transaction(self.db):
            yield

    def close(self) -> None:
        """Close the file; SQLite then folds its write-ahead log into it."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
