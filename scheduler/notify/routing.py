"""Decide which endpoint gets an announcement, when, and say why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.china_time.clock import DigestDay, end_of_quiet, next_at, next_hour
from scheduler.config.endpoint import Endpoint
from storage.records import BEIJING, Announcement
from storage.search.saved import Frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRoute:
    """How a message gets to an endpoint: by itself (`pending`) or gathered with others (`waiting`), from `due` on."""

    state: Literal["pending", "waiting"]
    due: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A saved search that wants an announcement at an endpoint. `frequency` None: at the endpoint's own times."""

    name: str
    frequency: Frequency | None = None


def route(
    endpoint: Endpoint,
    announcement: Announcement,
    now: datetime,
    *,
    subscriptions: Sequence[Subscription] = (),
    is_reminder: bool = False,
) -> EndpointRoute | None:
    """Return how an announcement gets to an endpoint, None when it does not want it.

    `subscriptions` are the saved searches that want it there, whatever the endpoint's own filters say. However many
    want it, it goes there once: at the earliest of their times and the endpoint's own. A reminder of a closing day
    waits for quiet hours only.
    """
    if endpoint.role != "audience":
        return None
    tests = list(_tests(endpoint, announcement))
    is_wanted = all(holds for holds, _ in tests)
    if not is_wanted and not subscriptions:
        return None
    reasons = [reason for _, reason in tests if reason] if is_wanted else []
    reasons += [f"订阅：{one.name}" for one in subscriptions]
    frequencies = [*([None] if is_wanted else []), *(one.frequency for one in subscriptions)]
    timings = (timing_of(endpoint, announcement, now, frequency=one) for one in frequencies)
    timing = _reminder_timing(endpoint, now) if is_reminder else min(timings, key=lambda one: one.due)
    return EndpointRoute(state=timing.state, due=timing.due, reason="; ".join([*reasons, timing.reason]))


def timing_of(
    endpoint: Endpoint, announcement: Announcement, now: datetime, *, frequency: Frequency | None = None
) -> EndpointRoute:
    """Return when an endpoint takes a message: urgent ones at once, others after quiet hours or with the digest.

    `frequency` is how often a saved search is sent, None where the endpoint's mode says so; quiet hours and the hour of
    the digest are the endpoint's either way. General plans wait for that hour at every endpoint, unless
    `section_policies` has them told at once.
    """
    if endpoint.urgent_score and announcement.score >= endpoint.urgent_score:
        return EndpointRoute(state="pending", due=now, reason=f"at once: urgent from {endpoint.urgent_score:g}")
    day = _day_of_digest(endpoint, frequency)
    if day or announcement.is_section:
        due = next_at(endpoint.digest_at, day or endpoint.digest_day, now)
        return EndpointRoute(state="waiting", due=due, reason=f"for the digest of {_shown(due)}")
    if frequency == "hourly":
        hour = next_hour(now)
        due = end_of_quiet(endpoint.quiet, hour) or hour
        return EndpointRoute(state="waiting", due=due, reason=f"for the digest of {_shown(due)}")
    return _soon(endpoint, now)


def _reminder_timing(endpoint: Endpoint, now: datetime) -> EndpointRoute:
    """Return when an endpoint takes a reminder: now, whichever digest the act itself waited for.

    Where digests are sent, those of one day come together.
    """
    if endpoint.mode == "digest":
        return EndpointRoute(state="waiting", due=now, reason="a reminder")
    return _soon(endpoint, now)


def _soon(endpoint: Endpoint, now: datetime) -> EndpointRoute:
    """Return how a message gets to an endpoint that is told at once, after its quiet hours."""
    quiet_until = end_of_quiet(endpoint.quiet, now)
    if quiet_until:
        return EndpointRoute(state="waiting", due=quiet_until, reason=f"quiet hours until {_shown(quiet_until)}")
    return EndpointRoute(state="pending", due=now, reason="at once")


def _day_of_digest(endpoint: Endpoint, frequency: Frequency | None) -> DigestDay | None:
    """Return the day whose digest a message waits for, None where it waits for none."""
    if frequency == "daily":
        return "daily"
    if frequency == "weekly":
        return "mon" if endpoint.digest_day == "daily" else endpoint.digest_day
    return endpoint.digest_day if frequency is None and endpoint.mode == "digest" else None


def lies_in(code: str, region: str) -> bool:
    """True for the region itself and for what lies in it; the nation stands for itself only."""
    inside = region.removesuffix("00").removesuffix("00")
    return code == region or (region != "000000" and code.startswith(inside))


def _tests(endpoint: Endpoint, announcement: Announcement) -> Iterator[tuple[bool, str]]:
    """Yield what an endpoint asks for: whether the announcement has it, and how that is said."""
    code = announcement.region.code if announcement.region else ""
    found = next((region for region in endpoint.regions if lies_in(code, region)), None)
    yield not endpoint.regions or found is not None, f"region {code} in {found}" if found else ""
    tracks = [track for track in endpoint.tracks if track in announcement.tracks]
    yield not endpoint.tracks or bool(tracks), f"track {'、'.join(tracks)}" if tracks else ""
    for name, wanted in (("act", endpoint.acts), ("instrument", endpoint.instruments)):
        value = getattr(announcement, name)
        yield not wanted or value in wanted, f"{name} {value}" if wanted else ""
    least = endpoint.min_score
    yield announcement.score >= least, f"score {announcement.score:g} >= {least:g}" if least else ""


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%m-%d %H:%M}"
