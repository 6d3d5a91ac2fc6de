"""规则: the operator's rules and the threshold, each change shown with the alerts that it gains and loses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from datasette.utils.asgi import Response

from crawler.detect.lexicon import load_lexicon
from crawler.own_rule import Rule, Weights
from crawler.toml import ConfigurationError
from scheduler.config.fault_words import by_field
from scheduler.config.program import lexicon_file
from scheduler.config.toml_edits import put_row, remove_row, set_key
from scheduler.config.written import ChangeError, TomlEdit
from scheduler.review.ask_command import ask_command
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.lexicon_words import COMPARED, SHOWN_ALERTS
from scheduler.review.pages.setup import write

WORDS, PLACES = ("any", "must", "not"), tuple(Weights.model_fields)
FIELDS = ("name", *WORDS, *PLACES)
EMPTY: Mapping[str, str] = dict.fromkeys(FIELDS, "")
POLICIES: Mapping[str, str] = {"": "词库的规定", "off": "不算政策", "digest": "只进汇总", "instant": "和别的一样"}
RuleChange: TypeAlias = tuple[TomlEdit | Callable[..., None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """A rule as it is filled in; `was` is its name before the edit, `wrong` says what is wrong by field.

    `compared` is what the change that `about` names would gain and lose, None before it was looked at.
    """

    values: Mapping[str, str]
    was: str = ""
    wrong: Mapping[str, str] | None = None
    about: str = ""
    compared: Mapping[str, Any] | None = None


async def rules(visit: PageRequest) -> Response:
    """Show the threshold and the rules, with an empty form or the rule that is asked for."""
    asked = visit.asked("rule")
    found = next((one for one in visit.settings.rule if one.name == asked), None)
    return _page(visit, RuleForm(values=_shown(found), was=found.name if found else ""))


async def change(visit: PageRequest) -> Response:
    """Show what a change would gain and lose, or make the one that was shown."""
    visit.must_manage()
    filled = {name: visit.filled(name) for name in FIELDS} if visit.filled("do") == "keep" else EMPTY
    form = RuleForm(values=filled, was=visit.filled("was") if filled is not EMPTY else "")
    try:
        edit, about = _asked(visit, form)
    except ValueError:
        return _page(visit, replace(form, wrong={"points": "分数和阈值要写成数字。"}), 400)
    try:
        if not visit.filled("sure"):
            return _page(visit, replace(form, about=about, compared=await _compared(visit, edit)))
        await write(visit, edit, about)
    except ConfigurationError as error:
        return _page(visit, replace(form, wrong=by_field(error.faults)), 400)
    return visit.lead_to("/rules", say=f"{about}，已写进 {visit.site.file.path.name}。")


async def _compared(visit: PageRequest, edit: TomlEdit | Callable[..., None]) -> Mapping[str, Any]:
    """Return what a change would gain and lose. Raises `ConfigurationError` with its faults."""
    file = visit.site.file
    with ExitStack() as stack:
        try:
            tried = await asyncio.to_thread(stack.enter_context, file.as_tried(edit))
        except ChangeError as error:
            raise PageError(409, f"配置文件的文件夹写不进去：{error}") from error
        return await ask_command(file.path, ["rules", "preview"], "--since", COMPARED, "--", str(tried))


def _asked(visit: PageRequest, form: RuleForm) -> RuleChange:
    """Return the change that is asked for, and its words. Raises `ValueError` for what is no number."""
    do, was = visit.filled("do"), visit.filled("was")
    if do == "threshold":
        return _threshold(visit)
    if do == "keep":
        row = _row(form.values)
        edit = partial(put_row, table="rule", key="name", values=row, instead_of=was)
        return edit, f"{'修改' if was else '添加'}规则 {row['name'] or ''}"
    if do not in {"on", "off", "remove"} or was not in {one.name for one in visit.settings.rule}:
        raise PageError(404, "没有这条规则。")
    if do == "remove":
        return partial(remove_row, table="rule", key="name", value=was), f"删去规则 {was}"
    values = {"enabled": None if do == "on" else False}
    edit = partial(put_row, table="rule", key="name", values=values, instead_of=was)
    return edit, f"{'启用' if do == 'on' else '停用'}规则 {was}"


def _threshold(visit: PageRequest) -> RuleChange:
    threshold, policies = _number(visit.filled("threshold")), visit.filled("section_policies")

    def edit(document: Any) -> None:
        set_key(document, "detect", "threshold", threshold)
        set_key(document, "detect", "section_policies", policies or None)

    said = f"阈值改为 {threshold:g}" if threshold else "阈值用词库的"
    return edit, said + (f"，综合规划里的一节{POLICIES.get(policies, policies)}" if policies else "")


def _row(values: Mapping[str, str]) -> dict[str, Any]:
    """Return a form as a row of the file. Raises `ValueError`."""
    words = {name: _words(values[name]) or None for name in WORDS}
    points = {name: _number(values[name]) for name in PLACES if values[name] or name != "attachment"}
    return {"name": values["name"] or None, **words, "points": points}


def _words(text: str) -> list[str]:
    """Return the words of a field: a line, or several in one; an expression between slashes has its line alone."""
    lines = [line.strip() for line in text.splitlines()]
    found = [[line] if line.startswith("/") else re.split("[,，、;；]", line) for line in lines]
    return [word.strip() for words in found for word in words if word.strip()]


def _number(text: str) -> float | int:
    number = float(text or 0)
    return int(number) if number.is_integer() else number


def _shown(rule: Rule | None) -> Mapping[str, str]:
    """Return a rule as a form shows it."""
    if rule is None:
        return EMPTY
    words = {"any": rule.any_, "must": rule.must, "not": rule.not_}
    points = {name: f"{value:g}" for name, value in rule.points.model_dump().items()}
    return {"name": rule.name, **{name: "\n".join(some) for name, some in words.items()}, **points}


def _page(visit: PageRequest, form: RuleForm, status: int = 200) -> Response:
    theirs = load_lexicon(lexicon_file(visit.settings))
    return visit.html(
        "rules.html", status, form=form, theirs=theirs, shown=SHOWN_ALERTS, POLICIES=POLICIES,
        posted={name: visit.filled(name) for name in visit.form if name != "csrftoken"},
    )  # fmt: skip


ROUTES = (Route(pattern="/rules", handler=rules), Route(pattern="/rules", handler=change, method="POST"))
