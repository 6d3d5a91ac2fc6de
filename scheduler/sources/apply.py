"""Make of checks what `sources apply` writes. Pure: checks in, a file's content out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crawler.sources import Source
from scheduler.config.verified import MovedSource, VerifiedSources, as_verified
from scheduler.sources.check_report import moved, report
from scheduler.sources.coverage import provinces, rows_of
from storage.checks import SourceCheck

MOST_OFF_SHARE = 0.5  # of the sources checked: more than that is this machine's line, not the portals
FILE_HEAD = (
    "# Written by `futurewatch sources apply` from what was found here; it may be deleted.\n"
    "# config.toml has the last word: [sources] on and off, and [[source]].\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The proposals to be written. `spared` stay on though they fail: without them nothing of their province would be.

    `is_doubtful` when so many fail that the line is to blame.
    """

    verified: VerifiedSources
    spared: tuple[str, ...] = ()
    is_doubtful: bool = False


def applied(
    shipped: Iterable[Source],
    checks: Iterable[SourceCheck],
    before: VerifiedSources,
    *,
    ids: Collection[str] = (),
) -> Applied:
    """Return what checks say of the catalogue's sources; of `ids` only where some are named, the rest as before."""
    known = {source.id: source for source in shipped}
    pairs = [(known[check.source], check) for check in checks if check.source in known]
    said = report(pairs)
    patches = {source.id: patched for source, check in pairs if (patched := moved(source, check)) is not None}
    moves = {
        id: MovedSource(id=id, listings=patch.listings, instead_of=known[id].listings) for id, patch in patches.items()
    }
    on = {*said["on"], *(id for id in moves if not known[id].enabled)}
    off = set(said["off"])
    is_doubtful = not ids and len(off) > MOST_OFF_SHARE * sum(source.enabled for source, _ in pairs)
    if ids:
        kept = {one.id: one for one in before.moved if one.id not in ids}
        moves = kept | {id: one for id, one in moves.items() if id in ids}
        on = (set(before.on) - set(ids)) | (on & set(ids))
        off = (set(before.off) - set(ids)) | (off & set(ids))
    spared = _spared(known, on, off)
    verified = VerifiedSources(
        on=tuple(sorted(on)), off=tuple(sorted(off - spared)), moved=tuple(moves[id] for id in sorted(moves))
    )
    return Applied(verified=verified, spared=tuple(sorted(spared)), is_doubtful=is_doubtful)


def _spared(known: dict[str, Source], on: Collection[str], off: Collection[str]) -> set[str]:
    """Return the sources that must stay on: those of a province of which nothing else would be watched."""
    here = as_verified(known, VerifiedSources(on=tuple(on), off=tuple(off)))
    bare = [row for row in provinces(rows_of(here.values())) if not row.is_watched]
    return {source.id for row in bare for source in row.sources if source.id in off}


def file_of(verified: VerifiedSources) -> str:
    """Return the content of the file that `[sources] verified` names."""
    switches = "".join(f"{name} = {_array(getattr(verified, name))}\n" for name in ("on", "off"))
    blocks = "".join(
        f'\n[[moved]]\nid = "{one.id}"\nlistings = {_array(one.listings)}\ninstead_of = {_array(one.instead_of)}\n'
        for one in verified.moved
    )
    return FILE_HEAD + switches + blocks


def _array(values: Iterable[str]) -> str:
    """Return strings as TOML, one a line."""
    lines = "".join(f"    {json.dumps(value, ensure_ascii=False)},\n" for value in values)
    return f"[\n{lines}]" if lines else "[]"
