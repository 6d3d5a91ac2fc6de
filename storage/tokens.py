"""Make tokens that programs and links carry: nobody guesses one, and only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32  # of chance: nobody guesses one, so its hash needs no salt and no slowness


def new_token() -> str:
    """Return a new token, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the hash that is kept in place of a token, 64 hexadecimal digits; of any text that somebody sends."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
