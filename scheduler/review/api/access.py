"""Decide which program asks and what it may do: by its token, or by the login of the reviewer who asks.

On loopback without logins everybody reads, as on the pages. A write always needs a token: a browser that is led here
from elsewhere sends its cookies along, but no token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request as DatasetteRequest
from starlette.requests import Request

from scheduler.review.accounts import ReviewAccount, scopes_of_token
from scheduler.review.page_request import PageSite
from storage.api_tokens import ApiToken, TokenScope

if TYPE_CHECKING:
    pass

ASK_FOR_LOGIN = {"WWW-Authenticate": 'Basic realm="FutureWatch"'}
ASK_FOR_TOKEN = {"WWW-Authenticate": 'Bearer realm="FutureWatch"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The program or person that asks. `key` tells it from others, for the rate; `name` signs what it writes."""

    key: str
    name: str
    scope: TokenScope


class RefusedError(Exception):
    """A request that is not answered: its status, the problem and the headers that say what would be."""

    def __init__(self, status: int, problem: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem
        self.headers = dict(headers or {})


class Access:
    """Tells who asks a site."""

    def __init__(self, site: PageSite) -> None:
        self._site = site

    async def caller(self, request: Request, scope: TokenScope, *, in_address: bool = False) -> Caller:
        """Return who asks; `in_address`: a token may stand in the query, for readers that send no headers.

        Raises:
            RefusedError: it is nobody who may do what the scope stands for.
        """
        await self._site.take_up_changes()
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        text = text if kind.lower() == "bearer" else request.query_params.get("token", "") if in_address else ""
        if text:
            return await self._of_token(text.strip(), scope)
        if scope != "read":
            raise RefusedError(401, f"a token with the scope {scope} is needed", ASK_FOR_TOKEN)
        address = request.client.host if request.client else ""
        account = await self._account(request)
        if account is None:
            raise RefusedError(401, "a login or a token is needed", ASK_FOR_LOGIN if in_address else ASK_FOR_TOKEN)
        return Caller(key=f"{account.name}@{address}", name=account.name, scope="read")

    async def _of_token(self, text: str, scope: TokenScope) -> Caller:
        try:
            token: ApiToken = await self._site.read(lambda archive: archive.api_tokens.valid(text))
        except KeyError as error:
            raise RefusedError(401, "the token is not valid", ASK_FOR_TOKEN) from error
        granted = scopes_of_token(self._site.settings, token)
        if not granted:
            raise RefusedError(401, "the token's owner is no reviewer any more", ASK_FOR_TOKEN)
        if scope not in granted:
            raise RefusedError(403, f"the token has not the scope {scope}")
        return Caller(key=f"token {token.id}", name=token.owner or token.created_by, scope=token.scope)

    async def _account(self, request: Request) -> ReviewAccount | None:
        """Return the account that a session, name and password, or a trusted proxy names, else that of nobody."""
        asked = DatasetteRequest(request.scope, request.receive)
        for found in pm.hook.actor_from_request(datasette=self._site.datasette, request=asked):
            actor = await await_me_maybe(found)
            if actor:
                return self._site.account_of(actor)
        return self._site.account_of(None)
