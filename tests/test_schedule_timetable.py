"""What is due when, in memory: sleeps, clocks that jump, hosts that are busy, sources that come and go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from builders import run_of, source_of
from crawler.sources import Source
from scheduler.visits.pace import Pace
from scheduler.visits.round import hosts_a_tick
from scheduler.visits.timetable import Timetable
from storage.records import Outcome, Run

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)
FIXED = Pace(every=EVERY)
MANY = 1000


def ended(id: str, at: datetime, outcome: Outcome = "ok") -> Run:
    return run_of(at, source=id, outcome=outcome, cause="timeout" if outcome == "error" else None)


def filled(sources: list[Source], last: datetime | None = None) -> Timetable:
    """Return a timetable of sources that were visited last at the same time."""
    made = Timetable()
    standings = {one.id: (ended(one.id, last) if last else None, 0) for one in sources}
    made.fill(sources, {one.id: FIXED for one in sources}, standings, NOW)
    return made


def take(made: Timetable, now: datetime, *, busy: tuple[str, ...] = (), hosts: int = MANY) -> list[str]:
    """Return the sources that are due, in the order in which they are."""
    return [one.id for group in made.take(now, busy=busy, hosts=hosts) for one in group]


def test_what_is_being_visited_is_not_due_again() -> None:
    """However long a visit takes, its source is not visited a second time meanwhile."""
    made = filled([source_of("a")])
    assert take(made, NOW) == ["a"]
    assert take(made, NOW + timedelta(days=2)) == []
    made.visited(ended("a", NOW + timedelta(days=2)), NOW + timedelta(days=2))
    assert take(made, NOW + timedelta(days=2)) == []
    assert take(made, NOW + timedelta(days=2) + EVERY) == ["a"]


def test_clock_that_jumps_ahead_gives_one_visit_each() -> None:
    """Eight hours ahead at once: each source is due once, then at its interval; 15 visits each were missed."""
    made = filled([source_of(f"s{n}") for n in range(3)], last=NOW)
    woken = NOW + timedelta(hours=8)
    assert made.missed(woken) == 3 * 15
    assert sorted(take(made, woken)) == ["s0", "s1", "s2"]
    for n in range(3):
        made.visited(ended(f"s{n}", woken), woken)
    assert take(made, woken + EVERY / 2) == []
    assert len(take(made, woken + EVERY)) == 3


def test_catching_up_is_spread_over_ticks() -> None:
    """After a long sleep so many hosts begin at a tick, the longest due first; all have begun after some ticks."""
    sources = [source_of(f"s{n}") for n in range(50)]
    made = Timetable()
    standings = {one.id: (ended(one.id, NOW - timedelta(minutes=n)), 0) for n, one in enumerate(sources)}
    made.fill(sources, {one.id: FIXED for one in sources}, standings, NOW)
    woken, begun = NOW + timedelta(hours=8), []
    for tick in range(3):
        now = woken + timedelta(seconds=5 * tick)
        found = take(made, now, hosts=20)
        assert len(found) == (20, 20, 10)[tick]
        begun += found
    assert begun == [f"s{n}" for n in reversed(range(50))]


def test_clock_that_is_set_back_never_stops_visits() -> None:
    """Eight hours back: what was visited a moment ago is due after its interval, not after eight hours and more."""
    made = filled([source_of("a")], last=NOW)
    assert take(made, NOW) == []
    back = NOW - timedelta(hours=8)
    assert take(made, back) == []
    assert take(made, back + EVERY) == ["a"]


def test_visit_that_ended_in_the_future_is_due_when_the_daemon_starts() -> None:
    """The clock was set back while no daemon ran: nobody waits for the time that the archive has seen."""
    made = filled([source_of("a")], last=NOW + timedelta(hours=8))
    assert take(made, NOW) == ["a"]


def test_clock_set_back_during_a_visit() -> None:
    """A visit that ends before it began, by the clock, is followed by the next after an interval."""
    made = filled([source_of("a")])
    take(made, NOW)
    back = NOW - timedelta(hours=8)
    made.visited(ended("a", back), back)
    assert take(made, back + EVERY / 2) == []
    assert take(made, back + EVERY) == ["a"]


def test_sources_of_a_host_are_visited_together_and_a_busy_host_waits() -> None:
    """One crawl reads all sections of a portal that are due; while one is under way no other begins."""
    made = filled([source_of("a", host="one"), source_of("b", host="two"), source_of("c", host="one")])
    assert take(made, NOW, busy=("one.example.org",)) == ["b"]
    (group,) = made.take(NOW, busy=(), hosts=MANY)
    assert [one.id for one in group] == ["a", "c"]


def test_two_kinds_of_tls_on_one_host_take_turns() -> None:
    """What one crawl cannot read together is not read at the same time either."""
    made = filled([source_of("a", host="one"), source_of("b", host="one", tls="legacy")])
    assert take(made, NOW) == ["a"]
    assert take(made, NOW, busy=("one.example.org",)) == []
    assert take(made, NOW) == ["b"]


def test_failures_are_counted_until_a_visit_ends_well() -> None:
    """Each failure in a row doubles the wait, and one visit that ends well takes it back."""
    made, now, waits = filled([source_of("a")]), NOW, []
    for outcome in ("error", "error", "error", "ok"):
        assert take(made, now) == ["a"]
        made.visited(ended("a", now, outcome), now)
        due = made.next_due()["a"]
        assert due is not None
        waits.append((due - now) / EVERY)
        now = due
    assert waits == [1, 2, 4, 1]


def test_reload_keeps_what_is_known() -> None:
    """Sources that stay keep their next visit, one that goes is not visited any more, a new one is visited at once."""
    made = filled([source_of("stays"), source_of("goes")], last=NOW)
    due = made.next_due()["stays"]
    kept = [source_of("stays"), source_of("comes")]
    made.fill(kept, {one.id: FIXED for one in kept}, {"comes": (None, 0)}, NOW + EVERY / 2)
    assert made.next_due()["stays"] == due
    assert take(made, NOW + EVERY / 2) == ["comes"]
    assert take(made, NOW + EVERY) == ["stays"]


def test_reload_during_a_visit() -> None:
    """A visit under way goes on: its source is not begun a second time, and its end counts; one taken out is let go."""
    made = filled([source_of("stays"), source_of("goes")])
    assert len(take(made, NOW)) == 2
    made.fill([source_of("stays")], {"stays": FIXED}, {}, NOW)
    assert take(made, NOW) == []
    for id in ("stays", "goes"):
        made.visited(ended(id, NOW), NOW)
    assert take(made, NOW + EVERY) == ["stays"]


def test_visit_that_came_to_nothing_is_planned_again() -> None:
    """A crawl that was never made gives its sources back; one that ended keeps its own next visit."""
    made = filled([source_of("a"), source_of("b")])
    take(made, NOW)
    made.visited(ended("a", NOW), NOW)
    for id in ("a", "b"):
        made.give_back(id, NOW + EVERY / 6)
    assert take(made, NOW + EVERY / 6) == ["b"]


def test_other_paces_count_from_the_last_visit() -> None:
    """What was learned changes the next visit at once, without one in between."""
    made = filled([source_of("a")], last=NOW)
    made.pace({"a": Pace(every=EVERY / 3)}, NOW)
    assert take(made, NOW + EVERY / 3) == ["a"]


def test_tick_costs_what_is_due_now() -> None:
    """With everything overdue a tick looks at the hosts that it takes, not at all that wait behind them."""
    made = filled([source_of(f"s{n}", host=f"h{n}") for n in range(MANY)])
    busy = tuple(f"h{n}.example.org" for n in range(10))
    assert len(take(made, NOW, busy=busy, hosts=40)) == 40
    assert len(made._heap) >= MANY - 40 - len(busy)
    assert len(take(made, NOW, busy=(), hosts=MANY)) == MANY - 40


def test_more_hosts_begin_where_more_are_watched() -> None:
    """14,000 hosts have all begun within ten minutes; a few are not asked all at once."""
    assert hosts_a_tick(328) == 20
    assert hosts_a_tick(14_000) * 120 >= 14_000
