"""Read the text of attachments in a process of their own, which a hostile file can neither hang nor fill."""

from crawler.attachments.child import ChildLimits, read_file

__all__ = ["ChildLimits", "read_file"]
