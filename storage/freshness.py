"""Keep the rows that listing pages showed last, and when each source had something new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import BEIJING, Link, Run
from storage.runs import RUN_COLUMNS, run_of

MOST_ROWS_KEPT = 100  # of a listing page: a sitemap has thousands, and its newest say whether it moves
MOST_CLOCK_AHEAD = timedelta(days=1)  # a move later than that was noted by a clock that was ahead; today's is at noon
NOON = time(12, tzinfo=BEIJING)  # when a row was published of which only the day is known


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownListing:
    """A listing page as it was when it last had something new, and when it was last read with nothing wrong.

    `other_rows` are what it shows in place of its list since then (None: nothing), and `other_moves` counts how often
    these have had something new.
    """

    rows: tuple[Link, ...]
    read_at: datetime
    other_rows: tuple[Link, ...] | None = None
    other_moves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Liar:
    """A listing page whose validators hid a change, and when that was noticed."""

    source: str
    url: str
    noticed_at: datetime


class Freshness:
    """The listing pages of an archive as they were last shown, and how fast each source's news was found."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def shown(self, source: str, listing: str) -> ShownListing | None:
        """Return what a listing page showed, None before it was first read."""
        row = self._db.execute(
            "SELECT rows, read_at, other_rows, other_moves FROM shown WHERE source = ? AND listing = ?",
            [source, listing],
        ).fetchone()
        if row is None:
            return None
        return ShownListing(
            rows=_links(row[0]), read_at=moment_of(row[1]), other_rows=_links(row[2]) if row[2] else None,
            other_moves=row[3],
        )  # fmt: skip

    def first(self, source: str, listing: str, rows: Sequence[Link], now: datetime) -> None:
        """Keep what a listing page shows when it is first read: the days of its rows are the source's past."""
        days = Counter(link.date for link in rows if link.date and link.date <= now.astimezone(BEIJING).date())
        with transaction(self._db):
            self._keep(source, listing, rows, now)
            for day, number in days.items():
                self._move(source, datetime.combine(day, NOON), number)

    def moved(self, source: str, listing: str, rows: Sequence[Link], *, fresh: int, now: datetime) -> None:
        """Keep that a listing page shows something new."""
        with transaction(self._db):
            self._keep(source, listing, rows, now)
            self._move(source, now, fresh)

    def settle(self, source: str, listing: str, rows: Sequence[Link], now: datetime) -> None:
        """Keep what a listing page shows from now on, though nothing on it is new: a page was withdrawn."""
        with transaction(self._db):
            self._keep(source, listing, rows, now)

    def stands(self, source: str, listing: str, now: datetime) -> None:
        """Keep that a listing page was read, shows nothing new, and nothing is wrong with it."""
        with transaction(self._db):
            self._db.execute(
                """UPDATE shown SET read_at = ?, other_rows = NULL, other_moves = 0
                   WHERE source = ? AND listing = ?""",
                [text_of(now), source, listing],
            )

    def replaced(self, source: str, listing: str, rows: Sequence[Link], *, moves: int) -> None:
        """Keep what a listing page shows in place of its list, and how often that has had something new."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE shown SET other_rows = ?, other_moves = ? WHERE source = ? AND listing = ?",
                [_text(rows), moves, source, listing],
            )

    def moves(self, source: str, *, since: datetime, now: datetime) -> list[tuple[datetime, int]]:
        """Return when a source had something new, and how many rows, oldest first."""
        rows = self._db.execute(
            "SELECT at, rows FROM moves WHERE source = ? AND at >= ? AND at <= ? ORDER BY at",
            [source, text_of(since), text_of(now + MOST_CLOCK_AHEAD)],
        ).fetchall()
        return [(moment_of(at), number) for at, number in rows]

    def last_move(self, source: str, *, now: datetime) -> datetime | None:
        """Return when a source last had something new, None when it never had; what lies ahead is not believed."""
        (at,) = self._db.execute(
            "SELECT max(at) FROM moves WHERE source = ? AND at <= ?", [source, text_of(now + MOST_CLOCK_AHEAD)]
        ).fetchone()
        return moment_of(at) if at else None

    def forget(self, *, before: datetime) -> None:
        """Drop moves that are too old to learn from."""
        with transaction(self._db):
            self._db.execute("DELETE FROM moves WHERE at < ?", [text_of(before)])

    def last_runs(self, source: str, n: int) -> list[Run]:
        """Return the last `n` runs of a source, the latest first."""
        rows = self._db.query(
            f"SELECT {RUN_COLUMNS} FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?",  # noqa: S608  fixed
            [source, n],
        )
        return [run_of(row) for row in rows]

    def last_run_id(self) -> int:
        """Return the id of the run that was recorded last, 0 before the first."""
        (found,) = self._db.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()
        return int(found)

    def visited_after(self, run_id: int) -> set[str]:
        """Return the sources with runs that were recorded after one."""
        return {source for (source,) in self._db.execute("SELECT source FROM runs WHERE id > ?", [run_id])}

    def runs_with_pages(self, source: str, n: int, *, since: datetime) -> list[Run]:
        """Return the last `n` runs of a source that took new pages in, the latest first."""
        rows = self._db.query(
            f"""SELECT {RUN_COLUMNS} FROM runs WHERE source = ? AND started_at >= ? AND new > 0
                ORDER BY started_at DESC LIMIT ?""",  # noqa: S608  fixed
            [source, text_of(since), n],
        )
        return [run_of(row) for row in rows]

    def first_run_at(self, source: str) -> datetime | None:
        """Return when a source was first visited, None before that."""
        (at,) = self._db.execute("SELECT min(started_at) FROM runs WHERE source = ?", [source]).fetchone()
        return moment_of(at) if at else None

    def liars(self) -> list[Liar]:
        """Return the listing pages whose validators hid a change, and when that was noticed."""
        rows = self._db.execute(
            "SELECT source, url, distrusted_at FROM listings WHERE distrusted_at IS NOT NULL ORDER BY url"
        ).fetchall()
        return [Liar(source=source, url=url, noticed_at=moment_of(at)) for source, url, at in rows]

    def _keep(self, source: str, listing: str, rows: Iterable[Link], now: datetime) -> None:
        self._db.execute(
            """INSERT INTO shown (source, listing, rows, moved_at, read_at)
               VALUES (:source, :listing, :rows, :now, :now)
               ON CONFLICT DO UPDATE SET rows = excluded.rows, moved_at = excluded.moved_at,
                                         read_at = excluded.read_at, other_rows = NULL, other_moves = 0""",
            {"source": source, "listing": listing, "rows": _text(rows), "now": text_of(now)},
        )

    def _move(self, source: str, at: datetime, rows: int) -> None:
        self._db.execute(
            """INSERT INTO moves (source, at, rows) VALUES (?, ?, ?)
               ON CONFLICT DO UPDATE SET rows = rows + excluded.rows""",
            [source, text_of(at.astimezone(UTC)), rows],
        )


def _text(rows: Iterable[Link]) -> str:
    kept = [{"url": link.url, "title": link.title, "day": text_of(link.date)} for link in islice(rows, MOST_ROWS_KEPT)]
    return json.dumps(kept, ensure_ascii=False)


def _links(text: str) -> tuple[Link, ...]:
    return tuple(
        Link(url=one["url"], title=one["title"], date=date.fromisoformat(one["day"]) if one["day"] else None)
        for one in json.loads(text)
    )
