"""Every command that writes, with what it is given when it is killed; and those that are not killed, each with why."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from killed_files import WATCHED
from killed_world import CROWD

from labelled_texts import labelled_texts
from notify_examples import endpoint_of
from scheduler.config.config import Settings
from scheduler.notify.due_digests import gather
from scheduler.notify.message import deliveries_for
from storage.archive import Archive
from storage.records import Announcement

if TYPE_CHECKING:
    from kills import Killer

HELD = 3  # messages of a flood
WORDS = "冷链\n仓储\n\n渔港\n+办法\n"  # TrendRadar's


@dataclass(frozen=True, slots=True)
class Life:
    """What a command is given, and what others do to it while it lives."""

    words: tuple[str, ...] = ()
    meanwhile: Callable[[], None] = lambda: None


Prepare: TypeAlias = Callable[["Killer"], Life | None]  # None: there is nothing to do for it now


def given(*words: str) -> Prepare:
    """Give a command these words, always."""
    return lambda _killer: Life(words)


# --- visits and messages ---------------------------------------------------------------------------------------------


def _issue(*words: str) -> Prepare:
    """Let a new act be there to be found."""

    def prepare(killer: Killer) -> Life:
        killer.world.issue()
        return Life(words)

    return prepare


def _found(killer: Killer) -> Life:
    """Let a new act be found and not be told."""
    killer.world.issue()
    killer.live("crawl", Life())
    return Life()


def _review(killer: Killer) -> Life:
    """Let verdicts be given and announcements merged while the page is served."""
    return Life(("--port", str(killer.port)), killer.reviewing())


def _dead(killer: Killer) -> Life:
    """Let a message be dead."""
    settings = Settings.model_construct(endpoint=(endpoint_of(CROWD),))
    with Archive(killer.world.archive) as archive:
        (one,) = archive.announcements.list(limit=1)
        (message,) = deliveries_for(one, "announcement.new", datetime.now(UTC), settings=settings)
        archive.outbox.put([replace(message, state="dead")])
    return Life()


def _decided(killer: Killer) -> Life | None:
    """Let a flood's question hold messages: the newest acts, for an endpoint that nothing else goes to."""
    crowd, now = endpoint_of(CROWD), datetime.now(UTC)
    settings = Settings.model_construct(endpoint=(crowd,))
    with Archive(killer.world.archive) as archive:
        for one in archive.announcements.list(limit=HELD):
            archive.outbox.put(deliveries_for(one, "announcement.new", now, settings=settings))
        gather(archive, crowd, flood=HELD - 1, review_url="", now=now)
        question = archive.digests.question(CROWD, WATCHED, since=now - timedelta(days=1))
    return Life((question.id,)) if question else None


# --- people's decisions ----------------------------------------------------------------------------------------------


def told_acts(killer: Killer, number: int = 1) -> list[Announcement]:
    """Return announcements of which everybody has been told: edits of these change no message."""
    with Archive(killer.world.archive) as archive:
        rows = archive.db.execute(
            """SELECT a.id FROM announcements AS a WHERE a.merged_into IS NULL AND NOT EXISTS
               (SELECT 1 FROM deliveries AS d
                WHERE d.announcement_id = a.id AND d.endpoint <> ? AND d.state <> 'delivered')
               ORDER BY random() LIMIT ?""",
            [CROWD, number],
        ).fetchall()
        return [archive.announcements.get(int(row[0])) for row in rows]


def _merged(killer: Killer) -> Life | None:
    acts = told_acts(killer, 2)
    return Life((*(str(one.id) for one in acts), "--reason", "测试")) if len(acts) == 2 else None


def _split(killer: Killer) -> Life | None:
    """Take an article out of an announcement that has several; two are merged for that."""
    acts = told_acts(killer, 2)
    if len(acts) < 2:
        return None
    one, other = acts
    with Archive(killer.world.archive) as archive:
        archive.edits.merge(one.id, other.id, reason="测试", now=datetime.now(UTC))
    return Life((str(other.id), str(one.mentions[0].article_id), "--reason", "测试"))


def _rejected(killer: Killer) -> Life | None:
    acts = told_acts(killer)
    return Life((str(acts[0].id), "--reason", "测试")) if acts else None


def _verdict(killer: Killer) -> Life | None:
    acts = told_acts(killer)
    return Life((str(acts[0].lead_article_id), "confirmed")) if acts else None


def _undone_verdict(killer: Killer) -> Life | None:
    with Archive(killer.world.archive) as archive:
        ids = [str(one.id) for one in archive.verdicts.all()]
    return Life((killer.chance.choice(ids),)) if ids else None


def _undone_edit(killer: Killer) -> Life | None:
    with Archive(killer.world.archive) as archive:
        ids = [str(one.id) for one in archive.edits.all() if not one.undone_at]
    return Life((killer.chance.choice(ids),)) if ids else None


def _acknowledged(killer: Killer) -> Life:
    with Archive(killer.world.archive) as archive:
        number = killer.tried("incidents ack")
        opened = archive.incidents.open(f"test:{number}", summary="一切都慢", detail="测试", now=datetime.now(UTC))
    assert opened
    return Life((str(opened.id), "--who", "甲"))


def _search(killer: Killer) -> Life:
    return Life((f"搜索{killer.tried('saved add')}", "未来产业"))


def _removed_search(killer: Killer) -> Life | None:
    with Archive(killer.world.archive) as archive:
        names = [one.name for one in archive.saved_searches.list()]
    return Life((killer.chance.choice(names),)) if names else None


def _token(killer: Killer) -> Life:
    return Life((f"程序{killer.tried('api-token create')}", "--by", "甲"))


def _withdrawn_token(killer: Killer) -> Life | None:
    with Archive(killer.world.archive) as archive:
        ids = [str(one.id) for one in archive.api_tokens.list()]
    return Life((killer.chance.choice(ids),)) if ids else None


# --- files -----------------------------------------------------------------------------------------------------------


def _word(killer: Killer) -> Life:
    own = killer.world.folder / "lexicon.toml"
    if own.exists() and not killer.world.names_lexicon:
        own.unlink()  # killed between the two: the program asks to move it
    return Life((f"甲乙丙{killer.tried('lexicon add'):03}号", "--yes"))


def _changed_track(killer: Killer) -> Life | None:
    """Give a track of the operator's lexicon another alias each time."""
    alias = f"丁戊己{killer.tried('lexicon change'):03}号"
    return Life(("量子", "--alias", alias, "--yes")) if killer.world.names_lexicon else None


def _removed_track(killer: Killer) -> Life | None:
    """Take out the alias that the change before gave."""
    own = killer.world.folder / "lexicon.toml"
    given_alias = re.search("丁戊己\\d{3}号", own.read_text(encoding="utf-8")) if killer.world.names_lexicon else None
    return Life((given_alias[0], "--yes")) if given_alias else None


def _undone_word(killer: Killer) -> Life | None:
    return Life(("--yes",)) if killer.world.names_lexicon else None


def _new_file(name: str, *words: str) -> Prepare:
    """Let a command write a file that is not there."""

    def prepare(killer: Killer) -> Life:
        path = killer.world.folder / name
        path.unlink(missing_ok=True)
        return Life((*words, str(path)))

    return prepare


def _rules(killer: Killer) -> Life | None:
    words = killer.world.folder / "words.txt"
    words.write_text(WORDS, encoding="utf-8")
    return _new_file("rules.toml", str(words), "--out")(killer)


def _tuned(killer: Killer) -> Life | None:
    lines = killer.world.folder / "labelled.jsonl"
    rows = (json.dumps(text.labelled_line, ensure_ascii=False) for text in labelled_texts())
    lines.write_text("\n".join(rows), encoding="utf-8")
    return _new_file("tuned.toml", str(lines), "--no-verdicts", "--out")(killer)


def _page(killer: Killer) -> Life:
    return Life((killer.world.portal.url + killer.world.issued[-1].path,))


def _source(killer: Killer) -> Life:
    name = f"s{killer.tried('sources add')}"
    told = ("--id", name, "--name", "某市", "--region", "460100", "--level", "city", "--kind", "government")
    return Life((f"{killer.world.portal.url}/zwgk/", *told, "--write", str(killer.world.folder / "own.toml")))


def _feeds(killer: Killer) -> Life:
    file, number = killer.world.folder / "feeds.opml", killer.tried("sources opml")
    feed = f'<outline text="海口市人民政府" xmlUrl="https://www.haikou.gov.cn/{number}.xml"/>'
    file.write_text(f'<opml version="2.0"><body>{feed}</body></opml>', encoding="utf-8")
    return Life((str(file), "--write"))


def _in_folder(name: str, *words: str) -> Prepare:
    """Let a command write into a folder of the world."""
    return lambda killer: Life((*words, str(killer.world.folder / name)))


def _first_configuration(killer: Killer) -> Life:
    """Let there be no configuration: the last `--config` holds."""
    new = killer.world.folder / "new"
    shutil.rmtree(new, ignore_errors=True)
    return Life(("--new", "--config", str(new / "config.toml")))


COMMANDS: Mapping[str, Prepare] = {
    "crawl": _issue("--deliver"),
    "run": _issue(),
    "deliver": _found,
    "backfill": given("--source", WATCHED, "--since", "2026-01-01"),
    "audit": given("--ask"),
    "explain": _page,
    "review": _review,
    "outbox replay": _dead,
    "outbox release": _decided,
    "outbox discard": _decided,
    "announcements merge": _merged,
    "announcements split": _split,
    "announcements reject": _rejected,
    "announcements undo": _undone_edit,
    "verdict": _verdict,
    "verdicts undo": _undone_verdict,
    "incidents ack": _acknowledged,
    "saved add": _search,
    "saved remove": _removed_search,
    "api-token create": _token,
    "api-token withdraw": _withdrawn_token,
    "lexicon add": _word,
    "lexicon change": _changed_track,
    "lexicon remove": _removed_track,
    "lexicon undo": _undone_word,
    "rules import": _rules,
    "tune": _tuned,
    "reassess": given(),
    "prune": given("--yes", "--older-than", "1d"),
    "doctor": given("--repair"),
    "backup": _in_folder("backup.db", "--force"),
    "sources add": _source,
    "sources apply": given("--source", WATCHED),
    "sources opml": _feeds,
    "sources record": _in_folder("recorded", WATCHED, "--pages"),
    "sources test": given(WATCHED),
    "sources verify": _in_folder("verified", "--source", WATCHED, "--again", "--report"),
    "setup": _first_configuration,
}
OFTEN = {"crawl": 4, "run": 2, "deliver": 2, "review": 3}  # times as often as the others

READS = "reads, and writes nothing but where no archive is: an empty one, in memory"
REPORT = "writes a report or proof, which is made again; nothing of the program reads it"
FILTER = "reads lines and writes lines"
NOT_KILLED: Mapping[str, str] = {
    "search": READS, "saved list": READS, "announcements list": READS, "announcements show": READS, "compare": READS,
    "deadlines": READS, "cite": READS, "revisions": READS, "evidence verify": READS, "mcp": READS,
    "near-misses": READS, "verdicts list": READS, "verdicts export": READS, "rules diff": READS,
    "rules preview": READS, "rising": READS, "sources list": READS, "endpoints list": READS,
    "outbox list": READS, "status": READS, "incidents list": READS, "api-token list": READS,
    "brief": REPORT, "export": REPORT, "evaluate": REPORT, "sources coverage": REPORT,
    "extract": FILTER, "links": FILTER, "assess": FILTER, "group": FILTER,
    "endpoints test": "sends a sample past the outbox, and keeps nothing",
    "demo": "has an archive of its own, which goes with it",
    "worker": "has no archive and no configuration: what it does for a daemon, `test_workers` kills",
}  # fmt: skip
