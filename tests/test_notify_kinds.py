"""Each kind of endpoint against a server that behaves like the vendor: shapes, signatures, errors inside a 200."""

from __future__ import annotations

import asyncio
import email
import email.policy
import html
import json
import logging
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509  # Scrapy brings it
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local_robots import KEY, SECRET, Robot, address, open_postbox, open_robot
from notify_examples import World, endpoint_of, tell
from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import retry_after
from scheduler.notify.channels import dingtalk, feishu, slack
from scheduler.notify.channels.channel import Attempt
from scheduler.notify.render import Templates
from scheduler.notify.sample import SAMPLES
from scheduler.notify.sending import unusable
from storage.archive import Archive
from storage.records import Delivery

ROBOTS = ("wecom", "dingtalk", "feishu", "slack")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SECRET", SECRET)
    monkeypatch.setenv("TEST_PASSWORD", "password of the mailbox")


def robot_endpoint(robot: Robot, **more: Any) -> Endpoint:
    signed = {"secret": "env:TEST_SECRET"} if robot.kind in {"dingtalk", "feishu"} else {}
    return endpoint_of("room", robot.url, **({"kind": robot.kind} | signed | more))


def mail_endpoint(port: int, **more: Any) -> Endpoint:
    url = str(more.pop("url", f"smtp://watch%40example.org@127.0.0.1:{port}"))
    given = {"kind": "email", "to": ["a@example.org", "b@example.org"], "secret": "env:TEST_PASSWORD"}
    return endpoint_of("mail", url, **(given | more))


def deliver_one(archive: Archive, endpoint: Endpoint) -> Delivery:
    """Put one message in and deliver it once."""
    (made,) = tell(archive, endpoint, 1, now=NOW)
    asyncio.run(World(archive, endpoint, now=NOW).deliver())
    return next(one for one in archive.outbox.list() if one.id == made.id)


@pytest.mark.parametrize("kind", ROBOTS)
def test_robot_takes_an_announcement(archive: Archive, kind: str) -> None:
    """The robot accepts signature and shape, and people read what, who, where, which act, why, and where from."""
    with open_robot(kind) as robot:
        done = deliver_one(archive, robot_endpoint(robot))
        assert (done.state, robot.refused) == ("delivered", [])
        (said,) = robot.texts()
    for fact in (
        "琼北市发布培育未来产业行动方案", "海口市", "琼北市工业和信息化局", "《琼北市培育未来产业行动方案》", "印发",
        "未来能源",
        "到2030年集聚百家企业", "80", "+20", "琼北市人民政府", "https://example.org/zwgk/t20260318_1.html",
        "http://127.0.0.1:8080/announcements/1", "2026-03-18",
    ):  # fmt: skip
        assert fact in said
    assert "股吧" not in said  # what spoke against it is no reason to send it


REFUSALS = [
    ("wecom", {"errcode": 45009, "errmsg": "freq"}, "pending", timedelta(minutes=1), ""),
    ("wecom", {"errcode": 40058, "errmsg": "too long"}, "dead", None, "message"),
    ("wecom", {"errcode": 93000, "errmsg": "invalid"}, "pending", None, "endpoint"),
    ("wecom", {"errcode": 777777, "errmsg": "never heard of"}, "pending", None, ""),
    ("wecom", "not json", "pending", None, ""),
    ("dingtalk", {"errcode": 130101, "errmsg": "too fast"}, "pending", timedelta(minutes=10), ""),
    ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "pending", None, "endpoint"),
    ("dingtalk", {"errcode": 430104, "errmsg": "words"}, "dead", None, "message"),
    ("feishu", {"code": 11232, "msg": "frequency limited"}, "pending", timedelta(minutes=1), ""),
    ("feishu", {"code": 19021, "msg": "sign match fail"}, "pending", None, "endpoint"),
    ("feishu", {"code": 9499, "msg": "Bad Request"}, "dead", None, "message"),
]


@pytest.mark.parametrize(("kind", "body", "state", "wait", "fault"), REFUSALS)
def test_error_inside_a_200_is_not_delivered(
    archive: Archive, kind: str, body: Any, state: str, wait: timedelta | None, fault: str
) -> None:
    """A vendor's error code in a 200 is read: busy waits as long as the vendor wants, a bad message dies."""
    with open_robot(kind) as robot:
        robot.faults.append((200, body, {}))
        done = deliver_one(archive, robot_endpoint(robot))
        assert robot.taken == []
    assert done.state == state
    if wait:
        assert done.next_attempt_at >= NOW + wait
    if isinstance(body, dict):
        assert str(next(iter(body.values()))) in str(done.last_answer)
    assert (state == "dead") == (fault == "message")


@pytest.mark.parametrize("kind", ["feishu", "wecom"])
def test_success_with_an_http_error_is_not_delivered(archive: Archive, kind: str) -> None:
    """A code 0 under a 502 comes from something in between, not from the vendor."""
    with open_robot(kind) as robot:
        robot.faults.append((502, {"errcode": 0, "code": 0}, {}))
        assert deliver_one(archive, robot_endpoint(robot)).state == "pending"


def test_old_feishu_robot_answers_in_its_own_words(archive: Archive) -> None:
    """`StatusCode` 0 of older robots is delivered too."""
    with open_robot("feishu") as robot:
        robot.faults.append((200, {"StatusCode": 0, "StatusMessage": "success", "Extra": None}, {}))
        assert deliver_one(archive, robot_endpoint(robot)).state == "delivered"


@pytest.mark.parametrize(
    ("status", "word", "state"),
    [(400, "invalid_payload", "dead"), (404, "no_service", "pending"), (500, "rollup_error", "pending")],
)
def test_slack_answers_with_words(archive: Archive, status: int, word: str, state: str) -> None:
    """A payload that Slack cannot read dies; a hook that is gone and a server that fails are tried again."""
    with open_robot("slack") as robot:
        robot.faults.append((status, word, {}))
        done = deliver_one(archive, robot_endpoint(robot))
    assert (done.state, done.last_answer) == (state, f"http {status}: {word}")


def test_slack_shows_signs_as_they_are() -> None:
    """What a notification shows is escaped once: a reader sees R&D <2030>, not entities."""
    said = {**SAMPLES[0], "data": {"announcement": {**SAMPLES[0]["data"]["announcement"], "title": "R&D <2030>"}}}
    (part,) = Templates().parts("slack", json.dumps(said), now=NOW)
    chat = endpoint_of("chat", "http://127.0.0.1/hook", kind="slack")
    attempt = Attempt(client=httpx.AsyncClient(), endpoint=chat, id="msg_1", part=part, now=NOW, timeout_seconds=3)
    sent = json.loads(slack.request(attempt).body)
    assert html.unescape(sent["text"]).endswith("R&D <2030>")
    assert "R&amp;D &lt;2030&gt;" in sent["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("kind", [*ROBOTS, "webhook"])
def test_retry_after_is_honoured(archive: Archive, kind: str) -> None:
    """An endpoint that names a time is left alone until then."""
    with open_robot("slack") as robot:
        robot.faults.append((429, "slow down", {"Retry-After": "1800"}))
        done = deliver_one(archive, endpoint_of("room", robot.url, kind=kind))
    assert done.next_attempt_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"Retry-After": "999999999"}, timedelta(days=1)),
        ({"Retry-After": "Wed, 18 Mar 2026 04:10:00 GMT", "Date": "Wed, 18 Mar 2026 04:00:00 GMT"},
         timedelta(minutes=10)),
        ({"Retry-After": "Wed, 18 Mar 2026 03:00:00 GMT", "Date": "Wed, 18 Mar 2026 04:00:00 GMT"}, timedelta()),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_retry_after_in_all_its_forms(headers: dict[str, str], wait: timedelta | None) -> None:
    """Seconds and dates are read, a date by the server's own clock, at most a day; what is neither is nothing."""
    assert retry_after(httpx.Response(503, headers=headers)) == wait


def test_signature_vector_of_dingtalk() -> None:
    r"""HMAC-SHA256 of `timestamp\nsecret` keyed with the secret, in milliseconds; the vector is OpenSSL's."""
    assert dingtalk.sign("SECtest", 1700000000000) == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="


def test_signature_vector_of_feishu() -> None:
    r"""HMAC-SHA256 of nothing keyed with `timestamp\nsecret`, in seconds; the vector is OpenSSL's."""
    assert feishu.sign("test", 1700000000) == "eSJQnOl8XqPTMPHWz9e5IzeHS/tqoc68g2967ekIPmg="


def test_mail_has_html_and_text(archive: Archive) -> None:
    """A mail goes to all recipients in both forms; its Message-ID is the delivery's, the same on every try."""
    with open_postbox() as postbox:
        done = deliver_one(archive, mail_endpoint(postbox.port))
        assert done.state == "delivered"
        assert postbox.passwords == ["password of the mailbox"]
    mail = email.message_from_string(postbox.mails[0], policy=email.policy.default)
    assert mail["To"] == "a@example.org, b@example.org"
    assert mail["From"] == "watch@example.org"
    assert mail["Subject"] == "【新政策】海口市：琼北市发布培育未来产业行动方案（1）"
    assert mail["Message-ID"] == f"<{done.id}@127.0.0.1>"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "发文机关：琼北市工业和信息化局" in text
    assert '<a href="https://example.org/zwgk/t20260318_1.html">' in html


@pytest.mark.parametrize(
    ("verb", "reply", "state", "said"),
    [
        ("AUTH", "535 5.7.8 bad credentials", "pending", "smtp 535"),
        ("RCPT", "550 no such user", "delivered", "smtp 250, 1 refused"),
        (".", "451 try later", "pending", "smtp 451"),
        (".", "552 too large", "dead", "smtp 552"),
        ("MAIL", "421 busy", "pending", "smtp 421"),
    ],
)
def test_mail_server_refuses(archive: Archive, verb: str, reply: str, state: str, said: str) -> None:
    """4xx is tried again, a mail that the server will never take dies, a bad account waits for the operator."""
    with open_postbox() as postbox:
        postbox.faults[verb] = reply
        done = deliver_one(archive, mail_endpoint(postbox.port))
    assert done.state == state
    assert str(done.last_answer).startswith(said)


def test_mail_password_never_goes_over_an_open_line(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off loopback, a server without TLS gets no password, and so no mail."""
    monkeypatch.setattr("scheduler.notify.channels.mail.LOOPBACK_HOSTS", frozenset())
    with open_postbox() as postbox:
        done = deliver_one(archive, mail_endpoint(postbox.port))
        assert (done.state, postbox.passwords, postbox.mails) == ("pending", [], [])
    assert "no TLS" in str(done.last_answer)


@pytest.mark.parametrize(("is_trusted", "state", "said"), [(True, "delivered", "smtp 250"), (False, "pending", "SSLC")])
def test_mail_over_tls(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool, state: str, said: str
) -> None:
    """`smtps://` speaks TLS from the start, and only with a server whose certificate is trusted."""
    certificate = self_signed(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with open_postbox(tls) as postbox:
        endpoint = mail_endpoint(postbox.port, url=f"smtps://watch%40example.org@127.0.0.1:{postbox.port}")
        done = deliver_one(archive, endpoint)
        assert len(postbox.mails) == len(postbox.passwords) == is_trusted
    assert done.state == state
    assert str(done.last_answer).startswith(said)


def self_signed(folder: Path) -> Path:
    """Return a file with a key and a certificate for the loopback address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postbox")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "postbox.pem"
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_mail_subject_cannot_carry_headers(archive: Archive) -> None:
    """A title with line breaks stays one subject line."""
    with open_postbox() as postbox:
        endpoint = mail_endpoint(postbox.port)
        tell(archive, endpoint, 1, now=NOW, title="方案\r\nBcc: everybody@example.org")
        asyncio.run(World(archive, endpoint, now=NOW).deliver())
    mail = email.message_from_string(postbox.mails[0], policy=email.policy.default)
    assert mail["Bcc"] is None
    assert "Bcc: everybody" in mail["Subject"]


def test_apprise_says_the_same(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the optional extra, a service of its own gets the text."""
    pytest.importorskip("apprise")
    with open_robot("slack") as robot:
        robot.faults += [(500, "away", {}), (200, "ok", {})]
        monkeypatch.setenv("TEST_APPRISE", robot.url.replace("http://", "json://"))
        endpoint = endpoint_of("other", "env:TEST_APPRISE", kind="apprise")
        assert deliver_one(archive, endpoint).last_answer == "apprise: refused"
        asyncio.run(World(archive, endpoint, now=NOW + timedelta(seconds=3)).deliver())
    (done,) = archive.outbox.list()
    assert (done.state, done.last_answer) == ("delivered", "apprise: taken")


@pytest.mark.parametrize("kind", [*ROBOTS, "webhook", "email", "apprise"])
@pytest.mark.parametrize("fault", ["echo", "away"])
def test_secrets_never_show(
    archive: Archive,
    kind: str,
    fault: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever fails, and even if the endpoint repeats its own address: logs, answers and archive name no secret."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # as scheduler.config.log sets them
        logging.getLogger(name).setLevel(logging.WARNING)
    with open_robot(kind if kind in ROBOTS else "webhook") as robot, open_postbox() as postbox:
        hidden = [KEY, SECRET, robot.url, "password of the mailbox"]
        said = "x" * 190 + f"{KEY} {SECRET} {robot.url}"  # the shown part ends in the middle of the key
        robot.faults.append((200, {"errcode": 1, "code": 1, "errmsg": said, "msg": said}, {}))
        postbox.faults["AUTH"] = f"535 {hidden[3]} is wrong"
        url = robot.url if fault == "echo" else f"http://127.0.0.1:9{address(robot)}"
        if kind == "email":
            endpoint = mail_endpoint(postbox.port if fault == "echo" else 9)
        elif kind == "apprise":
            pytest.importorskip("apprise")
            monkeypatch.setenv("TEST_APPRISE", url.replace("http://", "json://"))
            endpoint = endpoint_of("room", "env:TEST_APPRISE", kind=kind)
        else:
            endpoint = endpoint_of("room", url, kind=kind, secret="env:TEST_SECRET")
        deliver_one(archive, endpoint)
    out, err = capsys.readouterr()
    kept = "\n".join(archive.db.conn.iterdump()) + repr(archive.outbox.list()) + repr(endpoint)
    shown = out + err + caplog.text + kept
    assert not [secret for secret in (*hidden, KEY[:8], "watch%40example.org@") if secret in shown]


def test_endpoint_that_cannot_work_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that is no key, an address of another kind, recipients that are missing: all without the value."""
    monkeypatch.setenv("TEST_SECRET", "not*base64")
    monkeypatch.setenv("TEST_URL", "ftp://hidden.example.org/")
    found = {
        (fault.key, fault.problem)
        for endpoint in (
            endpoint_of("a", "http://127.0.0.1/", secret="env:TEST_SECRET"),
            endpoint_of("b", "env:TEST_URL", kind="wecom"),
            endpoint_of("c", "env:TEST_URL", kind="email", to=["a@example.org"]),
        )
        for fault in unusable(endpoint, file="config.toml", key=endpoint.name)
    }
    assert {key for key, _ in found} == {"a.secret", "b.url", "c.url"}
    assert not any("hidden" in problem or "not*base64" in problem for _, problem in found)
    with pytest.raises(ValueError, match="needs recipients"):
        endpoint_of("d", "smtp://mail.example.org", kind="email")


def test_every_type_of_message_is_taken_by_every_robot(archive: Archive) -> None:
    """Announcements, updates, corrections, digests and incidents all have the shape that the vendors want."""
    for kind in ROBOTS:
        with open_robot(kind) as robot:
            endpoint = robot_endpoint(robot).model_copy(update={"name": f"room-{kind}"})
            (made,) = tell(archive, endpoint, 1, now=NOW)
            for number, payload in enumerate(SAMPLES):
                one = Delivery(
                    id=f"msg_{kind}_{number}", announcement_id=None, version=None, endpoint=endpoint.name,
                    type=str(payload["type"]), payload=json.dumps(payload), state="pending", attempts=0,
                    created_at=NOW, next_attempt_at=NOW,
                )  # fmt: skip
                archive.outbox.put([one])
            world = World(archive, endpoint, now=NOW)
            robot.follow(world.clock)
            asyncio.run(world.live(timedelta(minutes=2)))
            assert robot.refused == []
            assert len(robot.taken) == len(SAMPLES) + 1
            assert made.id not in json.dumps(robot.taken)


def test_password_must_not_stand_in_the_configuration() -> None:
    """A mail account's address may stand there, its password may not, and the refusal does not repeat it."""
    assert endpoint_of(url="smtp://watch%40example.org@mail.example.org", kind="email", to=["a@example.org"])
    with pytest.raises(ValueError, match="must not stand") as caught:
        endpoint_of(url="smtp://watch:hunter2@mail.example.org", kind="email", to=["a@example.org"])
    assert "hunter2" not in str(caught.value)
