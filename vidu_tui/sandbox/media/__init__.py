"""The media that the sandbox serves. Knows their folder and nothing of HTTP."""

from pathlib import Path

FOLDER = Path(__file__).parent
ENDINGS = (".mp4", ".jpeg", ".png", ".wav", ".mp3", ".m4a")


def path_of(name: str) -> Path | None:
    """Return where a file of this name lies, None if there is none."""
    path = FOLDER / name
    is_ours = path.parent == FOLDER and path.suffix in ENDINGS
    return path if is_ours and path.is_file() else None


def names() -> tuple[str, ...]:
    """Return the names of all media, sorted."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if path.suffix in ENDINGS))
