"""List all kinds of exits that can be configured. A new kind is a module beside this one and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.network.exits import browser, proxy, workers
from crawler.network.exits.exit import ExitKind

EXIT_KINDS: Mapping[str, ExitKind] = {kind.name: kind for kind in (proxy.KIND, browser.KIND, workers.KIND)}
