"""Define the records that all packages share. Frozen, standard library only, no I/O and no clock."""

from storage.records.announced import Announcement, Key, Member, Mention, Milestone, Relation, Role, Target
from storage.records.judged import (
    NATION,
    SECTION_PLAN,
    Act,
    Assessment,
    Fact,
    Facts,
    Hit,
    Label,
    Place,
    Region,
    VerdictValue,
)
from storage.records.page import Article, Attachment, AttachmentState, File, Link, Listing, Page
from storage.records.sent import Delivery, DeliveryState, Incident, MessageType
from storage.records.times import BEIJING
from storage.records.visited import ANSWER_FLAWS, ROW_FLAWS, Cause, Outcome, Run

__all__ = [
    "ANSWER_FLAWS",
    "BEIJING",
    "NATION",
    "ROW_FLAWS",
    "SECTION_PLAN",
    "Act",
    "Announcement",
    "Article",
    "Assessment",
    "Attachment",
    "AttachmentState",
    "Cause",
    "Delivery",
    "DeliveryState",
    "Fact",
    "Facts",
    "File",
    "Hit",
    "Incident",
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
    "Role",
    "Run",
    "Target",
    "VerdictValue",
]
