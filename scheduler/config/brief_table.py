"""Define a brief that is sent by itself: what, to whom, and when (the `[[brief]]` table)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from crawler.toml import Model, Strings
from scheduler.china_time.clock import ClockTime, DigestDay
from storage.search.query import parse_query


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
    filter: str = ""
    """Which policies it is about, in the filter language: "地区:广东 赛道:低空经济". Empty means all."""
    tags: Strings = ()
    """Only policies that have all of these tags of reviewers."""
    attach: Annotated[tuple[Literal["docx", "xlsx", "html", "markdown"], ...], Field(strict=False)] = ("docx",)
    """The files that come with it by mail; robots take none."""
    template: str | None = None
    """An own look of the attached files, relative to this file: a Word document, or a Jinja file (.html.j2, .md.j2)."""
    empty: bool = False
    """Whether it goes out when nothing is new and nothing has changed."""

    @field_validator("filter")
    @classmethod
    def _filter_can_be_read(cls, text: str) -> str:
        if text:
            from scheduler.config.vocabulary import vocabulary  # it knows every region: only for who filters

            parse_query(text, vocabulary())
        return text

    @property
    def about(self) -> str:
        """The policies that it is about, as a headline has it; empty for all."""
        return " ".join((*self.filter.split(), *(f"#{tag}" for tag in self.tags)))
