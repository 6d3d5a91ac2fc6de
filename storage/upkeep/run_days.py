"""Roll visits up: what went well and found nothing is after a week one row a source, day and outcome.

14,000 sources visited every half hour are 672,000 visits a day, 52 GB a year, and 3.6 rolled up (`benchmarks/runs.py`).
One by one stay all visits that found or failed anything, the last of each row of quiet ones (an item was published
after it: rhythms are learned from that), the first of a source and its newest.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from storage.connection import text_of, transaction
from storage.database import Database

WHOLE_SPAN = timedelta(days=7)  # strips show a day, incidents and briefs look back a week
NEWEST_RUNS_KEPT = 64  # of a source, seldom as it is visited: what a strip shows and what failures are counted in
SOURCES_IN_BATCH = 50  # in one transaction: some hundredths of a second for the visits of a day

# Quiet: it went well, and its figures count known rows, no more. It is rolled up when the next one is quiet too
# and nothing was listed in between: then no item came after it. A visit over midnight belongs to two days and stays.
GOING_SQL = """
SELECT id FROM (
    SELECT *, lead(is_quiet) OVER visits AS is_next_quiet, lead(finished_at) OVER visits AS next_at,
           row_number() OVER visits AS number FROM (
        SELECT id, started_at, finished_at, outcome IN ('ok', 'unchanged') AND cause IS NULL AND error IS NULL
               AND new = 0 AND announcements = 0 AND not_extracted = 0 AND fetched = 0 AND failed = 0
               AND links <= known AND flaws = '{}' AS is_quiet
        FROM runs WHERE source = :source AND started_at < :before)
    WINDOW visits AS (ORDER BY started_at, id))
WHERE is_quiet AND is_next_quiet AND number > 1 AND date(started_at, '+8 hours') = date(finished_at, '+8 hours')
  AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.source = :source AND l.is_quiet = 0
                  AND l.listed_at >= finished_at AND l.listed_at <= next_at)
  AND id < (SELECT min(id) FROM (SELECT id FROM runs WHERE source = :source ORDER BY id DESC LIMIT :newest))
  AND id > (SELECT min(id) FROM runs WHERE source = :source)
"""
DAYS_SQL = """
INSERT INTO run_days
SELECT source, date(started_at, '+8 hours'), outcome, count(*), min(started_at), max(started_at), max(finished_at),
       sum(requests), sum(listed)
FROM runs WHERE id IN (SELECT value FROM json_each(:going)) GROUP BY 1, 2, 3
ON CONFLICT DO UPDATE SET
    runs = runs + excluded.runs, requests = requests + excluded.requests, listed = listed + excluded.listed,
    first_started_at = min(first_started_at, excluded.first_started_at),
    last_started_at = max(last_started_at, excluded.last_started_at),
    last_finished_at = max(last_finished_at, excluded.last_finished_at)
"""
EXITS_SQL = """
INSERT INTO exit_days
SELECT date(started_at, '+8 hours'), used.key, sum(json_extract(used.value, '$[0]')),
       sum(json_extract(used.value, '$[1]')), sum(json_extract(used.value, '$[2]'))
FROM runs, json_each(runs.exits) AS used WHERE runs.id IN (SELECT value FROM json_each(:going)) GROUP BY 1, 2
ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, failed = failed + excluded.failed,
                          seconds = seconds + excluded.seconds
"""


def roll_up_runs(db: Database, *, now: datetime) -> int:
    """Roll up the quiet visits that are older than `WHOLE_SPAN`, and return how many these were."""
    sources = [source for (source,) in db.execute("SELECT id FROM sources ORDER BY id").fetchall()]
    before, rolled = text_of(now - WHOLE_SPAN), 0
    for number in range(0, len(sources), SOURCES_IN_BATCH):
        with transaction(db):
            going: list[int] = []
            for source in sources[number : number + SOURCES_IN_BATCH]:
                asked = {"source": source, "before": before, "newest": NEWEST_RUNS_KEPT}
                going += [id for (id,) in db.execute(GOING_SQL, asked).fetchall()]
            if going:
                listed = {"going": json.dumps(going)}
                db.execute(DAYS_SQL, listed)
                db.execute(EXITS_SQL, listed)
                db.execute("DELETE FROM runs WHERE id IN (SELECT value FROM json_each(:going))", listed)
        rolled += len(going)
    return rolled
