"""Run the monitor beside the daemon: note that the event loop turns, answer requests, send signs of life."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crawler.network.settings import VERSION
from scheduler.config.log import get_logger
from scheduler.daemon.jobs import Service
from scheduler.daemon.monitor.heartbeat import beat
from scheduler.daemon.monitor.metrics import DaemonCollector, registry_of
from scheduler.daemon.monitor.server import Answers, Server
from scheduler.daemon.monitor.signs import JobSign, Signs, hangs, is_alive, reasons_against
from scheduler.daemon.monitor.systemd import Notifier
from scheduler.health.survey import troubles_in
from scheduler.health.trouble_words import in_english
from storage.archive import Archive
from storage.connection import text_of
from storage.errors import ArchiveError
from storage.upkeep.vitals import Vitals, reading, write_problem

if TYPE_CHECKING:
    from scheduler.config.program import Program
    from scheduler.daemon.jobs import Jobs

log = get_logger()

LOOP_TURN_SECONDS = 5.0  # how often the loop shows that it turns, at least


class Monitor(Service):
    """Health and metrics over HTTP, the heartbeat, systemd's watchdog."""

    name = "monitor"

    def __init__(self, notifier: Notifier | None = None) -> None:
        self._notifier = notifier or Notifier()
        self._server: Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._turned = time.monotonic()
        self._is_stopping = False
        self._heartbeat_problem: str | None = None

    async def start(self, program: Program, jobs: Jobs) -> None:
        """Answer on the configured port, and tell systemd that the daemon is ready."""
        self._program, self._jobs, self._started_at = program, jobs, jobs.clock()
        self._serve()
        self._tasks = [asyncio.create_task(self._turn()), asyncio.create_task(self._beat())]
        self._notifier.say("READY=1", f"STATUS=watching {len(program.sources)} sources")

    async def reloaded(self, program: Program) -> None:
        """Answer where the new configuration says, and let systemd know that it was read again."""
        self._program = program
        self._notifier.reloading()
        self._close()
        self._serve()
        self._notifier.say("READY=1", f"STATUS=watching {len(program.sources)} sources")

    async def stopping(self) -> None:
        """Be not ready any more, and tell systemd."""
        self._is_stopping = True
        self._notifier.say("STOPPING=1")

    async def stop(self) -> None:
        """Answer no more."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._close()

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether the process lives and its loop turns. Asks nothing of the archive."""
        signs = self.signs()
        document = {
            "alive": is_alive(signs), "version": VERSION, "started_at": text_of(signs.started_at),
            "loop_turned_seconds_ago": round(signs.turned.total_seconds(), 1),
        }  # fmt: skip
        return is_alive(signs), document

    def readiness(self) -> tuple[bool, dict[str, Any]]:
        """Return whether the daemon does its work, and what is against it. Blocks some milliseconds."""
        now, signs = self._jobs.clock(), self.signs(looks_deep=True)
        reasons = reasons_against(signs, now)
        jobs = {name: {"ended_at": text_of(job.ended_at), "failures": job.failures} for name, job in signs.jobs.items()}
        return not reasons, {"ready": not reasons, "reasons": reasons, "jobs": jobs, "now": text_of(now)}

    def signs(self, *, looks_deep: bool = False) -> Signs:
        """Return the signs of life; with `looks_deep` those of archive and disk too."""
        jobs = {
            name: JobSign(every=job.every, ended_at=job.ended_at, failures=job.failures, error=job.error)
            for name, job in self._jobs.states.items()
        }
        deep = self._deep() if looks_deep else {}
        turned = timedelta(seconds=time.monotonic() - self._turned)
        return Signs(
            turned=turned, started_at=self._started_at, is_stopping=self._is_stopping, jobs=jobs, **deep
        )  # fmt: skip

    def _deep(self) -> dict[str, Any]:
        path, archive = self._program.settings.archive.path, self._program.context.archive
        try:
            archive.check_place()  # at its path may lie another one that is well
            with reading(path) as db:
                heads = Vitals(db).heads()
                found = troubles_in(Archive.over(db.conn), self._program.settings, self._jobs.clock())
            troubles = [in_english(one) for one in found if one.keeps_alerts]
            return {"troubles": troubles, "archive": write_problem(path), "heads": heads,
                    "disk_free_mb": shutil.disk_usage(path.parent).free // 1_000_000}  # fmt: skip
        except (ArchiveError, sqlite3.Error, OSError) as error:
            return {"archive": str(error)}

    def _serve(self) -> None:
        settings = self._program.settings.monitor
        if not settings.enabled:
            return
        collector = DaemonCollector(
            self._program.settings.archive.path, signs=self.signs, clock=self._jobs.clock,
            endpoints=lambda: [endpoint.name for endpoint in self._program.settings.endpoint],
        )  # fmt: skip
        answers = Answers(health=self.health, readiness=self.readiness, registry=registry_of(collector))
        server = Server(settings.host, settings.port, answers)
        try:
            server.start()
        except OSError as error:  # another program may have the port; the watch goes on
            log.warning(
                "monitor not served", host=settings.host, port=settings.port, error=error.strerror or str(error)
            )
        else:
            self._server = server
            log.info("monitor served", host=settings.host, port=settings.port)

    def _close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def _turn(self) -> None:
        """Note that the loop turns; while no job hangs either, keep systemd's watchdog quiet."""
        every = self._notifier.watchdog_every
        wait = min(LOOP_TURN_SECONDS, every.total_seconds()) if every else LOOP_TURN_SECONDS
        while True:
            self._turned = time.monotonic()
            if every and not hangs(self.signs(), self._jobs.clock()):
                self._notifier.say("WATCHDOG=1")
            await asyncio.sleep(wait)

    async def _beat(self) -> None:
        """Send the heartbeat at its interval, as long as nothing speaks against it."""
        while True:
            settings = self._program.settings.monitor
            if settings.heartbeat_url:
                is_ready, document = await asyncio.to_thread(self.readiness)
                problem = await beat(settings.heartbeat_url) if is_ready else f"held back: {document['reasons']}"
                self._note_heartbeat(problem)
            await asyncio.sleep(settings.heartbeat_every.total_seconds())

    def _note_heartbeat(self, problem: str | None) -> None:
        """Log once that the heartbeat fails, and once that it works again."""
        if problem and not self._heartbeat_problem:
            log.warning("heartbeat not sent", error=problem)
        elif self._heartbeat_problem and not problem:
            log.info("heartbeat sent again")
        self._heartbeat_problem = problem
