"""Tell whether two articles are about two stages of a policy: its draft, its meeting, its list. No I/O, no clock."""

from __future__ import annotations

import re
from datetime import timedelta

from crawler.dedupe.profile import Profile

WINDOW = timedelta(days=10)  # press and flashes about one act; names and numbers join later ones
ANSWERED = re.compile(
    "意见(?:建议)?.{0,6}(?:采纳|反馈|处理|收集|汇总).{0,4}(?:情况|结果|说明)|(?:征求|征集)意见.{0,8}(?:情况|结果)"
)
SHOWN = re.compile("(?<!经)(?<!经过)公示(?!无异议|期满|结束|后|期间)")  # a list that is open to objections


def other_stages(new: Profile, old: Profile) -> tuple[str, str] | None:
    """Return the stages of two articles that both tell theirs, where they differ, else None.

    立法 without its document's name may be of a draft or of the law. A list that is shown for objections is not the one
    that is published weeks later.
    """
    if new.stage == old.stage == "list" and abs(new.day - old.day) > WINDOW:
        shown = [bool(SHOWN.search(one.bare)) for one in (new, old)]
        names = ("公示" if is_shown else "名单" for is_shown in shown)
        return (next(names), next(names)) if shown[0] != shown[1] else None
    if new.stage == old.stage == "draft":
        answered = [bool(ANSWERED.search(one.article.title)) for one in (new, old)]
        return (new.stage, "the answer to opinions") if answered[0] != answered[1] else None
    if new.stage == old.stage or not (new.is_stage_told and old.is_stage_told):
        return None
    return None if new.acts & old.acts and not (new.names and old.names) else (new.stage, old.stage)
