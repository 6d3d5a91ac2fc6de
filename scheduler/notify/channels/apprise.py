"""Everything else, by apprise (an optional extra): Telegram, Matrix, Bark, Server 酱, … by its own addresses.

apprise looks at the HTTP status only, so an error inside a 200 is taken for delivered: the robots that answer so have
senders of their own.
"""

from __future__ import annotations

import importlib.util
import logging

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.split import MessagePart

ROOM = 1800  # characters: Discord takes 2,000, Telegram 4,096; apprise cuts what is longer wherever it is


def is_installed() -> bool:
    """True when the extra is there."""
    return importlib.util.find_spec("apprise") is not None


async def send(endpoint: Endpoint, part: MessagePart) -> Answer:
    """Let apprise say a part."""
    import apprise

    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).disabled = True  # their lines carry addresses
    service = apprise.Apprise()
    if not service.add(endpoint.url.reveal()):
        return Answer(verdict="retry", text="apprise does not know this address", fault="endpoint")
    try:
        taken = await service.async_notify(title=part.title, body=part.text, body_format="markdown")
    except Exception as error:  # noqa: BLE001  a plugin of a hundred; what it raised is the answer
        return Answer(verdict="retry", text=f"apprise: {type(error).__name__}")
    return Answer(verdict="delivered" if taken else "retry", text="apprise: taken" if taken else "apprise: refused")
