"""A real OpenID Connect provider on loopback: discovery, keys, authorization codes bound by PKCE, RSA signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "futurewatch", "a secret of the client"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})  # pretends to be the first


@dataclass
class LocalOidc:
    """A provider whose person logs in at once. `claims` go into its token; a claim that is None is left out."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | OctKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    refuses: bool = False
    userinfo: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "jwks_uri": f"{self.url}/keys",
            "token_endpoint": f"{self.url}/token", "userinfo_endpoint": f"{self.url}/userinfo", **self.metadata,
        }  # fmt: skip

    def code(self, query: dict[str, str]) -> str:
        """Return a code for a login that was asked for, as the provider's page leads back with it."""
        made = secrets.token_urlsafe(16)
        self.codes[made] = query
        return made

    def token(self, asked: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Return what the token endpoint answers: once for each code, to the client alone, and to who began."""
        begun = self.codes.pop(asked.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if authorization != f"Basic {basic}" or begun is None:
            return 401, {"error": "invalid_client"}
        if begun["code_challenge"] != challenge.rstrip(b"=").decode() or begun["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": "4711", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": begun["nonce"],
            **self.claims,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": "one"}
        said = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self.key, [self.algorithm])
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": said}


@contextmanager
def open_oidc() -> Iterator[LocalOidc]:
    """Serve a provider on a free port of the loopback address."""
    provider = LocalOidc()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    with server:
        yield provider
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    provider: LocalOidc

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(200, self.provider.described())
            case "/keys":
                self._answer(200, {"keys": [KEY.as_dict(private=False)]})
            case "/userinfo" if self.headers.get("Authorization") == "Bearer opaque":
                self._answer(200, {"sub": "4711", **self.provider.userinfo})
            case "/authorize":
                self._lead_back({name: values[0] for name, values in parse_qs(parts.query).items()})
            case _:
                self._answer(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = {name: values[0] for name, values in body.items()}
        self._answer(*self.provider.token(asked, self.headers.get("Authorization", "")))

    def _lead_back(self, query: dict[str, str]) -> None:
        said = {"error": "access_denied"} if self.provider.refuses else {"code": self.provider.code(query)}
        self.send_response(303)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(said | {'state': query['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
