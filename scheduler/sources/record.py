"""Keep the pages of a source in a folder, so that it can be tried again without the network."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from crawler.listing import ListEndpoint
from scheduler.config.whole_file import write_whole
from scheduler.sources.trial import FetchListing
from scheduler.visits.fetch_one import FetchError
from storage.records import Page

INDEX_FILE = "pages.json"


def key_of(wanted: ListEndpoint) -> str:
    """Return what tells one request from another."""
    return f"{wanted.method} {wanted.url} {wanted.body}".strip()


def recording(folder: Path, fetch: FetchListing) -> FetchListing:
    """Return a fetch that keeps every page it brings in `folder`: bytes as served, and an index beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    index: dict[str, dict[str, object]] = {}

    async def keep(wanted: ListEndpoint) -> Page:
        page = await fetch(wanted)
        name = f"page-{len(index) + 1}.bin"
        (folder / name).write_bytes(page.body)
        index[key_of(wanted)] = {
            "file": name, "url": page.url, "final_url": page.final_url, "status": page.status,
            "headers": dict(page.headers), "fetched_at": page.fetched_at.isoformat(),
        }  # fmt: skip
        write_whole(folder / INDEX_FILE, json.dumps(index, ensure_ascii=False, indent=1))
        return page

    return keep


def replaying(folder: Path) -> FetchListing:
    """Return a fetch that brings recorded pages only.

    Raises:
        FileNotFoundError: nothing was recorded in `folder`.
    """
    index = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))

    async def bring(wanted: ListEndpoint) -> Page:
        known = index.get(key_of(wanted))
        if known is None:
            raise FetchError(wanted.url, f"was not recorded in {folder}")
        return Page(
            source="", url=known["url"], final_url=known["final_url"], status=known["status"], headers=known["headers"],
            fetched_at=datetime.fromisoformat(known["fetched_at"]), body=(folder / known["file"]).read_bytes(),
        )  # fmt: skip

    return bring
