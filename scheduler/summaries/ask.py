"""Ask a language model once: bounded in time and bytes, never again by itself, redirects not followed."""

from __future__ import annotations

import asyncio

import httpx

from scheduler.config.summary_table import SummaryTable
from scheduler.notify.web_client import ask, http_client
from scheduler.summaries.question import SummaryQuestion, SummaryRefusedError, read_summary
from storage.records.summarised import Summary

ANSWERED_STATUS = 200


async def ask_model(table: SummaryTable, question: SummaryQuestion) -> Summary:
    """Return a model's summary.

    Raises:
        SummaryRefusedError: there is none.
    """
    seconds = table.timeout.total_seconds()
    try:
        address = f"{table.url.reveal().rstrip('/')}/chat/completions"
        headers = {"Content-Type": "application/json"}
        if table.key:
            headers["Authorization"] = f"Bearer {table.key.reveal()}"
    except LookupError as error:
        raise SummaryRefusedError("unset") from error
    try:
        async with asyncio.timeout(seconds), http_client(seconds) as client:
            answer = await ask(
                client, "POST", address, headers=headers, content=question.body(table.model), body_seconds=seconds
            )
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SummaryRefusedError("slow") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SummaryRefusedError("unreachable") from error
    if answer.status_code != ANSWERED_STATUS:
        raise SummaryRefusedError(f"http {answer.status_code}")
    return read_summary(answer.content, question.source)
