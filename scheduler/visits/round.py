"""Run the daemon's visits: crawl the sources that are due, report missed times, and adapt the paces to the finds."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from crawler.sources import Source, host_of
from scheduler.china_time.workdays import is_arranged
from scheduler.config.log import get_logger
from scheduler.config.program import Program
from scheduler.visits.crawls import Crawls
from scheduler.visits.learning import PaceQuestion, learned, unlearned
from scheduler.visits.outage import Outage, resolves
from scheduler.visits.tally import RoundTally
from scheduler.visits.timetable import LastRun, Timetable
from storage.archive import Archive
from storage.checks import standing_here
from storage.records import BEIJING
from storage.ticks import Gap, GapCause

log = get_logger()

# So many hosts begin to be visited at a tick, so after a long sleep they are not all asked at once; where there are
# many, a part of them: all have begun after ten minutes of ticks of five seconds.
LEAST_HOSTS_A_TICK = 20
TICKS_TO_CATCH_UP = 120
PLANNED_AT_ONCE = 500  # sources that take another pace before other work has its turn: 10 ms
GAP_WITHOUT_TICK = timedelta(minutes=2)  # without a tick from which a time counts as a gap; a restart takes less
TICKS_NOTED_EVERY = timedelta(minutes=1)  # how often the archive is told of ticks
RETRY_VISIT_AFTER = timedelta(minutes=5)  # when a visit that came to nothing is tried again
LONGEST_ROUND = timedelta(minutes=1)  # after which a line tells of the visits, though some still run


class Visiting:
    """Visits sources when they are due. `after` is done after each visit to a host."""

    def __init__(
        self, program: Program, *, clock: Callable[[], datetime], after: Callable[[], Awaitable[None]]
    ) -> None:
        self._clock = clock
        self._after = after
        self._crawls = Crawls(program.context, clock=clock, hint=self._wake)
        self._timetable = Timetable()
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by host
        self._ticked: tuple[datetime, float] | None = None  # when, by the clock and by the loop's time
        self._noted_at: datetime | None = None
        self._guessed_year = 0
        self._outage = Outage()
        self._tally, self._told_at = RoundTally(), clock()

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are being visited."""
        return frozenset(self._tasks)

    @property
    def due(self) -> Mapping[str, datetime | None]:
        """When each source is to be visited next, None while it is visited."""
        return self._timetable.next_due()

    def begin(self, program: Program, now: datetime) -> None:
        """Plan all visits from what the archive knows, and note for how long there were none."""
        self._fill(program, now)
        self._outage = Outage(self._timetable.last_runs())
        ticked_at = program.context.archive.ticks.last()
        if ticked_at is not None:
            self._note_gap(program, ticked_at, now, "stopped")

    async def tick(self, program: Program, now: datetime) -> None:
        """Begin a visit to each host that has sources due and is not being visited."""
        self._look_back(program, now)
        self._tell(now)
        await self._look_for_the_network(now)
        for group in self._timetable.take(now, busy=self._tasks, hosts=hosts_a_tick(self._timetable.hosts)):
            host = host_of(group[0])
            self._tasks[host] = asyncio.create_task(self._visit(host, group))

    async def _look_for_the_network(self, now: datetime) -> None:
        """Visit at once what failed at its name while this machine was offline, as soon as a name is known again."""
        if not self._outage.is_on or not await resolves(self._outage.next_host()):
            return
        self._outage.end()
        log.info("names are resolved again", sources=self._timetable.make_due("dns", now))

    def _tell(self, now: datetime) -> None:
        """Log how the visits went, once all have ended or a minute is over."""
        if not self._tally.runs:
            self._told_at = now
        if not self._tally.runs or (self._tasks and now - self._told_at < LONGEST_ROUND):
            return
        log.info("round of visits", **self._tally.summary(), never_visited=self._timetable.never_visited())
        for failure in self._tally.failures():
            log.warning("sources failed", **failure)
        self._tally, self._told_at = RoundTally(), now

    async def learn(self, program: Program, now: datetime) -> None:
        """Set the paces by what the archive has seen up to now."""
        self._say_if_holidays_are_guessed(now)
        schedule = program.settings.schedule
        if not schedule.adaptive:
            return  # the paces are those that they were planned by
        found = await learned(
            PaceQuestion(archive=program.settings.archive.path, sources=program.sources, schedule=schedule, now=now)
        )
        names = list(found)
        for first in range(0, len(names), PLANNED_AT_ONCE):
            self._timetable.pace({name: found[name] for name in names[first : first + PLANNED_AT_ONCE]}, self._clock())
            await asyncio.sleep(0)

    def change(self, program: Program, now: datetime) -> None:
        """Visit the sources of another program from now on, with its settings; visits under way go on."""
        self._crawls.change(program.context)
        self._fill(program, now)

    async def stop(self, *, timeout_seconds: float) -> None:
        """Begin no visit any more, and let those under way come to their end."""
        await self._crawls.stop()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=timeout_seconds)
        self._tell(self._clock())

    def _fill(self, program: Program, now: datetime) -> None:
        """Plan the visits of a program's sources, at the paces of their tiers until `learn` has been."""
        archive, schedule = program.context.archive, program.settings.schedule
        archive.runs.register(source.row for source in program.sources)
        unknown = [source.id for source in program.sources if source.id not in self._timetable]
        self._timetable.fill(
            program.sources, unlearned(program.sources, schedule, now), _standings(archive, unknown), now
        )
        self._crawls.make_room(self._timetable.hosts)

    async def _visit(self, host: str, group: list[Source]) -> None:
        try:
            for run in await self._crawls.visit(group):
                self._timetable.visited(run, self._clock())
                self._outage.note(host, run)
                self._tally.runs.append(run)
        except Exception as error:
            log.exception("visit failed", host=host, error=f"{type(error).__name__}: {error}")
        finally:
            for source in group:
                self._timetable.give_back(source.id, self._clock() + RETRY_VISIT_AFTER)
            del self._tasks[host]
        await self._after()

    def _wake(self, provinces: frozenset[str]) -> None:
        """Visit the sources of provinces early: an act at a national source names them."""
        woken = self._timetable.wake(provinces, self._clock(), is_silent=self._crawls.is_silent)
        log.info("sources are visited early for an act", provinces=sorted(provinces), sources=woken)

    def _look_back(self, program: Program, now: datetime) -> None:
        """Note a gap since the last tick, and this tick.

        The loop's time stands still while the machine sleeps and knows nothing of a clock that is set.
        """
        passed = asyncio.get_running_loop().time()
        if self._ticked is not None:
            before, passed_before = self._ticked
            held_up = timedelta(seconds=passed - passed_before)
            self._note_gap(program, before, now, "busy" if held_up > GAP_WITHOUT_TICK else "asleep")
        self._ticked = now, passed
        if self._noted_at is None or not timedelta(0) <= now - self._noted_at < TICKS_NOTED_EVERY:
            program.context.archive.ticks.tick(now)
            self._noted_at = now

    def _note_gap(self, program: Program, before: datetime, now: datetime, cause: GapCause) -> None:
        if now - before <= GAP_WITHOUT_TICK:
            return
        gap = Gap(started_at=before, ended_at=now, cause=cause, missed=self._timetable.missed(now))
        program.context.archive.ticks.note_gap(gap)
        log.warning(
            "no visits for a while", cause=cause, minutes=round(gap.length / TICKS_NOTED_EVERY), missed=gap.missed
        )

    def _say_if_holidays_are_guessed(self, now: datetime) -> None:
        """Log once a year that its notice of holidays is not known."""
        year = now.astimezone(BEIJING).year
        if year != self._guessed_year and not is_arranged(year):
            log.warning("holidays of this year are not known: weekends and holidays by law are used", year=year,
                        hint="a newer release of the package holidays may know them")  # fmt: skip
            self._guessed_year = year


def hosts_a_tick(watched: int) -> int:
    """Return how many hosts begin to be visited at a tick, by how many are watched."""
    return max(LEAST_HOSTS_A_TICK, math.ceil(watched / TICKS_TO_CATCH_UP))


def _standings(archive: Archive, sources: Iterable[str]) -> dict[str, LastRun]:
    checks = archive.checks.all()
    return {id: standing_here(checks.get(id), *found) for id, found in archive.runs.standings(sources).items()}
