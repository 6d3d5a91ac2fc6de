"""进程与引用: a policy's acts, what it cites and who cites it as a graph, and its draft against its document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.questions.drafts import draft_of
from scheduler.review.chain_graph import BOX_HEIGHT, BOX_WIDTH, MOST_IN_COLUMN, drawing_of
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive


async def chain(visit: PageRequest) -> Response:
    """Show the graph of an act's policy, and what became of its draft."""
    id = visit.number("id")

    def read(archive: Archive) -> dict[str, Any]:
        try:
            one = archive.announcements.get(id)
        except KeyError as error:
            raise PageError(404, "没有这一条政策。") from error
        policy = one.policy_id or one.id
        acts = [archive.announcements.get(step.announcement_id) for step in one.timeline]
        titles = dict.fromkeys(title for act in acts or [one] for title in act.policy_titles)
        cited = archive.comparison.cited(policy, limit=MOST_IN_COLUMN)
        citing = archive.comparison.citing(titles, policy=policy, limit=MOST_IN_COLUMN)
        steps = [replace(step, title=act.policy_title) for step, act in zip(one.timeline, acts, strict=True)]
        return {
            "one": one, "drawing": drawing_of(steps, cited, citing), "draft": draft_of(archive, id),
            "cited": cited, "citing": citing,
        }  # fmt: skip

    return visit.html("chain.html", WIDTH=BOX_WIDTH, HEIGHT=BOX_HEIGHT, **await visit.read(read))


ROUTES = (Route(pattern=r"/announcements/(?P<id>\d+)/chain", handler=chain),)
