"""Take verdicts from buttons on cards: whose request it is, the vendor's signature says; what a person may, the file.

A vendor tells of a press at `/api/v1/cards/ENDPOINT`. It is no address for programs: no token opens it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.config.endpoint import Endpoint
from scheduler.config.tables import Reviewer
from scheduler.notify.channels.callback import (
    Callback,
    CallbackError,
    CallbackKeys,
    CallbackRequest,
    CardPress,
    VendorAnswer,
    keys_of,
)
from scheduler.notify.channels.registry import channels
from scheduler.review.accounts import account_of_owner
from scheduler.review.api.access import RefusedError
from scheduler.review.give_verdict import StaleVerdictError, judge_announcement
from scheduler.review.page_request import PageSite
from scheduler.review.wording import VERDICTS
from storage.archive import Archive
from storage.verdicts import SeenState, VerdictError

log = structlog.get_logger()
PATH = "/api/v1/cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOutcome:
    """The words for who pressed, and whether the verdict stands as they wanted."""

    said: str
    is_done: bool = False


class Cards:
    """The callback addresses of a site, one for each endpoint whose cards have buttons."""

    def __init__(self, site: PageSite) -> None:
        self._site = site

    @property
    def routes(self) -> list[Route]:
        """Where they are served."""
        return [Route(f"{PATH}/{{endpoint}}", self._told, methods=["GET", "POST"])]

    async def _told(self, request: Request) -> Response:
        await self._site.take_up_changes()
        endpoint, callback, keys = self._asked(request.path_params["endpoint"])
        now = datetime.now(UTC)
        asked = CallbackRequest(
            query=dict(request.query_params), headers=dict(request.headers), body=await request.body(), now=now
        )
        try:
            press = callback.read(asked, keys, endpoint)
        except CallbackError as error:
            log.warning("press refused", endpoint=endpoint.name, why=str(error))
            raise RefusedError(403, str(error)) from error
        answer = press if isinstance(press, VendorAnswer) else await self._judged(endpoint, callback, keys, press, now)
        return Response(answer.body, media_type=answer.media_type)

    async def _judged(
        self, endpoint: Endpoint, callback: Callback, keys: CallbackKeys, press: CardPress, now: datetime
    ) -> VendorAnswer:
        outcome = await asyncio.to_thread(self._site.write, lambda archive: self._judge(archive, endpoint, press, now))
        return callback.answer(press, outcome.said, outcome.is_done, keys, endpoint, now)

    def _asked(self, name: str) -> tuple[Endpoint, Callback, CallbackKeys]:
        endpoint = next((one for one in self._site.settings.endpoint if one.name == name), None)
        callback = channels()[endpoint.kind].callback if endpoint else None
        try:
            keys = keys_of(endpoint) if endpoint else None
        except LookupError as error:
            raise RefusedError(503, "the endpoint's callback_token or callback_key cannot be read") from error
        if endpoint is None or callback is None or keys is None:
            raise RefusedError(404, "there is no endpoint of this name with buttons")
        return endpoint, callback, keys

    def _judge(self, archive: Archive, endpoint: Endpoint, press: CardPress, now: datetime) -> CardOutcome:
        """Give the verdict of a press, once; say what came of it."""
        settings = self._site.settings
        reviewer = _known_as(settings.reviewer, endpoint.name, press.by)
        account = account_of_owner(settings, reviewer.name if reviewer else None)
        if account is None:
            log.warning("press of nobody", endpoint=endpoint.name, person=press.by)
            known_as = f'known_as = {{ "{endpoint.name}" = "{press.by}" }}'
            return CardOutcome(said=f"没有记下：请管理员在您的 [[reviewer]] 里写 {known_as}")
        if not account.judges:
            return CardOutcome(said="没有记下：您的帐号只能看，不能判定")
        id, seen = f"{endpoint.name} {press.id}", SeenState(version=press.version, verdict=0)
        before = archive.verdicts.pressed(id)
        if before is not None:
            return CardOutcome(
                said=f"已经记下过：{VERDICTS[before.verdict]}（{before.who}）", is_done=before.undone_at is None
            )
        try:
            judge_announcement(
                archive, press.act, press.verdict, who=account.name, reason=press.reason, settings=settings, now=now,
                seen=seen, press=id,
            )  # fmt: skip
        except VerdictError:
            return CardOutcome(said="没有记下：没有这一条，或它已并入另一条")
        except StaleVerdictError as error:
            return CardOutcome(said=_stale(error))
        return CardOutcome(said=f"{VERDICTS[press.verdict]}：{account.name}", is_done=True)


def _known_as(reviewers: tuple[Reviewer, ...], endpoint: str, id: str) -> Reviewer | None:
    return next((one for one in reviewers if one.known_as.get(endpoint) == id), None)


def _stale(stale: StaleVerdictError) -> str:
    if stale.standing is None:
        return "没有记下：这一条后来有更新，请在新的消息或页面上判定"
    return f"没有记下：{stale.standing.who} 已判为{VERDICTS[stale.standing.verdict]}，要改请到页面上"
