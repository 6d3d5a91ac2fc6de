"""Command `worker`: fetch for a daemon elsewhere, over NATS."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import command

if TYPE_CHECKING:
    from crawler.network.settings import CrawlSettings


@command("worker")
@click.option("--vantage", required=True, metavar="NAME", help="The exit of kind workers whose requests leave here.")
@click.option("--read", "reads", is_flag=True, help="Read pages for it too, in all cores but one.")
@click.option("--server", required=True, metavar="URL", help="The NATS server: tls://HOST:4222, env:NAME or file:PATH.")
@click.option("--credentials", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="The file with the credentials for the NATS server.")  # fmt: skip
@click.option(
    "--allow-private-networks", "is_open", is_flag=True, help="Fetch from loopback and private addresses too."
)
def worker(vantage: str, server: str, credentials: Path | None, is_open: bool, reads: bool, **_: object) -> None:
    """Fetch for a daemon elsewhere until SIGTERM. Connections go out only; no configuration and no archive is read."""
    from crawler.network.settings import CrawlSettings
    from scheduler.config.exit_table import ExitAddress
    from scheduler.config.log import hide
    from scheduler.daemon import reactor

    try:
        address = ExitAddress.parse(server).reveal()
    except (ValueError, LookupError) as error:
        raise click.UsageError(f"--server: {error}") from error
    hide([address])
    settings = CrawlSettings(allow_private_networks=is_open)
    reactor.turn(_work(vantage, address, credentials, settings, reads=reads), settings)


async def _work(vantage: str, server: str, credentials: Path | None, settings: CrawlSettings, *, reads: bool) -> None:
    from crawler.network.exits.worker import Worker
    from crawler.network.hub import HubService
    from crawler.reading.remote import READ_QUEUE, READ_SUBJECT, RemoteReading, too_large

    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    working = [Worker(vantage, settings).run(server, credentials, ending)]
    reading = RemoteReading(settings.readers)
    if reads:
        service = HubService(subject=READ_SUBJECT, queue=READ_QUEUE, answer=reading.answer, too_large=too_large)
        working.append(service.run(server, credentials, ending))
    await asyncio.gather(*working)
    reading.close()


COMMANDS = (worker,)
