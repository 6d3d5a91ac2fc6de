"""Define an endpoint: whom to tell, what, and when (the `[[endpoint]]` table)."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, ValidationInfo, field_validator, model_validator

from crawler.toml import Model, Strings
from scheduler.china_time.clock import ClockTime, DigestDay, QuietHours
from scheduler.config.secret import Address, Secret


class Endpoint(Model):
    """A receiver of messages."""

    name: Annotated[str, Field(pattern=r"^[^\W_][\w.-]*$", examples=["team-1"])]
    """Unique, in letters of any script; deliveries name it."""
    kind: str
    """What answers there: webhook, wecom, wecom_app, dingtalk, feishu, feishu_app, slack, email, apprise, or a
    plug-in's kind."""
    url: Address
    """Where to send: an address, `env:NAME` or `file:PATH`. Robots' addresses are secrets. Mail: `smtp://user@host`."""
    secret: Secret | None = None
    """The signing secret, or the mail account's password: `env:NAME` or `file:PATH`, never the secret itself."""
    enabled: bool = True
    """False keeps the entry without telling anybody there."""
    role: Literal["audience", "operator"] = "audience"
    """Who reads there: the audience gets announcements, the operator incidents."""
    regions: Strings = ()
    """Names, short names or GB/T 2260 codes; a province stands for its cities too. Empty means all."""
    tracks: Strings = ()
    """Only announcements that name one of these tracks. Empty means all."""
    acts: Strings = ()
    """Only these acts (印发, 征求意见, …). Empty means all."""
    instruments: Strings = ()
    """Only these instruments (行动计划, 实施方案, …). Empty means all."""
    min_score: Annotated[float, Field(ge=0)] = 0
    """Only announcements with at least so many points."""
    mode: Literal["instant", "digest"] = "instant"
    """Each announcement at once, or all together at `digest_at`."""
    digest_at: ClockTime = time(8, 30)
    """When digests go out, Beijing time."""
    digest_day: DigestDay = "daily"
    """On which day of the week digests go out."""
    quiet: QuietHours | None = None
    """When nothing is sent, Beijing time, as "22:00-07:30"; what came meanwhile is sent together afterwards."""
    urgent_score: Annotated[float, Field(ge=0)] = 0
    """Points from which an announcement goes out at once, digest or quiet hours or not; 0 means none does."""
    remind: Annotated[tuple[Annotated[int, Field(ge=0, le=90)], ...], Strict(False)] = ()
    """Days before a closing day (申报, 揭榜, 征求意见) on which a reminder goes out at `digest_at`, such as [7, 1]."""
    to: Strings = ()
    """Mail addresses to send to; for `email` only."""
    callback_token: Secret | None = None
    """The token of the application's callback (飞书: Verification Token, 企业微信: Token). With `callback_key`, cards
    of feishu_app and wecom_app have buttons that record a verdict: docs/delivery.md."""
    callback_key: Secret | None = None
    """The key of the application's callback (飞书: Encrypt Key, 企业微信: EncodingAESKey)."""
    sender: str = ""
    """The mail address to send from; the account's where it is missing. For `email` only."""

    @field_validator("regions", "acts", "instruments")
    @classmethod
    def _words_mean_something(cls, words: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        from scheduler.config.vocabulary import endpoint_words  # it knows every region: only for who filters

        return endpoint_words(str(info.field_name)).meant(words) if words else words

    @model_validator(mode="after")
    def _mail_has_recipients(self) -> Self:
        if self.kind == "email" and not self.to:
            raise ValueError('an email endpoint needs recipients: to = ["you@example.org"]')
        return self

    @model_validator(mode="after")
    def _callback_is_whole(self) -> Self:
        if (self.callback_token is None) != (self.callback_key is None):
            raise ValueError("buttons need both callback_token and callback_key")
        return self
