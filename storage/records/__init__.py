"""Define the records that all packages share. Frozen, standard library only, no I/O and no clock.

A module of records is imported when one of them is asked for: making 30 classes takes a tenth of a short command.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.records.announced import (
        ActSoFar,
        Announcement,
        Key,
        Member,
        Mention,
        Milestone,
        Relation,
        Role,
        Target,
        Waiting,
    )
    from storage.records.judged import (
        NATION,
        SECTION_PLAN,
        Act,
        Assessment,
        Fact,
        Facts,
        Hit,
        Judged,
        KeptArticle,
        Label,
        Place,
        Region,
        Revision,
        VerdictValue,
    )
    from storage.records.page import CUT_SHORT, Article, Attachment, AttachmentState, File, Link, Listing, Page
    from storage.records.sent import Delivery, DeliveryState, Incident, MessageType
    from storage.records.times import BEIJING
    from storage.records.visited import ANSWER_FLAWS, ROW_FLAWS, Cause, ExitUse, Outcome, Run

MODULES = {
    "times": "BEIJING",
    "visited": "ANSWER_FLAWS Cause ExitUse Outcome ROW_FLAWS Run",
    "sent": "Delivery DeliveryState Incident MessageType",
    "page": "Article Attachment AttachmentState CUT_SHORT File Link Listing Page",
    "judged": (
        "Act Assessment Fact Facts Hit Judged KeptArticle Label NATION Place Region Revision SECTION_PLAN VerdictValue"
    ),
    "announced": "ActSoFar Announcement Key Member Mention Milestone Relation Role Target Waiting",
}  # and the records in each

__all__ = [
    "ANSWER_FLAWS",
    "BEIJING",
    "CUT_SHORT",
    "NATION",
    "ROW_FLAWS",
    "SECTION_PLAN",
    "Act",
    "ActSoFar",
    "Announcement",
    "Article",
    "Assessment",
    "Attachment",
    "AttachmentState",
    "Cause",
    "Delivery",
    "DeliveryState",
    "ExitUse",
    "Fact",
    "Facts",
    "File",
    "Hit",
    "Incident",
    "Judged",
    "KeptArticle",
    "Key",
    "Label",
    "Link",
    "Listing",
    "Member",
    "Mention",
    "MessageType",
    "Milestone",
    "Outcome",
    "Page",
    "Place",
    "Region",
    "Relation",
    "Revision",
    "Role",
    "Run",
    "Target",
    "VerdictValue",
    "Waiting",
]


def __getattr__(name: str) -> Any:
    """Return a record; from then on it is found at once."""
    for module, names in MODULES.items():
        if name in names.split():
            made = globals()[name] = getattr(import_module(f"storage.records.{module}"), name)
            return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
