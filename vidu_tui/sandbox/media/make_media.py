"""The recipe of the media: paints every frame and hands it to ffmpeg. Knows no scene's content.

Run ``python -m vidu_tui.sandbox.media.make_media``; it needs ffmpeg and writes beside itself.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from vidu_tui.sandbox.media import FOLDER, lands, names, nights

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidu_tui.sandbox.media.brush import Picture

FRAMES_PER_S = 24
SECONDS = 4
BITS_PER_S = 345_000
COVER_AT_S = 2


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip to make; ``chord`` are the tones of its sound in Hz, none makes it silent."""

    name: str
    paint: Callable[[float], Picture]
    chord: tuple[float, ...] = ()


CLIPS = (
    Clip("sunset", lands.sunset, (196.0, 246.9, 293.7)),
    Clip("dunes", lands.dunes, (164.8, 220.0, 277.2)),
    Clip("fjord", lands.fjord),
    Clip("neon", nights.neon, (110.0, 130.8, 196.0)),
    Clip("dancers", nights.dancers),
    Clip("stage", nights.stage),
)


def main() -> int:
    """Make all clips with their covers and the one picture; say the sizes."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        print("ffmpeg is needed to make the media", file=sys.stderr)
        return 1
    for clip in CLIPS:
        _make(ffmpeg, clip)
    _halved(nights.crowd()).save(FOLDER / "crowd.png", optimize=True)
    sizes = {name: (FOLDER / name).stat().st_size for name in names()}
    for name, size_bytes in sizes.items():
        print(f"{size_bytes:>9,}  {name}")
    print(f"{sum(sizes.values()):>9,}  in all")
    return 0


def _make(ffmpeg: str, clip: Clip) -> None:
    times = [number / FRAMES_PER_S for number in range(FRAMES_PER_S * SECONDS)]
    frames = [_halved(clip.paint(seconds)) for seconds in times]
    width, height = frames[0].size
    raw = b"".join(frame.tobytes() for frame in frames)
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    source += ["-r", str(FRAMES_PER_S), "-i", "-"]
    picture = ["-c:v", "libx264", "-preset", "veryslow", "-pix_fmt", "yuv420p"]
    picture += ["-profile:v", "high", "-x264-params", "aq-mode=3:keyint=48"]
    picture += ["-b:v", str(BITS_PER_S), "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    target = FOLDER / f"{clip.name}.mp4"
    with tempfile.TemporaryDirectory() as folder:
        log = ["-passlogfile", str(Path(folder) / "log")]
        first = [*source, *picture, "-pass", "1", *log, "-an", "-f", "null", "-"]
        _run(ffmpeg, first, raw)
        sound = _sound(clip)
        second = [*source, *sound, *picture, "-pass", "2", *log, "-movflags", "+faststart"]
        _run(ffmpeg, [*second, str(target)], raw)
    cover = ["-ss", str(COVER_AT_S), "-i", str(target), "-frames:v", "1", "-q:v", "3"]
    _run(ffmpeg, [*cover, "-fflags", "+bitexact", str(FOLDER / f"{clip.name}.cover.jpeg")], b"")


def _sound(clip: Clip) -> list[str]:
    """Return ffmpeg's arguments for a soft chord that swells and fades."""
    if not clip.chord:
        return []
    wave = "+".join(
        f"0.08*sin({tone}*2*PI*t)*(1+0.3*sin({n + 1}*t))" for n, tone in enumerate(clip.chord)
    )
    fades = f"afade=t=in:d=0.8,afade=t=out:st={SECONDS - 1.2}:d=1.2"
    source = f"aevalsrc={wave}:s=44100:d={SECONDS},{fades}"
    return ["-f", "lavfi", "-i", source, "-c:a", "aac", "-b:a", "32k", "-flags:a", "+bitexact"]


def _halved(picture: Picture) -> Picture:
    """Return the picture in its final size: the scenes are painted twice as large."""
    size = picture.width // 2, picture.height // 2
    return picture.resize(size, Image.Resampling.LANCZOS)


def _run(ffmpeg: str, arguments: list[str], data: bytes) -> None:
    command = [ffmpeg, "-v", "error", "-y", *arguments]
    subprocess.run(command, input=data, check=True)  # noqa: S603  # fixed arguments, no shell


if __name__ == "__main__":
    sys.exit(main())
