"""Local servers that behave like the vendors' robots: their checks, their limits, their answers inside a 200.

They are written from the vendors' documentation, apart from the senders: signatures are checked with code of their own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "robot-key-0123456789abcdef"
SECRET = "SECrobotsecret9876543210"


@dataclass
class Robot:
    """A robot of one kind, or a plain webhook that takes everything.

    `faults` are answers (status, body, headers) given instead of its own, one for each try. `now` is the clock that
    quotas count with, in seconds since the epoch.
    """

    kind: str
    url: str = ""
    faults: deque[tuple[int, Any, dict[str, str]]] = field(default_factory=deque)
    taken: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    now: Callable[[], float] = time.time
    times: list[float] = field(default_factory=list)
    silent_until: float = 0.0

    def answer(self, path: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        """Judge a request as the vendor does."""
        if self.faults:
            fault = self.faults.popleft()
            self.refused.append(fault)
            return fault
        status, answer = getattr(self, f"_{self.kind}")(parse_qs(urlsplit(path).query), body)
        if status == 200 and answer in (
            "ok",
            {"errcode": 0, "errmsg": "ok"},
            {"code": 0, "msg": "success", "data": {}},
        ):
            self.taken.append(json.loads(body))
        else:
            self.refused.append(answer)
        return status, answer, {}

    def follow(self, clock: Callable[[], datetime]) -> None:
        """Count quotas and judge timestamps with another clock."""
        self.now = lambda: clock().timestamp()

    def texts(self) -> list[str]:
        """Return what was taken, as people read it."""
        return [_text(self.kind, said) for said in self.taken]

    def _crowded(self, most: int, window: float) -> bool:
        now = self.now()
        self.times = [*(t for t in self.times if now - t < 60), now]
        return sum(now - t < window for t in self.times) > most

    def _wecom(self, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        if query.get("key") != [KEY]:
            return 200, {"errcode": 93000, "errmsg": f"invalid webhook url, key {query.get('key')}"}
        if self._crowded(20, 60):
            return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
        said = json.loads(body)
        if said["msgtype"] != "markdown" or not 0 < len(said["markdown"]["content"].encode()) <= 4096:
            return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        if query.get("access_token") != [KEY]:
            return 200, {"errcode": 300001, "errmsg": "token is not exist"}
        stamp = query["timestamp"][0]
        expected = base64.b64encode(hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), "sha256")).decode()
        if query["sign"] != [expected] or abs(int(stamp) / 1000 - self.now()) > 3600:
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        if self.now() < self.silent_until or self._crowded(20, 60):
            self.silent_until = max(self.silent_until, self.now() + 600)
            return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        said = json.loads(body)
        if said["msgtype"] != "markdown" or not said["markdown"]["title"] or len(body) > 20_000:
            return 200, {"errcode": 40035, "errmsg": "param error"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, _query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        said = json.loads(body)
        key = f"{said.get('timestamp')}\n{SECRET}".encode()
        expected = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
        if said.get("sign") != expected or abs(int(said["timestamp"]) - self.now()) > 3600:
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if self._crowded(100, 60) or sum(self.now() - t < 1 for t in self.times) > 5:
            return 200, {"code": 11232, "msg": "frequency limited"}
        if said["msg_type"] != "interactive" or not said["card"]["elements"] or len(body) > 20_480:
            return 200, {"code": 9499, "msg": "Bad Request", "data": {}}
        return 200, {"code": 0, "msg": "success", "data": {}}

    def _webhook(self, _query: dict[str, list[str]], _body: bytes) -> tuple[int, Any]:
        return 200, "ok"

    def _slack(self, _query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        said = json.loads(body)
        if any(len(block["text"]["text"]) > 3000 for block in said["blocks"]) or not said["text"]:
            return 400, "invalid_payload"
        return 200, "ok"


def address(robot: Robot) -> str:
    """Return the path and query that a robot of this kind has at its vendor."""
    return {
        "wecom": f"/cgi-bin/webhook/send?key={KEY}",
        "dingtalk": f"/robot/send?access_token={KEY}",
        "feishu": f"/open-apis/bot/v2/hook/{KEY}",
        "slack": f"/services/T00000000/B00000000/{KEY}",
        "webhook": f"/hook/{KEY}",
    }[robot.kind]


@contextmanager
def open_robot(kind: str) -> Iterator[Robot]:
    """Run a robot on a free port of the loopback address."""
    robot = Robot(kind)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"robot": robot}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    robot.url = f"http://127.0.0.1:{server.server_port}{address(robot)}"
    with server:
        yield robot
        server.shutdown()


def _text(kind: str, said: dict[str, Any]) -> str:
    if kind == "feishu":
        return str(said["card"]["elements"][0]["content"])
    if kind == "slack":
        return str(said["blocks"][0]["text"]["text"])
    return str(said["markdown"]["content" if kind == "wecom" else "text"])


class _Handler(BaseHTTPRequestHandler):
    robot: Robot

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer, headers = self.robot.answer(self.path, body)
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """The robot keeps its own record."""


@dataclass
class Postbox:
    """What a mail server took. `faults` are replies to a command (MAIL, RCPT, AUTH, DATA, .) given instead, once."""

    port: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)


@contextmanager
def open_postbox(tls: ssl.SSLContext | None = None) -> Iterator[Postbox]:
    """Run a mail server on a free port of the loopback address: TLS from the start, or none."""
    postbox = Postbox()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Smtp", (_Smtp,), {"postbox": postbox}))
    server.daemon_threads, server.block_on_close = True, False
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    postbox.port = server.server_address[1]
    with server:
        yield postbox
        server.shutdown()


class _Smtp(socketserver.StreamRequestHandler):
    postbox: Postbox

    def handle(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            try:
                self.connection.do_handshake()
            except OSError:
                return  # the client does not trust us
        self._say("220 postbox")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            fault = self.postbox.faults.pop(verb, None)
            if fault:
                self._say(fault)
            elif verb == "EHLO":
                self._say("250-postbox\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                self.postbox.passwords.append(base64.b64decode(line.split()[2]).decode().split("\0")[2])
                self._say("235 ok")
            elif verb == "DATA":
                self._say("354 go on")
                self._take()
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        fault = self.postbox.faults.pop(".", None)
        if fault is None:
            self.postbox.mails.append(b"".join(lines).decode())
        self._say(fault or "250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
