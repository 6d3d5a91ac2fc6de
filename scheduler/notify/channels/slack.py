"""Slack incoming webhooks: sections of at most 3,000 characters, about one message a second.

The answer is `ok` with HTTP 200, or a word with another status: `invalid_payload`, `no_service`.
"""

from __future__ import annotations

from datetime import timedelta

import httpx

from scheduler.notify.answer import Answer, by_status
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, by_post
from scheduler.notify.markup import SLACK
from scheduler.notify.post import Post, json_post
from storage.quotas import Limit

SECTION_CHARACTERS = 2900  # a section takes 3,000


def request(attempt: Attempt) -> Post:
    """Return the request that says a part; `text` is what a notification shows, escaped by its template already."""
    part = attempt.part
    section = {"type": "section", "text": {"type": "mrkdwn", "text": part.text}}
    return json_post(attempt.endpoint.url.reveal(), {"text": part.title, "blocks": [section]})


def read(response: httpx.Response) -> Answer:
    """Read Slack's answer. A message that it cannot read will not get better."""
    answer = by_status(response)
    if answer.is_delivered:
        return answer
    text = f"{answer.text}: {response.text}"
    if answer.fault == "message":
        return Answer(verdict="give_up", text=text, fault="message")
    return Answer(verdict="retry", text=text, fault=answer.fault, retry_after=answer.retry_after)


CHANNEL = Channel(
    kind="slack",
    zh="Slack",
    send=by_post(request, read),
    text=MessageForm(templates=("slack.md.j2",), dialect=SLACK, room=SECTION_CHARACTERS),
    limits=(Limit(tokens=30, window=VENDOR_MINUTE), Limit(tokens=1, window=timedelta(seconds=1.1))),  # one a second
)
