"""WeCom (企业微信) cards with buttons, and what the vendor tells of them: signed with SHA-1, sealed with AES."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from scheduler.config.endpoint import Endpoint
from scheduler.notify.channels.callback import (
    TEXT_MEDIA,
    USUAL_REASONS,
    VERDICT_WORDS,
    XML_MEDIA,
    Callback,
    CallbackError,
    CallbackKeys,
    CallbackRequest,
    CardPress,
    VendorAnswer,
    decrypt,
    encrypt,
    is_same,
    press_of,
)
from scheduler.notify.split import MessagePart

BLOCK, IV_BYTES, RANDOM_BYTES, LENGTH_BYTES = 32, 16, 16, 4  # of the vendor's envelope
KEY_CHARACTERS = 43  # of an EncodingAESKey: base64 of 32 bytes without its last sign
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 36, 112  # that phones show
STYLES = {"confirmed": 1, "watch": 2, "rejected": 3}  # blue, grey, red
QUESTION = "reason"


def card(part: MessagePart, id: str) -> dict[str, Any]:
    """Return the card that asks for a verdict on a part's act; `id` is the message's."""
    assert part.asks is not None  # who calls this has looked
    said = f"{part.asks.id}.{part.asks.version}"
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "这一条算不算？", "desc": part.title[:TITLE_CHARACTERS]},
        "sub_title_text": part.title[:DESCRIPTION_CHARACTERS],
        "task_id": id,
        "card_action": {"type": 1, "url": part.url},
        "button_selection": {
            "question_key": QUESTION, "title": "误报的理由", "selected_id": "0",
            "option_list": [{"id": str(number), "text": reason} for number, reason in enumerate(USUAL_REASONS)],
        },
        "button_list": [
            {"text": word, "style": STYLES[verdict], "key": f"{said}.{verdict}"}
            for verdict, word in VERDICT_WORDS.items()
        ],
    }  # fmt: skip


def signature(token: str, *signed: str) -> str:
    """Return the SHA-1 over the token and what is signed, sorted, as the vendor signs."""
    return hashlib.sha1("".join(sorted((token, *signed))).encode()).hexdigest()  # noqa: S324  the vendor's choice


def check_key(key: str) -> None:
    """Raise `ValueError` for what is no EncodingAESKey."""
    if len(key) != KEY_CHARACTERS:
        raise ValueError("an EncodingAESKey has 43 characters")
    _key(key)


def read(request: CallbackRequest, keys: CallbackKeys, endpoint: Endpoint) -> CardPress | VendorAnswer:
    """Return the press that a request tells of; the trial of the address is answered with what it has sealed."""
    query = request.query
    sealed = query.get("echostr") or _parsed(request.body).get("Encrypt", "")
    timestamp = query.get("timestamp", "")
    right = signature(keys.token, timestamp, query.get("nonce", ""), sealed)
    if not is_same(query.get("msg_signature", ""), right):
        raise CallbackError("the signature is wrong")
    request.check_time(timestamp)
    plain = opened(sealed, keys.key, _company(endpoint))
    if "echostr" in query:
        return VendorAnswer(body=plain, media_type=TEXT_MEDIA)
    said = _parsed(plain)
    if said.get("Event") != "template_card_event":
        raise CallbackError("it tells of no button")
    act, _, rest = said.get("EventKey", "").partition(".")
    version, _, verdict = rest.partition(".")
    by, task = said.get("FromUserName", ""), said.get("TaskId", "")
    id = "-".join((task, by, said.get("CreateTime", ""), verdict))  # the vendor's advice: of one person at one moment
    chosen = said.get("OptionId", "0")
    reason = USUAL_REASONS[int(chosen)] if chosen.isdecimal() and int(chosen) < len(USUAL_REASONS) else ""
    return press_of(id, by, {"act": act, "version": version, "verdict": verdict}, reason)


def answer(
    press: CardPress, said: str, _is_done: bool, keys: CallbackKeys, endpoint: Endpoint, now: datetime
) -> VendorAnswer:
    """Return the answer that puts words into the place of the buttons, for who pressed."""
    company, at = _company(endpoint), str(int(now.timestamp()))
    plain = (
        f"<xml><ToUserName>{escape(press.by)}</ToUserName><FromUserName>{escape(company)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType>update_button</MsgType>"
        f"<Button><ReplaceName>{escape(said)}</ReplaceName></Button></xml>"
    )
    sealed, nonce = seal(plain, keys.key, company), secrets.token_hex(8)
    signed = signature(keys.token, at, nonce, sealed)
    body = (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        f"<TimeStamp>{at}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    )
    return VendorAnswer(body=body.encode(), media_type=XML_MEDIA)


def seal(text: str, key: str, company: str) -> str:
    """Return a text in the vendor's envelope: random bytes, its length, itself, and whose it is."""
    body, raw = text.encode(), _key(key)
    plain = secrets.token_bytes(RANDOM_BYTES) + len(body).to_bytes(LENGTH_BYTES, "big") + body + company.encode()
    return b64encode(encrypt(raw, plain, iv=raw[:IV_BYTES], block=BLOCK)).decode()


def opened(sealed: str, key: str, company: str) -> bytes:
    """Return what an envelope holds. Raises `CallbackError` when it is sealed with another key, or for others."""
    try:
        raw, found = _key(key), b64decode(sealed, validate=True)
    except ValueError as error:
        raise CallbackError("it is not sealed with the key") from error
    plain = decrypt(raw, found, iv=raw[:IV_BYTES], block=BLOCK)[RANDOM_BYTES:]
    end = LENGTH_BYTES + int.from_bytes(plain[:LENGTH_BYTES], "big")
    if plain[end:] != company.encode():
        raise CallbackError("it is for another company")
    return plain[LENGTH_BYTES:end]


def _key(key: str) -> bytes:
    return b64decode(f"{key}=", validate=True)


def _company(endpoint: Endpoint) -> str:
    return parse_qs(urlsplit(endpoint.url.reveal()).query).get("corpid", [""])[0]


def _parsed(body: bytes) -> dict[str, str]:
    """Return the texts of an XML document by the names of their elements; empty where it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return {}
    return {str(one.tag): one.text or "" for one in root.iter() if isinstance(one.tag, str)}


CALLBACK = Callback(read=read, answer=answer, is_apart=True, check_key=check_key)
