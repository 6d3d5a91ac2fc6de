"""推送: what every endpoint has, what waits and why, what died; send it again, decide about floods."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import Response

from scheduler.config.endpoint import Endpoint
from scheduler.notify.channels.registry import channel_names
from scheduler.notify.replay import decide_flood, replay
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.overview.deliveries import EndpointHealth
from storage.records import Delivery

MOST_DELIVERIES = 100  # dead letters, and as many that wait; Datasette's table has them all
ID = r"(?P<id>msg_[0-9a-f]{32}|[\w-]{1,80})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message and what it is about, in words."""

    delivery: Delivery
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A flood that waits for a decision: the question, how many messages it holds, some of their titles."""

    delivery: Delivery
    held: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverRow:
    """An endpoint. `declared` is None when the configuration has it no more; `health` when it was never written to."""

    name: str
    declared: Endpoint | None
    health: EndpointHealth | None


async def deliveries(visit: PageRequest) -> Response:
    """Show the endpoints, dead letters, floods that ask, and what waits."""
    declared = {one.name: one for one in visit.settings.endpoint}

    def read(archive: Archive) -> dict[str, Any]:
        overview = archive.delivery_overview
        known = overview.endpoints(now=visit.now)
        return {
            "receivers": [
                ReceiverRow(name=name, declared=declared.get(name), health=known.get(name))
                for name in dict.fromkeys([*declared, *known])
            ],
            "dead": [_told(one) for one in overview.dead(limit=MOST_DELIVERIES)],
            "waiting": [_told(one) for one in overview.waiting(limit=MOST_DELIVERIES)],
            "questions": [_question(archive, one) for one in overview.questions(limit=MOST_DELIVERIES)],
        }  # fmt: skip

    return visit.html("deliveries.html", ENDPOINTS=channel_names(), **await visit.read(read))


async def send_again(visit: PageRequest) -> Response:
    """Make a dead message pending again, or all of them."""
    id = visit.names.get("id")
    number = await visit.write(
        lambda archive: replay(archive, visit.settings.endpoint, ids=[id] if id else None, now=visit.now)
    )
    if not number:
        raise PageError(409, "没有可以重发的：它已经重发，或者不存在")
    return visit.back("/deliveries", say=f"{number} 条已放回队列，轮到时重发。")


def deciding(releases: bool, word: str) -> Callable[[PageRequest], Any]:
    """Return the handler that sends or drops what a flood's question holds."""

    async def decide(visit: PageRequest) -> Response:
        number = await visit.write(
            lambda archive: decide_flood(
                archive, visit.names["id"], releases=releases, review_url=visit.settings.review.url, now=visit.now
            )
        )
        if not number:
            raise PageError(409, "这里没有暂存的消息：已经有人处理过")
        return visit.back("/deliveries", say=f"{number} 条{word}")

    return decide


def _told(delivery: Delivery) -> Told:
    """Return a message with what it is about; a payload that is not ours says nothing."""
    data = json.loads(delivery.payload).get("data") or {}
    said = data.get("announcement") or {}
    incident = data.get("incident") or {}
    about = said.get("title") or incident.get("summary") or (f"{data['count']} 条" if "count" in data else "")
    return Told(delivery=delivery, about=str(about))


def _question(archive: Archive, delivery: Delivery) -> Question:
    held = archive.digests.held(delivery.id)
    return Question(delivery=delivery, held=len(held), titles=tuple(_told(one).about for one in held[:5]))


ROUTES = (
    Route(pattern="/deliveries", handler=deliveries),
    Route(pattern="/deliveries/replay", handler=send_again, method="POST"),
    Route(pattern=rf"/deliveries/{ID}/replay", handler=send_again, method="POST"),
    Route(pattern=rf"/deliveries/{ID}/release", handler=deciding(True, "作为一条汇总发出。"), method="POST"),
    Route(pattern=rf"/deliveries/{ID}/discard", handler=deciding(False, "已放弃。"), method="POST"),
)
