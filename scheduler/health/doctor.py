"""Examine the archive and everything around it: files, disk, schema, clock, endpoints."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawler.network.proxies import portal_proxies
from crawler.network.unreachable import try_server, why_unreachable
from scheduler.config import config as configuration
from scheduler.config.config import Settings
from scheduler.config.secret import Secret
from scheduler.health.exit_check import check_exits_serve
from scheduler.health.machine import disk_problem
from scheduler.health.survey import troubles_at
from scheduler.health.trouble_words import in_chinese, in_english, remedy_in_chinese, remedy_in_english
from scheduler.health.troubles import BACKUPS
from scheduler.notify.web_client import endpoint_proxies
from storage.archive import Archive
from storage.upkeep.condition import check_clock, check_leases, check_schema
from storage.upkeep.file_system import network_drive
from storage.upkeep.integrity import SEARCH_INDEX_CHECK, IntegrityCheck, check_archive, repair_index
from storage.upkeep.vitals import checking

LARGEST_WAL_MB = 256  # SQLite folds it at 4 MB; one that grows has a reader that never ends


def examine(
    config: Path, *, now: datetime, repairs: bool = False, is_chinese: bool = False
) -> Iterator[IntegrityCheck]:
    """Yield the checks one after another, the quick ones first. Changes nothing, unless it is told to repair the index.

    Raises:
        ConfigurationError: the configuration has faults.
    """
    settings = configuration.load(config)
    path = settings.archive.path
    yield check_permissions(config, settings)
    yield check_disk(settings)
    yield check_proxies()
    yield check_endpoints(settings)
    yield check_exits_serve(settings)
    yield from check_watch(settings, now, is_chinese=is_chinese)
    if not path.is_file():
        yield IntegrityCheck(
            name="the archive", looked_at=0, findings=(f"{path} is not there: nothing was crawled yet",)
        )
        return
    yield check_wal(path)
    yield from _of_archive(path, now, repairs=repairs)


def _of_archive(path: Path, now: datetime, *, repairs: bool) -> Iterator[IntegrityCheck]:
    try:
        with checking(path) as db:
            schema = check_schema(db)
            yield schema
            if schema.findings:  # other tables than this program's: the other checks would look for what is not there
                return
            yield check_clock(db, now)
            yield check_leases(db, now)
            for check in check_archive(db):
                yield (
                    _repaired(path, check) if repairs and check.name == SEARCH_INDEX_CHECK and check.findings else check
                )
    except sqlite3.Error as error:
        yield IntegrityCheck(name="the archive can be read", looked_at=1, findings=(str(error),))


def _repaired(path: Path, check: IntegrityCheck) -> IntegrityCheck:
    """Make the search index anew, and return how it is then."""
    with Archive.existing(path) as archive:
        repair_index(archive.db)
        return next(again for again in check_archive(archive.db) if again.name == check.name)


def check_permissions(config: Path, settings: Settings) -> IntegrityCheck:
    """Check who else may write what decides about alerts, and read what is secret."""
    archive = settings.archive.path
    secrets = [secret for secret in _secrets(settings) if secret is not None]
    findings = [
        f"{path} can be written by everybody on this machine"
        for path in (config, archive, archive.parent)
        if _mode(path) & stat.S_IWOTH and not _mode(path) & stat.S_ISVTX
    ]
    if _mode(config) & stat.S_IROTH and any(secret.is_literal for secret in secrets):
        findings.append(
            f'{config} holds an address, and everybody on this machine can read it: chmod 640, or "env:NAME"'
        )
    files = sorted({secret.file for secret in secrets if secret.file})
    findings += [f"{file} holds a secret, and others can read it: chmod 600" for file in files if _mode(file) & 0o044]
    return IntegrityCheck(name="permissions", looked_at=3 + len(files), findings=tuple(findings))


def _secrets(settings: Settings) -> Iterator[Secret | None]:
    yield settings.monitor.heartbeat_url
    for endpoint in settings.endpoint:
        yield from (endpoint.url, endpoint.secret, endpoint.callback_token, endpoint.callback_key)
    for one in settings.exit:
        yield from (one.url, one.server, one.credentials)
    yield from (reviewer.password_hash for reviewer in settings.reviewer)
    if settings.review.oidc:
        yield settings.review.oidc.client_secret


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def check_disk(settings: Settings) -> IntegrityCheck:
    """Check that there is room on the disks of the archive and of its backups."""
    folders = {settings.archive.path.parent, *([Path(settings.archive.backups)] if settings.archive.backups else [])}
    findings = []
    for folder in sorted(folders):
        if not folder.exists():
            continue  # the daemon makes it
        usage = shutil.disk_usage(folder)
        problem = disk_problem(usage.free, usage.total, is_open=False)
        if problem:
            findings.append(f"{problem} in {folder}")
    drive = network_drive(settings.archive.path)
    if drive:
        findings.append(f"{settings.archive.path} lies on a network drive ({drive}), where SQLite's locks do not hold")
    return IntegrityCheck(name="free disk", looked_at=len(folders), findings=tuple(findings))


def check_wal(archive: Path) -> IntegrityCheck:
    """Check that the write-ahead log is folded into the archive again and again."""
    wal = archive.with_name(f"{archive.name}-wal")
    size_mb = wal.stat().st_size / 1e6 if wal.exists() else 0.0
    finding = f"{wal} has {size_mb:.0f} MB: some process keeps a transaction open, restart what reads the archive"
    return IntegrityCheck(name="write-ahead log", looked_at=1, findings=(finding,) if size_mb > LARGEST_WAL_MB else ())


def check_watch(settings: Settings, now: datetime, *, is_chinese: bool = False) -> Iterator[IntegrityCheck]:
    """Check what would keep alerts from people, and that the daemon's backups are written; found in words."""
    in_words, remedy = (in_chinese, remedy_in_chinese) if is_chinese else (in_english, remedy_in_english)
    found = [one for one in troubles_at(settings.archive.path, settings, now) if one.keeps_alerts]
    for name, is_here in (("alerts reach people", False), ("backups", True)):
        said = [one for one in found if (one.kind in BACKUPS) == is_here]
        looked_at = int(settings.archive.backups is not None) if is_here else len(settings.named(()))
        findings = tuple(f"{in_words(one)}: {remedy(one)}" for one in said)
        yield IntegrityCheck(name=name, looked_at=looked_at, findings=findings)


def check_proxies() -> IntegrityCheck:
    """Check that the environment's proxy variables can be used."""
    named = (endpoint_proxies(), portal_proxies())
    faults = [*named[0].faults, *(f"for portals, {fault}" for fault in named[1].faults if fault not in named[0].faults)]
    used = {proxy.variable for one in named for proxy in one.by_scheme.values()}
    return IntegrityCheck(name="proxy variables", looked_at=len(used) + len(faults), findings=tuple(faults))


def check_endpoints(settings: Settings) -> IntegrityCheck:
    """Check that every endpoint's server can be reached. Only connects: nothing is sent, no address is shown."""
    addresses = {f"endpoint {one.name}": one.url for one in settings.endpoint if one.kind != "apprise"}
    if settings.monitor.heartbeat_url:
        addresses["the heartbeat's address"] = settings.monitor.heartbeat_url

    async def all_of_them() -> list[str | None]:
        return await asyncio.gather(*(_unreachable(address) for address in addresses.values()))

    problems = asyncio.run(all_of_them())
    findings = tuple(f"{name}: {problem}" for name, problem in zip(addresses, problems, strict=True) if problem)
    return IntegrityCheck(name="endpoints can be reached", looked_at=len(addresses), findings=findings)


async def _unreachable(address: Secret) -> str | None:
    """Return why a server, or the proxy of the environment before it, cannot be reached, None when it can.

    What an error says may hold the address.
    """
    try:
        proxy = endpoint_proxies().of(address.reveal())
        await try_server(proxy.url if proxy else address.reveal())
    except (OSError, ValueError, KeyError) as error:
        return why_unreachable(error)
    except LookupError as error:
        return str(error)
    return None
