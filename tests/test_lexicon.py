"""The lexicon as a file that people edit."""

from pathlib import Path

import pytest

from crawler.detect.lexicon import SHIPPED, load_lexicon
from crawler.toml import ConfigurationError


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """Return a copy of the shipped lexicon with some text replaced."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "lexicon.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_lexicon_is_sound() -> None:
    """The shipped lexicon loads, and no alias stands for two tracks."""
    lexicon = load_lexicon()
    words = [word for track in lexicon.tracks for word in track.words]
    assert len(words) == len(set(words))
    assert {"未来制造", "人形机器人", "脑机接口", "商业航天"} <= {track.name for track in lexicon.tracks}


def test_cues_are_named_once() -> None:
    """A cue's name is the key its words are found by."""
    names = [cue.name for cue in load_lexicon().cues]
    assert len(names) == len(set(names))


def test_topic_alone_stays_below_the_threshold() -> None:
    """However often the topic is mentioned, mentions alone are no announcement."""
    lexicon = load_lexicon()
    weights, share = lexicon.points.core, 1 / (1 - lexicon.points.fading)
    assert (weights.title + weights.lead + weights.body) * share < lexicon.threshold


def test_unknown_key_gets_a_hint(tmp_path: Path) -> None:
    """A misspelt key is refused with the nearest valid one."""
    path = edited(tmp_path, ("threshold =", "treshold ="))
    with pytest.raises(ConfigurationError) as refused:
        load_lexicon(path)
    told = str(refused.value)
    assert "lexicon.toml: treshold: unknown key; did you mean 'threshold'?" in told
    assert "threshold: is missing" in told


def test_all_faults_at_once(tmp_path: Path) -> None:
    """A wrong type and an unknown key inside tables are both reported, with their places."""
    path = edited(
        tmp_path, ('name = "讲话"\npoints = -45.0', 'name = "讲话"\npoints = "viel"'), ("fading =", "fades =")
    )
    with pytest.raises(ConfigurationError) as refused:
        load_lexicon(path)
    assert len(refused.value.faults) >= 2
    assert any(fault.key.startswith("cues[0].points") for fault in refused.value.faults)


def test_track_named_twice_is_refused(tmp_path: Path) -> None:
    """Two tracks of one name would make facts ambiguous."""
    path = edited(tmp_path, ('name = "未来信息"', 'name = "未来制造"'))
    with pytest.raises(ConfigurationError, match="tracks named twice: 未来制造"):
        load_lexicon(path)


def test_missing_file() -> None:
    """A path that is not there is a configuration error, not a crash."""
    with pytest.raises(ConfigurationError):
        load_lexicon(Path("no-such-lexicon.toml"))
