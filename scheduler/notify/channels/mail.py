"""Send one message by mail: HTML and plain text, over TLS wherever the server offers it.

The address is `smtp://user@host:587` (STARTTLS when offered) or `smtps://user@host:465` (TLS from the start); the
password is the endpoint's `secret`, or stands in the address when that is kept in the environment.
"""

from __future__ import annotations

import asyncio
import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.channels.channel import Attempt, Channel, MessageForm
from scheduler.notify.markup import HTML, PLAIN
from scheduler.notify.split import MessagePart
from scheduler.notify.web_client import read_certificates
from storage.quotas import Limit

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class UnsafeError(Exception):
    """The server offers no TLS, and a password would go over the network as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where mail is handed in. `user` is empty when the server wants none."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)


def account_of(endpoint: Endpoint) -> Account:
    """Return the account that an endpoint's address names. Raises `ValueError` when it names none."""
    parts = urlsplit(endpoint.url.reveal())
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError('not a mail server: write "smtp://user@host:587" or "smtps://user@host"')
    password = endpoint.secret.reveal() if endpoint.secret else unquote(parts.password or "")
    return Account(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=password,
    )


def message_of(endpoint: Endpoint, id: str, part: MessagePart, now: datetime) -> EmailMessage:
    """Return the mail that says a part; its Message-ID is the same on every try: mailboxes drop a second."""
    account = account_of(endpoint)
    sender = endpoint.sender or (account.user if "@" in account.user else f"futurewatch@{account.host}")
    message = EmailMessage()
    message["Subject"] = " ".join(part.title.split())
    message["From"], message["To"] = sender, ", ".join(endpoint.to)
    message["Date"], message["Message-ID"] = format_datetime(now), f"<{id}@{account.host}>"
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    message.set_content(part.text, cte="base64")  # left alone, it takes 8bit, which not every server passes on
    if part.html:
        message.add_alternative(part.html, subtype="html", cte="base64")
    for file in part.files:
        kind = EmailMessage()
        kind["Content-Type"] = file.media
        main, sub = kind.get_content_maintype(), kind.get_content_subtype()
        charset = kind.get_content_charset()  # a text without it is shown as ASCII
        params = {"charset": charset} if charset else {}
        message.add_attachment(file.body, maintype=main, subtype=sub, filename=file.name, params=params)
    return message


async def send(attempt: Attempt) -> Answer:
    """Hand a mail in, in a thread, and class what the server says."""
    return await asyncio.to_thread(_send, attempt)


def _send(attempt: Attempt) -> Answer:
    endpoint, timeout_seconds = attempt.endpoint, attempt.timeout_seconds
    try:
        message = message_of(endpoint, attempt.id, attempt.part, attempt.now)
        return _hand_in(account_of(endpoint), message, timeout_seconds)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said, fault="endpoint")
    except smtplib.SMTPResponseException as error:
        is_content = isinstance(error, smtplib.SMTPDataError)  # too large, taken for spam: it stays so
        return _refused(error.smtp_code, error.smtp_error, fault="message" if is_content else "endpoint")
    except UnsafeError:
        return Answer(verdict="retry", text="the server offers no TLS: the password is not sent", fault="endpoint")
    except (smtplib.SMTPException, OSError) as error:
        return Answer(verdict="retry", text=type(error).__name__)


def _hand_in(account: Account, message: EmailMessage, timeout_seconds: float) -> Answer:
    context = read_certificates()
    if account.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(account.host, account.port, timeout=timeout_seconds, context=context)
    else:
        server = smtplib.SMTP(account.host, account.port, timeout=timeout_seconds)
    with server:
        server.ehlo_or_helo_if_needed()
        if account.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        elif account.scheme == "smtp" and account.password and account.host not in LOOPBACK_HOSTS:
            raise UnsafeError
        if account.password:
            server.login(account.user, account.password)
        refused = server.send_message(message)
    return Answer(verdict="delivered", text=f"smtp 250, {len(refused)} refused" if refused else "smtp 250")


def _refused(code: int, said: bytes | str, *, fault: Literal["endpoint", "message"]) -> Answer:
    """Class a refusal: 4xx passes by itself, 5xx does not."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = f"smtp {code}: {words}"
    if code < 500:
        return Answer(verdict="retry", text=text)
    return Answer(verdict="give_up" if fault == "message" else "retry", text=text, fault=fault)


CHANNEL = Channel(
    kind="email",
    zh="邮件",
    send=send,
    text=MessageForm(templates=("email.txt.j2",), dialect=PLAIN),
    html=MessageForm(templates=("email.html.j2",), dialect=HTML, is_html=True),
    limits=(Limit(tokens=20, window=timedelta(minutes=10)),),  # ours: a mailbox is read by people
    check_url=account_of,
)
