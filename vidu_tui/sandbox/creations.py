"""What an answer says of a task's files, and their links. Knows no phase, signature or byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from vidu_tui.sandbox.scenario import SandboxTask

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Sign: TypeAlias = Callable[[str, int], str]
"""Make a URL of a path for so many seconds; 0 seconds ask for a link without a signature."""


def creations_of(task: SandboxTask, sign: Sign) -> list[Json]:
    """Return a creation for each clip, every documented key in its order, all links made anew."""
    return [_creation(task, number, sign) for number in range(len(task.clips))]


def cover_of(clip: str) -> str:
    """Return the name of a clip's cover; empty for what is a picture itself."""
    stem, _, ending = clip.rpartition(".")
    return f"{stem}.cover.jpeg" if ending == "mp4" else ""


def _creation(task: SandboxTask, number: int, sign: Sign) -> Json:
    def link(name: str, lifetime_s: int) -> str:
        life_s = lifetime_s if task.links == "signed" else 0
        return sign(path_of(task, name), life_s) if name else ""

    clip, aside_s = task.clips[number], task.aside_lifetime_s
    return {
        "id": _creation_id(task.id, number),
        "url": link(clip, task.lifetime_s),
        "cover_url": link(cover_of(clip), task.cover_lifetime_s),
        "watermarked_url": link(task.watermarked_file, aside_s),
        "moderation_url": [link(name, aside_s) for name in task.moderation_files],
        "video": {"duration": 0, "fps": 0, "resolution": None},
        "speech_url": link(task.speech_file, aside_s),
        "sound_url": link(task.sound_file, aside_s),
        "bgm_url": link(task.bgm_file, aside_s),
    }


def path_of(task: SandboxTask, name: str) -> str:
    """Return where a task's file lies; only one that comes in a way of its own names its task."""
    folder = "files" if task.links == "signed" else task.links
    owner = f"{quote(task.id, safe='')}/" if task.has_own_way(name) else ""
    return f"/{folder}/{owner}{name}"


def _creation_id(task_id: str, number: int) -> str:
    if task_id.isdecimal():
        return str(int(task_id) + 458_198_339_584 + number * 4_194_304)
    return f"{task_id}-creation-{number + 1:02}"
