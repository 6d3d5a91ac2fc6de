"""No secret shows: not in a log, not in what a command prints, not in the archive, whatever kind the endpoint has."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog

from conftest import Futurewatch
from scheduler.config import log
from scheduler.notify.channels.registry import channels

KEY = "k3y-0f-a-r0bot-that-nobody-may-see"
SIGNING = "whsec_c2lnbmluZyBzZWNyZXQgdGhhdCBub2JvZHkgbWF5IHNlZQ=="
PASSWORD = "p4ssword-of-the-mailbox"
SIGNED = frozenset({"webhook", "dingtalk", "feishu", "feishu_app", "wecom_app"})
SECRETS = (KEY, SIGNING, SIGNING.removeprefix("whsec_"), PASSWORD)


class _Chatterbox(BaseHTTPRequestHandler):
    """Refuses everything, and repeats what it was sent: the address, the headers."""

    def do_POST(self) -> None:
        said = f"{self.path} {self.headers}"
        body = json.dumps({"errcode": 93000, "errmsg": said, "code": 19001, "msg": said, "error": said}).encode()
        self.send_response(403, KEY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """It talks enough."""


@contextmanager
def chatterbox() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chatterbox)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with server:
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def endpoints_at(host: str) -> tuple[str, dict[str, str]]:
    """Return an endpoint of every kind, and the environment with their secrets."""
    addresses = {
        "webhook": f"http://{host}/hook/{KEY}", "wecom": f"http://{host}/cgi-bin/webhook/send?key={KEY}",
        "dingtalk": f"http://{host}/robot/send?access_token={KEY}", "feishu": f"http://{host}/bot/v2/hook/{KEY}",
        "slack": f"http://{host}/services/T0/B0/{KEY}", "email": f"smtp://watch%40example.org:{PASSWORD}@127.0.0.1:9",
        "apprise": f"json://{host}/{KEY}", "wecom_app": f"http://{host}/?corpid={KEY}&agentid=1000002",
        "feishu_app": f"http://{host}/?app_id={KEY}&chat_id=oc_1",
    }  # fmt: skip
    assert set(addresses) == set(channels())
    tables = []
    for kind in addresses:
        signed = 'secret = "env:TEST_SIGNING"\n' if kind in SIGNED else ""
        signed += 'callback_token = "env:TEST_SIGNING"\ncallback_key = "env:TEST_SIGNING"\n' * (kind == "feishu_app")
        to = 'to = ["a@example.org"]\n' if kind == "email" else ""
        tables.append(f'[[endpoint]]\nname = "{kind}"\nkind = "{kind}"\nurl = "env:TEST_{kind.upper()}"\n{signed}{to}')
    environment = {f"TEST_{kind.upper()}": address for kind, address in addresses.items()}
    return "\n".join(tables), environment | {"TEST_SIGNING": SIGNING}


@pytest.mark.parametrize(
    ("style", "is_there"), [("json", True), ("console", False)], ids=["repeats what it gets", "is not there"]
)
def test_no_kind_of_endpoint_shows_its_secret(watched: Futurewatch, style: str, is_there: bool) -> None:
    """Every kind fails, with an answer that repeats its address or with none, and nothing of it is to be read."""
    with chatterbox() as host:
        tables, environment = endpoints_at(host if is_there else "127.0.0.1:9")
        watched.environment |= environment
        text = watched.config.read_text(encoding="utf-8")
        watched.config.write_text(text[: text.index("[[endpoint]]")] + tables, encoding="utf-8")
        watched.crawl()
        process = watched.start("deliver", "--log", style)
        out, err = process.communicate(timeout=120)
    listed, status = watched.run("outbox", "list", "--json"), watched.run("status", "--json")
    said = out + err + listed + status
    tried = {line["endpoint"]: line["last_answer"] for line in json.loads(listed)}
    assert set(tried) == set(channels())
    assert all(tried.values()), tried
    kept = b"".join(file.read_bytes() for file in watched.folder.glob("archive.db*"))
    for secret in SECRETS:
        assert secret not in said
        assert secret.encode() not in kept


@pytest.mark.parametrize("style", ["json", "console"])
def test_traceback_shows_no_secret(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even an error that nobody has thought of, of ours or of a library, shows what is hidden."""
    log.configure(style)  # type: ignore[arg-type]
    log.hide([KEY, PASSWORD])
    address = f"http://127.0.0.1/hook/{KEY}"
    try:
        raise RuntimeError(f"cannot reach {address} with {PASSWORD}")
    except RuntimeError:
        structlog.get_logger().exception("something failed", address=address)
        logging.getLogger("library").exception("of a library: %s", address)
    said = capsys.readouterr().err
    assert said.count("RuntimeError") >= 2
    assert log.HIDDEN in said
    for secret in SECRETS:
        assert secret not in said


def test_line_of_a_library_holds_what_it_says_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    """What a library logs looks like our own lines: a message, a level, a time."""
    log.configure("json")
    logging.getLogger("library").warning("kept as %s", "a.db")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "kept as a.db"
    assert set(line) == {"event", "level", "timestamp"}


@pytest.mark.parametrize("library", ["httpx", "httpcore", "httpx2", "httpcore2"])
def test_clients_log_no_addresses(library: str) -> None:
    """A client of HTTP, under its next name too, logs no line for each request: a robot's address is a secret."""
    assert log.LIBRARY_LEVELS[library] >= logging.WARNING
