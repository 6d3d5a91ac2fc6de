"""Log people in by OpenID Connect: authorization code with PKCE, state and nonce, checked by the provider's own keys.

Nothing is kept between the two halves: what the second needs travels in a signed cookie of the browser that began.
Needs the extra `oidc`.
"""

from __future__ import annotations

import hmac
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from scheduler.config.tables import PERSON, OidcSettings, ReviewRole
from scheduler.notify.web_client import ask, http_client
from scheduler.review.accounts import ROLES

TIMEOUT_SECONDS = 10.0  # for each of the three or four requests of a login
CLOCK_LEEWAY_SECONDS = 60  # that the clocks of provider and this machine may differ
LONGEST_NAME = 60  # characters
# Signatures by a private key only: with a secret that both sides know, or with none, a token proves nothing.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
AGAIN = "这次登录已过期，或者不是从这里开始的：请再点一次登录。"
CLAIMS = {
    "iss": "登录凭证不是配置里的登录服务签发的，已拒绝。",
    "aud": "登录凭证是签发给别的程序的，已拒绝。",
    "azp": "登录凭证是签发给别的程序的，已拒绝。",
    "nonce": "登录凭证不是为这次登录签发的，已拒绝：请再点一次登录。",
    "exp": "登录凭证已过期：请再点一次登录；总是这样时，请管理员核对本机和登录服务的时钟。",
    "iat": "登录凭证的签发时间在将来：请管理员核对本机和登录服务的时钟。",
}


class OidcError(Exception):
    """A login that did not come about. Carries what to tell the reader, and the HTTP status."""

    def __init__(self, said: str, status: int = 502) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcIdentity:
    """The person who logged in. `subject` is issuer and sub: it stays the same when the name is changed there."""

    subject: str
    name: str
    role: ReviewRole


def missing() -> str:
    """Return how the extra is installed, an empty string where it is."""
    return "" if importlib.util.find_spec("authlib") else "pip install 'futurewatch[oidc]'"


async def begin(oidc: OidcSettings, back: str) -> tuple[str, dict[str, str]]:
    """Return the provider's address that a browser is to be led to, and what `finish` needs then.

    Raises:
        OidcError: the provider does not answer as one.
    """
    from authlib.common.security import generate_token
    from authlib.oauth2.client import OAuth2Client

    metadata = await _metadata(oidc)
    kept = {name: generate_token(48) for name in ("state", "nonce", "verifier")}
    client = OAuth2Client(
        None, client_id=oidc.client_id, scope=" ".join(oidc.scopes), redirect_uri=back, code_challenge_method="S256"
    )
    url, _ = client.create_authorization_url(
        metadata["authorization_endpoint"], state=kept["state"], nonce=kept["nonce"], code_verifier=kept["verifier"]
    )
    return str(url), kept


async def finish(
    oidc: OidcSettings, back: str, kept: Mapping[str, str], answer: Mapping[str, str], now: datetime
) -> OidcIdentity:
    """Return who logged in. `kept` is what `begin` gave, `answer` the query that the provider led back with.

    Raises:
        OidcError: it is another login's answer, the provider refused, its token is not right, or gives no role.
    """
    state = kept.get("state", "")
    if not state or not hmac.compare_digest(state.encode(), answer.get("state", "").encode()):
        raise OidcError(AGAIN, 400)
    if "error" in answer:
        raise OidcError(f"登录服务没有放行：{answer['error'][:100]}。", 403)
    if answer.get("iss", oidc.issuer) != oidc.issuer:
        raise OidcError(CLAIMS["iss"])
    metadata = await _metadata(oidc)
    tokens = await _tokens(oidc, metadata, back, kept, answer.get("code", ""))
    keys = await _fetch("GET", metadata["jwks_uri"])
    claims = _claims(oidc, tokens, keys, kept["nonce"], now)
    if (_claim(claims, oidc.name_claim) is None or _claim(claims, oidc.role_claim) is None) and (
        more := metadata.get("userinfo_endpoint")
    ):
        told = await _fetch("GET", more, headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"})
        claims = {**told, **claims} if told.get("sub") == claims["sub"] else claims
    return _identity(oidc, claims)


async def _metadata(oidc: OidcSettings) -> dict[str, Any]:
    from authlib.oidc.discovery import get_well_known_url

    found = await _fetch("GET", get_well_known_url(oidc.issuer, external=True))
    if found.get("issuer") != oidc.issuer:
        raise OidcError(f"登录服务自称 {found.get('issuer')}，配置里写的是 {oidc.issuer}：请管理员核对。")
    if not all(isinstance(found.get(f), str) for f in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
        raise OidcError("登录服务的说明不完整，登录不了：请管理员核对配置里的地址。")
    return found


async def _tokens(
    oidc: OidcSettings, metadata: Mapping[str, Any], back: str, kept: Mapping[str, str], code: str
) -> dict[str, Any]:
    """Return what the provider gives for a code."""
    from authlib.oauth2.auth import ClientAuth

    offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
    try:
        secret = oidc.client_secret.reveal() if oidc.client_secret else None
    except LookupError as error:
        raise OidcError("配置里登录服务的密钥读不了：请联系管理员。", 500) from error
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": kept["verifier"]}
    url, headers, body = ClientAuth(oidc.client_id, secret, method if secret else "none").prepare(
        "POST", metadata["token_endpoint"], {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(asked)
    )
    return await _fetch("POST", url, headers=headers, content=body.encode())


def _claims(
    oidc: OidcSettings, tokens: Mapping[str, Any], keys: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """Return what an id token says, once it is shown to be the provider's, for us, for this login, and of now."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import ClaimError, JoseError
    from joserfc.jwk import KeySet

    try:
        token = jwt.decode(str(tokens.get("id_token", "")), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]  # it checks the keys itself
        claims = CodeIDToken(
            token.claims, token.header,
            {"iss": {"essential": True, "value": oidc.issuer}, "aud": {"essential": True, "value": oidc.client_id}},
            {"nonce": nonce, "client_id": oidc.client_id, "access_token": tokens.get("access_token")},
        )  # fmt: skip
        claims.validate(now=int(now.timestamp()), leeway=CLOCK_LEEWAY_SECONDS)
    except ClaimError as error:
        raise OidcError(CLAIMS.get(error.claim, f"登录凭证里的 {error.claim} 不对，已拒绝。")) from error
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise OidcError("登录凭证的签名不对，已拒绝。") from error
    return dict(claims)


def _identity(oidc: OidcSettings, claims: Mapping[str, Any]) -> OidcIdentity:
    name = _claim(claims, oidc.name_claim)
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not re.fullmatch(PERSON, name):
        raise OidcError(f"登录服务没有给出可用的名字（{oidc.name_claim}）：请管理员核对。", 403)
    said = _claim(claims, oidc.role_claim)
    values = said if isinstance(said, list) else [said]
    given = {oidc.roles[value] for value in values if isinstance(value, str) and value in oidc.roles}
    role = min(given, key=list(ROLES).index, default=None)
    if role is None:
        raise OidcError(f"{name} 在登录服务里没有能进来的角色（{oidc.role_claim}）：请管理员分配。", 403)
    return OidcIdentity(subject=f"{oidc.issuer} {claims['sub']}", name=name, role=role)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim, None when there is none; "a.b" is b within a unless a claim is called so."""
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


async def _fetch(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
) -> dict[str, Any]:
    """Return the JSON object that the provider answers."""
    try:
        async with http_client(TIMEOUT_SECONDS) as client:
            asked = {"Accept": "application/json", **(headers or {})}
            answer = await ask(client, method, url, headers=asked, content=content)
        found = json.loads(answer.content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OidcError(f"登录服务连不上（{type(error).__name__}）：请过一会儿再试，或联系管理员。") from error
    except ValueError as error:
        raise OidcError(f"登录服务答了读不懂的内容（{answer.status_code}）：请过一会儿再试。") from error
    if not isinstance(found, dict) or answer.status_code != httpx.codes.OK:
        why = found.get("error") if isinstance(found, dict) else None
        raise OidcError(f"登录服务拒绝了这次登录（{why or answer.status_code}）：请再点一次登录，或联系管理员。")
    return found
