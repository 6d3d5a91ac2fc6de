"""Find a second act in what a page adds to a known text: a digest, or a page that repeats another. No I/O, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crawler.acts.decide import may_join
from crawler.dedupe import profile_of, profile_of_member
from crawler.dedupe.best_match import BestMatch
from crawler.dedupe.fingerprint import NEARLY_ALL, new_part, wording
from crawler.dedupe.names import resembles
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.reading.judge import JudgedPage
from storage.records import Member

MOST_ADDED_CHARACTERS = 50_000  # of what a page adds to a known text: an act is named long before their end


def second_act(judged: JudgedPage, match: BestMatch, lexicon: Lexicon, *, seen: date) -> JudgedPage | None:
    """Return what a page adds to the known text in it, when that announces a document of another name; else None.

    `seen` is the day on which the page was fetched.
    """
    if match.likeness is None or match.beside is None or not may_join(judged.profile, match):
        return None
    if match.likeness.relation not in {"superset", "excerpt"} or match.likeness.of_new >= NEARLY_ALL:
        return None
    added = _added(judged, match.beside, lexicon, seen)
    known_names = profile_of_member(match.beside).names
    is_other = any(not any(resembles(name, known) for known in known_names) for name in added.profile.names)
    return added if added.assessment.is_announcement and is_other else None


def _added(judged: JudgedPage, known: Member, lexicon: Lexicon, seen: date) -> JudgedPage:
    """Return the article without the known text. The title tells the known act, so it is not assessed."""
    text = new_part(judged.article.text, wording(known.article.text))[:MOST_ADDED_CHARACTERS]
    untitled = replace(judged.article, title="", text=text)
    facts = establish(untitled, lexicon)
    assessment = assess(untitled, facts, lexicon)
    article = replace(untitled, title=judged.article.title)
    profile = profile_of(article, facts, seen=seen, is_announcing=assessment.is_announcement)
    return replace(judged, article=article, facts=facts, assessment=assessment, profile=profile)
