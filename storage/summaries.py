"""Keep the summaries that a language model made, and count how often it was asked, so that a day's cost has a bound."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import BEIJING
from storage.records.summarised import Summary, SummarySentence

TRIES_A_DAY = 2  # for one policy: once, and once more where the answer was none


class SummaryBoundError(Exception):
    """No more requests today: `of_policy` for this policy, else for all. Carries the bound that is reached."""

    def __init__(self, bound: int, *, of_policy: bool) -> None:
        super().__init__(f"{bound} requests today")
        self.bound, self.of_policy = bound, of_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSummary:
    """A time that a model was asked; `summary` is None where none came, and `problem` says why (None: not known).

    `announcement_id` and `version` are those of then.
    """

    id: int
    announcement_id: int
    version: int
    model: str
    who: str
    asked_at: datetime
    summary: Summary | None
    problem: str | None


class Summaries:
    """The summaries of an archive's announcements: each is of the text of one article, and goes where that goes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self,
        announcement_id: int,
        *,
        article_id: int,
        version: int,
        model: str,
        who: str,
        sent_sha256: str,
        most: int,
        now: datetime,
    ) -> int:
        """Note that a model is about to be asked, and return the row's id; `most` is the bound of a day in China.

        `article_id` is the article whose text is sent.

        Raises:
            SummaryBoundError: the bound is reached, for all policies or for this one.
        """
        row = {
            "announcement_id": announcement_id, "article_id": article_id, "version": version, "model": model,
            "who": who, "day": _day(now),
            "asked_at": text_of(now), "sent_sha256": sent_sha256,
        }  # fmt: skip
        with transaction(self._db):
            if self.asked_on(now) >= most:
                raise SummaryBoundError(most, of_policy=False)
            if self._db.count("summaries", "day = ? AND announcement_id = ?", [_day(now), announcement_id]) >= (
                TRIES_A_DAY
            ):
                raise SummaryBoundError(TRIES_A_DAY, of_policy=True)
            return self._db.insert("summaries", row)

    def finish(self, row_id: int, *, summary: Summary | None = None, problem: str | None = None, now: datetime) -> None:
        """Keep an answer: a summary, or the problem that stands for it."""
        row = {"made_at": text_of(now), "problem": problem}
        if summary is not None:
            row |= {"zh": _written(summary.zh), "en": _written(summary.en)}
        with transaction(self._db):
            self._db.update("summaries", row_id, row)

    def asked_on(self, now: datetime) -> int:
        """Return how often models were asked on the day in China that a moment lies in."""
        return self._db.count("summaries", "day = ?", [_day(now)])

    def of(self, article_id: int) -> list[AskedSummary]:
        """Return the times that a model was asked about the text of an article, newest first."""
        rows = self._db.query("SELECT * FROM summaries WHERE article_id = ? ORDER BY id DESC", [article_id])
        return [_asked(row) for row in rows]


def _day(now: datetime) -> str:
    return now.astimezone(BEIJING).date().isoformat()


def _written(sentences: Iterable[SummarySentence]) -> str:
    return json.dumps([asdict(one) for one in sentences], ensure_ascii=False)


def _read(text: str) -> tuple[SummarySentence, ...]:
    return tuple(SummarySentence(**one) for one in json.loads(text))


def _asked(row: Mapping[str, Any]) -> AskedSummary:
    summary = Summary(zh=_read(row["zh"]), en=_read(row["en"]))
    same = {name: row[name] for name in ("id", "announcement_id", "version", "model", "who", "problem")}
    return AskedSummary(
        **same, asked_at=moment_of(row["asked_at"]), summary=summary if summary.zh or summary.en else None
    )
