"""Keep pages as they were served, each with the further pages and files that were fetched for it: the evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage.bodies import Bodies
from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import File, Page

PAGE_SQL = """SELECT p.id, p.source, p.url, p.final_url, p.fetched_at, p.status, p.headers, p.note, p.via,
                     b.packed, b.packing, b.dictionary_id
              FROM pages AS p JOIN bodies AS b ON b.sha256 = p.sha256"""


class Pages:
    """The pages of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._bodies = Bodies(db)

    def keep(self, page: Page) -> int:
        """Keep a page with what was fetched for it, and return its id; equal bytes are kept once."""
        with transaction(self._db):
            page_id = self._insert(page)
            parts: list[dict[str, Any]] = [
                {"part_id": self._insert(part), "url": part.url, "role": role, "state": None, "text": None,
                 "reason": ""}
                for role, pages in (("following", page.following), ("frame", page.frames)) for part in pages
            ]  # fmt: skip
            parts += [
                {"part_id": file.page and self._insert(file.page), "url": file.url, "role": "attachment",
                 "state": file.state, "text": file.text, "reason": file.reason}
                for file in page.files
            ]  # fmt: skip
            self._db.insert_all(
                "page_parts", ({"page_id": page_id, "number": number} | part for number, part in enumerate(parts, 1))
            )
            return page_id

    def get(self, page_id: int) -> Page:
        """Return a page with what was fetched for it. Raises `KeyError` when there is none."""
        row = next(self._db.query(f"{PAGE_SQL} WHERE p.id = ?", [page_id]), None)
        if row is None:
            raise KeyError(page_id)
        parts = list(self._db.query(
            f"""SELECT q.*, part.part_id, part.url AS part_url, part.role, part.state, part.text, part.reason
                FROM page_parts AS part LEFT JOIN ({PAGE_SQL}) AS q ON q.id = part.part_id
                WHERE part.page_id = ? ORDER BY part.number""",  # noqa: S608  fixed text
            [page_id],
        ))  # fmt: skip
        following, frames = (
            tuple(self._page(part) for part in parts if part["role"] == role) for role in ("following", "frame")
        )
        files = tuple(map(self._file, (part for part in parts if part["role"] == "attachment")))
        return replace(self._page(row), following=following, frames=frames, files=files)

    def _insert(self, page: Page) -> int:
        sha256 = page.sha256
        self._bodies.keep(page.source, sha256, page.body)
        row = {
            "source": page.source, "url": page.url, "final_url": page.final_url, "fetched_at": text_of(page.fetched_at),
            "status": page.status, "headers": json.dumps(dict(page.headers), ensure_ascii=False), "sha256": sha256,
            "note": page.note, "via": page.via,
        }  # fmt: skip
        return self._db.insert("pages", row)

    def _file(self, part: Mapping[str, Any]) -> File:
        page = self._page(part) if part["part_id"] else None
        return File(url=part["part_url"], page=page, state=part["state"], text=part["text"], reason=part["reason"])

    def _page(self, row: Mapping[str, Any]) -> Page:
        return Page(
            source=row["source"], url=row["url"], final_url=row["final_url"], fetched_at=moment_of(row["fetched_at"]),
            status=row["status"], headers=json.loads(row["headers"]), body=self._bodies.unpack(row),
            note=row["note"], via=row["via"],
        )  # fmt: skip
