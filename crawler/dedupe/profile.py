"""Read what an article says of its policy act into the form in which two articles are compared. No I/O, no clock."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain
from weakref import WeakKeyDictionary

from crawler.dedupe.fingerprint import Wording, fingerprint, wording
from crawler.dedupe.identity import identity, plain, simple
from crawler.dedupe.names import OF_NOTICES, STAGE_OF_ACT, Batch, DocumentName, Stage, batches_in, notice_in, read_name
from crawler.dedupe.places import places_of, zones_in
from crawler.dedupe.quantities import Quantity, amounts, by_telling, quantities, telling_of, years
from crawler.dedupe.rarity import groups_of, weight_of
from crawler.text.regions import find_regions
from storage.records import NATION, Article, Facts, Member, Region, Waiting

SAYS_SOMETHING = 60  # characters; real flashes have 90 to 180
# An office acts for its government or committee; papers name either.
OFFICE = re.compile(r"^中共|人民|(?<=[省市区县州旗盟])政府$|(?:办公厅|办公室)$|委员会|各部门|等?\d*个?(?:部门|单位)$")
NOBODY = re.compile(r"^[\d一二两三四五六七八九十]*[州县区旗]?$")
BASED: frozenset[Stage] = frozenset(("list", "call"))  # they rest on a document, which is not what they announce
MOST_NAMES = 50  # of each kind; all pairs of two articles are compared, and a digest of a week names some thirty
TELLING, MOST_TELLING = 1.0, 10  # of `telling_of`: 21家 and 6000000000元, not 3个; so many amounts
QUOTED = re.compile("[“「]([^“”「」《》，。；\n]{2,16})[”」]")
# A document's name, or a notice's own, where its beginning and end are printed.
MARKED = re.compile("(?:《|关于)([^《》\n]+?)(?:》|的?(?:通知|公告|公示|通告))")
SPARE = re.compile(r"(?:省|市|自治区|壮族|回族|维吾尔)")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The features that tell the act of an article.

    `day` is the day of publication, or else when it was seen; `signed` that of the document's signature. `zones`
    are the places below the city of issuers and documents, for codes often stop there; `batches` are of its names.
    """

    article: Article
    region: str | None
    names: tuple[DocumentName, ...]
    cited: tuple[DocumentName, ...]
    numbers: frozenset[str]
    issuers: frozenset[str]
    zones: frozenset[str]
    batches: tuple[Batch, ...]
    tracks: frozenset[str]
    stage: Stage
    acts: frozenset[str]
    day: date
    signed: date | None
    is_announcing: bool

    @property
    def is_stage_told(self) -> bool:
        """False for a page that tells no act: its stage is that of a document, but it may report any other."""
        return bool(self.acts) or self.stage != "final" or self.is_announcing

    @cached_property
    def wording(self) -> Wording:
        """Return the text's own words, formulas left out; of a page that says little (详见附件) its title too."""
        text = self.article.text
        return wording(text if len(text) >= SAYS_SOMETHING else f"{self.article.title}\n{text}")

    @cached_property
    def fingerprint(self) -> tuple[int, ...]:
        """The sampled keys of what the text says."""
        return fingerprint(self.wording.said)

    @cached_property
    def identity(self) -> str:
        """The identity of what it says."""
        return identity(self.article.title, self.article.text)

    @cached_property
    def bare(self) -> str:
        """Title and text as the names of documents are compared: no marks, no 的."""
        return plain(f"{self.article.title}\n{self.article.text}").replace("的", "")

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers of title and text with their units."""
        return quantities(f"{self.article.title}\n{self.article.text}")

    @cached_property
    def amounts(self) -> frozenset[str]:
        """The numbers with their units, each once."""
        return amounts(self.quantities)

    @cached_property
    def telling_amounts(self) -> tuple[str, ...]:
        """The amounts that tell most, those first."""
        telling = (amount for amount in self.amounts if telling_of(amount) >= TELLING)
        return tuple(sorted(telling, key=by_telling)[:MOST_TELLING])

    @cached_property
    def is_name_bare(self) -> bool:
        """True when title and text print its documents' names without marks: they may be read too long or too short.

        A name that is the whole title is read as it is.
        """
        title, *marked = (
            plain(printed).replace("的", "")
            for printed in (self.article.title, *MARKED.findall(f"{self.article.title}\n{self.article.text}"))
        )
        return all(
            name.text in self.bare and name.text != title and not any(name.text in one for one in marked)
            for name in self.names
        )

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The phrases that title and text print in “”, without marks."""
        return frozenset(map(plain, QUOTED.findall(f"{self.article.title}\n{self.article.text}"))) - {""}

    @cached_property
    def said(self) -> str:
        """Title and text without marks and formulas."""
        return plain(self.article.title) + wording(self.article.text).said

    @cached_property
    def groups(self) -> array[int]:
        """The hashes of the groups of characters of title and text."""
        return groups_of(self.said)

    @cached_property
    def group_set(self) -> frozenset[int]:
        """The same hashes, to find those of others among them: of the one text that others are compared with."""
        return frozenset(self.groups)

    @cached_property
    def weight(self) -> float:
        """The weight of all its groups of characters."""
        return weight_of(self.groups)

    @property
    def is_region_told(self) -> bool:
        """False where issuers and names tell no region: it was guessed by the places that the text names."""
        return bool(self.issuers) or any(name.region for name in self.names)

    @property
    def regions_asked(self) -> tuple[str, ...]:
        """The regions whose acts it may be about: a guess may be the city that a paper reads into a province's act."""
        if self.region is None:
            return ()
        above = () if self.is_region_told else (f"{self.region[:2]}0000", NATION.code)
        return tuple(dict.fromkeys((self.region, *above)))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that title and text name."""
        return years(f"{self.article.title}\n{self.article.text}")

    @cached_property
    def places(self) -> frozenset[str]:
        """The codes of the regions that title and text name."""
        named = find_regions(simple(f"{self.article.title}\n{self.article.text}"))
        return frozenset(place.region.code for place in named)


def profile_of(article: Article, facts: Facts, *, seen: date, is_announcing: bool = True) -> Profile:
    """Return what an article says of its act.

    `seen` is the day it was first read: that of a page without a date. `is_announcing` is false below the threshold.
    """
    acts = facts.values("act")
    titles = facts.values("policy_title")[:MOST_NAMES]
    names, cited = _names(titles), _names(facts.values("cited_title")[:MOST_NAMES])
    stage: Stage = next((STAGE_OF_ACT[act] for act in acts[:1] if act in STAGE_OF_ACT), "final")
    if stage == "final" and any(name.is_draft for name in names):  # a meeting may pass a draft beside what it met for
        stage = "draft"
    if stage in BASED:
        named = tuple(name for name in names if OF_NOTICES.search(name.text))
        own = named or _names(filter(None, [notice_in(article.title)]))
        names, cited = own, (*cited, *(name for name in names if name not in own))
    return Profile(
        article=article,
        region=facts.region.code if facts.region else None,
        names=names,
        cited=cited,
        numbers=frozenset(plain(number) for number in facts.values("document_number")),
        issuers=frozenset(filter(None, map(office, facts.values("issuer")))),
        zones=frozenset(
            chain(
                chain.from_iterable(map(places_of, facts.values("issuer"))),
                chain.from_iterable(map(zones_in, titles)),
            )
        ),
        batches=tuple(chain.from_iterable(map(batches_in, (article.title, *titles)))),
        tracks=frozenset(facts.values("track")),
        stage=stage,
        acts=frozenset(acts),
        day=article.published_day or seen,
        signed=_day(facts.first("document_date")),
        is_announcing=is_announcing,
    )


def office(issuer: str) -> str:
    """Return whom an issuer's name stands for: 中共成都市委 and 成都市委 are one, and so are 政府 and its 办公厅.

    Empty for what names nobody: 三部门, 县政府.
    """
    return NOBODY.sub("", SPARE.sub("", OFFICE.sub("", OFFICE.sub("", plain(issuer)))))


def profile_of_waiting(waiting: Waiting) -> Profile:
    """Return what a page below the threshold says of its act."""
    region = Region(code=waiting.region, name=waiting.region) if waiting.region else None
    facts = replace(waiting.facts, region=region)
    return profile_of(waiting.article, facts, seen=waiting.seen_on, is_announcing=False)


def profile_of_member(member: Member) -> Profile:
    """Return what an article of an announcement says of its act; it is kept as long as the member is.

    The articles of the last acts are compared with everything that comes in, and reading one again takes 1 to 10 ms.
    """
    profile = _profiles.get(member)
    if profile is None:
        profile = _profiles[member] = profile_of(member.article, member.facts, seen=member.seen_on)
    return profile


_profiles: WeakKeyDictionary[Member, Profile] = WeakKeyDictionary()


def _names(titles: Iterable[str]) -> tuple[DocumentName, ...]:
    """Return the names that tell a document, each once: of two rounds of a plan the later one is the news."""
    latest: dict[str, DocumentName] = {}
    for name in map(read_name, titles):
        if name.is_telling and name.years >= latest.get(name.text, name).years:
            latest[name.text] = name
    return tuple(latest.values())


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
