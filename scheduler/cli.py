"""The command `futurewatch`: prints for people on stdout, logs on stderr.

Exit codes: 0 done, 1 the work found a failure, 2 wrong use or configuration (nothing was changed).
"""

from __future__ import annotations

from typing import Any

import click

from crawler.settings import VERSION
from crawler.toml import ConfigurationError
from scheduler.commands import (
    announcements,
    archive,
    citing,
    crawl,
    endpoints,
    evaluate,
    evidence,
    explain,
    filters,
    incidents,
    operations,
    outbox,
    review,
    rising,
    rules,
    saved,
    search,
    sources,
    status,
    tune,
    verdicts,
)
from storage.connection import ArchiveError
from storage.lock import ArchiveLockedError


class Commands(click.Group):
    """A group that turns our own errors into exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, ArchiveError, ArchiveLockedError) as error:
            click.secho(str(error), err=True, fg="red")
            ctx.exit(2)


@click.group(cls=Commands)
@click.version_option(VERSION)
def main() -> None:
    """Watch Chinese government and news portals for future-industry (未来产业) policy announcements."""


for command in (
    *crawl.COMMANDS,
    *search.COMMANDS,
    *saved.COMMANDS,
    *archive.COMMANDS,
    *status.COMMANDS,
    *operations.COMMANDS,
    *outbox.COMMANDS,
    *incidents.COMMANDS,
    *endpoints.COMMANDS,
    *sources.COMMANDS,
    *explain.COMMANDS,
    *evidence.COMMANDS,
    *citing.COMMANDS,
    *announcements.COMMANDS,
    *filters.COMMANDS,
    *rules.COMMANDS,
    *verdicts.COMMANDS,
    *review.COMMANDS,
    *evaluate.COMMANDS,
    *tune.COMMANDS,
    *rising.COMMANDS,
):
    main.add_command(command)
