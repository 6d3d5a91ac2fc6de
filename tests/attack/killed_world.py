"""A watch whose programs are killed: a portal that issues acts, two receivers, one archive, and what must hold of them.

Each act is of another city, so no two are one. Receivers keep to webhook-id: a message that comes again is one message.
"""

from __future__ import annotations

import socketserver
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from killed_files import SWITCHED_OFF, WATCHED, broken_files

from crawler.text.regions import by_code
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_receiver import SECRET, LocalReceiver, open_receiver
from storage.archive import Archive
from storage.upkeep.integrity import check_archive

LISTED = 40  # rows that the portal's list shows, the newest first
DAY = "2026-03-18"
CROWD = "crowd"  # an endpoint for floods: nothing goes there by itself
HALF_DECIDED_SQL = """SELECT DISTINCT asked.id FROM deliveries AS asked JOIN deliveries AS held
                      ON held.digest_id = asked.id AND held.state = 'held' WHERE asked.decided_at IS NOT NULL"""
LONG_AGO = "2000-01-01T00:00:00Z"
FIELDS = ("人工智能", "量子科技", "商业航天")  # more than 300 cities, each with three acts
CITIES = [one for code, one in sorted(by_code().items()) if code.endswith("00") and code[2:4] not in {"00", "90"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act that nobody issued."""

    number: int

    @property
    def _city(self) -> str:
        return CITIES[self.number % len(CITIES)].name

    @property
    def path(self) -> str:
        """Where its page stands."""
        return f"/zwgk/202603/t20260318_{self.number:06d}.html"

    @property
    def title(self) -> str:
        """What its page is called."""
        subject = FIELDS[self.number // len(CITIES) % len(FIELDS)]
        return f"{self._city}人民政府办公厅关于印发《{self._city}未来产业（{subject}）培育行动计划》的通知"

    @property
    def page(self) -> str:
        """Its page."""
        numbers = (self.number % 97 + 3, self.number % 89 + 11, self.number * 7 % 983 + 17)
        text = (
            f"各区县人民政府：现将《{self._city}未来产业培育行动计划》印发给你们，请认真贯彻执行。",
            "到2030年，建成未来产业先导区{}个，培育领军企业{}家，产业规模达到{}亿元。".format(*numbers),
            f"{self._city}人民政府办公厅 2026年3月18日",
        )
        return article_page(self.title, text, day=DAY, publisher=f"{self._city}人民政府")


@dataclass
class World:
    """All of it. `issued` are the acts so far."""

    folder: Path
    portal: LocalPortal
    receivers: tuple[LocalReceiver, ...]
    crowd: LocalReceiver
    issued: list[Act] = field(default_factory=list)
    kept: int = 0

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.folder / "archive.db"

    @property
    def environment(self) -> dict[str, str]:
        """What the programs need to know."""
        return {"TEST_SECRET": SECRET}

    def configure(self, port: int) -> None:
        """Write the configuration; the review page is served at a port."""
        endpoints = "".join(
            f'[[endpoint]]\nname = "r{n}"\nkind = "webhook"\nurl = "{one.url}"\nsecret = "env:TEST_SECRET"\n'
            for n, one in enumerate(self.receivers)
        )
        endpoints += f'[[endpoint]]\nname = "{CROWD}"\nkind = "webhook"\nurl = "{self.crowd.url}"\n'
        endpoints += 'secret = "env:TEST_SECRET"\nregions = ["澳门"]\n'
        (self.folder / "config.toml").write_text(f"""
[archive]
path = "archive.db"
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0
allow_private_networks = true
readers = 0
[schedule]
every = "1s"
adaptive = false
[alert]
first_crawl = true
flood = 1000000
[review]
enabled = false
port = {port}
[monitor]
enabled = false
[sources]
catalogue = false
[[source]]
id = "{WATCHED}"
name = "示例政策汇编"
region = "000000"
level = "national"
kind = "news"
listings = ["{self.portal.url}/zwgk/"]
{endpoints}
""", encoding="utf-8")  # fmt: skip
        (self.folder / "verified.toml").write_text(f'off = ["{SWITCHED_OFF}"]\n', encoding="utf-8")

    def issue(self) -> Act:
        """Let the portal publish one more act."""
        act = Act(number=len(self.issued))
        self.issued.append(act)
        self.portal.serve(act.path, act.page)
        rows = [(one.path, one.title, DAY) for one in reversed(self.issued[-LISTED:])]
        self.portal.serve("/zwgk/", listing_page(rows))
        return act

    def check(self) -> list[str]:
        """Return what is wrong with archive and files: damage, or something that was there and is not any more."""
        return broken_files(self.folder) + self._damage()

    @property
    def names_lexicon(self) -> bool:
        """True when the configuration names a lexicon of its own."""
        return "lexicon.toml" in (self.folder / "config.toml").read_text(encoding="utf-8")

    def _damage(self) -> list[str]:
        if not self.archive.exists():
            return []
        with closing(sqlite3.connect(self.archive)) as db:
            damage = [str(row) for row in db.execute("PRAGMA integrity_check").fetchall() if row != ("ok",)]
            damage += [f"refers to nothing: {row}" for row in db.execute("PRAGMA foreign_key_check").fetchall()]
            try:
                damage += [f"flood {id} is half decided" for (id,) in db.execute(HALF_DECIDED_SQL)]
                (number,) = db.execute("SELECT count(*) FROM articles").fetchone()
            except sqlite3.OperationalError:
                number = 0  # killed before the archive had its tables
        if number < self.kept:
            damage.append(f"{self.kept - number} articles are gone")
        self.kept = number
        return damage

    def let_time_pass(self) -> None:
        """Let the moment come at which links, leases and failed messages are due again."""
        if self.kept:
            with Archive(self.archive) as archive, archive.transaction():
                for table, column in (("links", "next_attempt_at"), ("deliveries", "next_attempt_at")):
                    archive.db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL", [LONG_AGO])
                archive.db.execute("UPDATE deliveries SET leased_until = NULL")

    def waiting(self) -> int:
        """Return how many links and messages wait."""
        with Archive(self.archive) as archive:
            (links,) = archive.db.execute("SELECT count(*) FROM links WHERE next_attempt_at IS NOT NULL").fetchone()
            return int(links) + len(archive.outbox.list(state="pending"))

    def told(self) -> list[Counter[str]]:
        """Return for each receiver how many messages, each counted once, told of the act at each path."""
        return [Counter(_told(receiver)) for receiver in self.receivers]

    def faults(self) -> list[str]:
        """Return what was lost or told twice, once everything has been delivered; the index too must be in step."""
        wrong = [
            f"receiver {number}: {act.path} told {told[act.path]} times"
            for number, told in enumerate(self.told()) for act in self.issued if told[act.path] != 1
        ]  # fmt: skip
        heard = {id for id, said, _ in self.crowd.tries if said["type"] == "digest"}
        with Archive(self.archive) as archive:
            sent = {one.id for one in archive.outbox.list(endpoint=CROWD) if one.type == "digest"}
            wrong += [f"of {len(sent)} digests of floods {len(sent & heard)} were told"] * (heard != sent)
            return wrong + [f"{check.name}: {check.findings}" for check in check_archive(archive.db) if check.findings]


def _told(receiver: LocalReceiver) -> Iterator[str]:
    seen: set[str] = set()
    for id, said, answer in receiver.tries:
        if answer == "204" and id not in seen and said["type"] == "announcement.new":
            seen.add(id)
            for article in said["data"]["announcement"]["articles"]:
                yield "/zwgk/" + article["url"].partition("/zwgk/")[2]


@contextmanager
def open_world(folder: Path, *, port: int) -> Iterator[World]:
    """Open a world in a folder."""
    socketserver.BaseServer.handle_error = lambda *_: None  # type: ignore[method-assign]  # its clients die
    with open_portal() as portal, open_receiver() as one, open_receiver() as other, open_receiver() as crowd:
        world = World(folder, portal, (one, other), crowd)
        world.configure(port)
        yield world
