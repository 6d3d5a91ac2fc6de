"""List the files that a brief is written as. A form is a line here; an own template replaces the shipped look."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from crawler.text.written_text import NotUtf8Error, read_written
from scheduler.reports.brief import Brief
from scheduler.reports.brief_text import as_document, as_html, as_markdown
from scheduler.reports.citation_forms import escape_markdown
from scheduler.reports.gist import figures_of, gist_of
from scheduler.review.wording import environment


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefForm:
    """A kind of file: its name's ending, its media type, and how it is written, with or without an own template."""

    ending: str
    media: str
    write: Callable[[Brief, Path | None], bytes]


class BriefTemplateError(Exception):
    """An own template cannot be used; carries its file and why."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file}: {problem}")


def write_brief(brief: Brief, form: str, template: Path | None = None) -> bytes:
    """Return a brief as a file. The template is used by the form that it is made for, and by no other.

    Raises:
        BriefTemplateError: the template cannot be read, or fails.
    """
    kind = BRIEF_FORMS[form]
    own = template if template and form in _forms_of(template) else None
    return kind.write(brief, own)


def _forms_of(template: Path) -> tuple[str, ...]:
    """Return the forms that a template is made for, by its name: brief.docx, brief.html.j2, brief.md.j2."""
    ending = template.name.removesuffix(".j2").rpartition(".")[2]
    return tuple(name for name, form in BRIEF_FORMS.items() if form.ending == ending)


def _text(shipped: Callable[[Brief], str], *, is_html: bool) -> Callable[[Brief, Path | None], bytes]:
    def write(brief: Brief, template: Path | None) -> bytes:
        return (_own(brief, template, is_html=is_html) if template else shipped(brief)).encode()

    return write


def _own(brief: Brief, template: Path, *, is_html: bool) -> str:
    made = SandboxedEnvironment(autoescape=is_html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= environment().filters | {"plain": escape_markdown}
    try:
        return made.from_string(read_written(template)).render(
            brief=brief, gist=gist_of(brief), figures=figures_of(brief)
        )
    except (TemplateError, NotUtf8Error, OSError, TypeError, ValueError) as error:
        raise BriefTemplateError(template, f"{type(error).__name__}: {error}") from error


def _docx(brief: Brief, template: Path | None) -> bytes:
    from docx.opc.exceptions import OpcError

    from scheduler.reports.brief_docx import as_docx  # a quarter of a second to load

    try:
        return as_docx(brief, template)
    except (OpcError, KeyError, ValueError, OSError) as error:
        if template is None:
            raise
        raise BriefTemplateError(template, f"{type(error).__name__}: {error}") from error


def _xlsx(brief: Brief, _template: Path | None) -> bytes:
    from scheduler.reports.brief_xlsx import as_xlsx

    return as_xlsx(brief)


def _json(brief: Brief, _template: Path | None) -> bytes:
    return json.dumps(as_document(brief), ensure_ascii=False).encode()


OFFICE = "application/vnd.openxmlformats-officedocument"
BRIEF_FORMS: Mapping[str, BriefForm] = {
    "html": BriefForm(ending="html", media="text/html; charset=utf-8", write=_text(as_html, is_html=True)),
    "markdown": BriefForm(ending="md", media="text/markdown; charset=utf-8", write=_text(as_markdown, is_html=False)),
    "docx": BriefForm(ending="docx", media=f"{OFFICE}.wordprocessingml.document", write=_docx),
    "xlsx": BriefForm(ending="xlsx", media=f"{OFFICE}.spreadsheetml.sheet", write=_xlsx),
    "json": BriefForm(ending="json", media="application/json", write=_json),
}
