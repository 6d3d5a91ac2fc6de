"""Say what is wrong with a query: which word, operator or filter, and what was probably meant. Pure.

QueryError
"""

from __future__ import annotations

from typing import Literal

QueryFault = Literal[
    "unknown key", "wrong value", "given twice", "reversed", "impossible", "nothing to look for", "unknown operator",
    "operator without a word", "filter beside an operator", "bracket without its other", "quote without its other",
    "too many brackets",
]  # fmt: skip
FAULTS_IN_CHINESE: dict[QueryFault, str] = {
    "unknown key": "没有“{key}”这个筛选项", "wrong value": "“{key}”不能是“{value}”", "given twice": "“{key}”只能写一次",
    "reversed": "“{key}”的起止写反了", "impossible": "既要有又不要“{value}”，一条也不会有",
    "nothing to look for": "“{value}”里没有可检索的文字", "unknown operator": "没有“{value}”这个运算符",
    "operator without a word": "“{value}”旁边缺一个词",
    "filter beside an operator": "筛选项“{key}”管整个检索：别写在括号里，也别放在 OR、NOT、~ 旁边",
    "bracket without its other": "括号“{value}”没有配对", "quote without its other": "引号“{value}”没有配对",
    "too many brackets": "括号套得太深",
}  # fmt: skip


class QueryError(ValueError):
    """A query cannot be read. Carries the key and value at fault, and the nearest valid ones (empty: none is near).

    `key` is empty when a word or operator is at fault. `in_chinese` says it to analysts.
    """

    def __init__(self, fault: QueryFault, *, key: str = "", value: str = "", nearest: tuple[str, ...] = ()) -> None:
        self.fault, self.key, self.value, self.nearest = fault, key, value, nearest
        where = f"{key}: " if key else ""
        hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
        if fault == "unknown key":
            hint += ' (quote a word that has a colon: "…")'
        super().__init__(f"{where}{fault}" + (f" {value!r}" if value else "") + hint)

    @property
    def in_chinese(self) -> str:
        """The fault in a sentence for analysts."""
        hint = f"，是不是“{'”或“'.join(self.nearest)}”？" if self.nearest else "。"
        return FAULTS_IN_CHINESE[self.fault].format(key=self.key, value=self.value) + hint
