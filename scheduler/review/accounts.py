"""Decide who gets in and what they may do: by the configuration, and by what a session says of its login."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.api_tokens import SCOPES, ApiToken, TokenScope

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.config.tables import Reviewer, ReviewRole

# The highest first.
ROLES: Mapping[str, str] = {"administrator": "管理员", "reviewer": "审阅员", "reader": "读者"}
SEAL_DIGITS = 32  # of the digest that ties a session to a password


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAccount:
    """A person who asks, and the role: readers look, reviewers also judge, administrators also configure."""

    name: str
    role: ReviewRole

    @property
    def manages(self) -> bool:
        """Whether they may change the configuration, and ask the archive with SQL."""
        return self.role == "administrator"

    @property
    def judges(self) -> bool:
        """Whether they may give verdicts and write notes."""
        return self.role != "reader"


def needs_login(settings: Settings) -> bool:
    """Return whether somebody is named who may log in, or a provider that knows them."""
    return bool(settings.reviewer) or settings.review.oidc is not None


def reviewer_of(settings: Settings, name: str) -> Reviewer | None:
    """Return the `[[reviewer]]` of a name, None when there is none."""
    return next((one for one in settings.reviewer if one.name == name), None)


def system_account(settings: Settings, name: str) -> ReviewAccount:
    """Return the account of the system's user, who may do everything where nobody has to log in."""
    return _account(settings, name, "administrator")


def account_of(settings: Settings, actor: Mapping[str, Any] | None) -> ReviewAccount | None:
    """Return the account of who asks, None for who does not get in (any more).

    `actor` is what a session made below holds, or a name alone when the request itself said who asks, by a password or
    by a trusted proxy. What `[[reviewer]]` says of a name counts before what the provider said.
    """
    if not actor:
        return None
    name = str(actor.get("id", ""))
    reviewer = reviewer_of(settings, name)
    if reviewer is not None and not reviewer.enabled:
        return None
    if "issuer" in actor:
        if not may_come_by_oidc(settings, name) or actor["issuer"] != getattr(settings.review.oidc, "issuer", None):
            return None
        return _account(settings, name, (reviewer and reviewer.own_role) or actor["role"])
    if reviewer is None or ("seal" in actor and actor["seal"] != _seal(reviewer)):
        return None
    return _account(settings, name, reviewer.own_role or reviewer.role)


def _account(settings: Settings, name: str, role: ReviewRole) -> ReviewAccount:
    """Return an account; over a copy of the archive everybody is a reader, for what is written there would be lost."""
    return ReviewAccount(name=name, role="reader" if settings.review.home else role)


def scopes_of(account: ReviewAccount) -> tuple[TokenScope, ...]:
    """Return the scopes that an account may give a token."""
    if account.manages:
        return SCOPES
    return SCOPES[:2] if account.judges else SCOPES[:1]


def scopes_of_token(settings: Settings, token: ApiToken) -> tuple[TokenScope, ...]:
    """Return what a token may do now: no more than its owner, nothing once that is no reviewer who gets in."""
    if token.owner is None:
        return tuple(scope for scope in token.scopes if scope in scopes_of(system_account(settings, "")))
    owner = account_of_owner(settings, token.owner)
    return tuple(scope for scope in token.scopes if scope in scopes_of(owner)) if owner else ()


def account_of_owner(settings: Settings, name: str | None) -> ReviewAccount | None:
    """Return the account of a token's owner: of an enabled `[[reviewer]]` only, for what a provider says ends."""
    reviewer = reviewer_of(settings, name) if name else None
    if reviewer is None or not reviewer.enabled:
        return None
    return _account(settings, reviewer.name, reviewer.own_role or reviewer.role)


def may_come_by_oidc(settings: Settings, name: str) -> bool:
    """Return whether a name may log in by OpenID Connect: not that of a password's owner, who could be another."""
    reviewer = reviewer_of(settings, name)
    return reviewer is None or (reviewer.enabled and reviewer.password_hash is None)


def password_session(reviewer: Reviewer) -> dict[str, str]:
    """Return what a session says of who gave this reviewer's password; it ends with that password."""
    return {"id": reviewer.name, "seal": _seal(reviewer)}


def oidc_session(name: str, role: ReviewRole, issuer: str) -> dict[str, str]:
    """Return what a session says of who came by OpenID Connect."""
    return {"id": name, "role": role, "issuer": issuer}


def _seal(reviewer: Reviewer) -> str:
    try:
        kept = reviewer.password_hash.reveal() if reviewer.password_hash else ""
    except LookupError:
        kept = ""
    return hashlib.sha256(kept.encode()).hexdigest()[:SEAL_DIGITS]
