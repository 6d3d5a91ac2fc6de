"""Check that every exit serves: the proxy, the browser, a worker of the vantage. No portal is asked."""

from __future__ import annotations

import asyncio

from crawler.network.errors import ExitError, SilentWorkerError
from crawler.network.exits.exit import Exit
from crawler.network.exits.workers import WorkersExit
from crawler.network.hub import SilentError
from crawler.network.hub_connection import HubError
from crawler.reading.remote import probe_readers
from scheduler.config.config import Settings
from scheduler.config.exit_table import open_exits
from storage.upkeep.integrity import IntegrityCheck


def check_exits_serve(settings: Settings) -> IntegrityCheck:
    """Check each exit, and that somebody reads at that of `[crawl] readers_at`.

    Raises:
        ConfigurationError: an address is not set or cannot be used.
    """
    exits = open_exits(settings.exit, settings.crawl)

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(_fault_of(way, settings.crawl.readers_at) for way in exits))

    findings = tuple(filter(None, asyncio.run(all_of_them()))) if exits else ()
    return IntegrityCheck(name="exits serve", looked_at=len(exits), findings=findings)


async def _fault_of(way: Exit, readers_at: str) -> str:
    """Return why an exit does not serve, empty when it does."""
    try:
        await way.probe()
        if isinstance(way, WorkersExit) and way.name == readers_at:
            await probe_readers(way.hub)
    except (ExitError, SilentWorkerError) as error:
        return str(error)
    except (HubError, SilentError) as error:
        return f"nobody reads pages at exit {way.name!r}, so this machine does: {error}"
    finally:
        await way.close()
    return ""
