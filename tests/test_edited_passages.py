"""What an edit changed stands in the message that tells of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from crawler.intake import take_in
from invented_acts import Told
from issued_acts import ACTS, LEXICON, issue
from notify_examples import endpoint_of
from scheduler.config.config import Settings
from scheduler.notify.channels.registry import channels
from scheduler.notify.edited_passages import edited_in
from scheduler.notify.message import deliveries_for
from scheduler.notify.render import Templates
from storage.archive import Archive


def test_message_shows_what_an_edit_changed() -> None:
    """Each kind shows the passage that was removed and the one that was added, within its room."""
    with Archive.in_memory() as archive:
        issue(archive, ACTS[:1], notify=Told())
        page, now = ACTS[0].page(), ACTS[0].seen + timedelta(hours=3)
        assert "领军企业".encode() in page.body
        edited = page.body.replace("亿元".encode(), "亿美元".encode())
        take_in(replace(page, body=edited, fetched_at=now), archive, LEXICON, Told())
        said, settings = archive.announcements.get(1), Settings.model_construct(endpoint=(endpoint_of(),))
        (message,) = deliveries_for(said, "announcement.updated", now, settings=settings, edited=edited_in(archive))
        assert json.loads(message.payload)["data"]["changes"][0]["added"] == "美"
        later = edited_in(archive)(said, now + timedelta(days=1))
    assert not later
    for kind in ("wecom", "dingtalk", "feishu", "slack", "email"):
        form = channels()[kind].text
        assert form
        (part, *_) = Templates().parts(kind, message.payload, now=now)
        assert "【增】美" in part.text
        assert form.measure(part.text) <= form.room
