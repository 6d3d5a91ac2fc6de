"""Read the literals of a script without running it: JSON, and JavaScript that says the same. No I/O.

Bare keys, single quotes, `void 0`, `!0` and Nuxt's function with arguments are rewritten as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.text.json_text import json_of

# No more of the left side than its sign: scripts hold runs of a million letters.
ASSIGNED = re.compile(r"=\s*(?:JSON\.parse\(\s*(?=[\"'])|(?=[{\[(]))")
CALLED = re.compile(r"\(\s*function\s*\(([\w$,\s]*)\)\s*\{\s*(?:[^{}]*;)?\s*return\s*(?=\{)")
TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<space>\s+|//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<punct>[{}\[\]:,])|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<constant>![01]|void 0)|(?P<name>[A-Za-z_$][\w$.]*)""",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
MOST_TRIES = 200  # literals per script that are tried; real pages have a handful


def read_literals(text: str) -> Iterator[Any]:
    """Yield the objects and lists that a script assigns or passes, in their order."""
    at = 0
    for _ in range(MOST_TRIES):
        match = ASSIGNED.search(text, at)
        if match is None:
            return
        value, end = _literal(text, match.end())
        at = max(end, match.end() + 1)
        if isinstance(value, str):
            value = load(value)
        if isinstance(value, dict | list):
            yield value


def _literal(text: str, start: int) -> tuple[Any, int]:
    """Return the value that begins at `start` and where it ends; None and `start` when it cannot be read."""
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        pass
    else:
        return value, end
    if call := CALLED.match(text, start):
        return _called(text, call)
    return _script_literal(text, start, {}) if text[start] in "{[" else (None, start)


def _called(text: str, call: re.Match[str]) -> tuple[Any, int]:
    """Read `(function(a,b){return {…}}("x",1))`: Nuxt names repeated values by the arguments."""
    _, end = _script_literal(text, call.end(), {})
    opening = text.find("(", end)
    if end == call.end() or opening < 0:
        return None, call.end()
    arguments, after = _script_literal(f"[{text[opening + 1 :]}", 0, {}, closing=")")
    names = [name.strip() for name in call[1].split(",")]
    values = dict(zip(names, arguments or [], strict=False))
    value, _ = _script_literal(text, call.end(), values)
    return value, opening + after


def _script_literal(text: str, start: int, names: Mapping[str, Any], closing: str = "") -> tuple[Any, int]:
    """Read a JavaScript literal by rewriting its tokens as JSON; unknown names are null."""
    parts: list[str] = []
    depth, at = 0, start
    while match := TOKEN.match(text, at):
        at = match.end()
        if match["punct"]:
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
            if match[0] in "}]" and parts and parts[-1] == ",":
                parts.pop()
        if not match["space"]:
            parts.append(_json_token(match, names, is_key=text[at : at + 20].lstrip().startswith(":")))
        if depth == 0:
            break
    if closing and depth == 1 and text[at : at + 1] == closing:
        parts.append("]")
        depth = 0
    if depth:
        return None, start
    return load("".join(parts)), at


def _json_token(match: re.Match[str], names: Mapping[str, Any], *, is_key: bool) -> str:
    if match["string"]:
        return json.dumps(ESCAPE.sub(_unescaped, match[0][1:-1]))
    if match["constant"]:
        return {"!0": "true", "!1": "false"}.get(match[0], "null")
    if is_key and (match["name"] or match["number"]):
        return json.dumps(match[0])
    if match["number"]:
        return str(float(match[0])) if "." in match[0] else match[0]
    if match["name"]:
        return match[0] if match[0] in {"true", "false", "null"} else json.dumps(names.get(match[0]))
    return match[0]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else ESCAPED.get(code, code)


def load(text: str) -> Any:
    """Return the value of a JSON text, None when it is none."""
    try:
        return json_of(text, strict=False)
    except (ValueError, RecursionError):
        return None
