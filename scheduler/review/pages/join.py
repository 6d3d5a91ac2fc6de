"""加入: an invited person chooses name and password, or somebody a new password; the link works once."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from functools import partial
from typing import Any

from datasette.utils.asgi import Response
from datasette_auth_passwords.utils import hash_password

from crawler.toml import ConfigurationError
from scheduler.config.fault_words import fault_in_chinese
from scheduler.config.kept_secrets import keep_secret
from scheduler.config.tables import PERSON
from scheduler.config.toml_edits import put_row
from scheduler.config.written import ChangeError
from scheduler.review.accounts import ROLES, reviewer_of
from scheduler.review.oidc import LONGEST_NAME
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.login import let_in
from storage.archive import Archive
from storage.invitations import Invitation, InvitationError
from storage.sign_ins import NameTakenError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200  # characters; NIST SP 800-63B asks for 8 at least
GONE = "这个链接用过了、收回了或过期了：请管理员再发一个。"


async def join(visit: PageRequest) -> Response:
    """Show what the link is for, and ask for what it needs."""
    return _form(visit, await visit.read(partial(_open, visit)))


async def accept(visit: PageRequest) -> Response:
    """Make the account, or set its password, and let its owner in."""
    invitation = await visit.read(partial(_open, visit))
    name = invitation.name or unicodedata.normalize("NFC", visit.filled("name"))
    password, again = (next(iter(visit.form.get(key, ())), "") for key in ("password", "again"))
    wrong = _wrong_name(visit, invitation, name) | _wrong_password(password, again)
    if wrong:
        return _form(visit, invitation, name, wrong)
    try:
        hashed = await asyncio.to_thread(hash_password, password)
        await visit.write(partial(_take, visit, name, hashed))
    except NameTakenError:
        return _form(visit, invitation, name, {"name": f"已经有一个叫“{name}”的了。"})
    except ConfigurationError as error:
        return _form(visit, invitation, name, {"name": "".join(map(fault_in_chinese, error.faults))})
    except (ChangeError, OSError) as error:
        raise PageError(409, f"配置文件写不进去：{error}。链接还能用，请管理员先改好。") from error
    await visit.site.take_up_changes()
    return await let_in(visit, name)


def _take(visit: PageRequest, name: str, hashed: str, archive: Archive) -> None:
    """Use the link up and write the account into the configuration: both, or neither."""
    try:
        invitation = archive.invitations.use(visit.names["token"], by=name, now=visit.now)
    except InvitationError as error:
        raise PageError(410, GONE) from error
    taken = {one.name.casefold() for one in archive.sign_ins.list() if one.subject}
    if not invitation.name and name.casefold() in taken:
        raise NameTakenError(name)
    file = visit.site.file
    values: dict[str, Any] = {"password_hash": keep_secret(file.path, f"{name}.password", hashed)}
    if invitation.name:
        about = f"{name} 重设密码"
    else:
        values = {"name": name, "role": invitation.role} | values
        about = f"{name} 接受 {invitation.made_by} 的邀请，成为{ROLES.get(invitation.role or '')}"
    edit = partial(put_row, table="reviewer", key="name", values=values, instead_of=invitation.name or "")
    file.change(edit, who=name, about=about, now=visit.now)


def _open(visit: PageRequest, archive: Archive) -> Invitation:
    try:
        found = archive.invitations.open(visit.names["token"], visit.now)
    except InvitationError as error:
        raise PageError(410, GONE) from error
    if found.name and reviewer_of(visit.settings, found.name) is None:
        raise PageError(410, GONE)
    return found


def _wrong_name(visit: PageRequest, invitation: Invitation, name: str) -> dict[str, str]:
    if invitation.name:
        return {}
    if len(name) > LONGEST_NAME or not re.fullmatch(PERSON, name):
        return {"name": "名字只能用文字、数字、点、横线和下划线，不能留空。"}
    taken = {one.name.casefold() for one in visit.settings.reviewer}
    return {"name": f"已经有一个叫“{name}”的了。"} if name.casefold() in taken else {}


def _wrong_password(password: str, again: str) -> dict[str, str]:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return {"password": f"密码至少 {SHORTEST_PASSWORD} 个字符。"}
    return {} if password == again else {"again": "两次输入的密码不一样。"}


def _form(visit: PageRequest, invitation: Invitation, name: str = "", wrong: dict[str, str] | None = None) -> Response:
    return visit.html(
        "join.html", 400 if wrong else 200, invitation=invitation, name=name, wrong=wrong or {}, ROLES=ROLES,
        shortest=SHORTEST_PASSWORD,
    )  # fmt: skip


JOIN = r"/join/(?P<token>[\w-]{20,100})"
ROUTES = (
    Route(pattern=JOIN, handler=join, admits="all"),
    Route(pattern=JOIN, handler=accept, method="POST", admits="all"),
)
