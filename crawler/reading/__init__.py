"""Read a portal's bytes where they can hold nobody: in processes with limits of time and memory."""

from crawler.reading.judge import JudgedPage, judge_article, judge_page, judged_on
from crawler.reading.processes import ReaderProcesses, ReadingLimits
from crawler.reading.reader import InProcess, LimitError, Reader, ReadingError
from crawler.reading.remote import RemoteReading, SharedReader
from crawler.reading.robots import Permission, permission
from crawler.reading.survey import ListRead, Survey, read_frame, read_list, survey

__all__ = [
    "InProcess",
    "JudgedPage",
    "LimitError",
    "ListRead",
    "Permission",
    "Reader",
    "ReaderProcesses",
    "ReadingError",
    "ReadingLimits",
    "RemoteReading",
    "SharedReader",
    "Survey",
    "judge_article",
    "judge_page",
    "judged_on",
    "permission",
    "read_frame",
    "read_list",
    "survey",
]
