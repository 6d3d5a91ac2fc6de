"""Compare a draft with the document that came of it, paragraph by paragraph under their headings. Pure but for reading.

Paragraphs are paired in order by how alike they are, so that an article that was put in between moves none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel  # in bits, where difflib takes hours of texts made for it

from scheduler.questions.comparison_documents import DatedAct, DraftComparison, ParagraphChange, TextPiece
from storage.archive import Archive
from storage.folding import fold

HEADING = re.compile(
    r"\s*(第[一二三四五六七八九十百零〇\d]{1,5}[条章节部分]+|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.．、])"
    r"([^。；：]{0,24})"
)
PIECE = re.compile(r"[A-Za-z0-9.%]+|[\s\S]")  # numbers and words in Latin letters change as a whole
FEWEST_ALIKE = 0.45  # of 1: paragraphs that share less are one removed and one added
MOST_PARAGRAPHS = 800  # of a text; what follows is not compared
LOOKED_AHEAD = 12  # paragraphs of the document among which a paragraph of the draft is looked for
MOST_CHARACTERS = 2000  # of a paragraph that is compared character by character


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadedParagraph:
    """A paragraph and the heading that it begins with or stands below."""

    heading: str
    text: str

    @property
    def folded(self) -> str:
        """The text as it is compared: folded, without blanks."""
        return re.sub(r"\s", "", fold(self.text))


def draft_of(archive: Archive, id: int) -> DraftComparison | None:
    """Return the draft of an act's policy against its document, None without both. Raises `KeyError`."""
    steps = [archive.announcements.get(step.announcement_id) for step in archive.announcements.get(id).timeline]
    draft = next((one for one in steps if one.act == "征求意见"), None)
    final = next((one for one in reversed(steps) if one.act in {"印发", "立法"}), None)
    if draft is None or final is None or draft.lead_article_id is None or final.lead_article_id is None:
        return None
    texts = [_whole_text(archive, one) for one in (draft.lead_article_id, final.lead_article_id)]
    before, after = map(paragraphs_of, texts)
    changes, same = compared(before, after)
    briefs = [
        DatedAct(
            id=one.id, title=one.title, policy_title=one.policy_title,
            day=str(one.first_published_at or one.first_seen_at)[:10], act=one.act,
        )
        for one in (draft, final)
    ]  # fmt: skip
    return DraftComparison(draft=briefs[0], final=briefs[1], same=same, changes=changes)


def paragraphs_of(text: str) -> list[HeadedParagraph]:
    """Return the paragraphs of a text with their headings."""
    found, heading = [], ""
    for line in filter(None, map(str.strip, text.split("\n"))):
        if match := HEADING.match(line):
            heading = match[0].strip()
        found.append(HeadedParagraph(heading=heading, text=line))
    return found[:MOST_PARAGRAPHS]


def compared(
    before: Sequence[HeadedParagraph], after: Sequence[HeadedParagraph]
) -> tuple[tuple[ParagraphChange, ...], int]:
    """Return the paragraphs that differ, in order, and how many are the same."""
    changes: list[ParagraphChange] = []
    same = 0
    for is_same, old, new in _runs([one.folded for one in before], [one.folded for one in after]):
        if is_same:
            same += old.stop - old.start
        else:
            changes += _changes(before[old], after[new])
    return tuple(changes), same


def _whole_text(archive: Archive, article_id: int) -> str:
    """Return the text that is likeliest the document: the longest of the page's and its attachments'."""
    row = archive.articles.row(article_id)
    attached = [str(one.get("text") or "") for one in json.loads(row["attachments"])]
    return max((str(row["text"]), *attached), key=len)


def _changes(before: Sequence[HeadedParagraph], after: Sequence[HeadedParagraph]) -> Iterator[ParagraphChange]:
    """Yield the changes between two runs of paragraphs, the likest in order paired."""
    rest = list(after)
    for old in before:
        scores = [_likeness(old, new) for new in rest[:LOOKED_AHEAD]]
        best = max(range(len(scores)), key=scores.__getitem__, default=None)
        if best is None or scores[best] < FEWEST_ALIKE:
            yield _whole(old, "removed")
            continue
        yield from (_whole(new, "added") for new in rest[:best])
        yield _paired(old, rest[best])
        rest = rest[best + 1 :]
    yield from (_whole(new, "added") for new in rest)


def _likeness(old: HeadedParagraph, new: HeadedParagraph) -> float:
    return Indel.normalized_similarity(old.folded[:MOST_CHARACTERS], new.folded[:MOST_CHARACTERS])


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """Yield the runs of two sequences in order: whether they are the same, and where they stand in both."""
    i = j = 0
    for block in Indel.opcodes(before, after).as_matching_blocks():
        if (i, j) != (block.a, block.b):
            yield False, slice(i, block.a), slice(j, block.b)
        i, j = block.a + block.size, block.b + block.size
        if block.size:
            yield True, slice(block.a, i), slice(block.b, j)


def _whole(one: HeadedParagraph, kind: Literal["added", "removed"]) -> ParagraphChange:
    pieces = (TextPiece(text=one.text, is_changed=True),)
    before, after = ((), pieces) if kind == "added" else (pieces, ())
    return ParagraphChange(heading=one.heading, kind=kind, before=before, after=after)


def _paired(old: HeadedParagraph, new: HeadedParagraph) -> ParagraphChange:
    words = [PIECE.findall(one.text[:MOST_CHARACTERS]) for one in (old, new)]
    before: list[TextPiece] = []
    after: list[TextPiece] = []
    for is_same, old_run, new_run in _runs(*words):
        for side, some in ((before, words[0][old_run]), (after, words[1][new_run])):
            if some:
                side.append(TextPiece(text="".join(some), is_changed=not is_same))
    return ParagraphChange(heading=new.heading, kind="changed", before=tuple(before), after=tuple(after))
