"""Kill the program at a write, or at any moment, in whatever it does; then see that nothing was lost or told twice."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from armed import armed_command, armed_upgrade, moment
from killed_world import World, open_world
from operators import OPERATORS

from browser import free_port
from forked import SERVER
from storage.archive import Archive
from test_upgrade import STEPS, contents, fill, make_old

LONGEST_SECONDS = 20.0  # of one life: a daemon or a review page does not end by itself
TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')
VERDICTS = ("confirmed", "rejected", "irrelevant")


@dataclass
class Killer:
    """Runs programs and kills them. `kills` counts, by what was done, those that met a program with work left."""

    world: World
    port: int
    chance: Random
    kills: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def command(self, name: str, *arguments: str, while_it_lives: Callable[[], None] = lambda: None) -> None:
        """Let a command live until its moment, or its end."""
        with TemporaryDirectory() as folder:
            streams = [Path(folder, stream) for stream in ("stdin", "stdout", "stderr")]
            streams[0].touch()
            given = [*arguments, "--config", str(self.world.folder / "config.toml")]
            environment = os.environ | self.world.environment
            process = SERVER.Process(
                target=armed_command, args=(moment(self.chance), given, environment, streams, Path.cwd())
            )
            process.start()
            until = time.monotonic() + LONGEST_SECONDS
            while process.is_alive() and time.monotonic() < until:
                while_it_lives()
                process.join(0.02)
            process.kill()
            process.join()
            self._count(name, process.exitcode, streams[2])

    def process(self, name: str, target: Callable[..., None], *given: object) -> None:
        """Let a process live until its moment, or its end."""
        process = SERVER.Process(target=target, args=(moment(self.chance), *given))
        process.start()
        process.join(LONGEST_SECONDS)
        process.kill()
        process.join()
        (self.kills if process.exitcode == -signal.SIGKILL else self.ended)[name] += 1

    def tried(self, name: str) -> int:
        """Return how often something was begun."""
        return self.kills[name] + self.ended[name]

    def _count(self, name: str, code: int | None, errors: Path) -> None:
        if code == -signal.SIGKILL:
            self.kills[name] += 1
            return
        self.ended[name] += 1
        said = errors.read_text(encoding="utf-8", errors="replace") if errors.exists() else ""
        if "Traceback" in said:
            self.faults.append(f"{name} ended with {code}:\n{said[-1500:]}")

    def upgrade(self) -> None:
        """Kill an upgrade of an archive of some released schema; the next start must bring it to its end."""
        step = self.chance.choice(STEPS[1:])
        with TemporaryDirectory() as folder:
            path = Path(folder, "archive.db")
            with closing(make_old(path, step)) as old:
                fill(old)
                before = contents(old)
            self.process("upgrade", armed_upgrade, path)
            with Archive(path) as archive:
                after, damage = contents(archive.db), archive.db.execute("PRAGMA integrity_check").fetchall()
            if damage != [("ok",)] or any(len(after[name]) != len(rows) for name, rows in before.items()):
                self.faults.append(f"upgrade from before {step}: {damage}")

    def review(self) -> None:
        """Kill the review page while verdicts are given and announcements merged and split."""
        acts = self._told()
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=5, trust_env=False) as client:
            writes = self._review_writes(client, acts)

            def write() -> None:
                try:
                    next(writes, None)
                except httpx.HTTPError:
                    return  # it starts, or was killed

            self.command("review", "review", "--port", str(self.port), while_it_lives=write)

    def _review_writes(self, client: httpx.Client, acts: Sequence[int]) -> Iterator[None]:
        while acts:
            try:
                found = TOKEN.search(client.get(f"/announcements/{acts[0]}").text)
            except httpx.HTTPError:
                time.sleep(0.02)
                yield
                continue
            assert found, "no form"
            form = {"csrftoken": found[1], "reason": "测试", "verdict": self.chance.choice(VERDICTS)}
            id, other = self.chance.choice(acts), self.chance.choice(acts)
            headers = {"Origin": str(client.base_url).rstrip("/")}
            path, more = self.chance.choice(
                (("/verdicts", {"about": f"announcements/{id}"}), (f"/announcements/{id}/merge", {"into": str(other)}))
            )
            answer = client.post(path, data=form | more, headers=headers)
            if answer.status_code >= 500:
                self.faults.append(f"review {path}: {answer.status_code} {answer.text[:300]}")
            yield

    def _told(self) -> list[int]:
        """Return announcements of which everybody has been told: edits of these change no message."""
        with Archive(self.world.archive) as archive:
            rows = archive.db.execute("""SELECT a.id FROM announcements AS a WHERE a.merged_into IS NULL AND NOT EXISTS
                (SELECT 1 FROM deliveries AS d WHERE d.announcement_id = a.id AND d.state <> 'delivered')
                ORDER BY random() LIMIT 6""").fetchall()
        return [int(row[0]) for row in rows]

    def crawl(self) -> None:
        """Kill a crawl that finds a new act and tells it."""
        self.world.issue()
        self.command("crawl", "crawl", "--deliver")

    def run(self) -> None:
        """Kill the daemon while it finds new acts and tells them."""
        self.world.issue()
        self.command("run", "run")

    def deliver(self) -> None:
        """Kill a delivery of what a crawl has found."""
        self.world.issue()
        self.command("crawl without telling", "crawl")
        self.command("deliver", "deliver")

    def backup(self) -> None:
        """Kill a backup; one that has its name is whole."""
        path = self.world.folder / f"backup-{self.kills['backup']}.db"
        self.command("backup", "backup", str(path), "--force")
        if path.exists():
            with closing(sqlite3.connect(path)) as db:
                if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    self.faults.append(f"{path.name} is damaged")
            path.unlink()

    def by_hand(self) -> None:
        """Kill a merge, a rejection or its undoing at the terminal."""
        acts = [str(id) for id in self._told()]
        if len(acts) < 2:
            return self.crawl()
        words = self.chance.choice((
            ("announcements", "merge", acts[0], acts[1], "--reason", "测试"),
            ("announcements", "reject", acts[0], "--reason", "测试"),
            ("verdict", self._article_of(acts[0]), "confirmed"),
        ))  # fmt: skip
        return self.command(" ".join(words[:2] if words[0] != "verdict" else words[:1]), *words)

    def _article_of(self, announcement: str) -> str:
        with Archive(self.world.archive) as archive:
            return str(archive.announcements.get(int(announcement)).lead_article_id)

    def upkeep(self) -> None:
        """Kill what keeps the archive in order."""
        words = self.chance.choice((
            ("reassess",), ("prune", "--yes", "--older-than", "1d"), ("doctor", "--repair"), ("outbox", "replay"),
            ("backfill", "--source", "wire", "--since", "2026-01-01"),
        ))  # fmt: skip
        self.command(" ".join(words[:1]), *words)

    def round(self, only: Sequence[str] = ()) -> None:
        """Do one thing, of operators' only these where some are named, and see whether archive and files are whole."""
        steps: list[Callable[[], None]] = [partial(OPERATORS[name], self) for name in only or OPERATORS]
        if not only:
            steps += [self.crawl, self.crawl, self.crawl, self.run, self.deliver, self.review, self.by_hand,
                      self.upkeep, self.upkeep, self.backup, self.upgrade]  # fmt: skip
        self.chance.choice(steps)()
        self.faults += self.world.check()
        self.world.let_time_pass()

    def first(self) -> None:
        """Let the program find some acts undisturbed: there is something to lose."""
        for _ in range(6):
            self.world.issue()
        self._undisturbed("crawl", "--deliver")
        self.faults += self.world.check()

    def finish(self) -> None:
        """Let the program work undisturbed until nothing waits, and note what was lost or told twice."""
        for _ in range(20):
            self._undisturbed("crawl", "--deliver")
            self.world.check()
            self.world.let_time_pass()
            if not self.world.waiting():
                break
        self.faults += self.world.check() + self.world.faults()

    def _undisturbed(self, *arguments: str) -> None:
        from forked import run_forked

        given = [*arguments, "--config", str(self.world.folder / "config.toml")]
        run_forked(given, environment=os.environ | self.world.environment, seconds=300)


def kill(
    folder: Path, number: int, *, start: int, only: Sequence[str] = (), shown: Callable[[Killer], None] = lambda _: None
) -> Killer:
    """Kill so many programs in one world, and return who did it."""
    port = free_port()
    with open_world(folder, port=port) as world:
        killer = Killer(world, port, Random(start))
        killer.first()
        while killer.kills.total() < number:
            killer.round(only)
            shown(killer)
        killer.finish()
    return killer
