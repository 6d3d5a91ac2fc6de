"""Hostile portals beside an honest one, in one crawl; all of them, for longer, are `make attack`."""

from __future__ import annotations

import json

from hostile import PORTALS, all_hostile, source

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE

# Those that hang or send, and cost little to read: the tests read in the program itself.
CHEAP = (
    "never answers", "head byte by byte", "hangs up", "resets", "resets within", "no HTTP", "header lines without end",
    "chunk of 16 EB", "100 Continue for ever", "length -1", "redirects to itself", "redirects on and on",
    "redirects to a file", "silence of 400 digits", "silence until 9999", "clock of 2036", "unchanged always",
    "robots.txt to itself", "impossible addresses", "billion laughs", "sitemap of itself",
)  # fmt: skip


def test_honest_portal_among_hostile_ones(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Whatever the others send, the honest act is found, and each visit ends with an outcome of its own."""
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    with all_hostile({name: PORTALS[name] for name in CHEAP}) as hostile:
        futurewatch.configure(
            portal, more="".join(source(f"hostile-{n}", one.url) for n, one in enumerate(hostile)),
            crawl="limit_seconds = 30\nconcurrent_hosts = 40\n",
        )  # fmt: skip
        text = futurewatch.config.read_text(encoding="utf-8")
        futurewatch.config.write_text(text.replace("timeout_seconds = 3", "timeout_seconds = 2"), encoding="utf-8")
        runs = {run["source"]: run for run in json.loads(futurewatch.run("crawl", "--json", code=1))}
        assert all(one.asked for one in hostile)
    honest = runs.pop("hi-gov")
    assert (honest["new"], honest["announcements"]) == (3, 1)
    assert len(runs) == len(CHEAP)
    assert all(run["seconds"] < 45 for run in runs.values())
    assert json.loads(futurewatch.run("search", PRESS_CONFERENCE.title[:6], "--json"))["articles"][0]["url"].endswith(
        path_of(PRESS_CONFERENCE)
    )
