"""How a whole part gets its final name, and what lies under a name. Knows no HTTP."""

import errno
import hashlib
import os
from pathlib import Path

from vidu_tui.core import names
from vidu_tui.gateway.partfile import PartFile

_NO_SYNC = frozenset(
    {
        *(errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK),
        *(errno.EINVAL, errno.EACCES),
    }
)


def settle(part: PartFile, target: Path, digest: str, suffix: str = "") -> tuple[Path, bool]:
    """Give a whole part its final name, never over another file; tell if it was there already.

    ``suffix`` comes behind the ending, as for what is kept as ``clip.mp4.bad``.
    """
    part.keep_named()
    part.sync()
    for name in names.candidates(target.name):
        path = target.with_name(name + suffix)
        if path.exists():
            if is_equal(path, part.size, digest):
                part.discard()
                return path, True
            continue
        if part.rename(path):
            _sync_folder(path.parent)
            return path, False
    raise FileExistsError(errno.EEXIST, "every numbered name is taken", str(target))


def is_equal(path: Path, size: int, digest: str) -> bool:
    """Tell whether these very bytes lie there; what cannot be read counts as something else."""
    try:
        return path.is_file() and path.stat().st_size == size and digest_of(path) == digest
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        # A folder that may not be read, or a network disk: the file has its name all the same.
        if error.errno not in _NO_SYNC:
            raise


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
