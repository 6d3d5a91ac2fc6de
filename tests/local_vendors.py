"""Feishu and WeCom as applications see them: they give tokens, take messages, and tell of pressed buttons, signed."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_SECRET = "an-applications-secret"
TOKEN, FEISHU_KEY = "token-of-the-callback", "encrypt-key-of-the-callback"
WECOM_KEY = b64encode(hashlib.sha256(b"tests").digest()).decode().rstrip("=")
COMPANY = "ww1"
PERSON = "ou_lilei"


@dataclass
class Vendor:
    """A vendor. `valid` counts the tokens that it gave, the last one is valid; `taken` are the messages."""

    url: str = ""
    valid: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    fault: dict[str, Any] | None = None

    def answer(self, path: str, query: dict[str, str], document: dict[str, Any], bearer: str) -> dict[str, Any]:
        """Answer a request of either vendor's kind."""
        if path.endswith(("/gettoken", "/tenant_access_token/internal")):
            return self._token(query | document)
        if self.fault:
            return self.fault
        if query.get("access_token", bearer) != f"token-{self.valid}":
            return {"errcode": 42001, "errmsg": "access_token expired", "code": 99991663, "msg": "invalid token"}
        if len(json.dumps(document.get("text", {}), ensure_ascii=False).encode()) > 2100 + len('{"content":""}'):
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        self.taken.append(document)
        return {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("corpsecret", asked.get("app_secret")) != APP_SECRET:
            return {"errcode": 40001, "errmsg": "invalid credential", "code": 10014, "msg": "app secret invalid"}
        self.valid += 1
        ok = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "ok", "expires_in": 7200, "expire": 7200}
        return ok | {"access_token": f"token-{self.valid}", "tenant_access_token": f"token-{self.valid}"}


@contextmanager
def vendor() -> Iterator[Vendor]:
    """Serve a vendor."""
    served = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            self._say(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _say(self, document: dict[str, Any]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            body = json.dumps(served.answer(parts.path, query, document, bearer)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """It says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        served.url = f"http://127.0.0.1:{server.server_port}/"
        yield served
        server.shutdown()


def _aes(key: bytes, iv: bytes, plain: bytes, block: int) -> bytes:
    pad = block - len(plain) % block
    sealer = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A request in which a vendor tells of a press: as it can be sent, and sent again."""

    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self) -> httpx.Response:
        """Send it."""
        return httpx.request(self.method, self.url, content=self.body, headers=self.headers)


@dataclass(frozen=True, kw_only=True)
class Feishu:
    """Feishu telling of presses; what is said here is what its console has."""

    url: str
    token: str = TOKEN
    key: str = FEISHU_KEY
    sign_with: str = FEISHU_KEY

    def press(self, value: dict[str, Any], at: int, *, by: str = PERSON, id: str = "e1", **action: str) -> Told:
        """Tell of a button."""
        header = {"event_id": id, "token": self.token, "event_type": "card.action.trigger", "app_id": "cli_1"}
        event = {"operator": {"open_id": by}, "action": {"value": value, "tag": "button"} | action}
        return self.tell({"schema": "2.0", "header": header, "event": event}, at)

    def tell(self, document: dict[str, Any], at: int) -> Told:
        """Tell of something."""
        iv = secrets.token_bytes(16)
        plain = json.dumps(document).encode()
        sealed = b64encode(iv + _aes(hashlib.sha256(self.key.encode()).digest(), iv, plain, 16)).decode()
        body = json.dumps({"encrypt": sealed}).encode()
        signed = hashlib.sha256(f"{at}nonce{self.sign_with}".encode() + body).hexdigest()
        headers = {"X-Lark-Request-Timestamp": str(at), "X-Lark-Request-Nonce": "nonce", "X-Lark-Signature": signed}
        return Told(method="POST", url=self.url, body=body, headers=headers)

    def said(self, answer: httpx.Response) -> str:
        """Return the words that the person sees."""
        return str(answer.json()["toast"]["content"])


@dataclass(frozen=True, kw_only=True)
class WeCom:
    """WeCom telling of presses."""

    url: str
    token: str = TOKEN
    key: str = WECOM_KEY
    company: str = COMPANY

    def press(self, value: dict[str, Any], at: int, *, by: str = PERSON, id: str = "e1", option: str = "") -> Told:
        """Tell of a button."""
        key = f"{value['act']}.{value['version']}.{value['verdict']}"
        return self.tell(
            f"<xml><ToUserName><![CDATA[{self.company}]]></ToUserName><FromUserName><![CDATA[{by}]]></FromUserName>"
            f"<MsgType>event</MsgType><Event><![CDATA[template_card_event]]></Event><EventKey>{key}</EventKey>"
            f"<TaskId>{id}</TaskId><CreateTime>{at}</CreateTime><SelectedItems><SelectedItem><QuestionKey>reason"
            f"</QuestionKey><OptionIds><OptionId>{option}</OptionId></OptionIds></SelectedItem></SelectedItems></xml>",
            at,
        )

    def tell(self, text: str, at: int, *, method: str = "POST") -> Told:
        """Tell of something; with GET, try the address."""
        raw = b64decode(f"{self.key}=")
        plain = secrets.token_bytes(16) + len(text.encode()).to_bytes(4, "big") + text.encode() + self.company.encode()
        sealed = b64encode(_aes(raw, raw[:16], plain, 32)).decode()
        query = {"msg_signature": self._sign(str(at), sealed), "timestamp": str(at), "nonce": "nonce"}
        if method == "GET":
            return Told(method="GET", url=str(httpx.URL(self.url, params=query | {"echostr": sealed})))
        body = f"<xml><ToUserName>{self.company}</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        return Told(method="POST", url=str(httpx.URL(self.url, params=query)), body=body)

    def said(self, answer: httpx.Response) -> str:
        """Return the words that the person sees; the answer must be signed and sealed."""
        parts = {name: answer.text.split(f"<{name}>")[1].split(f"</{name}>")[0]
                 for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}  # fmt: skip
        assert parts["MsgSignature"] == self._sign(parts["TimeStamp"], parts["Encrypt"], nonce=parts["Nonce"])
        raw = b64decode(f"{self.key}=")
        opened = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor().update(b64decode(parts["Encrypt"]))
        length = int.from_bytes(opened[16:20], "big")
        text = opened[20 : 20 + length].decode()
        assert "<MsgType>update_button</MsgType>" in text
        return text.split("<ReplaceName>")[1].split("</ReplaceName>")[0]

    def _sign(self, at: str, sealed: str, *, nonce: str = "nonce") -> str:
        return hashlib.sha1("".join(sorted((self.token, at, nonce, sealed))).encode()).hexdigest()
