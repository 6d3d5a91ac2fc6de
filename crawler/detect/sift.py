"""The way of an article through the detection when most articles are about something else. No I/O."""

from __future__ import annotations

from crawler.detect.facts import establish
from crawler.detect.gate import mentions
from crawler.detect.lexicon import Lexicon
from crawler.detect.score import assess
from storage.records import Article, Assessment, Facts


def sift(article: Article, lexicon: Lexicon) -> tuple[Facts, Assessment] | None:
    """Return what an article establishes and how it is assessed; None when the gate keeps it out."""
    if not passes(article, lexicon):
        return None
    facts = establish(article, lexicon)
    return facts, assess(article, facts, lexicon)


def passes(article: Article, lexicon: Lexicon) -> bool:
    """Whether title, text or attachments may be about future industries at all."""
    return mentions("\n".join([article.title, article.text, *(a.wording for a in article.attachments)]), lexicon)


def kept_out(lexicon: Lexicon) -> Assessment:
    """Return the assessment of an article that the gate keeps out."""
    return Assessment(
        score=0.0, threshold=lexicon.threshold, label="irrelevant", hits=(), lexicon_version=lexicon.version
    )
