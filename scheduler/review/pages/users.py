"""用户: who may log in and how, their roles, and links that invite somebody or set a password anew."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette.utils.asgi import Response

from crawler.toml import ConfigurationError
from scheduler.config.toml_edits import put_row
from scheduler.review.accounts import ROLES, needs_login
from scheduler.review.page_request import Handler, PageError, PageRequest, Route
from scheduler.review.pages.setup import changed
from storage.invitations import InvitationError
from storage.sign_ins import SignIn

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from scheduler.config.config import Settings
    from scheduler.config.tables import Reviewer

INVITATION_DAYS = (1, 3, 7, 30)
RESET_LINK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who may log in. `role` is None where the provider says it: it then said `provider_role` last."""

    name: str
    role: str | None
    enabled: bool
    has_password: bool
    provider_role: str | None
    last_at: datetime | None

    @property
    def may_have_password(self) -> bool:
        """Whether they can get a link to set one: who comes by OpenID Connect has none here."""
        return self.has_password or self.provider_role is None


async def users(visit: PageRequest) -> Response:
    """Show everybody who may log in, and the links that are open."""
    return await _page(visit)


async def invite(visit: PageRequest) -> Response:
    """Make a link that invites somebody with a role, and show it: this once."""
    visit.must_manage()
    role, days = visit.filled("role"), visit.filled("days")
    if role not in _roles(visit) or days not in map(str, INVITATION_DAYS):
        raise PageError(400, "请选角色和期限。")
    until = visit.now + timedelta(days=int(days))
    _, token = await visit.write(
        lambda archive: archive.invitations.add(role=role, by=visit.who, now=visit.now, expires_at=until)
    )
    return await _page(visit, link=f"{visit.settings.review.url}/join/{token}", about=f"邀请一位{ROLES[role]}")


async def reset(visit: PageRequest) -> Response:
    """Make a link with which somebody chooses a new password, and show it: this once."""
    visit.must_manage()
    name = _named(visit)
    if name not in {one.name for one in await _people(visit) if one.may_have_password}:
        raise PageError(404, "没有这个用户，或者不用密码登录。")
    until = visit.now + RESET_LINK
    _, token = await visit.write(
        lambda archive: archive.invitations.add(name=name, by=visit.who, now=visit.now, expires_at=until)
    )
    return await _page(visit, link=f"{visit.settings.review.url}/join/{token}", about=f"{name} 重设密码")


async def withdraw(visit: PageRequest) -> Response:
    """Let a link end unused."""
    visit.must_manage()
    id = visit.number("id")
    try:
        await visit.write(lambda archive: archive.invitations.withdraw(id, by=visit.who, now=visit.now))
    except InvitationError:
        return visit.back("/users", say="这个链接已经用过或收回了。", problem=True)
    return visit.back("/users", say="链接已收回。")


async def role(visit: PageRequest) -> Response:
    """Give somebody another role; none leaves it to the provider."""
    name, wanted = _named(visit), visit.filled("role")
    if wanted not in {"", *ROLES}:
        raise PageError(400, "没有这个角色。")
    said = f"{name} 改为{ROLES[wanted]}" if wanted else f"{name} 的角色由登录服务决定"
    return await _changed(visit, name, {"role": wanted or None, "administrator": None}, said)


def switching(on: bool) -> Handler:
    """Return the handler that lets somebody in, or shuts them out."""

    async def switch(visit: PageRequest) -> Response:
        name = _named(visit)
        return await _changed(visit, name, {"enabled": None if on else False}, f"{'启用' if on else '停用'}用户 {name}")

    return switch


async def _changed(visit: PageRequest, name: str, values: Mapping[str, Any], about: str) -> Response:
    """Write a change of somebody's row, unless nobody would be left who can change anything."""
    visit.must_manage()
    people = await _people(visit)
    if name not in {one.name for one in people}:
        raise PageError(404, "没有这个用户。")

    def edit(document: TOMLDocument) -> None:
        put_row(document, "reviewer", "name", {"name": name, **values}, instead_of=name)

    try:
        _, settings = await asyncio.to_thread(visit.site.file.tried, edit)
    except ConfigurationError:
        return await changed(visit, edit, about, "/users")  # which says what is wrong
    if not _has_administrator(settings):
        return visit.back("/users", say="没有改：至少要留一位能登录的管理员。", problem=True)
    return await changed(visit, edit, about, "/users")


async def _page(visit: PageRequest, *, link: str = "", about: str = "") -> Response:
    visit.must_manage()
    people = await _people(visit)
    invitations = await visit.read(lambda archive: archive.invitations.list())
    answer = visit.html(
        "users.html", people=people, invitations=[one for one in invitations if one.is_open(visit.now)], link=link,
        about=about, ROLES=ROLES, roles=_roles(visit), days=INVITATION_DAYS,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _people(visit: PageRequest) -> Sequence[Person]:
    sign_ins = await visit.read(lambda archive: archive.sign_ins.list())
    return people_of(visit.settings, sign_ins)


def people_of(settings: Settings, sign_ins: Sequence[SignIn]) -> list[Person]:
    """Return the reviewers of the file in its order, then who came by OpenID Connect and is not among them."""
    last = {one.name: one for one in sign_ins}
    known = {one.name for one in settings.reviewer}
    others = [one.name for one in sign_ins if one.subject and one.name not in known] if settings.review.oidc else []
    return [_person(one.name, one, last.get(one.name)) for one in settings.reviewer] + [
        _person(name, None, last[name]) for name in others
    ]


def _person(name: str, reviewer: Reviewer | None, last: SignIn | None) -> Person:
    comes_by_oidc = last is not None and last.subject is not None
    return Person(
        name=name, role=reviewer.own_role or (None if comes_by_oidc else reviewer.role) if reviewer else None,
        enabled=reviewer is None or reviewer.enabled, has_password=bool(reviewer and reviewer.password_hash),
        provider_role=last.role if last and comes_by_oidc else None, last_at=last.last_at if last else None,
    )  # fmt: skip


def _has_administrator(settings: Settings) -> bool:
    """Return whether somebody who gets in may change the configuration, as far as the file tells."""
    by_oidc = settings.review.oidc is not None and "administrator" in settings.review.oidc.roles.values()
    return by_oidc or any(one.enabled and one.own_role == "administrator" for one in settings.reviewer)


def _roles(visit: PageRequest) -> Sequence[str]:
    """Return the roles that somebody may be invited with: the first person has to be able to invite the others."""
    return tuple(ROLES) if needs_login(visit.settings) else ("administrator",)


def _named(visit: PageRequest) -> str:
    return unquote(visit.names["name"])


NAME = r"(?P<name>[^/?#]{1,600})"  # escaped: a Chinese character takes nine
ROUTES = (
    Route(pattern="/users", handler=users),
    Route(pattern="/users/invitations", handler=invite, method="POST"),
    Route(pattern=r"/users/invitations/(?P<id>\d+)/withdraw", handler=withdraw, method="POST"),
    Route(pattern=rf"/users/{NAME}/role", handler=role, method="POST"),
    Route(pattern=rf"/users/{NAME}/reset", handler=reset, method="POST"),
    Route(pattern=rf"/users/{NAME}/on", handler=switching(True), method="POST"),
    Route(pattern=rf"/users/{NAME}/off", handler=switching(False), method="POST"),
)
