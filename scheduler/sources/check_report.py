"""Report what checks found, and propose what to watch from here. Pure; `page` writes it as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from importlib.metadata import version
from typing import Any

from crawler.sources import Source, numbered
from crawler.sources.to_toml import written
from scheduler.sources.check import is_replaceable
from scheduler.visits.pace import PASSING, RETREATS
from storage.checks import SourceCheck


def report(checked: Iterable[tuple[Source, SourceCheck]]) -> dict[str, Any]:
    """Return the report: counts, proposals for `[sources]`, TOML of what moved, and every source with its check."""
    pairs = tuple(checked)
    shipped = [(source, check) for source, check in pairs if source.confidence]  # one's own have none
    patches = [patched for source, check in pairs if (patched := moved(source, check)) is not None]
    replaced = {source.id for source in patches}
    return {
        "checked": len(pairs),
        "states": dict(Counter(check.state for _, check in pairs)),
        "troubles": dict(Counter(check.cause or check.outcome for _, check in pairs if check.state == "fails")),
        "on": [
            source.id
            for source, check in shipped
            if not source.enabled and check.state == "works" and source.id not in replaced
        ],
        "off": [
            source.id
            for source, check in shipped
            if source.enabled and _is_standing(check) and source.id not in replaced
        ],
        "only": [source.id for source, check in shipped if check.state != "fails"],
        "again": [source.id for source, check in pairs if check.state == "fails" and not _is_standing(check)],
        "moved": [source.id for source in patches],
        "toml": "\n".join(written(source) for source in patches),
        "sources": [_line(source, check) for source, check in pairs],
    }


def moved(source: Source, check: SourceCheck) -> Source | None:
    """Return the source with the addresses its rows stand at now, None where nothing better is known."""
    templates = {
        numbered(url, 1): template
        for template in source.listings
        for url in source.model_copy(update={"listings": (template,)}).at(check.checked_at).listings
    }
    listings: list[str] = []
    for found in check.detail["listings"]:
        if found["moved_to"]:
            listings.append(found["moved_to"])
        elif not (check.detail["columns"] and is_replaceable(source, found)):
            listings.append(templates.get(found["url"], found["url"]))
    listings = list(dict.fromkeys([*listings, *check.detail["columns"]]))
    if not listings or set(listings) == set(source.listings):
        return None
    return source.model_copy(
        update={"listings": tuple(listings), "enabled": True, "off_because": "", "verified": check.checked_at.date()}
    )


def proposals(said: Mapping[str, Any]) -> str:
    """Return the report's proposals as TOML for config.toml and for a file of one's own sources."""
    switches = "".join(f"{name} = [{', '.join(map(_quoted, said[name]))}]\n" for name in ("on", "off") if said[name])
    head = "# For config.toml: what works here though it is off there, and what does not work here.\n[sources]\n"
    tail = (
        "# What moved: `sources apply` takes it up; or a file named under [sources] files, in place of the entries.\n"
    )
    return (head + switches if switches else "") + ("\n" + tail + said["toml"] if said["toml"] else "")


def answers(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be sent to others: which of the catalogue's sources answer from here, and how.

    No source of one's own, no words of an error (they may name a proxy), no hour, nothing of this machine. Addresses
    are those of the portals only: where a listing stands now.
    """
    shipped = [line for line in said["sources"] if line["confidence"]]
    return {
        "version": version("futurewatch"),
        "day": max((line["checked_at"][:10] for line in shipped), default=None),
        "states": dict(Counter(line["state"] for line in shipped)),
        "sources": [
            {
                "source": line["source"], "state": line["state"], "answer": line["cause"] or line["outcome"],
                "rows": rows_of(line), "dated": sum(found["dated"] for found in line["listings"]),
                "article": bool(line["article"]),
                "listings": [
                    {"answer": found["cause"] or found["outcome"], "rows": found["rows"], "moved_to": found["moved_to"]}
                    for found in line["listings"]
                ],
                "columns": line["columns"],
            }
            for line in shipped
        ],
    }  # fmt: skip


def _is_standing(check: SourceCheck) -> bool:
    """True for a failure that the daemon does not expect to pass by itself."""
    return check.state == "fails" and RETREATS[check.cause or check.outcome] is not PASSING


def _line(source: Source, check: SourceCheck) -> dict[str, Any]:
    return {
        "source": source.id, "name": source.name, "region": source.region, "kind": source.kind,
        "family": source.family, "confidence": source.confidence, "enabled": source.enabled,
        "checked_at": check.checked_at.isoformat(),
        "verified_at": check.verified_at and check.verified_at.isoformat(), "state": check.state,
        "outcome": check.outcome, "cause": check.cause, "reason": check.reason, **check.detail,
    }  # fmt: skip


def _quoted(text: str) -> str:
    return f'"{text}"'


REPORT_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:3px 8px;text-align:left;"
    "border-bottom:1px solid #ddd;vertical-align:top}.works{color:#1a7f37}.partly{color:#9a6700}.fails{color:#b42318}"
)


def page(said: Mapping[str, Any]) -> str:
    """Return the report as a page for people, complete in itself."""
    states = ", ".join(f"{count} {state}" for state, count in sorted(said["states"].items()))
    rows = "\n".join(_row(line) for line in said["sources"])
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>FutureWatch: sources</title>'
        f"<style>{REPORT_STYLE}</style><h1>Sources, as seen from here</h1>"
        f"<p>{said['checked']} checked: {escape(states)}</p>"
        "<table><tr><th>source</th><th>state</th><th>rows</th><th>dated</th><th>newest row</th><th>article</th>"
        f"<th>what is missing</th></tr>\n{rows}\n</table><h2>Proposed</h2><pre>{escape(proposals(said))}</pre></html>\n"
    )


def _row(line: Mapping[str, Any]) -> str:
    newest, article = line["newest"][:1], line["article"]
    cells = (
        f"{line['source']}: {line['name']}" + ("" if line["enabled"] else " (off)"),
        str(rows_of(line)),
        str(sum(found["dated"] for found in line["listings"])),
        f"{newest[0]['date'] or ''} {newest[0]['title']} ({newest[0]['score']:g})" if newest else "",
        f"{article['title']} ({article['score']:g})" if article else "",
        "; ".join(line["problems"]),
    )
    name, *others = (f"<td>{escape(cell)}</td>" for cell in cells)
    trouble = escape(line["cause"] or line["outcome"]) if line["state"] == "fails" else ""
    return f'<tr>{name}<td class="{line["state"]}">{line["state"]} {trouble}</td>{"".join(others)}</tr>'


def rows_of(line: Mapping[str, Any]) -> int:
    """Return how many rows a source's listing pages gave."""
    return sum(found["rows"] for found in line["listings"])
