"""Portals that workers are sent to: an act that all of them publish, among pages of their own that nobody watches."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from local_portal import LocalPortal
from scheduler.demo.samples import PRESS_CONFERENCE, Sample


def samples(portal: int, rows: int) -> list[Sample]:
    """Return what a portal publishes, the act in the middle."""
    plain = [
        Sample(number=number, title=f"关于第{number}号桥夜间养护的公告", day="2026-03-17", publisher="某局",
               paragraphs=(f"第{number}号桥夜间施工，请绕行，注意安全，具体时间以现场公告为准。",) * 3)
        for number in range(1000 * portal, 1000 * portal + rows - 1)
    ]  # fmt: skip
    said = (*PRESS_CONFERENCE.paragraphs, f"本页由第{portal}个网站转载，供读者参考。")
    act = replace(PRESS_CONFERENCE, number=7000 + portal, paragraphs=said)
    return [*plain[: rows // 2], act, *plain[rows // 2 :]]


def source_table(number: int, portal: LocalPortal, via: str) -> str:
    """Return the `[[source]]` of a portal."""
    return f"""[[source]]
id = "portal-{number}"
name = "海南省某厅"
region = "460000"
level = "province"
kind = "department"
listings = ["{portal.url}/zwgk/"]
via = ["{via}"]
"""


def archived(archive: Path) -> list[str]:
    """Return the addresses of all articles; what failed is due again at once."""
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE links SET next_attempt_at = '2000-01-01T00:00:00Z' WHERE error IS NOT NULL")
        return [url for (url,) in db.execute("SELECT url FROM articles")]
