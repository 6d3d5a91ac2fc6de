"""Define deliveries to endpoints, and incidents for the operator. Frozen, no I/O and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DeliveryState = Literal[
    "pending", "delivered", "dead",  # messages that go out by themselves
    "waiting", "gathered", "dissolved",  # for a digest; in one; a digest that died and gave its messages back
    "held", "discarded",  # a flood that a person has to decide about; what was decided against
]  # fmt: skip
MessageType = Literal["announcement.new", "announcement.updated", "announcement.corrected", "announcement.closing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one endpoint. `id` is the webhook-id, the same on every try.

    `reason` says why it goes there and when. `source` is whose page made it, None when no page did. `digest_id` is the
    message that carries it instead, `parts_sent` how many parts of a long one have arrived, `failing_since` its first
    failed try.
    """

    id: str
    announcement_id: int | None
    version: int | None
    endpoint: str
    type: str
    payload: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_answer: str | None = None
    reason: str = ""
    source: str | None = None
    digest_id: str | None = None
    parts_sent: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something the operator has to know. `key` names what is wrong; `resolved_at` is None while it lasts.

    `members` are the sources that it is about and still ill, with what is wrong with each. `told_at` is when the
    operator last heard that it stands; once acknowledged it is silent until it is resolved. `merged_into` is the
    incident that took it up, None when it ended by itself.
    """

    id: int
    key: str
    summary: str
    detail: str
    opened_at: datetime
    resolved_at: datetime | None = None
    hint: str = ""
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    merged_into: int | None = None
    members: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The class of what is wrong: `endpoint`, `delivery`, `empty`, `unreachable`, …"""
        return self.key.partition(":")[0]

    @property
    def is_open(self) -> bool:
        """True while it lasts."""
        return self.resolved_at is None
