"""Serve the review page: Datasette over the archive with our pages as its plugin, behind the guard."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from crawler.toml import ConfigurationError, Fault
from scheduler.config.collector import begin_collecting
from scheduler.config.config import Settings
from scheduler.config.kept_secrets import FOLDER, keep_secret
from scheduler.config.log import get_logger
from scheduler.review.accounts import needs_login
from scheduler.review.api.app import WithPrograms
from scheduler.review.asgi import App
from scheduler.review.bounds import RETURNED_ROWS, SQL_MS, WATCHDOG, BoundedDatabase, bound_process
from scheduler.review.cells import HarmlessCells
from scheduler.review.gate import Gate
from scheduler.review.guard import LOOPBACK, Guard, is_loopback
from scheduler.review.oidc import missing
from scheduler.review.patience import PatientProtocol
from scheduler.review.site import Site
from scheduler.review.tables import METADATA
from scheduler.review.wording import HERE, STATIC
from storage.archive import Archive

log = get_logger()

READING_THREADS = 4  # that read at the same time; each has a connection of its own
SUGGEST_MS = 10  # that Datasette may look for facets in each column: at its 50, a table of 100,000 rows took 2.4 s
SHOWN_CHARACTERS = 160  # of a cell in a table; its row shows it whole
ANSWER_SECONDS = 3  # how long an answer under way may take once the server is to stop
STOP_SECONDS = 4.5  # after which the process ends, whatever its threads do
SESSIONS = "sessions.key"


def serve(settings: Settings, config: Path, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the review page until SIGTERM or SIGINT; `ready` is told its address. An archive not there yet is made.

    Raises:
        ConfigurationError: other machines could reach it and nobody is named to log in, a password hash is missing, or
            the port is in use.
        ArchiveError: the archive cannot be opened.
    """
    faults = [*_unguarded(settings, host), *_without_secret(settings)]
    if faults:
        raise ConfigurationError(faults)
    Archive(settings.archive.path).close()
    listening = _listen(host, port)
    with listening:
        app = application(settings, config, host=host)
        logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it tells of every start in five lines
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        log.info("serving", address=address, archive=str(settings.archive.path))
        ready(address)
        server = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=ANSWER_SECONDS,
            http=PatientProtocol,
            server_header=False,
        )  # fmt: skip
        _end_quietly()
        _obey_reload()
        bound_process()
        WATCHDOG.start()
        gc.collect()  # of 223,000 objects 184,000 are the program's: a later look at all took 118 ms of some answer
        begin_collecting()
        _PunctualServer(server).run(sockets=[listening])


class _PunctualServer(uvicorn.Server):
    """Ends in time: Python would wait for a thread that still reads."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop because a signal asks for it."""
        super().handle_exit(sig, frame)
        timer = threading.Timer(STOP_SECONDS, os._exit, [0])
        timer.daemon = True
        timer.start()


def _end_quietly() -> None:
    """Let a stop that was asked for end with exit code 0: uvicorn raises its signals again once it has stopped."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


def _obey_reload() -> None:
    """Read the configuration again at SIGHUP: the daemon sends it when accounts were changed by hand."""

    def reread(*_: object) -> None:
        for one in _ours():
            if isinstance(one, Site):
                one.read_file_again()

    signal.signal(signal.SIGHUP, reread)


def _ours() -> list[Site | Gate]:
    return [one for one in pm.get_plugins() if isinstance(one, (Site, Gate))]


def application(settings: Settings, config: Path, *, host: str) -> App:
    """Return the whole site; one process has one."""
    site = Site(settings, config)
    # It would print every fault, a wrong address too, with all local variables: cookies, in half a second each.
    pm.get_plugin("datasette.handle_exception").rich = None
    datasette = Datasette(
        [], metadata=METADATA, secret=_session_key(settings, config),
        static_mounts=[("static", str(STATIC))],
        template_dir=str(HERE / "templates" / "datasette"),
        settings={
            "num_sql_threads": READING_THREADS, "default_page_size": 50, "allow_csv_stream": True,
            "facet_suggest_time_limit_ms": SUGGEST_MS, "sql_time_limit_ms": SQL_MS,
            "max_returned_rows": RETURNED_ROWS, "truncate_cells_html": SHOWN_CHARACTERS,
        },
    )  # fmt: skip
    datasette.remove_database("_memory")
    datasette.add_database(BoundedDatabase(datasette, path=str(settings.archive.path), is_mutable=True), name="archive")
    site.datasette = datasette
    for plugin in _ours():
        pm.unregister(plugin)
    pm.register(site)
    pm.register(Gate(site))
    return Guard(WithPrograms(HarmlessCells(datasette.app()), site), hosts=_hosts(settings, host))


def _hosts(settings: Settings, host: str) -> frozenset[str] | None:
    """Return the names that the site may be called; any where a login is needed, for a page of another sees nothing."""
    return LOOPBACK | {host} if is_loopback(host) and not needs_login(settings) else None


def _unguarded(settings: Settings, host: str) -> list[Fault]:
    """Return what is wrong when others could reach the page without a login."""
    public = settings.review.address.partition("://")[2].partition(":")[0]
    if needs_login(settings) or (is_loopback(host) and (not public or is_loopback(public))):
        return []
    hint = (
        "name who may log in: [[reviewer]] with name and password_hash (futurewatch review --hash-password makes one), "
        "or [review.oidc]"
    )
    return [Fault(file="config.toml", key="review.host", problem=f"{host} can be reached by others", hint=hint)]


def _without_secret(settings: Settings) -> list[Fault]:
    """Return what keeps people from logging in: a hash or a secret that cannot be read, an extra that is missing."""
    faults = []
    if oidc := settings.review.oidc:
        if hint := missing():
            faults.append(Fault(file="config.toml", key="review.oidc", problem="needs the extra oidc", hint=hint))
        try:
            if oidc.client_secret:
                oidc.client_secret.reveal()
        except LookupError as error:
            faults.append(Fault(file="config.toml", key="review.oidc.client_secret", problem=str(error)))
    for number, reviewer in enumerate(settings.reviewer):
        try:
            if reviewer.password_hash:
                reviewer.password_hash.reveal()
        except LookupError as error:
            faults.append(Fault(file="config.toml", key=f"reviewer[{number}].password_hash", problem=str(error)))
    return faults


def _session_key(settings: Settings, config: Path) -> str:
    """Return what signs logins: the same after a restart.

    It is kept beside the configuration; where that cannot be written, a restart logs everybody out.
    """
    if not needs_login(settings):
        return secrets.token_hex(32)
    try:
        kept = config.resolve().parent / FOLDER / SESSIONS
        key = kept.read_text(encoding="ascii") if kept.exists() else ""
        if not key:
            key = secrets.token_hex(32)
            keep_secret(config, SESSIONS, key)
    except OSError:
        key = secrets.token_hex(32)
    return key.strip()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `ConfigurationError` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sends every answer at once: without it each waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        problem = f"{host}:{port}: {error.strerror or error}"
        hint = "another program has the port: stop it, or give --port"
        raise ConfigurationError([Fault(file="review", key="port", problem=problem, hint=hint)]) from error
    return listening
