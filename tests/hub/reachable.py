"""Run a command where learners can reach this Python and this checkout.

Both may lie in a home folder that only root enters, as pyenv's does. Then the command runs in a
mount namespace of its own, in which such a folder is replaced by an empty one that all may enter
and that shows nothing but what is needed. The machine itself is not changed.
"""

import os
import stat
import sys
from pathlib import Path

__all__ = ["NAMESPACE", "closed_folders", "command"]

NAMESPACE = ["unshare", "--mount", "--propagation", "private", "sh", "-euc"]


def closed_folders(places):
    """The outermost folder that keeps others from each place, if there is one."""
    found = {}
    for place in map(Path, places):
        for folder in reversed([place, *place.parents]):
            if not folder.stat().st_mode & stat.S_IXOTH:
                found.setdefault(folder, []).append(place)
                break
    return found


def script(closed):
    """Shell lines that open the closed folders, in a namespace of their own."""
    lines = ["temporary=$(mktemp -d)", 'mount -t tmpfs -o mode=700 tmpfs "$temporary"']
    places = [place for inside in closed.values() for place in inside]
    for number, place in enumerate(places):
        lines += [
            f'mkdir "$temporary/{number}"',
            f"mount --rbind '{place}' \"$temporary/{number}\"",
        ]
    lines += [f"mount -t tmpfs -o mode=755 tmpfs '{folder}'" for folder in closed]
    for number, place in enumerate(places):
        lines += [f"mkdir -p '{place}'", f"mount --rbind \"$temporary/{number}\" '{place}'"]
    # Not seen by the command: what lay in the closed folders.
    lines += ['umount -l "$temporary"', "cd /", 'exec "$@"']
    return "\n".join(lines)


def command(words, checkout):
    """The command, wrapped if it must be."""
    closed = closed_folders([checkout, os.path.realpath(sys.base_prefix)])
    if not closed:
        return list(words)
    return [*NAMESPACE, script(closed), "sh", *map(str, words)]
