"""Read the text of attachments in a process of their own, which a hostile file can neither hang nor fill."""

from crawler.attachments.child import ChildLimits, read_file
from crawler.attachments.kinds import kind_of

__all__ = ["ChildLimits", "kind_of", "read_file"]
