"""Say in Chinese what is wrong with a configuration; what is not known here is shown as the commands say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from crawler.toml import Fault

KINDS = {"region": "地区", "track": "赛道", "act": "发布环节", "instrument": "文种"}
TABLES: Mapping[str, str] = {"source": "来源", "endpoint": "接收端", "exit": "出口", "reviewer": "用户"}
SYSTEM: Mapping[str, str] = {"Address already in use": "地址已被占用", "Permission denied": "没有权限",
          "Cannot assign requested address": "本机没有这个地址"}  # fmt: skip
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
    (re.compile(r"not written as it should be"), lambda _: "写法不对。"),
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
    (re.compile(r"input should be greater than (.+)"), lambda m: f"要大于 {m[1]}。"),
    (re.compile(r"input should be (.+)"), lambda m: f"只能写 {m[1].replace(' or ', ' 或 ')}。"),
    (re.compile(r"input is not a valid path.*"), lambda _: '要写成带引号的路径："…"。'),
    (re.compile(r"line (\d+): this is not UTF-8 but seems to be GBK.*"),
     lambda m: f"第 {m[1]} 行：文件不是 UTF-8，像是 GBK（Windows 编辑器里也叫 ANSI）；请另存为 UTF-8。"),
    (re.compile(r"line (\d+): this is not UTF-8.*"), lambda m: f"第 {m[1]} 行：文件不是 UTF-8；请另存为 UTF-8。"),
    (re.compile(r"not TOML: (.*) \(at line (\d+), column (\d+)\)", re.DOTALL),
     lambda m: f"不合 TOML 的写法，在第 {m[2]} 行第 {m[3]} 列。"),
    (re.compile(r"not TOML: .*", re.DOTALL), lambda _: "不合 TOML 的写法，可能没写完。"),
    (re.compile(r"No such file or directory"), lambda _: "没有这个文件。"),
    (re.compile(r"Is a directory"), lambda _: "这是文件夹，不是文件。"),
    (re.compile(r"Permission denied"), lambda _: "没有读写它的权限。"),
    (re.compile(r"no (source|endpoint|exit|reviewer) '(.+)'"), lambda m: f"没有叫“{m[2]}”的{TABLES[m[1]]}。"),
    (re.compile(r"no kind '(.+)' of endpoint"), lambda m: f"没有“{m[1]}”这种接收端。"),
    (re.compile(r"no format '(.+)' of listings"), lambda m: f"没有“{m[1]}”这种栏目页格式。"),
    (re.compile(r"'(.+)' is named under on as well"), lambda m: f"“{m[1]}”在 on 里也写了。"),
    (re.compile(r"a secret must not stand in the configuration.*"),
     lambda _: '密钥不能写在配置里：写 "env:变量名" 或 "file:路径"。'),
    (re.compile(r"not a web address: (.+)"), lambda m: f"{m[1]} 不是网址，要以 http:// 或 https:// 开头。"),
    (re.compile(r"not a span of the day.*"), lambda _: '一天里的时段写作 "22:00-07:30"。'),
    (re.compile(r"not a time of day.*"), lambda _: '时刻写作 "08:30"。'),
    (re.compile(r"(\S+) can be reached by others"), lambda m: f"别的机器能访问 {m[1]}，要先写明谁能登录。"),
    (re.compile(r"(\S+): (.+)"), lambda m: f"{m[1]}：{SYSTEM.get(m[2], m[2])}"),
    (re.compile(r"(\S+) is not installed"), lambda m: f"没有装 {m[1]}。"),
    (re.compile(r"needs the extra (\S+)"), lambda m: f"缺少附加组件 {m[1]}。"),
    (re.compile(r"buttons need both .*"), lambda _: "按钮要同时有 callback_token 和 callback_key。"),
    (re.compile(r"an EncodingAESKey has 43 characters"), lambda _: "EncodingAESKey 有 43 个字符。"),
    (re.compile(r"cards of (\S+) have no buttons that answer.*"),
     lambda m: f"{m[1]} 的卡片不能有按钮：用 feishu_app 或 wecom_app。"),
    (re.compile(r"lacks the blocks (.+)"), lambda m: f"模板缺少这些块：{m[1]}。"),
    (re.compile(r"not base64, .*"), lambda _: "密钥不是 base64，Standard Webhooks 的都是。"),
)  # fmt: skip
HINTS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"write such as '(.+?)'", r"例如 \1。"),
        (r"did you mean '(.+?)'\?", r"最接近的是“\1”。"),
        (r"known: (.+)", r"可以写：\1。"),
        (r"(.) is a full-width or typographic sign: write (.)", r"“\1”是全角或排版符号，要写 \2 。"),
        (
            r"another program has the port: stop it, or give --port",
            "别的程序占了这个端口：停掉它，或用 --port 换一个。",
        ),
        (
            r"name who may log in: .*",
            "在 [[reviewer]] 里写 name 和 password_hash（review --hash-password 生成），或设 [review.oidc]。",
        ),
    )
)


def line_in_chinese(fault: Fault) -> str:
    """Return the line that a command prints of a fault: file, key, what is wrong, and the line in the file."""
    where = "：".join(filter(None, (fault.file, fault.key)))
    place = f"（第 {fault.line} 行）" if fault.line else ""
    return f"{where}：{fault_in_chinese(fault)}{place}"


def fault_in_chinese(fault: Fault) -> str:
    """Return what is wrong with one key."""
    for pattern, said in PATTERNS:
        if match := pattern.fullmatch(fault.problem):
            return said(match) + _remedy(fault.hint)
    return f"{fault.problem}；{fault.hint}" if fault.hint else fault.problem


def _remedy(hint: str) -> str:
    """Return an example, the nearest name, or the names that there are, as a hint gives them."""
    for pattern, words in HINTS:
        if match := pattern.fullmatch(hint):
            return match.expand(words)
    return hint


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Return what is wrong by the last name of its key: that of the form's field."""
    found: dict[str, str] = {}
    for fault in faults:
        name = re.sub(r"\[\d+\]$", "", fault.key).rpartition(".")[2]
        found[name] = "".join(filter(None, (found.get(name), fault_in_chinese(fault))))
    return found
