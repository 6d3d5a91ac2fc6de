"""Find out whether an archive lies on a network drive, where SQLite's locks and shared memory do not hold."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS_FILE = Path("/proc/self/mountinfo")  # Linux only; elsewhere nothing is known
NETWORK_FILE_SYSTEMS = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|ceph|glusterfs|lustre|fuse\.(sshfs|s3fs|rclone|davfs2?|glusterfs)"
)
OCTAL_ESCAPE = re.compile(r"\\([0-7]{3})")  # how blanks are written in a mount point


def network_drive(path: Path, *, mounts: str | None = None) -> str | None:
    """Return the type of the network drive that a path lies on, None when it lies on none, or that is not known."""
    try:
        text = MOUNTS_FILE.read_text(encoding="utf-8", errors="replace") if mounts is None else mounts
    except OSError:
        return None
    kind = _type_of(path.resolve(), text)
    return kind if NETWORK_FILE_SYSTEMS.fullmatch(kind) else None


def _type_of(path: Path, mounts: str) -> str:
    """Return the file system's type at the longest mount point above a path; a later mount hides an earlier one."""
    longest, found = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = OCTAL_ESCAPE.sub(lambda code: chr(int(code[1], 8)), fields[4])
        if path.is_relative_to(point) and len(point) >= longest:
            longest, found = len(point), after.split()[0]
    return found
