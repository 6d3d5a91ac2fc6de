"""Read the lexicon, all that the detection knows of the language: terms, tracks, document nouns, cues, points.

No matching here: `crawler.detect.matcher` finds its words in a text, `crawler.detect.assess` scores with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from crawler.detect.matcher import DIRECTION, Matcher, WordKind
from crawler.own_rule import Rule, Weights, compiled, expression_of
from crawler.toml import Model, Strings, read, validate

SHIPPED = Path(__file__).with_name("lexicon.toml")

SWITCHED = {True: "instant", False: "off"}  # how lexicons wrote it while there were two choices
SectionPolicies = Annotated[
    Literal["off", "digest", "instant"],
    BeforeValidator(lambda given: SWITCHED[given] if isinstance(given, bool) else given),
]
Places = Annotated[tuple[Literal["title", "lead", "body", "attachment"], ...], Strict(False)]


class Track(Model):
    """A direction of future industry: the name it is reported under and the words it goes by in texts."""

    name: str
    aliases: Strings = ()
    policy: bool = True
    """Whether a policy on this track alone counts as one on future industries."""

    @property
    def words(self) -> tuple[str, ...]:
        """The name and the aliases, the longest first."""
        return tuple(sorted({self.name, *self.aliases}, key=lambda word: (-len(word), word)))


class Core(Model):
    """The topic itself: 未来产业 and the words that mean it."""

    terms: Strings
    not_before: Strings = ()
    """What follows the term where it means something else (未来产业链: the chain to come)."""
    not_after: Strings = ()
    """What precedes the term where it means something else (公司未来产业…: the industry of a company to come)."""
    names: Strings = ()
    """What follows the term where it is the name of a fund, a place or an event."""
    except_before: Strings = ()
    """What follows the term where it does mean the topic, though `not_before` says no (未来产业链主企业)."""
    not_across: Strings = ()
    """Words that take the end of the term with them (未来/产业工人), as jieba divides the sentence."""


class Cue(Model):
    """Words that speak against an announcement, or for one, whatever else is there.

    A cue counts once, at its first word in `places`.
    """

    name: str
    points: float
    words: Strings = ()
    title_words: Strings = ()
    """Words that count in the title only."""
    places: Places = ("title", "lead")
    """Where `words` count."""
    least: int = Field(default=1, ge=1)
    """How many different words of the cue must be there."""
    except_titles: Strings = ()
    """Words of a title under which the cue means nothing: 各位来宾 in the record of a press conference."""
    background: bool = False
    """True when its words count only before the announced document is named: behind it they are what it says."""
    topic: bool = True
    """False when the article is about something else even where it mentions the topic (market, fiction)."""
    digest: bool = False
    """True when the article lists what others announced: it is related if one of them is on the topic."""


class Points(Model):
    """The points of the compound cues: those that take more than a word to see."""

    core: Weights
    """A mention of the topic."""
    track: Weights
    """A mention of a track that has policies of its own."""
    fading: float = Field(gt=0, lt=1)
    """Each further mention in one place is worth this share of the one before."""
    named_core: float
    """An announced document whose name carries the topic."""
    named_track: float
    """An announced document whose name carries a track only."""
    named_more: float
    """A further announced document, three of them at most."""
    cited: float
    """A document name with the topic that is cited, not announced."""
    unnamed: Weights
    """The topic near a document noun and an announcing verb, without a name."""
    unnamed_share: float = Field(ge=0, le=1)
    """The share of `unnamed` when the topic is one of several, its noun stands apart, or nobody is named who acts."""
    unnamed_track: float = Field(ge=0, le=1)
    """The share of `unnamed` when a notice without a document noun stands near a track."""
    formula: float
    """The words that open or close a document (制定本方案, 现印发给你们), on a text about the topic."""
    issuer: float
    """An authority that issues the document."""
    territory: float
    """Without an issuer: the place or authority that the headline speaks of, or the region in the document's name."""
    deep_share: float = Field(ge=0, le=1)
    """The share of its points that a document, its issuer and its act are worth deep in a text."""
    act: float
    """The act is known."""
    several_regions: float
    """The documents are of several provinces: the article surveys them."""
    past: float
    """The act is older than `stale_days` by the date beside it."""
    listed: float
    """The document is one item in a list of news."""
    publisher: float
    """The publisher is an authority."""
    number: float
    """A document number."""
    targets: float
    """Dated goals."""
    other_document: float
    """The announced document is on another topic."""
    opinion: float = Field(default=1.0, ge=0, le=1)
    """The share of its points that the second opinion on the wording is worth; 0 asks for none."""


class Lexicon(Model):
    """Everything that decides a score. Same article, same version, same score."""

    version: str
    threshold: float = Field(gt=0)
    """The score from which an article is an announcement."""
    track_policies: bool = True
    """Whether a policy on one track only (脑机接口, 商业航天) is an announcement."""
    unlisted_directions: bool = False
    """Whether what a document is for counts as a track where it reads like a direction of the future (永磁磁浮) that
    `tracks` have no word of."""
    section_policies: SectionPolicies = "digest"
    """What becomes of a general plan with a section on future industries (规划纲要): no announcement, one for the
    digest, or one like any other. A lexicon from before has true (instant) or false (off)."""
    core: Core
    tracks: tuple[Track, ...] = Field(strict=False)
    documents: Strings
    """Document nouns, the instruments: 行动计划, 实施方案, 意见."""
    notices: Strings
    """Words that announce without a name: 联合发文, 名单公布."""
    citing: Strings
    """Words right before a document name that cite it: 随着《…》深入实施."""
    convened: Strings
    """Words of a report of a meeting, which a commentary on it does not use: 召开, 会议指出."""
    cabinets: Strings
    """Meetings that decide policies: 常务会议."""
    meetings: Strings
    """Meetings and press conferences that announce where a title names them with the topic: 部署会, 新闻发布会."""
    technical: Strings
    """Endings that make no policy of a name that carries a track only: 人形机器人…标准体系."""
    vague: Strings
    """Document nouns that are too common to mean a document outside a name: 通知, 计划, 政策."""
    reports: Strings
    """Endings of names that are no policies: 报告, 白皮书, 规范."""
    announcing: Strings
    """Verbs of announcing: 印发, 出台."""
    planning: Strings
    """Words before a document name that say it does not exist yet: 起草, 将出台."""
    formulas: Strings
    """Words that only the document itself or its notice uses: 现印发给你们, 特制定本方案."""
    general: Strings
    """Words in the name of a general plan, one section of which may be on future industries."""
    plans: Strings
    """Words in the title of an article on such a plan, which is related when it mentions the topic."""
    reach: int = Field(gt=0)
    """Characters between a core term and a document noun or verb that still belong together."""
    unwritten: int = Field(gt=0)
    """Characters before a formula in which the topic must stand when the document has no name."""
    deep: int = Field(gt=0)
    """Characters from which a text is deep: what is first named there is background to another story."""
    stale_days: int = Field(gt=0)
    """Days after which an act that a text dates is no news."""
    related: float
    """The points of mentions from which an article without an act is about future industries."""
    points: Points
    cues: tuple[Cue, ...] = Field(default=(), strict=False)
    rules: tuple[Rule, ...] = Field(default=(), strict=False)
    """Conditions of the operator's own, with any, must, not and regular expressions."""
    issuers: Strings
    """Endings of the names of authorities: 人民政府, 办公厅, 委员会."""
    official_sites: Strings
    """Endings of the names and addresses of authorities' sites: gov.cn, 政府网."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Refuse two tracks of one name: facts would not say which is meant."""
        names = [track.name for track in self.tracks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"tracks named twice: {', '.join(twice)}")
        return self

    @cached_property
    def acting(self) -> frozenset[str]:
        """The words that are an act by themselves: verbs, notices, meetings, formulas."""
        return frozenset((*self.announcing, *self.notices, *self.meetings, *self.cabinets, *self.formulas))

    @cached_property
    def policy_tracks(self) -> frozenset[str]:
        """The tracks on which alone a policy counts as one on future industries, directions without a word included."""
        return frozenset((DIRECTION, *(track.name for track in self.tracks if track.policy)))

    @cached_property
    def matcher(self) -> Matcher:
        """The compiled form, built at first use and kept as long as the lexicon."""
        opening = [word for rule in self.rules for word in rule.opening]
        plain = ("".join(word.split()) for word in opening if not expression_of(word))
        topics = (*self.core.terms, *(word for track in self.tracks for word in track.words))
        return Matcher(
            self._words(),
            (*topics, *plain),
            (compiled(word) for word in opening if expression_of(word)),
            has_directions=self.unlisted_directions,
        )

    def _words(self) -> Iterator[tuple[WordKind, str, str]]:
        yield from (("core", "未来产业", word) for word in self.core.terms)
        yield from (("track", track.name, word) for track in self.tracks for word in track.words)
        yield from (("document", word, word) for word in self.documents)
        yield from (("announcing", word, word) for word in self.announcing)
        yield from (("planning", word, word) for word in self.planning)
        yield from (("notice", word, word) for word in self.notices)
        yield from (("cabinet", word, word) for word in self.cabinets)
        yield from (("convened", word, word) for word in self.convened)
        yield from (("meeting", word, word) for word in self.meetings)
        yield from (("formula", word, word) for word in self.formulas)
        yield from (("cue", cue.name, word) for cue in self.cues for word in cue.words)
        yield from (("title_cue", cue.name, word) for cue in self.cues for word in cue.title_words)


def load_lexicon(path: Path = SHIPPED) -> Lexicon:
    """Return the lexicon of a file.

    Raises:
        ConfigurationError: with one fault for each key that is unknown, missing or wrong.
    """
    return validate(Lexicon, read(path), file=str(path))
