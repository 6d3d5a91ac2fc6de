"""Labelled lines are measured, and weights are fitted to them as a proposal."""

import json
from pathlib import Path
from typing import Any

import pytest

from builders import plain_rules
from crawler.detect.lexicon import SHIPPED, load_lexicon
from crawler.toml import ConfigurationError
from scheduler.tuning.evaluate import Counts, JudgedLine, Labelled, count, judge, read_lines, sweep
from scheduler.tuning.lexicon_text import LexiconTextError, with_numbers
from scheduler.tuning.plots import draw_sweep
from scheduler.tuning.tune import propose, weights, with_values

LEXICON = load_lexicon()
RULES = plain_rules()


def plan(n: int, **more: Any) -> dict[str, Any]:
    """Return a line that announces a plan."""
    name = f"松原市未来产业培育行动计划（202{n}—203{n}年）"
    text = f"近日，松原市人民政府办公室印发《{name}》，提出建成{n}个先导区。"
    return {"id": f"plan {n}", "title": f"松原市印发《{name}》", "text": text, "label": "announcement"} | more


def talk(n: int, **more: Any) -> dict[str, Any]:
    """Return a line that talks of the topic."""
    text = f"第{n}位受访者说，未来产业离不开耐心资本。"
    return {"id": f"talk {n}", "title": "未来产业怎么看", "body": text, "label": "related"} | more


def lines_of(tmp_path: Path, *rows: dict[str, Any]) -> list[Labelled]:
    """Return rows as they are read from a file."""
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return read_lines(file, LEXICON)


def judged(tmp_path: Path, *rows: dict[str, Any]) -> list[JudgedLine]:
    """Return what the detection says of rows."""
    return judge(lines_of(tmp_path, *rows), LEXICON)


def test_counts(tmp_path: Path) -> None:
    """Found, falsely alarmed, missed and quiet are counted against the labels, text or body alike."""
    rows = [plan(1), plan(2, label="related"), talk(1), talk(2, label="announcement")]
    counts = count(judged(tmp_path, *rows))
    assert counts == Counts(hits=1, alarms=1, misses=1, quiet=1)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)


def test_no_alarm_and_nothing_to_find() -> None:
    """Nothing said is nothing said wrongly."""
    assert (Counts(quiet=3).precision, Counts(quiet=3).recall) == (1.0, 1.0)


def test_sweep_goes_from_all_found_to_few(tmp_path: Path) -> None:
    """Recall falls from 1 as the threshold rises, from the lowest announcement's score to the highest."""
    swept = sweep(judged(tmp_path, plan(1), talk(1), talk(2, label="announcement")))
    recalls = [counts.recall for _, counts in swept]
    assert recalls[0] == 1.0
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[-1] < 1.0


def test_faults_name_the_lines(tmp_path: Path) -> None:
    """Every line that cannot be used is reported at once."""
    file = tmp_path / "lines.jsonl"
    file.write_text('{"title": "a", "text": "b"}\n\nno json\n{"title": 1, "text": "b", "label": "related"}\n[]\n')
    with pytest.raises(ConfigurationError) as caught:
        read_lines(file, LEXICON)
    assert [fault.key for fault in caught.value.faults] == ["line 1", "line 3", "line 4", "line 5"]


def test_plot(tmp_path: Path) -> None:
    """The sweep becomes a PNG where the extra is installed."""
    pytest.importorskip("matplotlib")
    draw_sweep(sweep(judged(tmp_path, plan(1), talk(1))), 56.0, tmp_path / "sweep.png")
    assert (tmp_path / "sweep.png").read_bytes().startswith(b"\x89PNG")


def test_fit_finds_the_weight_that_is_wrong(tmp_path: Path) -> None:
    """With too little for a named document and its issuer, the fit raises weights until all lines are right."""
    wrong = with_values(RULES, {("points", "named_core"): 14.0, ("points", "issuer"): 6.0})
    lines = lines_of(tmp_path, *map(plan, range(1, 9)), *map(talk, range(1, 9)))
    proposal = propose(lines, wrong)
    assert proposal.before.recall == 0.0
    assert (proposal.after.precision, proposal.after.recall) == (1.0, 1.0)
    assert (proposal.unseen_after.precision, proposal.unseen_after.recall) == (1.0, 1.0)
    assert proposal.values
    assert all(value > weights(wrong)[path] for path, value in proposal.values.items() if path[0] == "points")
    assert len(proposal.turned) == 8


def test_fit_leaves_what_is_right(tmp_path: Path) -> None:
    """Where all lines are surely right nothing is proposed."""
    assert not propose(lines_of(tmp_path, *map(plan, range(1, 9)), *map(talk, range(1, 9))), LEXICON).values


def test_mentions_and_threshold_are_never_fitted() -> None:
    """Mentions alone must never reach the threshold, whatever reviewers say."""
    paths = weights(LEXICON)
    assert ("threshold",) not in paths
    assert not [path for path in paths if path[:2] in {("points", "core"), ("points", "track")}]


def test_proposal_is_the_same_text_with_other_numbers(tmp_path: Path) -> None:
    """Only the numbers and the version differ, comments stay, and the text is a lexicon."""
    values = {("points", "issuer"): 9.0, ("points", "unnamed", "lead"): 25.0, ("cues", "论坛会展"): -30.5}
    text = SHIPPED.read_text(encoding="utf-8")
    proposed = with_numbers(text, values, version="next")
    changed = [(one, other) for one, other in zip(text.split("\n"), proposed.split("\n"), strict=True) if one != other]
    assert len(changed) == 4
    path = tmp_path / "proposed.toml"
    path.write_text(proposed, encoding="utf-8")
    expected = with_values(LEXICON, values).model_copy(update={"version": "next"})
    assert load_lexicon(path).model_dump() == expected.model_dump()


def test_every_weight_can_be_written() -> None:
    """Each weight that may be fitted is found in the shipped lexicon's text."""
    text = SHIPPED.read_text(encoding="utf-8")
    for path, value in weights(LEXICON).items():
        assert with_numbers(text, {path: value + 1}, version="next").count("\n") == text.count("\n")


def test_number_that_is_not_found() -> None:
    """A text that is laid out in another way is refused, not half changed."""
    with pytest.raises(LexiconTextError) as caught:
        with_numbers('version = "1"\n[points]\n', {("points", "issuer"): 9.0}, version="next")
    assert caught.value.path == ("points", "issuer")
