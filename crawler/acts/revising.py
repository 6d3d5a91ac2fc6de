"""Let an article that was edited change what people know of its announcement. Silent edits of a policy are news too."""

from __future__ import annotations

from crawler.acts.announcing import Notify, Report
from crawler.dedupe import keys_of
from storage.archive import Archive
from storage.fact_kinds import fact_kinds
from storage.records import Facts, Role
from storage.revisions import Revision


def revise(report: Report, announcement_id: int, *, archive: Archive, notify: Notify) -> Role:
    """Renew an announcement after an edit of its leading article; those who know of it are told of other facts.

    An edit that changes no fact and no verdict, or of a reprint, changes nothing.
    """
    before = archive.announcements.get(announcement_id)
    was = archive.revisions.of(report.article_id)[-2]
    if before.lead_article_id != report.article_id or not is_material(was, report):
        return "reprint"
    archive.announcements.add_keys(announcement_id, keys_of(report.profile))
    archive.announcements.rebuild(announcement_id, archive.near_duplicates.members_of(announcement_id))
    archive.announcements.raise_version(announcement_id, now=report.now)
    if before.is_told and before.held_back is None:
        revised = archive.announcements.get(announcement_id)
        archive.outbox.put(tuple(notify(revised, "announcement.updated", report.now)))
    return "update"


def is_material(was: Revision, report: Report) -> bool:
    """Whether an edit changed the verdict on an article or a fact that an alert tells.

    An edit of anything else (a typing error, a caption) changes no announcement.
    """
    said = Facts(all=was.facts)
    told = [row.kind for row in fact_kinds().values() if row.alerts]
    is_other_fact = any(set(said.values(kind)) != set(report.facts.values(kind)) for kind in told)
    return is_other_fact or was.label != report.assessment.label
