"""Serve the review page beside the daemon, in a process of its own that is started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.config.log import get_logger
from scheduler.daemon.jobs import Service
from scheduler.review.accounts import needs_login

if TYPE_CHECKING:
    from scheduler.config.program import Program
    from scheduler.config.tables import ReviewSettings
    from scheduler.daemon.jobs import Jobs

log = get_logger()

FIRST_RESTART_WAIT, LONGEST_RESTART_WAIT = timedelta(seconds=1), timedelta(minutes=5)
STEADY_AFTER = timedelta(minutes=1)  # a process that lived so long had no trouble starting: the waits begin anew
STOP_SECONDS = 5.0
WRONG_USE_EXIT_CODE = 2  # the exit code of a command that cannot work as it is configured


class ReviewProcess(Service):
    """The command `review` as a child process. A fault of it never hurts the daemon."""

    name = "review"

    def __init__(self, config: Path) -> None:
        self._config = config
        self._settings: tuple[ReviewSettings, bool] | None = None
        self._child: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def start(self, program: Program, _jobs: Jobs) -> None:
        """Start the page when it is enabled."""
        await self._start(program)

    async def _start(self, program: Program) -> None:
        self._settings = _lasting(program)
        if program.settings.review.enabled:
            self._keeping = asyncio.create_task(self._keep())

    async def reloaded(self, program: Program) -> None:
        """Start, stop or move the page as the new configuration says; what else changes it reads by itself."""
        if _lasting(program) != self._settings:
            await self.stop()
            await self._start(program)
        elif self._child is not None and self._child.returncode is None:
            self._child.send_signal(signal.SIGHUP)

    async def stop(self) -> None:
        """End the page."""
        if self._keeping is None:
            return
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping
        self._keeping = None

    async def _keep(self) -> None:
        """Start the page whenever it is not there, after waits that double while it does not stay."""
        wait, clock = FIRST_RESTART_WAIT, asyncio.get_running_loop().time
        while True:
            started = clock()
            code = await self._serve()
            lived = timedelta(seconds=clock() - started)
            wait = (
                LONGEST_RESTART_WAIT
                if code == WRONG_USE_EXIT_CODE
                else FIRST_RESTART_WAIT
                if lived >= STEADY_AFTER
                else wait
            )
            log.warning("review page ended", exit_code=code, again_in_seconds=wait.total_seconds())
            await asyncio.sleep(wait.total_seconds())
            wait = min(2 * wait, LONGEST_RESTART_WAIT)

    async def _serve(self) -> int:
        """Run the page to its end and return its exit code; when this is cancelled, the process ends too.

        A session of its own keeps Ctrl-C in a terminal from it: the daemon ends it when it is time. Nothing is written
        into its stdin, which ends with the daemon, however that dies: then the page ends as well.
        """
        self._child = child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "scheduler", "review", "--config", str(self._config), "--while-stdin-is-open",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            return await child.wait()
        finally:
            if child.returncode is None:
                await _end(child)


def _lasting(program: Program) -> tuple[ReviewSettings, bool]:
    """Return what the page reads at its start only: where it listens, and whether it is closed."""
    return program.settings.review, needs_login(program.settings)


async def _end(child: asyncio.subprocess.Process) -> None:
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
