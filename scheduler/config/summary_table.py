"""Define the language model that reviewers may ask for a summary (the `[summary]` table); without it none is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from crawler.toml import Duration, Model
from scheduler.config.secret import Address, Secret


class SummaryTable(Model):
    """A language model behind an OpenAI-compatible address; it is asked when a reviewer presses, never by itself."""

    url: Address
    """Where it answers, up to `/chat/completions`: "http://127.0.0.1:11434/v1", `env:NAME` or `file:PATH`."""
    key: Secret | None = None
    """The key that is sent as a bearer token, `env:NAME` or `file:PATH`; none for a local model."""
    model: Annotated[str, Field(min_length=1, examples=["qwen3:8b"])]
    """What the model is called there."""
    daily_requests: Annotated[int, Field(ge=1)] = 50
    """How many requests a day in China are made at most, failed ones included."""
    timeout: Duration = timedelta(seconds=60)
    """How long an answer is waited for, to its last byte."""
