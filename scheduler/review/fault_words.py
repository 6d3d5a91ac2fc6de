"""Say in Chinese what is wrong with a configuration; what is not known here is shown as the commands say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from crawler.toml import Fault

KINDS = {"region": "地区", "track": "赛道", "act": "发布环节", "instrument": "文种"}
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"no (region|track|act|instrument) '(.+?)'; did you mean '(.+?)'\?"),
     lambda m: f"没有叫“{m[2]}”的{KINDS[m[1]]}，这样一条也收不到。最接近的是“{m[3]}”。"),
    (re.compile(r"no (region|track|act|instrument) '(.+?)'; known: (.*)"),
     lambda m: f"没有叫“{m[2]}”的{KINDS[m[1]]}。可以写：{m[3]}"),
    (re.compile(r"'(.+)' is declared twice"), lambda m: f"已经有一个叫“{m[1]}”的了。"),
    (re.compile(r"environment variable (.+) is not set"), lambda m: f"环境变量 {m[1]} 没有设置。"),
    (re.compile(r"file (.+) is empty"), lambda m: f"文件 {m[1]} 是空的。"),
    (re.compile(r"file (.+) cannot be read: .*"), lambda m: f"文件 {m[1]} 读不了。"),
    (re.compile(r"a password must not stand in the configuration.*"), lambda _: "地址里别带密码：把它填在“密钥”里。"),
    (re.compile(r"not an address.*"), lambda _: "这不是地址。写 https://…，或 env:变量名、file:路径。"),
    (re.compile(r"not a web address.*"), lambda _: "这不是网址，要以 http:// 或 https:// 开头。"),
    (re.compile(r"an email endpoint needs recipients.*"), lambda _: "邮件要写收件人。"),
    (re.compile(r"not written as it should be"), lambda _: "写法不对，名称里不能有空格。"),
    (re.compile(r"not a list: .*"), lambda _: '要写成列表：["…"]。'),
    (re.compile(r"not a text: .*"), lambda _: '要加引号："…"。'),
    (re.compile(r"not a (?:whole )?number: .*"), lambda _: "要写成数字，不加引号。"),
    (re.compile(r"neither true nor false"), lambda _: "只能写 true 或 false。"),
    (re.compile(r"unknown key"), lambda _: "没有这一项。"),
    (re.compile(r"no region has the GB/T 2260 code (.+)"), lambda m: f"没有代码为 {m[1]} 的地区。"),
    (re.compile(r"not a duration.*"), lambda _: "时长写作 45s、30m、6h 或 7d。"),
    (re.compile(r"rule '(.*)' needs a word in any or must"), lambda _: "至少要写一个词。"),
    (re.compile(r"rule '(.*)': (.+) is no regular expression: .*"), lambda m: f"{m[2]} 不是正则表达式。"),
    (re.compile(r"string should have at least 1 character"), lambda _: "要填。"),
    (re.compile(r"is missing"), lambda _: "要填。"),
    (re.compile(r"input should be greater than or equal to (.+)"), lambda m: f"不能小于 {m[1]}。"),
    (re.compile(r"input should be less than or equal to (.+)"), lambda m: f"不能大于 {m[1]}。"),
)  # fmt: skip


def fault_in_chinese(fault: Fault) -> str:
    """Return what is wrong with one key."""
    for pattern, said in PATTERNS:
        if match := pattern.fullmatch(fault.problem):
            return said(match) + _remedy(fault.hint)
    return f"{fault.problem}；{fault.hint}" if fault.hint else fault.problem


def _remedy(hint: str) -> str:
    """Return an example, or the nearest name, that a hint gives."""
    found = re.fullmatch(r"(?:write such as|did you mean) '(.+?)'\??", hint)
    return f"例如 {found[1]}。" if found else ""


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Return what is wrong by the last name of its key: that of the form's field."""
    found: dict[str, str] = {}
    for fault in faults:
        name = re.sub(r"\[\d+\]$", "", fault.key).rpartition(".")[2]
        found[name] = "".join(filter(None, (found.get(name), fault_in_chinese(fault))))
    return found
