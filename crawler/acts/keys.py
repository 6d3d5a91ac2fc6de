"""Give rows and articles the keys that they are recognised by, without the parameters that change at every visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from crawler.dedupe.volatile import KeyedRow, Weighed, differing, shape_of, weigh, without
from crawler.text.canonical import canonical_url
from storage.archive import Archive
from storage.records import Link
from storage.volatile import VOTES_THAT_PROVE

KEY_SEPARATOR = " "  # behind it a key tells its title and day; no address has a blank


def keys_of_rows(links: Sequence[Link], *, source: str, archive: Archive, now: datetime) -> list[tuple[str, Link]]:
    """Return the rows of a listing with their keys, and learn from how these have changed."""
    rows = [KeyedRow(key=canonical_url(link.url), title=link.title, day=link.date) for link in links]
    if not any("?" in row.key for row in rows):
        return [(row.key, link) for row, link in zip(rows, links, strict=True)]
    with archive.transaction():
        _learn(rows, source, archive, now)
        taken: dict[str, tuple[str, date | None]] = {}
        return [(_key_of_row(row, taken, archive), link) for row, link in zip(rows, links, strict=True)]


def key_of_article(url: str, title: str, archive: Archive) -> str:
    """Return the key of an article: of its address as it is where that is known, else without what changes."""
    key = canonical_url(url)
    bare = _bare(key, archive)
    if bare == key or archive.addresses.title(key) is not None:
        return key
    return bare if archive.addresses.title(bare) in {None, title} else key


def note_twin(key: str, kept_under: str, archive: Archive) -> None:
    """Count it as a sign that one text was found under two keys that differ in the value of a parameter.

    A fragment is never sent: that a page is the same whatever it says is no sign.
    """
    if key == kept_under or key.partition("#")[2] != kept_under.partition("#")[2]:
        return
    for name in differing(key, kept_under):
        archive.volatile.vote(shape_of(key), name, 1)


def _learn(rows: Sequence[KeyedRow], source: str, archive: Archive, now: datetime) -> None:
    """Count what this reading says of the parameters of its rows, and leave out of keys what is proven."""
    asked = [KeyedRow(key=_bare(row.key, archive), title=row.title, day=row.day) for row in rows if "?" in row.key]
    known = archive.frontier.rows_titled(source, {row.title for row in asked})
    before = [KeyedRow(key=key.partition(KEY_SEPARATOR)[0], title=title, day=day) for key, title, day in known]
    suspected = archive.volatile.suspected(shape_of(row.key) for row in asked)
    learned = set()
    for one in weigh(asked, before):
        is_suspected = (one.shape, one.name) in suspected
        if one.is_kept and is_suspected:
            archive.volatile.clear(one.shape, one.name)
        elif not one.is_kept and (one.votes or is_suspected) and _is_proven(one, archive):
            archive.volatile.learn(one.shape, one.name, now)
            learned.add(one.shape)
    for shape in learned:
        _join(shape, archive)


def _is_proven(one: Weighed, archive: Archive) -> bool:
    return archive.volatile.vote(one.shape, one.name, one.votes) >= VOTES_THAT_PROVE


def _join(shape: str, archive: Archive) -> None:
    """Bring the keys that are known already to the form that new ones have from now on."""
    host = shape.partition("/")[0]
    for key, title, day in archive.frontier.rows_of_host(host):
        if shape_of(key) == shape:
            archive.frontier.rename(key, _key_of_row(KeyedRow(key=key, title=title, day=day), {}, archive))
    for key in archive.addresses.keys_of_host(host):
        if shape_of(key) == shape:
            archive.addresses.alias(key, _bare(key, archive))


def _bare(key: str, archive: Archive) -> str:
    """Return a key without the parameters that were learned; another may be learned of what is left."""
    while "?" in key and (names := archive.volatile.learned(shape_of(key))):
        key = without(key, names)
    return key


def _key_of_row(row: KeyedRow, taken: dict[str, tuple[str, date | None]], archive: Archive) -> str:
    """Return the key of a row: two rows that differ in title or day are never one, whatever was learned."""
    bare = _bare(row.key, archive)
    if bare == row.key:
        return row.key
    known = taken.get(bare) or archive.frontier.row(bare)
    if known in {None, (row.title, row.day)}:
        taken[bare] = row.title, row.day
        return bare
    return f"{bare}{KEY_SEPARATOR}{row.day or ''}{KEY_SEPARATOR}{row.title}"
