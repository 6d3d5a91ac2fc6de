"""Briefs that go out by themselves: when, once, to whom, and what they carry."""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from docx import Document
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

from browser import free_port
from crawler.toml import ConfigurationError
from issued_acts import Act, issue
from notify_examples import World, endpoint_of
from scheduler.config.brief_table import BriefTable
from scheduler.config.config import Settings, load
from scheduler.config.tables import Tables
from scheduler.notify.channels.mail import message_of
from scheduler.notify.channels.registry import channels
from scheduler.notify.due_briefs import period_due, put_due_briefs
from scheduler.notify.render import Templates
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.records import Delivery

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope

NOW = datetime(2026, 3, 18, 9, 40, tzinfo=UTC)  # 17:40 in Beijing
TWICE = BriefTable.model_validate({"name": "twice", "endpoints": ["team", "mail"], "at": ["08:30", "17:30"]})
TEAM = endpoint_of()
OF_A_DAY = [
    Act(region=code, place=place, track=track, day="2026-03-18")
    for code, place, track in (
        ("440000", "广东省", "低空经济"), ("330000", "浙江省", "低空经济"), ("420000", "湖北省", "商业航天"),
        ("460000", "海南省", "商业航天"),
    )
]  # fmt: skip
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


class Mailbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802  its name there
        message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((list(envelope.rcpt_tos), message))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real mail server on loopback, and its port."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def test_brief_by_mail_with_its_files(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    """A mail server takes it once, through a restart; each of its files opens and has the policy of the filter."""
    box, port = mailbox
    mail = endpoint_of("mail", f"smtp://watch@127.0.0.1:{port}", kind="email", to=["a@example.org", "b@example.org"])
    table = BriefTable.model_validate({
        "name": "space", "endpoints": ["mail"], "at": ["17:30"], "attach": ["docx", "xlsx", "html", "markdown"],
        "filter": "赛道:商业航天 得分:>=10",
    })  # fmt: skip
    asked = settings(table).model_copy(update={"endpoint": (mail,)})
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive, OF_A_DAY)
        assert put_due_briefs(archive, asked, now=NOW) == 1
    for minutes in (0, 5, 600):
        with Archive(tmp_path / "archive.db") as archive:
            assert put_due_briefs(archive, asked, now=NOW) == 0
            asyncio.run(World(archive, mail, now=NOW + timedelta(minutes=minutes)).deliver())
    ((recipients, message),) = box.taken
    assert recipients == ["a@example.org", "b@example.org"]
    assert "赛道:商业航天" in message["Subject"]
    files = {str(one.get_filename()).partition(".")[2]: one.get_content() for one in message.iter_attachments()}
    assert list(files) == ["docx", "xlsx", "html", "md"]
    word = Document(io.BytesIO(files["docx"]))
    assert "赛道:商业航天" in word.paragraphs[0].text
    cells = [cell.text for row in word.tables[0].rows for cell in row.cells]
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    rows = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    for said in ("".join(cells), "".join(rows), LexborHTMLParser(files["html"]).text(), files["md"]):
        assert "商业航天产业培育行动计划" in said
        assert "低空经济产业培育行动计划" not in said


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({}, 4), ({"filter": "地区:广东"}, 1), ({"filter": "地区:广东,湖北"}, 2), ({"filter": "赛道:量子科技"}, 0),
     ({"tags": ["专报"]}, 1), ({"tags": ["专报", "跟踪"]}, 0), ({"filter": "商业航天 起:2020"}, 2)],
)  # fmt: skip
def test_brief_is_about_its_filter(wanted: dict[str, object], count: int) -> None:
    """By region, track, words, days or reviewers' tags; what was taken back only where it is one of these."""
    table = BriefTable.model_validate({"name": "x", "endpoints": ["team"], "at": ["17:30"], "empty": True} | wanted)
    with Archive.in_memory() as archive:
        issue(archive, OF_A_DAY)
        ids = archive.overview.newest(Chosen(), limit=9)
        archive.notes.tag(ids[0], ["专报"], who="李雷", now=NOW)
        assert put_due_briefs(archive, settings(table), now=NOW) == 1
        (delivery,) = waiting(archive).values()
    data = json.loads(delivery.payload)["data"]
    assert data["count"] == count
    assert data["title"].startswith("未来产业政策")
    assert (table.about in data["title"]) is True


def test_filter_that_cannot_be_read_is_a_fault() -> None:
    """It is said when the configuration is read, not in the morning."""
    with pytest.raises(ValueError, match="did you mean"):
        BriefTable.model_validate({"name": "x", "endpoints": ["team"], "at": ["17:30"], "filter": "地取:广东"})


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
