"""Messages to webhooks have the shape that the API's description gives of each type, and no field beyond it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel

from crawler.intake import take_in
from invented_acts import nobody
from issued_acts import ACTS, LEXICON, issue
from local_site import local_site
from notify_examples import NOON, endpoint_of
from scheduler.config.brief_table import BriefTable
from scheduler.config.config import Settings
from scheduler.config.tables import Tables
from scheduler.notify.digest import digest_of, flood_of
from scheduler.notify.due_briefs import put_due_briefs
from scheduler.notify.edited_passages import edited_in
from scheduler.notify.incident import open_incident, remind, resolve_incident
from scheduler.notify.message import deliveries_for
from scheduler.notify.remind import put_reminders
from scheduler.notify.retract import take_back
from scheduler.notify.webhook_bodies import WEBHOOKS, example_of
from storage.archive import Archive
from storage.records import Delivery
from test_deadlines import call

TEAM, OPERATOR = endpoint_of(remind=[7]), endpoint_of("ops", role="operator")
DAILY = BriefTable.model_validate({"name": "daily", "endpoints": ["team"], "at": ["12:00"]})
DEFAULTS = {name: getattr(Tables(), name) for name in Tables.model_fields}
SETTINGS = Settings.model_construct(**(DEFAULTS | {"endpoint": (TEAM, OPERATOR), "brief": (DAILY,)}))


def messages(archive: Archive) -> Iterator[Delivery]:
    """Let everything happen that is told, and yield the messages as they stand in the outbox."""
    issue(archive, ACTS[:1])
    page, now = ACTS[0].page(), ACTS[0].seen + timedelta(hours=3)
    take_in(replace(page, body=page.body.replace("亿元".encode(), "亿美元".encode()), fetched_at=now), archive, LEXICON,
            nobody)  # fmt: skip
    act = archive.announcements.get(1)
    new = deliveries_for(act, "announcement.new", now, settings=SETTINGS)
    archive.outbox.put(new)
    archive.db.execute("UPDATE deliveries SET state = 'delivered'")
    yield from deliveries_for(act, "announcement.updated", now, settings=SETTINGS, edited=edited_in(archive))
    yield digest_of(new, "digest", review_url="http://127.0.0.1:8080", now=now)
    yield flood_of(new, source="gov-460000", limit=1, review_url="http://127.0.0.1:8080", now=now)
    assert put_due_briefs(archive, SETTINGS, now=now) == 1
    assert take_back(archive, 1, "不是政策", settings=SETTINGS, now=now)
    call(archive, "海州市量子专项申报指南", "申报", str(date(2026, 3, 24)))
    put_reminders(archive, SETTINGS, now=NOON)
    incident = open_incident(archive, [OPERATOR], key="source:x", summary="x", detail="x", hint="x", now=NOON,
                             members={"gov-460000": "no answer"})  # fmt: skip
    assert incident
    remind(archive, [OPERATOR], incident, now=NOON)
    resolve_incident(archive, [OPERATOR], key="source:x", now=NOON)
    yield from archive.outbox.list()


def unknown(said: Any) -> list[str]:
    """Return the names of fields that a message has and its model does not."""
    if isinstance(said, BaseModel):
        parts = (getattr(said, name) for name in type(said).model_fields)
        return [*(said.model_extra or ()), *(name for part in parts for name in unknown(part))]
    return [name for part in said for name in unknown(part)] if isinstance(said, tuple) else []


def test_every_message_is_as_described(archive: Archive, tmp_path: Path) -> None:
    """Each type, as it goes out and as the description's example shows it, by model and by JSON Schema."""
    Archive(tmp_path / "archive.db").close()
    with local_site(tmp_path) as site:
        described = httpx.get(f"{site.url}/api/v1/openapi.json").json()
        page = httpx.get(f"{site.url}/programs").text
    sent = [json.loads(one.payload) for one in messages(archive)]
    assert {one["type"] for one in sent} == set(WEBHOOKS) == set(described["webhooks"])
    assert any(one["data"].get("changes") for one in sent)
    for one in [*sent, *map(example_of, WEBHOOKS)]:
        assert unknown(WEBHOOKS[one["type"]].model_validate(one)) == []
        body = described["webhooks"][one["type"]]["post"]["requestBody"]["content"]["application/json"]
        schema = {**body["schema"], "components": described["components"]}
        assert list(Draft202012Validator(schema).iter_errors(one)) == []
        assert body["examples"]["example"]["value"] == example_of(one["type"])
        assert f"<code>{one['type']}</code>" in page


def test_message_of_another_shape_is_not_as_described() -> None:
    """The models find what is missing and what is too much."""
    closing = example_of("announcement.closing")
    with pytest.raises(ValueError, match="quote"):
        WEBHOOKS["announcement.closing"].model_validate(
            {**closing, "data": {**closing["data"], "deadline": {"day": "2026-04-17", "days_left": 1}}}
        )
    more = {**example_of("incident.opened"), "colour": "red"}
    assert unknown(WEBHOOKS["incident.opened"].model_validate(more)) == ["colour"]
