"""Which kind of file system a path lies on.

SQLite's log of writes needs memory that all who read and write share, so all on one machine: on a
file system that other machines mount too the older journal is used.
"""

import os
from pathlib import Path

_SHARED = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.ceph", "fuse.glusterfs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4",
        "orangefs", "smb3", "smbfs", "vboxsf",
    }
)  # fmt: skip
_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4  # its place among the fields of a line


def is_on_network(path: Path) -> bool:
    """Tell whether other machines may write to what lies there; `False` where it is not known."""
    try:
        mounts = os.fsdecode(_MOUNTS.read_bytes())
    except OSError:  # a system without this table
        return False
    return find_filesystem(path, mounts) in _SHARED


def find_filesystem(path: Path, mounts: str) -> str:
    """Find the kind of file system under an absolute path, in the system's table of mounts."""
    found, deepest = "", -1
    for line in filter(None, mounts.split("\n")):
        place, _, kind = line.partition(" - ")
        point = Path(_unescape(place.split(" ")[_MOUNT_POINT]))
        depth = len(point.parts)
        if path.is_relative_to(point) and depth >= deepest:  # of two on one point the last counts
            found, deepest = kind.split(" ")[0], depth
    return found


def _unescape(text: str) -> str:
    """Undo the table's own spelling of a blank, a tab, a line break and a backslash."""
    for spelled, meant in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(spelled, meant)
    return text
