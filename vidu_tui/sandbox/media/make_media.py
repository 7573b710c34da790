"""The recipe of the media: paints every frame and hands it to ffmpeg. Knows no scene's content.

Run ``python -m vidu_tui.sandbox.media.make_media``; it needs ffmpeg and writes beside itself.
With file names behind it, it makes those alone; a cover comes with its clip.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from vidu_tui.sandbox.media import FOLDER, lands, names, nights, sounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidu_tui.sandbox.media.brush import Picture

FRAMES_PER_S = 24
SECONDS = 4
BITS_PER_S = 345_000
COVER_AT_S = 2
MARK = "SANDBOX"
MARKED_SIZE = 320, 180
MARKED_FRAMES_PER_S = 12
CHECKED_AT_S = (1, 3)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip to make; ``chord`` are the tones of its sound in Hz, none makes it silent."""

    name: str
    paint: Callable[[float], Picture]
    chord: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound to make: who plays it, at how many samples a second, and ffmpeg's coding."""

    name: str
    play: Callable[[], bytes]
    rate: int
    coding: tuple[str, ...]


CLIPS = (
    Clip("sunset", lands.sunset, (196.0, 246.9, 293.7)),
    Clip("dunes", lands.dunes, (164.8, 220.0, 277.2)),
    Clip("fjord", lands.fjord),
    Clip("neon", nights.neon, (110.0, 130.8, 196.0)),
    Clip("dancers", nights.dancers),
    Clip("stage", nights.stage),
)
SOUNDS = (
    Sound("dunes.speech.wav", sounds.voice, sounds.VOICE_RATE, ("-c:a", "pcm_s16le")),
    Sound("dunes.sound.mp3", sounds.wind, sounds.RATE, ("-c:a", "libmp3lame", "-b:a", "32k")),
    Sound("stage.bgm.m4a", sounds.tune, sounds.RATE, ("-c:a", "aac", "-b:a", "40k")),
)


def main() -> int:
    """Make all media, or the named ones; say the sizes."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        print("ffmpeg is needed to make the media", file=sys.stderr)
        return 1
    known = recipes(ffmpeg)
    for name in sys.argv[1:] or known:
        known[name]()
    sizes = {name: (FOLDER / name).stat().st_size for name in names()}
    for name, size_bytes in sizes.items():
        print(f"{size_bytes:>9,}  {name}")
    print(f"{sum(sizes.values()):>9,}  in all")
    return 0


def recipes(ffmpeg: str) -> dict[str, Callable[[], None]]:
    """Return what makes each file, by its name."""
    found: dict[str, Callable[[], None]] = {"crowd.png": _make_crowd}
    for clip in CLIPS:
        found[f"{clip.name}.mp4"] = partial(_make, ffmpeg, clip)
    for sound in SOUNDS:
        found[sound.name] = partial(_make_sound, ffmpeg, sound)
    found["stage.watermarked.mp4"] = partial(_make_marked, ffmpeg, "stage.watermarked.mp4")
    for number, seconds in enumerate(CHECKED_AT_S, start=1):
        found[f"neon.check{number}.jpeg"] = partial(
            _make_check, f"neon.check{number}.jpeg", seconds
        )
    return found


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


def _make_crowd() -> None:
    _halved(nights.crowd()).save(FOLDER / "crowd.png", optimize=True)


def _make_sound(ffmpeg: str, sound: Sound) -> None:
    source = ["-f", "s16le", "-ar", str(sound.rate), "-ac", "1", "-i", "-"]
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    _run(ffmpeg, [*source, *sound.coding, *exact, str(FOLDER / sound.name)], sound.play())


def _make_marked(ffmpeg: str, name: str) -> None:
    """Make the small copy of the stage that carries a mark across."""
    times = [number / MARKED_FRAMES_PER_S for number in range(MARKED_FRAMES_PER_S * SECONDS)]
    raw = b"".join(_marked(nights.stage(seconds)).tobytes() for seconds in times)
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "{}x{}".format(*MARKED_SIZE)]
    source += ["-r", str(MARKED_FRAMES_PER_S), "-i", "-", "-an"]
    picture = ["-c:v", "libx264", "-preset", "veryslow", "-pix_fmt", "yuv420p", "-crf", "30"]
    exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart"]
    _run(ffmpeg, [*source, *picture, *exact, str(FOLDER / name)], raw)


def _marked(picture: Picture) -> Picture:
    small = picture.resize(MARKED_SIZE, Image.Resampling.LANCZOS)
    veil = Image.new("L", small.size)
    ImageDraw.Draw(veil).text(
        (small.width / 2, small.height / 2),
        MARK,
        fill=150,
        font=ImageFont.load_default(44),
        anchor="mm",
    )
    small.paste(Image.new("RGB", small.size, "white"), mask=veil)
    return small


def _make_check(name: str, seconds: float) -> None:
    """Make one of the small pictures that a content check has looked at."""
    picture = nights.neon(seconds)
    size = picture.width // 4, picture.height // 4
    picture.resize(size, Image.Resampling.LANCZOS).save(FOLDER / name, quality=75)


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
