"""What each sandbox task answers at which moment. Knows no clock, no socket, no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vidu_tui.sandbox.creations import creations_of

if TYPE_CHECKING:
    from vidu_tui.sandbox.creations import Json, Sign

DAY_S = 86_400
HOUR_S = 3_600
TRACE_ID = "5be4c0de00000000000000000000cafe"


@dataclass(frozen=True, slots=True)
class Phase:
    """Say what a task answers from ``start_s`` on; a state of None is "not known yet" (404)."""

    start_s: float
    state: str | None
    progress_from: int = 0
    progress_to: int | None = None
    """Reached at the start of the next phase; None stands still."""
    err_code: str = ""


DONE = (Phase(0, "success", 100),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxTask:
    """Script one task: what it is, and its phases in seconds from its start, oldest first."""

    id: str
    label: str = ""
    """For the watchlist of the demo; the gateway does not tell it."""
    model: str = "viduq3-turbo"
    type: str = "img2video"
    resolution: str = "720p"
    duration: int = 5
    credits: int = 60
    aspect_ratio: str = "16:9"
    audio: bool = False
    bgm: bool = False
    off_peak: bool = False
    payload: str = ""
    template: str = ""
    clips: tuple[str, ...] = ("sunset.mp4",)
    """A file name for each creation; ``NAME.cover.jpeg`` is the cover of ``NAME.mp4``."""
    phases: tuple[Phase, ...] = DONE
    links: Literal["signed", "open", "keyed"] = "signed"
    """Signed like S3, open to all, or without a query but for the key's holder only."""
    lifetime_s: int = DAY_S
    cover_lifetime_s: int = HOUR_S
    aside_lifetime_s: int = DAY_S
    """Of every file that stands beside clip and cover: stems, music, marked copy, moderation."""
    speech_file: str = ""
    """The dialogue, for each creation; empty like the ones below: the task has none."""
    sound_file: str = ""
    bgm_file: str = ""
    watermarked_file: str = ""
    moderation_files: tuple[str, ...] = ()
    signing_s: float = 0.0
    """How long an answer takes that has links; so a person sees that a fresh one is asked for."""
    bytes_per_s: float | None = None
    """The pace of its clips, 0 unlimited; None is the sandbox's own."""
    cut_every: int = 0
    """The connection ends after so many bytes of a clip in one answer; 0 lets it come whole."""
    cuts: int | None = 1
    """How often that befalls each clip, in each sandbox anew; None: as long as enough is left."""

    def has_own_way(self, name: str) -> bool:
        """Tell whether a file of this name comes otherwise than the same file of other tasks."""
        return name in self.clips and (self.bytes_per_s is not None or self.cut_every > 0)


def state_at(task: SandboxTask, elapsed_s: float) -> str | None:
    """Return the state after ``elapsed_s`` seconds; None while the gateway denies the id."""
    return _phase_at(task, elapsed_s)[0].state


def answer_at(task: SandboxTask, elapsed_s: float, sign: Sign) -> tuple[int, dict[str, Json]]:
    """Return status and body after ``elapsed_s`` seconds, every documented key in its order."""
    phase, progress = _phase_at(task, elapsed_s)
    if phase.state is None:
        return 404, refusal(404, "TaskNotFound", "task not found")
    creations = creations_of(task, sign) if phase.state == "success" else []
    return 200, {
        "state": phase.state,
        "err_code": phase.err_code,
        "creations": creations,
        "id": task.id,
        "credits": 0 if phase.state in {"failed", "canceled"} else task.credits,
        "bgm": task.bgm,
        "payload": task.payload,
        "cus_priority": 0,
        "off_peak": task.off_peak,
        "audio": task.audio,
        "progress": progress,
        "type": task.type,
        "model": task.model,
        "resolution": task.resolution,
        "aspect_ratio": task.aspect_ratio,
        "template": task.template,
        "duration": task.duration,
    }


def refusal(code: int, reason: str, message: str, trace_id: str = TRACE_ID) -> dict[str, Json]:
    """Return the gateway's own error body."""
    return {
        "code": code,
        "reason": reason,
        "message": message,
        "metadata": {"trace_id": trace_id},
    }


def _phase_at(task: SandboxTask, elapsed_s: float) -> tuple[Phase, int]:
    current, following = task.phases[0], None
    for phase in task.phases[1:]:
        if phase.start_s > elapsed_s:
            following = phase
            break
        current = phase
    if current.progress_to is None or following is None:
        return current, current.progress_from
    share = (elapsed_s - current.start_s) / (following.start_s - current.start_s)
    gained = (current.progress_to - current.progress_from) * min(max(share, 0.0), 1.0)
    return current, current.progress_from + int(gained)


DEMO_TASKS: tuple[SandboxTask, ...] = (
    SandboxTask(
        id="940119407923630096",
        label="hero shot",
        model="viduq3-turbo",
        clips=("dunes.mp4",),
        audio=True,
        speech_file="dunes.speech.wav",
        sound_file="dunes.sound.mp3",
    ),
    SandboxTask(
        id="940119530811736064",
        label="beach at dusk",
        model="viduq3-pro",
        type="text2video",
        resolution="1080p",
        duration=8,
        credits=240,
        audio=True,
        lifetime_s=38 * 60,
        cover_lifetime_s=38 * 60,
    ),
    SandboxTask(
        id="940119718244360192",
        label="logo sting",
        model="viduq1",
        type="template",
        template="spotlight_reveal",
        resolution="1080p",
        duration=4,
        credits=40,
        bgm=True,
        clips=("stage.mp4",),
        lifetime_s=2 * HOUR_S + 47 * 60,
        bgm_file="stage.bgm.m4a",
        watermarked_file="stage.watermarked.mp4",
    ),
    SandboxTask(
        id="940119982417743872",
        label="two dancers",
        model="viduq3",
        type="character2video",
        resolution="1080p",
        duration=8,
        credits=180,
        clips=("dancers.mp4", "stage.mp4"),
    ),
    SandboxTask(
        id="940120133601992704",
        label="old storyboard",
        phases=(Phase(0, None),),
    ),
    SandboxTask(
        id="940120310594076672",
        label="car chase",
        model="viduq2-pro",
        type="headtailimg2video",
        credits=75,
        phases=(
            Phase(0, "processing", 71, 96),
            Phase(12, "failed", 96, err_code="CreationPolicyViolation"),
        ),
    ),
    SandboxTask(
        id="940120455867904000",
        label="crowd plate",
        model="viduq2",
        type="reference2image",
        resolution="2K",
        duration=0,
        credits=20,
        clips=("crowd.png",),
        phases=(Phase(0, "processing", 24, 98), Phase(26, "success", 100)),
    ),
    SandboxTask(
        id="940120621407473664",
        label="neon alley 夜の街",
        model="viduq3-pro-fast",
        type="text2video",
        resolution="1080p",
        credits=120,
        aspect_ratio="9:16",
        audio=True,
        clips=("neon.mp4",),
        moderation_files=("neon.check1.jpeg", "neon.check2.jpeg"),
        phases=(Phase(0, "processing", 38, 99), Phase(34, "success", 100)),
    ),
    SandboxTask(
        id="940120799212838912",
        label="rain loop",
        model="viduq2-pro-fast",
        resolution="540p",
        duration=4,
        credits=30,
        aspect_ratio="9:16",
        clips=("neon.mp4",),
        lifetime_s=HOUR_S + 50 * 60,
        bytes_per_s=20_000,
        cut_every=60_000,
        cuts=2,
        phases=(
            Phase(0, "queueing"),
            Phase(14, "processing", 2, 97),
            Phase(50, "success", 100),
        ),
    ),
    SandboxTask(
        id="940120955817402368",
        label="drone over fjord",
        model="viduq3-mix",
        type="upscale",
        resolution="4K",
        duration=8,
        credits=320,
        clips=("fjord.mp4",),
        lifetime_s=HOUR_S + 40 * 60,
        bytes_per_s=12_000,
        phases=(Phase(0, "processing", 9, 99), Phase(56, "success", 100)),
    ),
    SandboxTask(
        id="940121108972658688",
        label="street interview",
        model="vidu2.0",
        type="lip_sync",
        duration=8,
        credits=50,
        audio=True,
        phases=(Phase(0, "processing"),),
    ),
    SandboxTask(
        id="940121247900618752",
        label="rolling dunes",
        model="viduq1-classic",
        resolution="1080p",
        duration=5,
        credits=80,
        clips=("dunes.mp4",),
        phases=(
            Phase(0, "queueing"),
            Phase(22, "canceled", err_code="UserCancelled"),
        ),
    ),
    SandboxTask(
        id="940121402211553280",
        label="night market",
        model="viduq2",
        type="character2video",
        duration=8,
        credits=38,
        off_peak=True,
        phases=(Phase(0, "queueing"),),
    ),
    SandboxTask(
        id="940121573009244160",
        label="paper lanterns",
        model="viduq3-turbo",
        type="text2video",
        clips=("sunset.mp4",),
        lifetime_s=12,
        signing_s=1.5,
        bytes_per_s=7_000,
        cut_every=95_000,
        phases=(
            Phase(0, "moderating"),
            Phase(20, "processing", 3, 98),
            Phase(58, "success", 100),
        ),
    ),
    SandboxTask(
        id="940121690478100480",
        model="viduq3-pro",
        payload="teaser, take 3",
        clips=("fjord.mp4",),
        credits=150,
        phases=(
            Phase(0, None),
            Phase(6, "created"),
            Phase(20, "queueing"),
            Phase(34, "processing", 1, 98),
            Phase(90, "success", 100),
        ),
    ),
)
"""A minute in which a person sees every state, and then every trouble mended; oldest first.

The link of "paper lanterns" is dead before its transfer is cut, so the next attempt is refused and
a fresh link is asked for; "rain loop" is cut twice; "drone over fjord" merely takes its time.
"""
