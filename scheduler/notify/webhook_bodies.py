"""Define the bodies of webhooks as pydantic models: their JSON Schema, and an example of each. Pure.

Receivers must not mind fields that come on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.notify.sample import SAMPLES
from scheduler.questions.documents import ActFields
from storage.records import MessageType


class Payload(BaseModel):
    """A part of a webhook's body."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ToldArticle(Payload):
    """An article that tells of an act."""

    url: str
    title: str
    publisher: str | None
    source: str
    published_at: str | None
    relation: str
    is_lead: bool
    is_earliest: bool


class ToldStep(Payload):
    """An act of the same policy."""

    announcement: int
    act: str | None
    title: str
    first_published_at: str | None


class ToldPolicy(Payload):
    """The policy that an act belongs to."""

    id: int | None
    acts: tuple[ToldStep, ...]


class ToldAct(ActFields, Payload):
    """A policy act as messages tell it."""

    articles: tuple[ToldArticle, ...]
    policy: ToldPolicy


class ClosingDay(Payload):
    """The closing day that a reminder is about, in the page's words; `days_left` when the reminder was put."""

    day: str
    days_left: int
    quote: str


class EditedPassage(Payload):
    """A passage that the edit of a page changed, with the words around it."""

    before: str
    removed: str
    added: str
    after: str


class ActData(Payload):
    """An act, where it is reviewed, and why the message came here; `reason` says why an act was taken back.

    `deadline` is that of an `announcement.closing`; `changes` has the first passages that an edit changed.
    """

    announcement: ToldAct
    review_url: str
    routed_by: str
    reason: str | None = None
    deadline: ClosingDay | None = None
    changes: tuple[EditedPassage, ...] = ()


class ActMessage(Payload):
    """A message about one act."""

    type: MessageType
    timestamp: str
    data: ActData


class DigestItem(ActData):
    """An act in a digest, with the type that it would have come with alone."""

    type: MessageType


class DigestData(Payload):
    """Several acts; of a flood the first five, with the question what to do with it."""

    reason: Literal["digest", "quiet", "overflow", "flood"]
    count: int
    review_url: str
    items: tuple[DigestItem, ...]
    source: str | None = None
    question: str | None = None


class DigestMessage(Payload):
    """A message about several acts."""

    type: Literal["digest"]
    timestamp: str
    data: DigestData


class BriefData(Payload):
    """The acts of a period, in the words of its summary; `count` counts those that are new."""

    name: str
    title: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    summary: str
    count: int
    items: tuple[DigestItem, ...]
    review_url: str


class BriefMessage(Payload):
    """A brief."""

    type: Literal["brief"]
    timestamp: str
    data: BriefData


class IllSource(Payload):
    """A source that an incident is about."""

    source: str
    detail: str


class IncidentState(Payload):
    """Something wrong with the watch."""

    id: int
    key: str
    kind: str
    summary: str
    detail: str
    hint: str
    opened_at: str
    resolved_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    merged_into: int | None
    sources: tuple[IllSource, ...]


class IncidentData(Payload):
    """The incident that a message is about."""

    incident: IncidentState


class IncidentMessage(Payload):
    """A message to the operator."""

    type: Literal["incident.opened", "incident.updated", "incident.resolved"]
    timestamp: str
    data: IncidentData


WEBHOOKS: Mapping[str, type[Payload]] = {
    "announcement.new": ActMessage, "announcement.updated": ActMessage, "announcement.corrected": ActMessage,
    "announcement.closing": ActMessage, "digest": DigestMessage, "brief": BriefMessage,
    "incident.opened": IncidentMessage, "incident.updated": IncidentMessage,
    "incident.resolved": IncidentMessage,
}  # fmt: skip


def example_of(type: str) -> Mapping[str, Any]:
    """Return an example of the body of a type of message: the sample that `endpoints test` sends."""
    return next(sample for sample in SAMPLES if sample["type"] == type)
