"""Give each source its exits: its own, else those that `[sources.via]` names for it, its family or its region."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from crawler.cms.registry import NAMES
from crawler.network.exits.exit import DIRECT
from crawler.sources import Source
from crawler.toml import Fault, nearest

Via = tuple[str, ...]


def with_exits(
    sources: Iterable[Source], chosen: Mapping[str, Via], exits: Collection[str], file: str, faults: list[Fault]
) -> list[Source]:
    """Return sources with the exits that their requests leave by; `chosen` is `[sources.via]`.

    An exit or a key that is not known is a fault.
    """
    sources = list(sources)
    ids = {id for source in sources for id in (source.id, *source.aliases)}
    known = (DIRECT, *exits)
    by_key = _by_key(chosen, ids, file, faults) if chosen else {}
    found = [one if one.via or not by_key else one.model_copy(update={"via": _chosen(one, by_key)}) for one in sources]
    named = {f"sources.via.{key}": via for key, via in chosen.items()}
    named |= {f"source.{source.id}.via": source.via for source in sources}
    faults += [
        Fault(file=file, key=key, problem=f"no exit {name!r}", hint=nearest(name, known))
        for key, via in named.items()
        for name in via
        if name not in known
    ]
    return found


def _by_key(chosen: Mapping[str, Via], ids: Collection[str], file: str, faults: list[Fault]) -> dict[str, Via]:
    """Return the exits by ids, families and codes of regions."""
    from scheduler.config.vocabulary import endpoint_words  # it knows every region: only for who routes by them

    regions = endpoint_words("regions")
    region_of: Callable[[str], str | None] = regions.of
    found: dict[str, Via] = {}
    for key, via in chosen.items():
        meaning = key if key in ids or key in NAMES else region_of(key)
        if meaning is None:
            hint = nearest(key, (*ids, *NAMES)) or nearest(key, regions.names)
            problem = "no source, no family and no region of this name"
            faults.append(Fault(file=file, key=f"sources.via.{key}", problem=problem, hint=hint))
        else:
            found[meaning] = via
    return found


def _chosen(source: Source, by_key: Mapping[str, Via]) -> Via:
    """Return what is nearest to a source: its id, its earlier ids, its family, its region, its province."""
    keys = (source.id, *source.aliases, source.family or "", source.region)
    keys += (f"{source.region[:4]}00", f"{source.region[:2]}0000")
    return next((by_key[key] for key in keys if key in by_key), ())
