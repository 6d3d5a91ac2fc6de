"""Tell what a search would have sent of late: its page asks once it is shown, since texts are read for it."""

from __future__ import annotations

from dataclasses import asdict

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.notify.forecast import Forecast, forecast
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.search.query import QueryError, parse_query


async def would_send(visit: PageRequest) -> Response:
    """Tell how many alerts a query would have sent, and say it in a sentence."""
    try:
        query = parse_query(visit.asked("q"), vocabulary())
    except QueryError as error:
        raise PageError(400, error.in_chinese) from error
    made = await visit.read(lambda archive: forecast(archive, query, now=visit.now))
    return visit.json({**asdict(made), "said": said_of(made)})


def said_of(made: Forecast) -> str:
    """Say in Chinese what would have been sent."""
    on_days = f"，分在 {made.alert_days} 天" if made.alert_days else ""
    return f"按过去 {made.days} 天会推送 {made.alerts} 条{on_days}。"


ROUTES = (Route(pattern="/saved/forecast", handler=would_send),)
