"""The acts of a region's days are found by their last day, which follows all that happens to their articles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import shipped_lexicon
from crawler.acts.separate import separate
from invented_acts import DAY, Said, nobody, noon, take
from storage.archive import Archive
from storage.edits import EditError

WINDOW = timedelta(days=10)
REGIONS = ("000000", "520000", "520100", "520112")
RANGES = (("000000", "000000"), ("520000", "520000"), ("520100", "520199"))


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        yield opened


def said(rng: random.Random, act: int) -> Said:
    """Return a page on one of some acts, of any day of three months or of none."""
    name = f"贵州省{'金木水火土日月星风云'[act]}装备产业培育行动计划"
    day = rng.choice([None, noon(DAY) - timedelta(hours=rng.randrange(2000)), DAY - timedelta(days=rng.randrange(90))])
    return Said(
        title=f"关于印发{name}的通知", names=[name], number=f"黔府办发〔2025〕{act}号", day=day,
        region=REGIONS[act % len(REGIONS)], url=f"http://paper.example.org/{rng.randrange(40)}",
        text=f"第{act}项计划{rng.randrange(9)}",
    )  # fmt: skip


def happen(archive: Archive, rng: random.Random) -> None:
    """Let something happen to the archive: a page comes or is edited, acts are merged, split, put back."""
    acts = [id for (id,) in archive.db.execute("SELECT id FROM announcements")]
    choice = rng.random()
    try:
        if choice < 0.7 or not acts:
            take(archive, said(rng, rng.randrange(8)), nobody, shipped_lexicon(), now=noon(DAY))
        elif choice < 0.8:
            archive.edits.merge(rng.choice(acts), rng.choice(acts), reason="one act", now=noon(DAY))
        elif choice < 0.9:
            mentions = archive.db.execute("SELECT announcement_id, article_id FROM mentions").fetchall()
            act, article = rng.choice(mentions)
            separate(act, [article], archive=archive, reason="two acts", now=noon(DAY))
        elif edits := archive.edits.all():
            archive.edits.undo(rng.choice(edits).id, now=noon(DAY))
    except EditError:
        pass  # it could not be done


def by_all_articles(archive: Archive, regions: tuple[str, str], day: date) -> set[int]:
    """Return the acts of some days, by looking through all articles."""
    rows = archive.db.execute(
        """SELECT n.id FROM announcements AS n JOIN mentions AS m ON m.announcement_id = n.id
           JOIN articles AS a ON a.id = m.article_id WHERE n.region BETWEEN ? AND ?
           AND date(coalesce(a.published_at, a.first_seen_at), '+8 hours') BETWEEN ? AND ?""",
        [*regions, str(day - WINDOW), str(day + WINDOW)],
    )
    return {id for (id,) in rows}


@pytest.mark.parametrize("seed", range(6))
def test_acts_are_found_whatever_happened(archive: Archive, seed: int) -> None:
    """However pages join, are edited and are moved by hand, the acts of a region's days are those of its articles."""
    rng, found = random.Random(seed), 0
    for _ in range(60):
        happen(archive, rng)
        day = DAY - timedelta(days=rng.randrange(90))
        for regions in RANGES:
            acts = archive.near_duplicates.around(regions, day, WINDOW)
            assert acts == by_all_articles(archive, regions, day)
            found += len(acts)
    assert found > 20
    for act in map(archive.announcements.get, range(1, archive.db.count("announcements") + 1)):
        assert not act.mentions or act.first_published_at == (act.earliest and act.earliest.published_at)


@pytest.mark.parametrize("regions", RANGES[:2])
def test_old_acts_are_not_looked_through(archive: Archive, regions: tuple[str, str]) -> None:
    """The acts of these days are found in as many steps whether a region has ten older acts or three hundred."""
    few = steps(archive, regions, range(10))
    assert steps(archive, regions, range(10, 300)) < 1.1 * few


def steps(archive: Archive, regions: tuple[str, str], numbers: range) -> int:
    """Add older acts to an archive, and return SQLite's steps to find those of these days."""
    new = Said(title="关于印发深海方案的通知", names=["深海装备产业培育方案"], region=regions[0])
    take(archive, new, nobody, shipped_lexicon(), now=noon(DAY))
    for number in numbers:
        old = replace(new, url=f"http://old.example.org/{number}", day=DAY - timedelta(days=100 + number))
        with archive.transaction():
            row = archive.db.query("SELECT * FROM announcements WHERE id = 1")
            archive.db.insert("announcements", next(row) | {"id": None, "last_day": str(old.day)})
    counted: list[int] = []
    archive.db.conn.set_progress_handler(lambda: counted.append(1), 1)
    assert archive.near_duplicates.around(regions, DAY, WINDOW) == {1}
    archive.db.conn.set_progress_handler(None, 0)
    return len(counted)
