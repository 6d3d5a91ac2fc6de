"""接口: how programs ask for feeds and data, and their tokens."""

from __future__ import annotations

import json

from datasette.utils.asgi import Response

from scheduler.notify.webhook_bodies import WEBHOOKS, example_of
from scheduler.review.accounts import account_of_owner, scopes_of
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.api_tokens import ApiToken, TokenScope

LONGEST_NAME = 60  # characters of a program's name
SCOPES_IN_CHINESE = {"read": "只读", "review": "读和判定", "admin": "全部"}


async def programs(visit: PageRequest) -> Response:
    """Show the addresses for programs and the tokens that the reader may see."""
    return await _page(visit)


async def create(visit: PageRequest) -> Response:
    """Make a token, and show it this once."""
    name, scope = visit.filled("name"), visit.filled("scope")
    if not 0 < len(name) <= LONGEST_NAME:
        raise PageError(400, "写上程序的名称，不超过 60 字。")
    granted = next((one for one in _scopes(visit) if one == scope), None)
    if granted is None:
        raise PageError(403, "您不能给出这个权限。")
    owner = visit.who if visit.site.must_log_in else None
    made, text = await visit.write(
        lambda archive: archive.api_tokens.create(name, granted, owner=owner, by=visit.who, now=visit.now)
    )
    return await _page(visit, made=made, text=text)


async def withdraw(visit: PageRequest) -> Response:
    """Let a token be valid no longer: one's own, or any for who manages."""
    id = visit.number("id")
    try:
        found = await visit.read(lambda archive: archive.api_tokens.get(id))
        if not _sees(visit, found):
            raise PageError(403, "这个令牌是别人的。")
        await visit.write(lambda archive: archive.api_tokens.withdraw(id, now=visit.now))
    except KeyError as error:
        raise PageError(404, "没有这个令牌，或它已经收回。") from error
    return visit.back("/programs", say=f"已收回“{found.name}”的令牌。")


async def _page(visit: PageRequest, *, made: ApiToken | None = None, text: str = "") -> Response:
    tokens = [one for one in await visit.read(lambda archive: archive.api_tokens.list()) if _sees(visit, one)]
    scopes = {scope: SCOPES_IN_CHINESE[scope] for scope in _scopes(visit)}
    return visit.html(
        "programs.html", tokens=tokens, scopes=scopes, words=SCOPES_IN_CHINESE, made=made, text=text,
        webhooks={type: json.dumps(example_of(type), ensure_ascii=False, indent=2) for type in WEBHOOKS},
    )  # fmt: skip


def _scopes(visit: PageRequest) -> tuple[TokenScope, ...]:
    """Return the scopes that may be given: none by who is known to a provider alone, whose word ends with a session."""
    account = account_of_owner(visit.settings, visit.who) if visit.site.must_log_in else visit.account
    return scopes_of(account) if account else ()


def _sees(visit: PageRequest, token: ApiToken) -> bool:
    return visit.may_manage or token.owner == visit.who


ROUTES = (
    Route(pattern="/programs", handler=programs),
    Route(pattern="/programs/tokens", handler=create, method="POST", admits="readers"),
    Route(pattern=r"/programs/tokens/(?P<id>\d+)/withdraw", handler=withdraw, method="POST", admits="readers"),
)
