"""Define a brief that is sent by itself: what, to whom, and when (the `[[brief]]` table)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crawler.toml import Model, Strings
from scheduler.china_time.clock import ClockTime, DigestDay


class BriefTable(Model):
    """A brief that goes out at its times; it covers what came since the time before."""

    name: Annotated[str, Field(pattern=r"^[^\W_][\w.-]*$", examples=["morning"])]
    """Unique, in letters of any script."""
    endpoints: Annotated[Strings, Field(min_length=1)]
    """Names of the endpoints that get it, robots and mail alike."""
    at: Annotated[tuple[ClockTime, ...], Field(min_length=1, strict=False)]
    """When it goes out, Beijing time; several times a day where wanted: ["08:30", "17:30"]."""
    day: DigestDay = "daily"
    """On which day of the week, or daily."""
    attach: Annotated[tuple[Literal["docx", "xlsx", "html", "markdown"], ...], Field(strict=False)] = ("docx",)
    """The files that come with it by mail; robots take none."""
    template: str | None = None
    """An own look of the attached files, relative to this file: a Word document, or a Jinja file (.html.j2, .md.j2)."""
    empty: bool = False
    """Whether it goes out when nothing is new and nothing has changed."""
