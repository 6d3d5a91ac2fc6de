"""Tell how long a source may be silent: learned from its own gaps, in working time. No I/O, no clock.

The longest gaps of a source follow an exponential tail (peaks over a threshold: Pickands 1975; its scale is the mean
excess over the upper quartile). A silence is too long that such a tail would show in a share of CHANCE_OF_SILENCE of
the gaps. A source with few gaps borrows from what sources of its kind are like, and is given more time for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log, sqrt

from crawler.sources import SourceKind
from crawler.sources.source import Level
from scheduler.china_time.worktime import working_days

CHANCE_OF_SILENCE = (
    5e-6  # of a gap to be taken for the end, if rates did not swing: they do, see benchmarks/freshness.py
)
LEARN_FROM = timedelta(days=400)  # a year, with its holidays
MOVES_KEPT = 600  # of them the last ones: of a quick source a month, of most sources all
BURST_WORKDAYS = 0.1  # workdays, about an hour: what comes together is one publication
ENOUGH_GAPS = 8  # gaps, from which on their own tail is used
UPPER_SHARE = 0.25  # share of the gaps that are the tail
LEAST_SCALE = 0.1  # of the threshold: a source that publishes like a clock may be late now and then
# A source like a clock has no tail: with so many gaps an exponential's longest is below LIGHT in three of 1,000 cases.
MANY, LIGHT, LIGHT_LIMIT = 50, 1.6, 2.0
LONGEST_SEEN = 1.5  # times the longest gap on record must pass: it was none of the end
SHORTEST_LIMIT_WORKDAYS = 1.0  # workday: nobody gets up for less
WATCH_FOR = 5.0  # workdays at the most, until the days beside a new source's rows are taken for its silence
BORROWED_GAPS = 2.0  # gaps that the kind's experience counts for
# Workdays between two publications, for kind and level (a department published three or four a month).
PRIOR: dict[SourceKind, dict[Level, float]] = {
    "news": {"national": 0.2, "province": 0.5, "city": 0.5, "zone": 0.5},
    "government": {"national": 1.0, "province": 2.0, "city": 3.0, "zone": 3.0},
    "department": {"national": 3.0, "province": 6.0, "city": 8.0, "zone": 8.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLimit:
    """The gaps of a source, in workdays. `usual` holds 99 of 100 gaps, beyond `limit` is too long."""

    gaps: int
    usual: float
    limit: float


def gaps_of(moments: Sequence[datetime]) -> list[float]:
    """Return the gaps between moments at which a source had something new, oldest first, in workdays."""
    return [working_days(one, other) for one, other in pairwise(moments)]


def learn(found: Sequence[float], *, kind: SourceKind, level: Level) -> SilenceLimit:
    """Return the rhythm of a source from its gaps."""
    gaps = sorted(gap for gap in found if gap > BURST_WORKDAYS)
    if len(gaps) < ENOUGH_GAPS:
        return _borrowed(gaps, PRIOR[kind][level])
    threshold = gaps[int(len(gaps) * (1 - UPPER_SHARE)) - 1]
    excesses = [gap - threshold for gap in gaps if gap > threshold] or [0.0]
    mean = sum(excesses) / len(excesses)
    doubt = 1 / sqrt(len(excesses)) + 2 / len(excesses)  # the standard error of the mean, and more for a handful
    careful = max(mean * (1 + doubt), LEAST_SCALE * threshold)
    limit = threshold + careful * log(UPPER_SHARE / CHANCE_OF_SILENCE)
    if len(gaps) >= MANY and gaps[-1] < LIGHT * threshold:
        limit = min(limit, LIGHT_LIMIT * gaps[-1])
    limit = max(limit, LONGEST_SEEN * gaps[-1], SHORTEST_LIMIT_WORKDAYS)
    usual = threshold + max(mean, LEAST_SCALE * threshold) * log(UPPER_SHARE / 0.01)
    return SilenceLimit(gaps=len(gaps), usual=usual, limit=limit)


def _borrowed(gaps: Sequence[float], prior: float) -> SilenceLimit:
    """Return the rhythm of a source with few gaps: exponential, its mean drawn towards the kind's."""
    mean = (prior * BORROWED_GAPS + sum(gaps)) / (BORROWED_GAPS + len(gaps))
    careful = max(mean, prior) * (1 + 3 / sqrt(1 + len(gaps)))
    limit = max(careful * log(1 / CHANCE_OF_SILENCE), LONGEST_SEEN * max(gaps, default=0.0), SHORTEST_LIMIT_WORKDAYS)
    return SilenceLimit(gaps=len(gaps), usual=mean * log(1 / 0.01), limit=limit)


def is_silent(rhythm: SilenceLimit, last: datetime, *, watched: datetime, looked: datetime) -> bool:
    """True when a source has had nothing new for unusually long, as it was when it was last looked at.

    `watched` is since when it is: a column that was dead before is told once it was watched for a usual gap.
    """
    seen = min(max(rhythm.usual, SHORTEST_LIMIT_WORKDAYS), WATCH_FOR)
    return working_days(last, looked) > rhythm.limit and working_days(watched, looked) > seen
