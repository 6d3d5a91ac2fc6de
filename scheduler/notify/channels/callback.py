"""Define how a vendor tells of a pressed button on a card, and how that is answered. Pure.

A kind of endpoint whose cards may have buttons has a `Callback`; scheduler/review/api/cards.py serves it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, cast, get_args

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from scheduler.config.endpoint import Endpoint
from storage.records import VerdictValue

VERDICT_WORDS: Mapping[str, str] = {"confirmed": "确认", "watch": "关注", "rejected": "误报"}
USUAL_REASONS = (
    "旧闻重发", "企业或市场消息，不是政府行为", "会议、调研报道，没有政策", "与未来产业无关", "转载，已有原文",
    "征集、培训、招聘通知",
)  # fmt: skip
FRESH = timedelta(minutes=5)  # between the vendor's clock and ours, its repeats included; an older request is refused
JSON_MEDIA, XML_MEDIA, TEXT_MEDIA = "application/json", "application/xml", "text/plain"


class CallbackError(Exception):
    """A request that is not the vendor's, or not of now. The message says what is wrong with it, and no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackKeys:
    """The two secrets of an application's callback, as the vendor's console shows them."""

    token: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """A request as it came; names of headers are in small letters."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: datetime

    def check_time(self, seconds: str) -> None:
        """Raise `CallbackError` unless it was signed just now; `seconds` since the epoch, as the vendor writes them."""
        at = datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() and len(seconds) < 12 else None
        if at is None or abs(self.now - at) > FRESH:
            raise CallbackError("the request is not of now")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPress:
    """A button that was pressed. `id` is the same when the vendor tells of it again.

    `by` is the vendor's id of a person, `version` is that of the act in the message; `reason` belongs to a rejection.
    """

    id: str
    by: str
    act: int
    version: int
    verdict: VerdictValue
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorAnswer:
    """The body that a vendor is answered with."""

    body: bytes
    media_type: str


ReadRequest: TypeAlias = Callable[[CallbackRequest, CallbackKeys, Endpoint], CardPress | VendorAnswer]
AnswerPress: TypeAlias = Callable[[CardPress, str, bool, CallbackKeys, Endpoint, datetime], VendorAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """How a vendor's requests are read and answered.

    `read` returns the press, or the answer to a trial of the address; it raises `CallbackError`. `answer` gets words
    for the person who pressed, and whether the verdict stands now as they wanted. `is_apart`: buttons come in a card
    behind the text. `check_key` raises `ValueError` for a key of the wrong form.
    """

    read: ReadRequest
    answer: AnswerPress
    is_apart: bool
    check_key: Callable[[str], object]


def keys_of(endpoint: Endpoint) -> CallbackKeys | None:
    """Return the secrets of an endpoint's callback, None where its cards have no buttons. Raises `LookupError`."""
    token, key = endpoint.callback_token, endpoint.callback_key
    return CallbackKeys(token=token.reveal(), key=key.reveal()) if token and key else None


def press_of(id: str, by: str, said: Mapping[str, object], reason: str) -> CardPress:
    """Return the press that a button's value means. Raises `CallbackError` when no button of ours has it."""
    act, version, verdict = (str(said.get(name, "")) for name in ("act", "version", "verdict"))
    if not (id and by and _is_number(act) and _is_number(version) and verdict in get_args(VerdictValue)):
        raise CallbackError("no button of ours says this")
    return CardPress(
        id=id, by=by, act=int(act), version=int(version), verdict=cast("VerdictValue", verdict),
        reason=(reason if reason in USUAL_REASONS else USUAL_REASONS[0]) if verdict == "rejected" else "",
    )  # fmt: skip


def is_same(said: str, right: str) -> bool:
    """Return whether a signature or token is the right one, in a time that tells nothing of it."""
    return hmac.compare_digest(said.encode(), right.encode())


def decrypt(key: bytes, sealed: bytes, *, iv: bytes, block: int) -> bytes:
    """Return the plain bytes of AES-256-CBC with padding to `block` bytes. Raises `CallbackError`."""
    try:
        opened = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        unpadded = PKCS7(block * 8).unpadder()
        return unpadded.update(opened.update(sealed) + opened.finalize()) + unpadded.finalize()
    except ValueError as error:
        raise CallbackError("it is sealed with another key") from error


def encrypt(key: bytes, plain: bytes, *, iv: bytes, block: int) -> bytes:
    """Return bytes sealed as `decrypt` opens them."""
    padder, sealer = PKCS7(block * 8).padder(), Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return sealer.update(padder.update(plain) + padder.finalize()) + sealer.finalize()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
