"""The tables of config.toml, each as a small frozen model; what stands below a field is its description for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from socket import gethostname
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from crawler.network.settings import CrawlSettings
from crawler.own_rule import Rule
from crawler.sources import Source
from crawler.toml import Duration, Model, Strings
from scheduler.config.brief_table import BriefTable
from scheduler.config.endpoint import Endpoint
from scheduler.config.exit_table import ExitTable
from scheduler.config.secret import Address, Secret
from scheduler.config.summary_table import SummaryTable

ReviewRole: TypeAlias = Literal["administrator", "reviewer", "reader"]
# A provider over plain http could be anybody; on this machine there is nobody between.
ISSUER = r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])[^?#\s]*$"
PERSON = r"^\w[\w.@-]*$"  # names of files, of rows and in addresses are made of it


class ArchiveSettings(Model):
    """Where everything is kept."""

    path: Path = Field(default=Path("futurewatch.db"), strict=False)
    """The SQLite file, relative to the configuration file."""
    irrelevant_kept: Duration | None = None
    """How long articles about no future industry are kept; then the daemon deletes them. For ever if missing.

    Visits that found nothing go as well, after 200 days or later.
    """
    backups: str | None = None
    """A folder that the daemon writes backups into, relative to this file. None are written where it is missing."""
    backup_every: Duration = timedelta(days=1)
    """How often a backup is written."""
    backups_kept: Annotated[int, Field(ge=1)] = 7
    """How many of the newest backups stay."""


class ScheduleSettings(Model):
    """How often to look."""

    every: Duration = timedelta(minutes=30)
    """For sources that name no interval of their own."""
    adaptive: bool = True
    """Whether intervals follow what each source was seen to publish, and when, within the requests that this schedule
    costs; false looks at each source exactly as often as declared."""
    shortest: Duration = timedelta(minutes=5)
    """The shortest interval that polling adapts to."""
    longest: Duration = timedelta(hours=4)
    """The longest one, at night and on holidays too; a source's own `every` is never exceeded."""
    host_requests: Annotated[int, Field(ge=1)] = 480
    """Listing requests a day up to which polling may adapt for one host; never more than three times as many as without
    adapting."""


class DetectSettings(Model):
    """How to judge."""

    threshold: Annotated[float, Field(ge=0)] = 0
    """Points from which an article is an announcement; 0 means the lexicon's own."""
    lexicon: str | None = None
    """A lexicon file, relative to the configuration file; the shipped one where it is missing."""
    section_policies: Literal["off", "digest", "instant"] | None = None
    """General plans with a section on future industries: no announcements, told with the digest, or at once like any
    other. Where it is missing, the lexicon's own: the shipped one says digest."""


class AlertSettings(Model):
    """When alerts are withheld, and how messages look."""

    first_crawl: bool = False
    """Whether the first crawl of a source alerts, or only fills the archive."""
    corrections: bool = True
    """Whether a rejected announcement is corrected at the endpoints that have it; a minute is left to undo."""
    flood: Annotated[int, Field(ge=1)] = 20
    """Announcements of one source within an hour from which the rest is held back, and one message asks."""
    templates: str | None = None
    """A folder with message templates that replace shipped ones of the same name, relative to this file."""
    feeds: str | None = None
    """A folder that the daemon writes the feeds into as files, relative to this file."""


class OidcSettings(Model):
    """Login by OpenID Connect: authorization code with PKCE. The provider is to lead back to ADDRESS/login/back."""

    issuer: Annotated[str, Field(pattern=ISSUER)]
    """The provider's address, exactly as its discovery document names it; plain http on this machine only."""
    client_id: Annotated[str, Field(min_length=1)]
    """What the provider calls the review page."""
    client_secret: Secret | None = None
    """`env:NAME` or `file:PATH`; none for a public client."""
    scopes: Strings = ("openid", "profile", "email")
    """What the provider is asked for; some tell groups under a scope of their own only."""
    name_claim: str = "preferred_username"
    """The claim with a person's name: one that people cannot choose themselves."""
    role_claim: str = "groups"
    """The claim with what decides the role: a text or a list, "a.b" for b within a."""
    roles: Annotated[dict[str, ReviewRole], Field(min_length=1)]
    """The role for each value of that claim; of several the highest counts, and who has none does not get in."""


class ReviewSettings(Model):
    """Where the review page is served."""

    enabled: bool = True
    """Whether the daemon serves it."""
    host: str = "127.0.0.1"
    """The address to listen on; one that other machines reach needs a `[[reviewer]]`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """The port to listen on."""
    name: str = ""
    """Who signs verdicts where nobody has to log in; without it the name of the system's user."""
    address: Annotated[str, Field(pattern=r"^(https?://[^/?#\s]+)?$", examples=["https://review.example.org"])] = ""
    """Where readers find it, as "https://review.example.org", when a proxy stands before it; messages link there.

    If missing, it is host and port, with the name of the machine in place of 0.0.0.0.
    """

    home: Annotated[str, Field(pattern=r"^(https?://[^/?#\s]+)?$", examples=["https://review.example.org"])] = ""
    """Where the page at home is, when this one is over a copy of the archive: everybody only reads here, and is led
    there to judge and to write. Empty over the archive itself."""
    proxy_header: str = ""
    """The header in which a proxy before the page names who has logged in there, such as "X-Remote-User"."""
    trusted_proxies: Strings = ()
    """The addresses of the proxies whose header is believed, such as "127.0.0.1"; of others it is ignored."""
    oidc: OidcSettings | None = None
    """Login by OpenID Connect, beside or instead of passwords."""

    @property
    def url(self) -> str:
        """The address of the review page; where it listens on all addresses, by the name of this machine."""
        host = gethostname() if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  nothing listens here
        host = f"[{host}]" if ":" in host else host
        return self.address or f"http://{host}:{self.port}"


class Reviewer(Model):
    """A person who may log in to the review page; verdicts carry the name."""

    name: Annotated[str, Field(pattern=PERSON, examples=["李雷"])]
    """Unique."""
    enabled: bool = True
    """Whether they get in; false keeps them out, by OpenID Connect too."""
    password_hash: Secret | None = None
    """What `futurewatch review --hash-password` printed: `env:NAME` or `file:PATH`. Without it only the header of a
    trusted proxy or OpenID Connect lets them in."""
    role: ReviewRole = "reviewer"
    """What they may do: readers look, reviewers also judge and note, administrators also change the configuration and
    ask the archive with SQL of their own. For who comes by OpenID Connect it counts before the provider's."""
    known_as: Mapping[str, str] = Field(default={}, examples=[{"team": "ou_84aad35d084aa403a838cf73ee18467"}])
    """The person's ids at vendors, by endpoint: a button pressed on a card there is a verdict of this name."""
    administrator: bool = False
    """The same as `role = "administrator"`."""

    @property
    def own_role(self) -> ReviewRole | None:
        """The role that the file gives, None when it says nothing of it."""
        if self.administrator:
            return "administrator"
        return self.role if "role" in self.model_fields_set else None


class MonitorSettings(Model):
    """How others watch the daemon."""

    enabled: bool = True
    """Whether the daemon serves /healthz, /readyz and /metrics."""
    host: str = "127.0.0.1"
    """The address to listen on. What is served names sources and endpoints, never an address or a secret."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8081
    """The port to listen on."""
    heartbeat_url: Address | None = None
    """An address that is asked for while all is well, so that a service elsewhere notices when it is not any more."""
    heartbeat_every: Duration = timedelta(minutes=1)
    """How often it is asked for."""


class SourcesSettings(Model):
    """The sources that are watched besides the `[[source]]` tables."""

    catalogue: bool = True
    """Whether the shipped catalogue is used."""
    only: Strings = ()
    """Ids of the catalogue's sources to use; empty means all."""
    on: Strings = ()
    """Ids of the catalogue's sources to crawl though they are off there; `sources verify` proposes them."""
    off: Strings = ()
    """Ids of the catalogue's sources not to crawl; `sources verify` proposes them."""
    every: dict[str, Duration] = Field(default_factory=dict)
    """How often to look at sources of the catalogue, by id, instead of at the pace of their tiers."""
    tags: dict[str, Strings] = Field(default_factory=dict)
    """Words to choose sources of the catalogue by, by id."""
    via: dict[str, Strings] = Field(default_factory=dict)
    """Exits of sources that name none, by a source's id, a family or a region (a province also for its cities)."""
    files: Strings = ()
    """More files with `[[source]]` tables, relative to the configuration file."""
    verified: Path = Field(default=Path("verified.toml"), strict=False)
    """The file that `sources apply` writes, relative to this one: what of the catalogue works here, and what moved."""


class Tables(Model):
    """The tables of config.toml as they stand."""

    archive: ArchiveSettings = ArchiveSettings()
    crawl: CrawlSettings = CrawlSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    detect: DetectSettings = DetectSettings()
    alert: AlertSettings = AlertSettings()
    review: ReviewSettings = ReviewSettings()
    monitor: MonitorSettings = MonitorSettings()
    summary: SummaryTable | None = None
    sources: SourcesSettings = SourcesSettings()
    source: Annotated[tuple[Source, ...], Field(strict=False)] = ()
    exit: Annotated[tuple[ExitTable, ...], Field(strict=False)] = ()
    endpoint: Annotated[tuple[Endpoint, ...], Field(strict=False)] = ()
    brief: Annotated[tuple[BriefTable, ...], Field(strict=False)] = ()
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = ()
    reviewer: Annotated[tuple[Reviewer, ...], Field(strict=False)] = ()
