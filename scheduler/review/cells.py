"""Keeps Datasette's CSV from running as formulas: its rows pass through here, one chunk of the answer each."""

from __future__ import annotations

import csv
import io
import re

from scheduler.reports.spreadsheet import harmless
from scheduler.review.asgi import App, Message, Receive, Send

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
LONGEST_CELL = 2**31 - 1  # characters; Python's own limit is 131,072, and an article's text may be longer


class HarmlessCells:
    """Passes everything on, but the cells of a CSV as text that no spreadsheet program runs."""

    def __init__(self, app: App) -> None:
        self._app = app
        csv.field_size_limit(LONGEST_CELL)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_csv = scope["type"] == "http" and re.fullmatch(r"/archive(/.+)?\.csv", scope["path"])
        await self._app(scope, receive, _with_harmless_rows(send) if is_csv else send)


def harmless_rows(text: str) -> str:
    """Return rows of CSV with every cell made harmless; what is a number stays one."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([cell if NUMBER.fullmatch(cell) else harmless(cell) for cell in row])
    return out.getvalue()


def _with_harmless_rows(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body" and message.get("body"):
            message = {**message, "body": harmless_rows(message["body"].decode()).encode()}
        await send(message)

    return sending
