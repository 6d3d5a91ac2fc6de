"""The review site in this process, over real HTTP on the loopback address: quick to start, and its archive at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from browser import free_port
from scheduler.config.config import load
from scheduler.review.server import application
from served_app import served_app
from storage.api_tokens import TokenScope
from storage.archive import Archive


@dataclass(frozen=True, kw_only=True)
class LocalSite:
    """A site that is served; `url` is its address."""

    url: str
    config: Path

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.config.parent / "archive.db"

    def token(self, scope: TokenScope = "read", *, owner: str | None = None) -> str:
        """Return a new token."""
        with Archive(self.archive) as archive:
            _, text = archive.api_tokens.create("test", scope, owner=owner, by="操作员", now=datetime.now(UTC))
        return text


@contextmanager
def local_site(folder: Path, *, more: str = "") -> Iterator[LocalSite]:
    """Serve the archive of a folder; one site at a time. `more` goes into its configuration."""
    port, config = free_port(), folder / "config.toml"
    config.write_text(
        f'[archive]\npath = "archive.db"\n[sources]\ncatalogue = false\n[review]\nport = {port}\n{more}',
        encoding="utf-8",
    )
    with Archive(folder / "archive.db"):
        pass
    app = application(load(config), config, host="127.0.0.1")
    with served_app(app, port) as url:
        yield LocalSite(url=url, config=config)
