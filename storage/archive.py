"""Open the archive: one SQLite file that keeps everything once. Its parts share one connection and one transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.addresses import Addresses
from storage.announcements import Announcements
from storage.api_tokens import ApiTokens
from storage.articles import Articles
from storage.assessments import Assessments
from storage.checks import Checks
from storage.connection import check_creation, connect, transaction
from storage.database import Database
from storage.digests import Digests
from storage.edits import Edits
from storage.fact_rows import FactRows
from storage.freshness import Freshness
from storage.frontier import Frontier
from storage.host_rules import HostRules
from storage.incidents import Incidents
from storage.invitations import Invitations
from storage.listing_pages import ListingPages
from storage.lock import is_there
from storage.near_duplicates import NearDuplicates
from storage.notes import Notes
from storage.outbox import Outbox
from storage.overview.announcements import Overview
from storage.overview.comparison import ActComparison
from storage.overview.deliveries import DeliveryOverview
from storage.overview.firsts import Firsts
from storage.overview.sources import SourceOverview
from storage.overview.today import Days
from storage.pages import Pages
from storage.place import place_of
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
from storage.ticks import Ticks
from storage.verdicts import Verdicts
from storage.volatile import VolatileParameters

log = logging.getLogger(__name__)


class Archive:
    """An open archive; use it with `with`. Raises `storage.errors.ArchiveError` when the file is none."""

    def __init__(self, path: Path | None, *, db: Database | None = None) -> None:
        self.path = path
        self.db = connect(path) if db is None else db
        self.place = None if path is None else place_of(path)
        self.articles = Articles(self.db)
        self.search = Search(self.db)
        self.saved_searches = SavedSearches(self.db)
        self.invitations = Invitations(self.db)
        self.sign_ins = SignIns(self.db)
        self.pages = Pages(self.db)
        self.revisions = Revisions(self.db)
        self.assessments = Assessments(self.db)
        self.verdicts = Verdicts(self.db)
        self.notes = Notes(self.db)
        self.days = Days(self.db)
        self.addresses = Addresses(self.db)
        self.volatile = VolatileParameters(self.db)
        self.near_duplicates = NearDuplicates(self.db)
        self.announcements = Announcements(self.db)
        self.api_tokens = ApiTokens(self.db)
        self.fact_rows = FactRows(self.db)
        self.reminders = Reminders(self.db)
        self.comparison = ActComparison(self.db)
        self.edits = Edits(self.db, self.announcements, self.near_duplicates)
        self.outbox = Outbox(self.db)
        self.digests = Digests(self.db)
        self.quotas = Quotas(self.db)
        self.incidents = Incidents(self.db)
        self.freshness = Freshness(self.db)
        self.rejections = Rejections(self.db)
        self.frontier = Frontier(self.db)
        self.listing_pages = ListingPages(self.db)
        self.host_rules = HostRules(self.db)
        self.runs = Runs(self.db)
        self.rhythms = Rhythms(self.db)
        self.ticks = Ticks(self.db)
        self.checks = Checks(self.db)
        self.site_looks = SiteLooks(self.db)
        self.overview = Overview(self.db)
        self.firsts = Firsts(self.db)
        self.source_overview = SourceOverview(self.db)
        self.delivery_overview = DeliveryOverview(self.db)

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
