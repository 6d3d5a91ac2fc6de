"""What operators do while programs are killed: incidents, words, searches, sources, the configuration, undoing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from armed import armed_change
from killed_world import APPLIED

from storage.archive import Archive

if TYPE_CHECKING:
    from kills import Killer


def acknowledge(killer: Killer) -> None:
    """Kill the acknowledging of an incident: it is seen by one, or still by nobody."""
    number = killer.tried("incidents ack")
    with Archive(killer.world.archive) as archive:
        opened = archive.incidents.open(f"test:{number}", summary="一切都慢", detail="测试", now=datetime.now(UTC))
    assert opened
    killer.command("incidents ack", "incidents", "ack", str(opened.id), "--who", "甲")
    with Archive(killer.world.archive) as archive:
        if archive.incidents.get(opened.id).acknowledged_by not in {None, "甲"}:
            killer.faults.append(f"incident {opened.id} is seen by somebody else")


def learn(killer: Killer) -> None:
    """Kill the taking in of a word, or of its undoing: the lexicon is the one before or the one after."""
    own = killer.world.folder / "lexicon.toml"
    is_named = "lexicon.toml" in (killer.world.folder / "config.toml").read_text(encoding="utf-8")
    if own.exists() and not is_named:
        own.unlink()  # killed between the two: the program asks to move it
    word = f"甲乙丙{killer.tried('lexicon add'):03}号"
    words = ("undo",) if is_named and killer.chance.random() < 0.4 else ("add", word)
    killer.command(f"lexicon {words[0]}", "lexicon", *words, "--yes")


def search(killer: Killer) -> None:
    """Kill the saving of a search or its removal."""
    with Archive(killer.world.archive) as archive:
        names = [one.name for one in archive.saved_searches.list()]
    if names and killer.chance.random() < 0.5:
        return killer.command("saved remove", "saved", "remove", killer.chance.choice(names))
    return killer.command("saved add", "saved", "add", f"搜索{killer.tried('saved add')}", "未来产业")


def look_after_sources(killer: Killer) -> None:
    """Kill checks of a source, what takes them up, and what writes a new one."""
    folder, url = killer.world.folder, f"{killer.world.portal.url}/zwgk/"
    told = ("--id", f"s{killer.tried('sources add')}", "--name", "某市", "--region", "460100", "--level", "city")
    words = killer.chance.choice((
        ("verify", "--source", "wire", "--again", "--report", str(folder / "verified")),
        ("apply", "--source", APPLIED),
        ("record", "wire", "--pages", str(folder / "recorded")),
        ("add", url, *told, "--kind", "government", "--write", str(folder / "own.toml")),
    ))  # fmt: skip
    killer.command(f"sources {words[0]}", "sources", *words)


def configure(killer: Killer) -> None:
    """Kill a change of the configuration, as the page and `setup` make it, or its undoing."""
    name = killer.chance.choice(("", f"人{killer.tried('configuration')}"))
    killer.process("configuration", armed_change, killer.world.folder / "config.toml", name)


def undo(killer: Killer) -> None:
    """Kill the undoing of a verdict or of a merge."""
    with Archive(killer.world.archive) as archive:
        verdicts = [str(one.id) for one in archive.verdicts.all()]
        edits = [str(one.id) for one in archive.edits.all()]
    if verdicts and killer.chance.random() < 0.5:
        return killer.command("verdicts undo", "verdicts", "undo", killer.chance.choice(verdicts))
    if edits:
        return killer.command("announcements undo", "announcements", "undo", killer.chance.choice(edits))
    return killer.by_hand()


OPERATORS: Mapping[str, Callable[[Killer], None]] = {
    "incidents": acknowledge, "lexicon": learn, "saved": search, "sources": look_after_sources,
    "configuration": configure, "undo": undo,
}  # fmt: skip
