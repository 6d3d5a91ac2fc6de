"""Decide which endpoint gets an announcement, when, and say why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.china_time.clock import end_of_quiet, next_at
from scheduler.config.endpoint import Endpoint
from storage.records import BEIJING, Announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRoute:
    """How a message gets to an endpoint: by itself (`pending`) or gathered with others (`waiting`), from `due` on."""

    state: Literal["pending", "waiting"]
    due: datetime
    reason: str


def route(
    endpoint: Endpoint, announcement: Announcement, now: datetime, *, subscriptions: Sequence[str] = ()
) -> EndpointRoute | None:
    """Return how an announcement gets to an endpoint, None when it does not want it.

    `subscriptions` are the saved searches that want it there, whatever the endpoint's own filters say.
    """
    if endpoint.role != "audience":
        return None
    tests = list(_tests(endpoint, announcement))
    is_wanted = all(holds for holds, _ in tests)
    if not is_wanted and not subscriptions:
        return None
    reasons = [reason for _, reason in tests if reason] if is_wanted else []
    reasons += [f"订阅：{name}" for name in subscriptions]
    timing = timing_of(endpoint, announcement, now)
    return EndpointRoute(state=timing.state, due=timing.due, reason="; ".join([*reasons, timing.reason]))


def timing_of(endpoint: Endpoint, announcement: Announcement, now: datetime) -> EndpointRoute:
    """Return when an endpoint takes a message: urgent ones at once, others after quiet hours or with the digest.

    General plans wait for the hour of the digest at every endpoint, unless `section_policies` has them told at once.
    """
    if endpoint.urgent_score and announcement.score >= endpoint.urgent_score:
        return EndpointRoute(state="pending", due=now, reason=f"at once: urgent from {endpoint.urgent_score:g}")
    if endpoint.mode == "digest" or announcement.is_section:
        due = next_at(endpoint.digest_at, endpoint.digest_day, now)
        return EndpointRoute(state="waiting", due=due, reason=f"for the digest of {_shown(due)}")
    quiet_until = end_of_quiet(endpoint.quiet, now)
    if quiet_until:
        return EndpointRoute(state="waiting", due=quiet_until, reason=f"quiet hours until {_shown(quiet_until)}")
    return EndpointRoute(state="pending", due=now, reason="at once")


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
