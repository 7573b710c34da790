"""How much room there is. Writes nothing."""

import shutil
from pathlib import Path


def free_bytes(folder: str) -> int | None:
    """Give what is free where a folder is, or where it would be made; None if nobody can say."""
    path = Path(folder)
    for place in (path, *path.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
