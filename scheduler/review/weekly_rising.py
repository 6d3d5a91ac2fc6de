"""Count the words on the rise of a week for the brief on the page: in a thread of its own, one week at a time.

Hundreds of articles take seconds, longer than a page may read; so the first reader of a day finds that they are being
counted, and the next one finds them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from pathlib import Path

from crawler.detect.lexicon import Lexicon
from crawler.toml import ConfigurationError
from scheduler.config.log import get_logger
from scheduler.reports.brief import rising_in
from scheduler.reports.period import Period
from scheduler.reports.rising_words import RisingWord
from storage.archive import Archive
from storage.errors import ArchiveError

log = get_logger()

MOST_WEEKS = 60  # weeks that are remembered: a year of them


class WeeklyRising:
    """The words on the rise by week, as they were counted on a day."""

    def __init__(self, path: Path, lexicon: Callable[[], Lexicon]) -> None:
        self._path, self._lexicon = path, lexicon
        self._counted: OrderedDict[tuple[str, date], tuple[RisingWord, ...]] = OrderedDict()
        self._is_counting = threading.Lock()

    def of(self, week: Period, today: date) -> tuple[RisingWord, ...] | None:
        """Return the words of a week; None while they are being counted, which starts unless another week is."""
        counted = self._counted.get((week.name, today))
        if counted is None and self._is_counting.acquire(blocking=False):
            threading.Thread(target=self._count, args=(week, today), name="rising", daemon=True).start()
        return counted

    def _count(self, week: Period, today: date) -> None:
        try:
            with Archive.existing_or_empty(self._path) as archive:
                self._counted[week.name, today] = rising_in(archive, week, self._lexicon())
            while len(self._counted) > MOST_WEEKS:
                self._counted.popitem(last=False)
        except (sqlite3.DatabaseError, ArchiveError, ConfigurationError, OSError) as error:
            log.warning("rising words not counted", week=week.name, error=f"{type(error).__name__}: {error}")
        finally:
            self._is_counting.release()
