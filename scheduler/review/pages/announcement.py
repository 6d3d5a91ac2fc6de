"""An announcement: what was read, why it scored, what belongs to it, what was sent, what reviewers say."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response

from scheduler.questions.similar import SimilarPolicy, similar_policies
from scheduler.reports.evidence import write_bundle
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.opened_from import OpenedFrom, opened_from
from scheduler.review.pages.preview import Preview, preview_of
from scheduler.review.pages.summaries import ShownSummary, shown_summary
from storage.archive import Archive
from storage.edits import Edit
from storage.notes import Note
from storage.records import Facts
from storage.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All that an announcement's page shows. `next_id` is another announcement that waits for a verdict.

    `opened` is the list that it was opened from, None where that is not known.
    """

    shown: Preview
    similar: tuple[SimilarPolicy, ...]
    tags: tuple[str, ...]
    verdicts: Mapping[int, Verdict]
    deliveries: list[Mapping[str, Any]]
    notes: list[Note]
    summed: ShownSummary
    edits: list[Edit]
    last: Verdict | None
    next_id: int | None
    opened: OpenedFrom | None


async def announcement(visit: PageRequest) -> Response:
    """Show an announcement; `?view=beside` puts the original page beside the text.

    `?list=` is the list that it was opened from: the page leads to the ones before and after it there, and back.
    """
    id = visit.number("id")
    merged_into, whole = await visit.read(lambda archive: _read(archive, id, visit))
    if merged_into is not None:
        return Response.redirect(f"/announcements/{merged_into}", status=303)
    return visit.html("announcement.html", whole=whole, beside=visit.asked("view") == "beside")


def _read(archive: Archive, id: int, visit: PageRequest) -> tuple[int | None, Whole | None]:
    """Return where an announcement went when it was merged, else what its page shows."""
    try:
        found = archive.announcements.get(id)
    except KeyError as error:
        raise PageError(404, f"没有编号 {id} 的政策；它可能并入了别的一条。") from error
    if not found.mentions:
        return _merged_into(archive, id), None
    shown = preview_of(archive, id)
    facts = Facts(all=tuple(fact for fact, _ in shown.reading.marked.facts))
    return None, Whole(
        shown=shown, similar=similar_policies(archive, found, shown.reading.article, facts),
        tags=archive.notes.tags_of(id),
        verdicts={m.article_id: v for m in found.mentions if (v := archive.verdicts.of(m.article_id))},
        deliveries=archive.days.deliveries(id), notes=archive.notes.of(id),
        summed=shown_summary(archive, shown),
        edits=[edit for edit in archive.edits.all() if id in {edit.announcement_id, edit.other_id}],
        last=archive.verdicts.last_of(visit.who), next_id=archive.days.next_waiting(id),
        opened=opened_from(visit, archive, id),
    )  # fmt: skip


def _merged_into(archive: Archive, id: int) -> int:
    edits = [e for e in archive.edits.all() if e.announcement_id == id and e.action == "merge" and not e.undone_at]
    if not edits:
        raise PageError(404, "这一条没有文章了。")
    return edits[-1].other_id


async def evidence(visit: PageRequest) -> Response:
    """Give the evidence of an announcement's articles as one file that `futurewatch evidence verify` checks."""
    id = visit.number("id")

    def bundle(archive: Archive) -> bytes:
        with tempfile.TemporaryDirectory(prefix="futurewatch-") as folder:
            path = Path(folder) / "evidence.zip"
            articles = [mention.article_id for mention in archive.announcements.get(id).mentions]
            write_bundle(path, articles, archive, now=visit.now)
            return path.read_bytes()

    try:
        body = await visit.read(bundle)
    except KeyError as error:
        raise PageError(404, "没有这一条政策，或它的网页快照已按保留期清理。") from error
    return visit.text(body, type="application/zip", file=f"futurewatch-announcement-{id}.zip")


ROUTES = (
    Route(pattern=r"/announcements/(?P<id>\d+)", handler=announcement),
    Route(pattern=r"/announcements/(?P<id>\d+)/evidence\.zip", handler=evidence),
)
