"""Accounts of a NATS server as its operators make them: nkeys, and credentials that an operator has signed."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass

import nkeys


@dataclass(frozen=True)
class Key:
    """A pair of keys by its seed; `name` is the public one."""

    seed: bytes

    @classmethod
    def new(cls, prefix: int) -> Key:
        """Make a key of a user, an account or an operator."""
        return cls(nkeys.encode_seed(os.urandom(32), prefix))

    @property
    def name(self) -> str:
        """The public key, as servers and claims name it."""
        return str(nkeys.from_seed(bytearray(self.seed)).public_key.decode())

    def signed(self, subject: str, name: str, nats: dict[str, object]) -> str:
        """Return claims about a subject as a JWT that this key has signed."""
        claims = {"jti": name, "iat": 1, "iss": self.name, "sub": subject, "name": name, "nats": {"version": 2, **nats}}
        said = ".".join(_coded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ed25519-nkey"}, claims))
        return f"{said}.{_coded(nkeys.from_seed(bytearray(self.seed)).sign(said.encode()))}"


def user_key() -> Key:
    """Make the key of a user."""
    return Key.new(nkeys.PREFIX_BYTE_USER)


def signed_accounts() -> tuple[str, str]:
    """Return a server's configuration with an operator and an account, and the file of credentials of a user there."""
    operator, account = Key.new(nkeys.PREFIX_BYTE_OPERATOR), Key.new(nkeys.PREFIX_BYTE_ACCOUNT)
    user = user_key()
    most = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1)
    limits = {"limits": {**most, "wildcards": True}}
    of_operator = operator.signed(operator.name, "operator", {"type": "operator"})
    of_account = operator.signed(account.name, "account", {"type": "account", **limits})
    of_user = account.signed(user.name, "user", {"type": "user", "subs": -1, "data": -1, "payload": -1})
    conf = f"operator: {of_operator}\nresolver: MEMORY\nresolver_preload: {{ {account.name}: {of_account} }}\n"
    credentials = (
        f"-----BEGIN NATS USER JWT-----\n{of_user}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n"
    )
    return conf, credentials


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
