"""今日: what was announced on a day, and what nearly was."""

from __future__ import annotations

from datasette.utils.asgi import Response

from scheduler.review.visit import Route, Visit


async def today(visit: Visit) -> Response:
    """Show the announcements of a day as cards."""
    return visit.html("today.html")


ROUTES = (Route(pattern="/", handler=today),)
