"""Send to all other services by apprise (an optional extra): Telegram, Matrix, Bark, Server 酱, … by its own addresses.

apprise looks at the HTTP status only, so an error inside a 200 is taken for delivered: the robots that answer so have
senders of their own.
"""

from __future__ import annotations

import importlib.util
import logging

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm
from storage.quotas import Limit

MESSAGE_CHARACTERS = 1800  # Discord takes 2,000, Telegram 4,096; apprise cuts what is longer wherever it is


def missing() -> str:
    """Return how the extra is installed, an empty string where it is."""
    return "" if importlib.util.find_spec("apprise") else "pip install 'futurewatch[apprise]'"


def reveal_address(endpoint: Endpoint) -> None:
    """Take any address: only apprise knows which of its services reads it."""
    endpoint.url.reveal()


async def send(attempt: Attempt) -> Answer:
    """Let apprise say a part."""
    import apprise

    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).disabled = True  # their lines carry addresses
    service = apprise.Apprise()
    if not service.add(attempt.endpoint.url.reveal()):
        return Answer(verdict="retry", text="apprise does not know this address", fault="endpoint")
    try:
        taken = await service.async_notify(title=attempt.part.title, body=attempt.part.text, body_format="markdown")
    except Exception as error:  # noqa: BLE001  a plugin of a hundred; what it raised is the answer
        return Answer(verdict="retry", text=f"apprise: {type(error).__name__}")
    return Answer(verdict="delivered" if taken else "retry", text="apprise: taken" if taken else "apprise: refused")


CHANNEL = Channel(
    kind="apprise",
    zh="Apprise",
    send=send,
    text=MessageForm(templates=("apprise.md.j2", "markdown.md.j2"), room=MESSAGE_CHARACTERS, shows_title=True),
    limits=(Limit(tokens=15, window=VENDOR_MINUTE),),  # ours: below the least of what the services behind it allow
    check_url=reveal_address,
    missing=missing,
)
