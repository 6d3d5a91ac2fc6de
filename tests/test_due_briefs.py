"""Briefs that go out by themselves: when, once, to whom, and what they carry."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document

from crawler.toml import ConfigurationError
from issued_acts import issue
from notify_examples import endpoint_of
from scheduler.config.brief_table import BriefTable
from scheduler.config.config import Settings, load
from scheduler.config.tables import Tables
from scheduler.notify.channels.mail import message_of
from scheduler.notify.channels.registry import channels
from scheduler.notify.due_briefs import period_due, put_due_briefs
from scheduler.notify.render import Templates
from storage.archive import Archive
from storage.records import Delivery

NOW = datetime(2026, 3, 18, 9, 40, tzinfo=UTC)  # 17:40 in Beijing
TWICE = BriefTable.model_validate({"name": "twice", "endpoints": ["team", "mail"], "at": ["08:30", "17:30"]})
TEAM = endpoint_of()
MAIL = endpoint_of("mail", "smtp://watch@127.0.0.1:25", kind="email", to=["a@example.org"])


def settings(*tables: BriefTable) -> Settings:
    defaults = {name: getattr(Tables(), name) for name in Tables.model_fields}
    return Settings.model_construct(**(defaults | {"endpoint": (TEAM, MAIL), "brief": tables}))


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    """An archive with acts of many provinces; one of them is of the morning of the day."""
    with Archive.in_memory() as opened:
        issue(opened)
        yield opened


def waiting(archive: Archive) -> dict[str, Delivery]:
    rows = archive.db.execute("SELECT id, endpoint, type, payload FROM deliveries WHERE type = 'brief'").fetchall()
    return {
        endpoint: Delivery(
            id=id, announcement_id=None, version=None, endpoint=endpoint, type=type, payload=payload, state="pending",
            attempts=0, created_at=NOW, next_attempt_at=NOW,
        )
        for id, endpoint, type, payload in rows
    }  # fmt: skip


def test_times_of_a_brief() -> None:
    """A brief covers what came since the time before: since the morning, since last week; a late one is left out."""
    with Archive.in_memory() as empty:
        assert (found := period_due(empty, TWICE, TEAM, NOW))
        assert found.name == "2026-03-18T0830-2026-03-18T1730"
        assert period_due(empty, TWICE, TEAM, NOW + timedelta(hours=7)) is None
        weekly = BriefTable.model_validate({"name": "w", "endpoints": ["team"], "at": ["08:30"], "day": "mon"})
        assert (found := period_due(empty, weekly, TEAM, datetime(2026, 3, 16, 1, 0, tzinfo=UTC)))
        assert found.name == "2026-03-09T0830-2026-03-16T0830"


def test_brief_after_a_sleep_brings_what_was_left_out() -> None:
    """A machine that slept over two briefs sends one from where the last one ended."""
    often = TWICE.model_copy(update={"empty": True})
    with Archive.in_memory() as archive:
        assert put_due_briefs(archive, settings(often), now=NOW) == 2
        later = NOW + timedelta(days=1, hours=-1)  # 16:40: both the evening's and the morning's are over
        assert put_due_briefs(archive, settings(often), now=later) == 0
        assert (found := period_due(archive, often, TEAM, later + timedelta(hours=1)))
        assert found.name == "2026-03-18T1730-2026-03-19T1730"


def test_own_template_that_fails_does_not_keep_the_brief(archive: Archive, tmp_path: Path) -> None:
    """An unreadable letterhead: the brief goes out in the shipped form."""
    (tmp_path / "brief.docx").write_bytes(b"no Word document")
    table = TWICE.model_copy(update={"name": "own", "endpoints": ("mail",), "template": str(tmp_path / "brief.docx")})
    assert put_due_briefs(archive, settings(table), now=NOW) == 1
    (payload,) = archive.db.execute("SELECT payload FROM deliveries WHERE reason = 'brief own'").fetchone()
    (file,) = json.loads(payload)["data"]["files"]
    assert len(Document(io.BytesIO(base64.b64decode(file["base64"]))).tables[0].rows) == 2


def test_brief_goes_out_once(archive: Archive) -> None:
    """Each endpoint gets a brief of a time once; one without news goes out only where that is wanted."""
    assert put_due_briefs(archive, settings(TWICE), now=NOW) == 2
    assert put_due_briefs(archive, settings(TWICE), now=NOW + timedelta(minutes=1)) == 0
    quiet = datetime(2026, 4, 18, 9, 40, tzinfo=UTC)
    assert put_due_briefs(archive, settings(TWICE), now=quiet) == 0
    assert put_due_briefs(archive, settings(TWICE.model_copy(update={"empty": True})), now=quiet) == 2


def test_brief_as_each_receiver_gets_it(archive: Archive) -> None:
    """Each kind gets summary, title and link within its room; mail brings the Word file besides."""
    put_due_briefs(archive, settings(TWICE), now=NOW)
    found, templates = waiting(archive), Templates()
    said = json.loads(archive.db.execute("SELECT payload FROM deliveries WHERE type='brief' ORDER BY 1").fetchone()[0])
    assert said["type"] == "brief"
    first = json.loads(next(
        row[0] for row in archive.db.execute("SELECT payload FROM deliveries WHERE endpoint = 'mail'").fetchall()
        if json.loads(row[0])["data"]["count"]
    ))  # fmt: skip
    payload = json.dumps(first, ensure_ascii=False)
    for kind in ("wecom", "dingtalk", "feishu", "slack", "email"):
        form = channels()[kind].text
        assert form is not None
        parts = templates.parts(kind, payload, now=NOW)
        text = "".join(part.text for part in parts)
        assert "本期 1 个地区新发布 1 条" in text
        assert "商业航天产业培育行动计划" in text
        assert "http://portal.example.org/zwgk/" in text
        assert all(form.measure(part.text) <= form.room for part in parts)
    (part,) = templates.parts("email", payload, now=NOW)
    (file,) = message_of(MAIL, found["mail"].id, part, NOW).iter_attachments()
    assert file.get_filename() == "brief-2026-03-18-1730.docx"
    assert len(Document(io.BytesIO(file.get_content())).tables[0].rows) == 2


def test_unknown_endpoint_is_a_fault(tmp_path: Path) -> None:
    """A brief for an endpoint that nobody declares is a fault of the configuration."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[sources]\ncatalogue = false\n[crawl]\ncontact = "mailto:a@example.org"\n'
        '[[brief]]\nname = "x"\nendpoints = ["nobody"]\nat = ["08:30"]\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match="no endpoint 'nobody'"):
        load(config)
