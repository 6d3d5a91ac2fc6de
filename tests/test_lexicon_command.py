"""A rising word is found with its sources and taken into the lexicon: shown, asked, written, refused, undone."""

from __future__ import annotations

import json
import os
import pty
import stat
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from builders import page_of
from crawler.detect.lexicon import SHIPPED, Track, load_lexicon
from crawler.intake import settle
from crawler.reading import judge_article
from forked import run_forked
from scheduler.cli import main
from scheduler.config.written import ConfigFile
from scheduler.reports.brief import brief_of
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from scheduler.reports.period import week_of
from scheduler.reports.rising_words import rising_words, use_of
from scheduler.review.weekly_rising import WeeklyRising
from scheduler.tuning.lexicon_file import LexiconFileError, taken_in
from scheduler.tuning.lexicon_text import (
    TrackTextError,
    lexicon_of_text,
    next_version,
    version_before,
    with_alias,
    with_changed,
    with_track,
    without,
)  # fmt: skip
from scheduler.tuning.lexicon_words import WordError, check_word
from storage.archive import Archive
from storage.records import BEIJING, Article

T = TypeVar("T")
LEXICON = load_lexicon()
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(BEIJING).date()
PLAN = "云杉省竹艺家居产业培育行动计划（2031—2033年）"
BEFORE = "全省把未来产业作为新的增长点。"
SMALL = """\
# mine
version = "7"   # of the desk

[[tracks]]  # first
name = "氢能"
aliases = ["绿氢"]  # green

[[tracks]]
name = "深海"
# a word of the desk

# cues
[[cues]]
name = "论坛"
points = -30.0
"""


def keep(archive: Archive, title: str, text: str, day: date, *, source: str = "gov-1") -> None:
    """Take an article in as it comes from a portal."""
    url = f"https://example.org/{source}/{abs(hash((title, text)))}.html"
    page = page_of(b"", url, source=source, at=NOW)
    judged = judge_article(page, Article(url=url, title=title, text=text, published_at=day), LEXICON)
    settle(page, judged, archive=archive, lexicon=LEXICON, notify=lambda *_: ())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration beside an archive in which 竹艺家居 rises, and a plan on it alone did not alert."""
    file = tmp_path / "config.toml"
    file.write_text(
        '[archive]\npath = "a.db"\n\n[detect]  # ours\nthreshold = 0\n[crawl]\ncontact = "mailto:a@b.org"\n'
    )
    with Archive(tmp_path / "a.db") as archive:
        archive.runs.register(
            {"id": f"gov-{n}", "name": f"{n}号门户", "region": "440000", "level": "province", "kind": "government"}
            for n in (1, 2)
        )
        for n in range(12):
            keep(archive, f"未来产业观察之{n}", BEFORE, TODAY - timedelta(days=40))
        for n in range(6):
            text = f"第{n}批未来产业中，竹艺家居引人注目。"
            keep(archive, f"未来产业一线之{n}", text, TODAY - timedelta(days=2 + n), source=f"gov-{1 + n % 2}")
        told = f"近日，云杉省人民政府办公厅印发《{PLAN}》，提出到2033年建成3个先导区。"
        keep(archive, f"云杉省印发《{PLAN}》", told, TODAY - timedelta(days=1))
    return file


def run(config: Path, *arguments: str, code: int = 0) -> Result:
    """Run a command beside the configuration."""
    done = CliRunner().invoke(main, [*arguments, "--config", str(config)])
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


def own(config: Path) -> Path:
    """Return where the own lexicon stands."""
    return config.parent / "lexicon.toml"


def test_rising_word_with_sources_and_first_date(config: Path) -> None:
    """A rising word has its sources, the more frequent first, and the day of its first article."""
    with Archive.existing(config.parent / "a.db") as archive:
        (word, *_) = rising_words(archive, LEXICON, until=TODAY, weeks=4, limit=5)
        use = use_of(archive, word.word)
        assert use_of(archive, "无人提及").first is None
    assert (word.word, word.now, word.before) == ("竹艺家居", 6, 0)
    assert word.use == use
    assert (use.articles, use.sources) == (6, ("1号门户", "2号门户"))
    assert use.first_day == (TODAY - timedelta(days=7)).isoformat()
    (said,) = [one for one in json.loads(run(config, "rising", "--json").stdout) if one["word"] == "竹艺家居"]
    assert (said["first_day"], said["sources"]) == (use.first_day, list(use.sources))
    assert "1号门户、2号门户" in run(config, "rising").stdout


def test_brief_names_rising_words(config: Path) -> None:
    """The weekly brief has the words of the weeks up to its Sunday, in HTML, Markdown, JSON; without a lexicon none."""
    week = week_of(NOW)
    with Archive.existing(config.parent / "a.db") as archive:
        brief = brief_of(archive, week, now=NOW, lexicon=LEXICON)
        without = brief_of(archive, week, now=NOW)
    assert [one["word"] for one in as_document(brief)["rising"]][:1] == ["竹艺家居"]
    for said in (as_html(brief), as_markdown(brief)):
        assert "上升词" in said
        assert "1号门户、2号门户" in said
        assert (TODAY - timedelta(days=7)).isoformat() in said
    assert as_document(without)["rising"] is None
    assert "上升词" not in as_markdown(without)
    assert "| 竹艺家居 |" in run(config, "brief", "--week", week.name, "--format", "markdown").stdout


def test_served_brief_counts_in_the_background(config: Path) -> None:
    """A page does not wait for the words: they are counted once a day, one week at a time, and are there afterwards."""
    week, counting = week_of(NOW), WeeklyRising(config.parent / "a.db", load_lexicon)
    assert counting.of(week, TODAY) is None
    assert counting.of(week.moved(-1), TODAY) is None, "one at a time"
    found = until(lambda: counting.of(week, TODAY))
    assert [one.word for one in found][:1] == ["竹艺家居"]
    assert counting.of(week, TODAY + timedelta(days=1)) is None, "another day counts again"


def test_words_that_cannot_be_counted(tmp_path: Path) -> None:
    """An archive that is broken leaves the words uncounted, and the next reader has them counted again."""
    (tmp_path / "a.db").write_bytes(b"no archive" * 100)
    counting = WeeklyRising(tmp_path / "a.db", load_lexicon)
    assert counting.of(week_of(NOW), TODAY) is None
    until(lambda: None if "rising" in {thread.name for thread in threading.enumerate()} else True)
    (tmp_path / "a.db").unlink()
    Archive(tmp_path / "a.db").close()
    assert until(lambda: counting.of(week_of(NOW), TODAY)) == ()


def until(ask: Callable[[], T | None]) -> T:
    """Return what is not None any more within some seconds."""
    end = time.monotonic() + 60
    while (found := ask()) is None:
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


def test_first_word_makes_an_own_lexicon(config: Path) -> None:
    """With the shipped lexicon in use, a copy of it gets the word, and the configuration names it, comments kept."""
    said = run(config, "lexicon", "add", "竹艺家居", "--yes").stdout
    assert "in 6 articles on the topic" in said
    assert "1 alerts gained, 0 lost" in said
    assert PLAN in said
    text = own(config).read_text(encoding="utf-8")
    assert load_lexicon(own(config)).tracks[-1] == Track(name="竹艺家居")
    shipped = SHIPPED.read_text(encoding="utf-8").split("\n")
    kept = [line for line in shipped if not line.startswith("version")]
    assert [line for line in text.split("\n") if line in set(kept)] != []
    assert len(text.split("\n")) == len(shipped) + 4
    assert '[detect]  # ours\nthreshold = 0\nlexicon = "lexicon.toml"\n[crawl]' in config.read_text()
    assert [(one.about, one.after) for one in ConfigFile(config).changes()] == [
        ("改用词库 lexicon.toml", config.read_text())
    ]
    assert json.loads(run(config, "reassess", "--json").stdout)["lexicon_version"].endswith("+1")


def test_word_that_exists_is_refused(config: Path) -> None:
    """A word that the lexicon has is refused with where it stands, and nothing is written."""
    said = run(config, "lexicon", "add", "绿色氢能", "--yes", code=2).output
    assert "an alias of track 氢能" in said
    assert not own(config).exists()
    run(config, "lexicon", "add", "竹艺家居", "--yes")
    before = own(config).read_bytes()
    assert "track 竹艺家居" in run(config, "lexicon", "add", "竹艺家居", "--yes", code=2).output
    assert own(config).read_bytes() == before


def test_nothing_is_written_unasked(config: Path) -> None:
    """Without a terminal nobody can answer: the comparison is shown, and nothing is written without --yes."""
    said = run(config, "lexicon", "add", "竹艺家居")
    assert "1 alerts gained" in said.output
    assert "--yes" in said.output
    document = json.loads(run(config, "lexicon", "add", "竹艺家居", "--json").stdout)
    assert (document["is_written"], document["articles"], len(document["gained"])) == (False, 6, 1)
    assert not own(config).exists()
    assert "lexicon =" not in config.read_text()


@pytest.mark.parametrize(("answer", "is_written"), [("n", False), ("y", True)])
def test_a_terminal_is_asked(config: Path, answer: str, is_written: bool) -> None:
    """On a terminal the command shows the comparison and asks; only a yes writes."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = ["lexicon", "add", "竹艺家居", "--config", str(config)]
    terminals = {"stdin": os.ttyname(theirs)}
    returned, out, err = run_forked(command, environment=os.environ, terminals=terminals, seconds=300)
    for end in (ours, theirs):
        os.close(end)
    assert returned == 0, err
    assert "1 alerts gained" in out
    assert f"write {own(config)}?" in out
    assert own(config).exists() == is_written
    assert ("nothing was written" in out) != is_written


def test_undo(config: Path) -> None:
    """Words are taken out again in turn, byte by byte as it was; where none was taken in there is nothing to undo."""
    assert "nothing to undo" in run(config, "lexicon", "undo", "--yes", code=2).output
    own(config).write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    own(config).chmod(0o640)
    config.write_text(config.read_text().replace("threshold = 0", 'lexicon = "lexicon.toml"'))
    first = own(config).read_bytes()
    run(config, "lexicon", "add", "竹艺家居", "--yes")
    second = own(config).read_bytes()
    run(config, "lexicon", "add", "竹艺椅", "--track", "竹艺家居", "--yes")
    assert load_lexicon(own(config)).tracks[-1].aliases == ("竹艺椅",)
    assert json.loads(run(config, "lexicon", "undo", "--yes", "--json").stdout)["is_written"]
    assert own(config).read_bytes() == second
    assert "0 alerts gained, 1 lost" in run(config, "lexicon", "undo", "--yes").stdout
    assert own(config).read_bytes() == first
    assert stat.S_IMODE(own(config).stat().st_mode) == 0o640
    assert "no word was taken in" in run(config, "lexicon", "undo", "--yes", code=2).output


def test_file_that_is_not_in_use_is_left_alone(config: Path) -> None:
    """A lexicon.toml that the configuration does not name is somebody's: it is not written over."""
    own(config).write_text("mine")
    assert "is not in use" in run(config, "lexicon", "add", "竹艺家居", "--yes", code=2).output
    assert own(config).read_text() == "mine"


def test_line_ends_stay(config: Path) -> None:
    """A lexicon of Windows keeps the ends of its lines."""
    own(config).write_bytes(SHIPPED.read_bytes().replace(b"\n", b"\r\n"))
    config.write_text(config.read_text().replace("threshold = 0", 'lexicon = "lexicon.toml"'))
    run(config, "lexicon", "add", "竹艺家居", "--yes")
    written = own(config).read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("艺", "no term"), ("竹艺 家居", "no term"), ("2030", "no term"), ("《竹艺》", "no term"),
        ("广东省", "a region"), ("未来产业", "the topic itself"),
        ("类人机器人", "an alias of track 人形机器人"), ("六代移动通信", "track 6G"),
        ("行动计划", "list documents"), ("印发", "list announcing"),
    ],
)  # fmt: skip
def test_words_that_are_refused(word: str, why: str) -> None:
    """What is no term, and what the lexicon has anywhere, is refused with the reason."""
    with pytest.raises(WordError, match=why):
        check_word(word, LEXICON)


def small(text: str = SMALL) -> str:
    """Return the shipped lexicon's text with other tracks, cues and head."""
    head, _, rest = SHIPPED.read_text(encoding="utf-8").partition("[[tracks]]")
    cues = "[[cues]]" + rest.partition("[[cues]]")[2]
    top = head.split("\n")
    kept = "\n".join(line for line in top if not line.startswith("version"))
    own_top, _, own_rest = text.partition("[[tracks]]")
    return own_top + kept + "[[tracks]]" + own_rest.partition("# cues")[0] + "# cues\n" + cues


def test_track_behind_the_others() -> None:
    """A new track stands behind the last one, before the comments of what follows, with its own comment above it."""
    text = small()
    written = with_track(text, Track(name="竹艺家居", policy=False), note="why")
    added = '\n\n# why\n[[tracks]]\nname = "竹艺家居"\npolicy = false'
    last = 'name = "深海"\n# a word of the desk'
    assert written == text.replace(last, last + added, 1).replace('"7"', '"7+1"', 1)
    assert 'version = "7+1"   # of the desk' in written


@pytest.mark.parametrize(
    ("track", "old", "new"),
    [
        ("氢能", 'aliases = ["绿氢"]  # green', 'aliases = ["灰氢", "绿氢"]  # green'),
        ("深海", 'name = "深海"', 'name = "深海"\naliases = ["灰氢"]'),
    ],
)
def test_alias_in_its_track(track: str, old: str, new: str) -> None:
    """An alias comes first in the list of its track, or makes the list; nothing else changes."""
    text = small()
    assert with_alias(text, "灰氢", track) == text.replace(old, new, 1).replace('"7"', '"7+1"', 1)


def test_alias_in_other_layouts() -> None:
    """A list over several lines and an empty one take an alias too."""
    for layout in ('aliases = [\n    "绿氢",  # green\n]', "aliases = [ ]"):
        text = small(SMALL.replace('aliases = ["绿氢"]  # green', layout))
        (track, _) = lexicon_of_text(with_alias(text, "灰氢", "氢能")).tracks
        assert track.aliases[0] == "灰氢"


def test_tracks_in_another_layout() -> None:
    """Tracks that do not stand in tables of their own are refused, not half changed."""
    text = small().partition("[[tracks]]")[0] + 'tracks = [{ name = "氢能" }]\n'
    text += "[[cues]]" + SHIPPED.read_text(encoding="utf-8").partition("[[cues]]")[2]
    with pytest.raises(TrackTextError, match="by hand"):
        with_track(text, Track(name="竹艺家居"), note="why")
    with pytest.raises(TrackTextError, match="by hand"):
        with_alias(text, "灰氢", "氢能")


def test_changed_track() -> None:
    """Words that stay keep places and comments; what is needless goes; a list over several lines stays one."""
    text = small()
    track = Track(name="绿色氢能", aliases=("蓝氢",), policy=False)
    new = 'name = "绿色氢能"\naliases = ["蓝氢"]  # green\npolicy = false'
    old = 'name = "氢能"\naliases = ["绿氢"]  # green'
    assert with_changed(text, "氢能", track) == text.replace(old, new, 1).replace('"7"', '"7+1"', 1)
    layout = 'aliases = [\n    "绿氢",  # green\n    "灰氢",\n]'
    several = small(SMALL.replace('aliases = ["绿氢"]  # green', layout))
    written = with_changed(several, "氢能", Track(name="氢能", aliases=("绿氢", "蓝氢")))
    assert '    "绿氢",  # green\n' in written
    assert lexicon_of_text(written).tracks[0].aliases == ("绿氢", "蓝氢")
    assert "aliases" not in with_changed(text, "氢能", Track(name="氢能")).partition("[[cues]]")[0].split("深海")[0]


def test_track_is_removed() -> None:
    """With its comments, and nothing else; the last one stays."""
    text = small()
    gone = '[[tracks]]\nname = "深海"\n# a word of the desk\n\n'
    written = without(text, "深海")
    assert written == text.replace(gone, "", 1).replace('"7"', '"7+1"', 1)
    added = with_track(text, Track(name="竹艺"), note="why")
    assert without(added, "竹艺") == text.replace('"7"', '"7+2"', 1)
    with pytest.raises(TrackTextError, match="needs a track"):
        without(written, "氢能")


def aliases(config: Path, track: str) -> tuple[str, ...]:
    return next(one.aliases for one in load_lexicon(own(config)).tracks if one.name == track)


def test_older_words_are_changed_and_removed(config: Path) -> None:
    """By any word of a track; a word of another track is refused, and one that the configuration needs is too."""
    run(config, "lexicon", "change", "脑机", "--alias", "脑机", "--alias", "量子", "--yes", code=2)
    said = json.loads(run(config, "lexicon", "change", "脑机", "--alias", "脑机", "--yes", "--json").stdout)
    assert (said["is_written"], said["lexicon_version"]) == (True, f"{LEXICON.version}+1")
    assert next(one for one in load_lexicon(own(config)).tracks if one.name == "脑机接口").aliases == ("脑机",)
    run(config, "lexicon", "remove", "具身人工智能", "--yes")
    assert next(one for one in load_lexicon(own(config)).tracks if one.name == "具身智能").aliases == (
        "具身机器人",
        "具身",
    )
    wants = '[[endpoint]]\nname = "t"\nkind = "webhook"\nurl = "http://127.0.0.1:9"\ntracks = ["脑机接口"]\n'
    config.write_text(config.read_text(encoding="utf-8") + wants, encoding="utf-8")
    assert "endpoint t wants the track 脑机接口" in run(config, "lexicon", "remove", "脑机接口", "--yes", code=2).output
    run(config, "lexicon", "remove", "没有这个词", "--yes", code=2)
    run(config, "lexicon", "undo", "--yes")
    run(config, "lexicon", "undo", "--yes")
    assert load_lexicon(own(config)).tracks == LEXICON.tracks


def test_versions() -> None:
    """Each word makes a version of its own, and each version knows the one before."""
    assert [next_version("2026.3"), next_version("2026.3+1"), next_version("a+b")] == ["2026.3+1", "2026.3+2", "a+b+1"]
    assert [version_before("2026.3+2"), version_before("2026.3+1"), version_before("2026.3")] == [
        "2026.3+1", "2026.3", None,
    ]  # fmt: skip


def test_configuration_with_faults_names_no_lexicon(config: Path) -> None:
    """Where the configuration cannot be changed, no copy is left that would be in the way of the next word."""
    text = SHIPPED.read_text(encoding="utf-8")
    change = taken_in(None, config, text, with_track(text, Track(name="竹艺家居"), note="why"))
    config.write_text("[detekt]\n")
    with pytest.raises(LexiconFileError, match="detekt"):
        change.write(who="李雷", now=NOW)
    assert not own(config).exists()
