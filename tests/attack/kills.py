"""Kill the program at a write, or at any moment, in whatever it does; then see that nothing was lost or told twice."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from armed import armed_change, armed_command, armed_upgrade, moment
from killed_commands import COMMANDS, OFTEN, Life, told_acts
from killed_world import World, open_world

from browser import free_port
from forked import SERVER
from storage.archive import Archive
from test_upgrade import STEPS, contents, fill, make_old

LONGEST_SECONDS = 20.0  # of one life: a daemon or a review page does not end by itself
TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')
VERDICTS = ("confirmed", "rejected", "watch")


@dataclass
class Killer:
    """Runs programs and kills them. `kills` counts, by what was done, those that met a program with work left."""

    world: World
    port: int
    chance: Random
    kills: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def live(self, name: str, life: Life) -> None:
        """Let a command live until its moment, or its end."""
        with TemporaryDirectory() as folder:
            streams = [Path(folder, stream) for stream in ("stdin", "stdout", "stderr")]
            streams[0].touch()
            words = [*name.split(), "--config", str(self.world.folder / "config.toml"), *life.words]
            environment = os.environ | self.world.environment
            process = SERVER.Process(
                target=armed_command, args=(moment(self.chance), words, environment, streams, Path.cwd())
            )
            process.start()
            until = time.monotonic() + LONGEST_SECONDS
            while process.is_alive() and time.monotonic() < until:
                life.meanwhile()
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

    def configuration(self) -> None:
        """Kill a change of the configuration, as the page and `setup` make it, or its undoing."""
        name = self.chance.choice(("", f"人{self.tried('configuration')}"))
        self.process("configuration", armed_change, self.world.folder / "config.toml", name)

    def reviewing(self) -> Callable[[], None]:
        """Return what gives one verdict, or merges two announcements, on the page at each call."""
        acts = [one.id for one in told_acts(self, 6)]
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", timeout=5, trust_env=False, follow_redirects=True
        )
        writes = self._review_writes(client, acts)

        def write() -> None:
            with suppress(httpx.HTTPError):  # it starts, or was killed
                next(writes, None)

        return write

    def _review_writes(self, client: httpx.Client, acts: Sequence[int]) -> Iterator[None]:
        while acts:
            try:
                page = client.get(f"/announcements/{acts[0]}")
                found = TOKEN.search(page.text)
            except httpx.HTTPError:
                time.sleep(0.02)
                yield
                continue
            assert found, f"no form at {page.url}: {page.status_code} {page.text[:300]}"
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

    def do(self, name: str) -> None:
        """Kill a command, or one of `PROCESSES`; a crawl where there is nothing to do for a command."""
        if name in PROCESSES:
            return PROCESSES[name](self)
        if life := COMMANDS[name](self):
            return self.live(name, life)
        return self.do("crawl")

    def round(self, only: Sequence[str] = ()) -> None:
        """Do one thing, of these only where some are named, and see whether archive and files are whole."""
        names = tuple(only) or tuple(NAMES)
        self.do(self.chance.choices(names, [OFTEN.get(name, 1) for name in names])[0])
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


PROCESSES: Mapping[str, Callable[[Killer], None]] = {"upgrade": Killer.upgrade, "configuration": Killer.configuration}
NAMES = (*COMMANDS, *PROCESSES)


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
