"""Establish what an article says as facts, each with its value, its words and where they stand. No I/O, no clock.

Facts are read by the language's own rules: which document is announced and which only cited, who issues it, whose
territory it is for, which act it is, which tracks and dated goals it names. No weighing: that is
`crawler.detect.assess`.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.detect.facts.act import find_act
from crawler.detect.facts.figures import deadlines, document_date, document_number, index_number, money
from crawler.detect.facts.fitted_act import act_of_wording
from crawler.detect.facts.instruments import instrument_of
from crawler.detect.facts.issuers import find_issuers, issue_told, issuer_facts
from crawler.detect.facts.jurisdiction import find_region
from crawler.detect.facts.names import Names, find_names
from crawler.detect.facts.quantities import with_quantity
from crawler.detect.facts.reader import FactReader
from crawler.detect.facts.reading import NEARLY_EMPTY, ArticleViews, read, read_attached, with_title_in_bounds
from crawler.detect.facts.targets import find_targets
from crawler.detect.facts.tracks import find_tracks
from crawler.detect.facts.weighed_names import with_weighed
from crawler.detect.lexicon import Lexicon
from crawler.detect.titles import counts, topic_of
from storage.fact_kinds import added_readers, fact_kinds
from storage.records import Article, Fact, Facts

__all__ = ["establish"]


def establish(article: Article, lexicon: Lexicon) -> Facts:
    """Return what an article establishes; what its text leaves open is read from its attachment.

    A page that only points to its attachment says what the attachment says.
    """
    article = with_title_in_bounds(article)
    attached = read_attached(article)
    if attached is None:
        return _established(read(article), lexicon)
    if len(article.text) < NEARLY_EMPTY:
        return _established(attached, lexicon)
    facts = _established(read(article), lexicon)
    missing = [row.kind for row in fact_kinds().values() if row.completes and not facts.of(row.kind)]
    more = _established(attached, lexicon).all if missing else ()
    return replace(
        facts, all=(*facts.all, *(fact for fact in more if fact.kind in missing and fact.place == "attachment"))
    )


def _established(reading: ArticleViews, lexicon: Lexicon) -> Facts:
    names = find_names(reading)
    act = find_act(reading, names)
    issuers = find_issuers(reading, names, act)
    told = act_of_wording(reading, lexicon, act or issue_told(issuers))
    if told is not None:  # a page that tells no act announces no document
        names = _on_topic(with_weighed(names, reading, told.value), lexicon)
    number, number_fact = document_number(reading, names)
    region, region_fact = find_region(reading, names, issuers, number)
    others: tuple[FactReader, ...] = added_readers()
    found = [
        number_fact,
        *index_number(reading),
        *document_date(reading),
        region_fact,
        *issuer_facts(issuers, region, reading),
        *_named("policy_title", names),
        *_named("cited_title", names),
        *_instruments(names),
        told,
        *find_tracks(reading, names, lexicon, is_told=told is not None),
        *map(with_quantity, find_targets(reading)),
        *map(with_quantity, money(reading)),
        *deadlines(reading),
        *(fact for reader in others for fact in reader.read(reading)),
    ]
    return Facts(all=tuple(fact for fact in found if fact is not None), region=region)


def _on_topic(names: Names, lexicon: Lexicon) -> Names:
    """Leave out what is announced on another topic beside a document on this one, as a meeting does."""
    own = tuple(name for name in names.announced if counts(topic_of(name.value, lexicon), lexicon))
    return replace(names, announced=own) if own else names


def _named(kind: str, names: Names) -> list[Fact]:
    chosen = names.announced if kind == "policy_title" else names.cited
    return [name.view.fact(kind, name.value, name.start, name.end) for name in chosen]


def _instruments(names: Names) -> list[Fact]:
    """Return the kinds of the announced documents."""
    facts = []
    for name in names.announced:
        noun = instrument_of(name.key)
        if noun is not None:
            at = name.view.text.rfind(noun, name.start, name.end)
            start, end = (at, at + len(noun)) if at >= 0 else (name.start, name.end)
            facts.append(name.view.fact("instrument", noun, start, end))
    return facts
