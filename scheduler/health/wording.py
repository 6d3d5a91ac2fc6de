"""What incidents say to operators. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.health.incidents import ALL

SAMPLES = 5  # sources that are named in a message; `incidents list` names all

SAYS = {
    "unreachable": "cannot be reached",
    "tls": "cannot be reached over TLS",
    "5xx": "answers with server errors",
    "4xx": "refuses or has lost its listing pages",
    "robots": "forbids its listing pages in robots.txt, or robots.txt cannot be had",
    "silence": "asks for silence (429) again and again",
    "private": "leads into a private network",
    "size": "sends more than is read",
    "parse": "cannot be read: an error of ours",
    "limit": "takes longer than a visit may last",
    "empty": "lists nothing",
    "blocked": "shows a challenge or a wall in place of its pages",
    "script_list": "loads its list by a script that is not understood",
    "old_list": "serves an old list again",
    "other_list": "shows another list than it did",
    "stale": "has had nothing new for unusually long",
    "extraction": "has pages whose text is not found",
    "refused": "has articles that stay refused",
    "rows": "has rows that lead to no page of their own",
    "validators": "says unchanged though its list changed; it is read in full now",
}
HINTS = {
    "unreachable": "check this machine's network and DNS first, then the portal in a browser",
    "empty": "futurewatch sources test {source}: the page may have a new layout",
    "script_list": "futurewatch sources test {source}: the page may have a new layout",
    "blocked": "open it in a browser; if it stays, rely on the fallbacks or switch the source off",
    "old_list": "open it in a browser: a cache of the portal may be stuck",
    "other_list": "futurewatch sources test {source}: the list may have moved",
    "stale": "open it in a browser: the column may have moved or ended",
    "extraction": 'futurewatch explain with one of its newest pages: body = "…" in the source may help',
    "refused": "open the article and the robots.txt of its host in a browser; it is asked for again for five weeks",
    "robots": "open its robots.txt in a browser; ignore_robots_because in the source lifts it, with the portal's word",
    "rows": "futurewatch sources test {source}: its links may be built by a script, or lead through a login",
    "parse": "futurewatch sources test {source}, and please report it",
    "validators": "nothing is to be done",
}
DEFAULT_HINT = "futurewatch sources test {source}"


def summary_of(key: str, members: Mapping[str, str]) -> str:
    """Return the one line that says what is wrong."""
    kind, _, host = key.partition(":")
    says = SAYS.get(kind, kind)
    if host == ALL:
        return f"{len(members)} sources at once, each: {says}"
    several = f" ({len(members)} sources)" if len(members) > 1 else ""
    return f"{', '.join(members) if len(members) == 1 else host}{several} {says}"


def detail_of(members: Mapping[str, str]) -> str:
    """Return what is known of the sources, the first ones by name."""
    said = [f"{source}: {detail}" for source, detail in list(members.items())[:SAMPLES]]
    more = len(members) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def hint_of(key: str, members: Mapping[str, str]) -> str:
    """Return what to do."""
    hint = HINTS.get(key.partition(":")[0], DEFAULT_HINT)
    return hint.format(source=next(iter(members), "ID"))


def rest_of(rest: Mapping[str, str]) -> str:
    """Return which sources of a group are still ill, for its message of recovery."""
    return "still ill, with incidents of their own: " + detail_of(rest)
