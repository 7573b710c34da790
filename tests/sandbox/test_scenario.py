"""The script of the tasks, without a server."""

from __future__ import annotations

import itertools

import pytest

from vidu_tui.sandbox import media
from vidu_tui.sandbox.creations import Json, cover_of
from vidu_tui.sandbox.scenario import DEMO_TASKS, Phase, SandboxTask, answer_at, state_at

ANSWER_KEYS = [
    "state", "err_code", "creations", "id", "credits", "bgm", "payload", "cus_priority",
    "off_peak", "audio", "progress", "type", "model", "resolution", "aspect_ratio",
    "template", "duration",
]  # fmt: skip
CREATION_KEYS = [
    "id", "url", "cover_url", "watermarked_url", "moderation_url", "video", "speech_url",
    "sound_url", "bgm_url",
]  # fmt: skip
MODELS = {
    "viduq3-pro", "viduq3-pro-fast", "viduq3-turbo", "viduq3-mix", "viduq3", "viduq2-pro",
    "viduq2-pro-fast", "viduq2", "vidu2.0", "viduq1", "viduq1-classic",
}  # fmt: skip
OPTIONAL = ("speech_url", "sound_url", "bgm_url", "watermarked_url", "moderation_url")
SHOWN = {
    "hero shot": {"speech_url", "sound_url"},
    "logo sting": {"bgm_url", "watermarked_url"},
    "neon alley 夜の街": {"moderation_url"},
    "beach at dusk": set(),
}
SAMPLE: dict[str, Json] = {
    "state": "", "err_code": "", "id": "", "credits": 0, "bgm": False, "payload": "",
    "cus_priority": 0, "off_peak": False, "audio": False, "progress": 0, "type": "", "model": "",
    "resolution": "", "aspect_ratio": "", "template": "", "duration": 0, "creations": [],
}  # fmt: skip


def sign(path: str, lifetime_s: int) -> str:
    return f"http://files.test{path}?life={lifetime_s}"


def body_at(task: SandboxTask, elapsed_s: float) -> dict[str, Json]:
    return answer_at(task, elapsed_s, sign)[1]


def creations_at(task: SandboxTask, elapsed_s: float) -> list[dict[str, Json]]:
    creations = body_at(task, elapsed_s)["creations"]
    assert isinstance(creations, list)
    return [creation for creation in creations if isinstance(creation, dict)]


KNOWN = [task for task in DEMO_TASKS if any(phase.state for phase in task.phases)]


@pytest.mark.parametrize("task", KNOWN, ids=lambda task: task.label or task.id)
def test_every_known_demo_task_answers_with_every_documented_key_and_type(
    task: SandboxTask,
) -> None:
    for elapsed_s in (10, 40, 120):
        status, body = answer_at(task, elapsed_s, sign)
        assert status == 200
        assert list(body) == ANSWER_KEYS
        assert {key: type(value) for key, value in body.items()} == {
            key: type(value) for key, value in SAMPLE.items()
        }
        for creation in creations_at(task, elapsed_s):
            assert list(creation) == CREATION_KEYS


@pytest.mark.parametrize("task", KNOWN, ids=lambda task: task.label or task.id)
def test_progress_never_goes_back(task: SandboxTask) -> None:
    shown = [body_at(task, tenth / 10).get("progress", 0) for tenth in range(1200)]
    numbers = [number for number in shown if isinstance(number, int)]
    assert len(numbers) == len(shown)
    assert all(earlier <= later for earlier, later in itertools.pairwise(numbers))
    assert all(0 <= number <= 100 for number in numbers)


def test_progress_moves_while_a_task_runs() -> None:
    moving = next(task for task in DEMO_TASKS if task.label.startswith("neon alley"))
    assert len({str(body_at(moving, second)["progress"]) for second in range(34)}) > 20


def test_a_minute_of_the_demo_shows_every_state() -> None:
    states = {state_at(task, second) for task in DEMO_TASKS for second in range(61)}
    assert states == {
        None, "created", "queueing", "processing", "moderating", "success", "failed", "canceled",
    }  # fmt: skip


def test_each_state_of_the_demo_lasts_longer_than_a_slow_poll() -> None:
    for task in DEMO_TASKS:
        for phase, following in itertools.pairwise(task.phases):
            if phase.state is not None:
                assert following.start_s - phase.start_s >= 12


def test_all_eleven_models_answer_in_the_demo() -> None:
    assert {task.model for task in KNOWN} == MODELS


def test_the_demo_covers_types_and_resolutions() -> None:
    types = {task.type for task in KNOWN}
    assert types >= {
        "img2video", "text2video", "headtailimg2video", "character2video", "reference2image",
        "upscale", "template", "lip_sync",
    }  # fmt: skip
    assert {task.resolution for task in KNOWN} == {"540p", "720p", "1080p", "2K", "4K"}


def test_demo_ids_look_real_and_are_in_order() -> None:
    ids = [task.id for task in DEMO_TASKS]
    assert ids == sorted(set(ids))
    for task_id in ids:
        assert len(task_id) == 18
        assert int(task_id) > 2**53
        assert not 1.5e18 <= int(task_id) <= 2.1e18


def test_the_demo_has_one_refused_result_one_canceled_and_one_with_two_creations() -> None:
    late = [body_at(task, 120) for task in DEMO_TASKS]
    assert [body["err_code"] for body in late if body.get("state") == "failed"] == [
        "CreationPolicyViolation"
    ]
    assert sum(body.get("state") == "canceled" for body in late) == 1
    assert [len(creations_at(task, 120)) for task in KNOWN].count(2) == 1


def test_the_demo_has_links_for_under_an_hour_under_three_hours_and_a_day() -> None:
    ready = [task for task in DEMO_TASKS if state_at(task, 0) == "success"]
    lives = [task.lifetime_s for task in ready]
    assert any(life < 3_600 for life in lives)
    assert any(3_600 < life < 3 * 3_600 for life in lives)
    assert 86_400 in lives


def test_one_task_rests_off_peak_one_stands_still_and_one_is_never_known() -> None:
    days_s = 3 * 86_400
    assert [t.off_peak for t in DEMO_TASKS if state_at(t, days_s) == "queueing"] == [True]
    still = [t for t in DEMO_TASKS if state_at(t, days_s) == "processing"]
    assert [body_at(task, days_s)["progress"] for task in still] == [0]
    assert sum(state_at(task, days_s) is None for task in DEMO_TASKS) == 1


def test_a_task_that_brought_nothing_costs_nothing() -> None:
    for task in KNOWN:
        body = body_at(task, 120)
        is_free = body["state"] in {"failed", "canceled"}
        assert body["credits"] == (0 if is_free else task.credits)


def test_a_task_is_denied_before_it_is_known() -> None:
    task = SandboxTask(id="1", phases=(Phase(0, None), Phase(5, "created")))
    status, body = answer_at(task, 4.9, sign)
    assert (status, body["reason"]) == (404, "TaskNotFound")
    assert answer_at(task, 5, sign)[0] == 200


def test_every_file_of_the_demo_is_there() -> None:
    wanted = {clip for task in DEMO_TASKS for clip in task.clips}
    covers = {cover_of(clip) for clip in wanted} - {""}
    beside = {name for task in DEMO_TASKS for name in files_beside(task)}
    assert wanted | covers | beside == set(media.names())


def files_beside(task: SandboxTask) -> set[str]:
    sounds = {task.speech_file, task.sound_file, task.bgm_file}
    return (sounds | {task.watermarked_file, *task.moderation_files}) - {""}


def test_the_demo_shows_stems_music_a_marked_copy_and_moderation_pictures() -> None:
    late = {task.label: creations_at(task, 120)[0] for task in DEMO_TASKS if task.label in SHOWN}
    for label, fields in SHOWN.items():
        assert {field for field in OPTIONAL if late[label][field]} == fields
    pictures = late["neon alley 夜の街"]["moderation_url"]
    assert isinstance(pictures, list)
    assert len(pictures) == 2


def test_what_has_dialogue_effects_or_music_says_so_in_its_answer() -> None:
    for task in DEMO_TASKS:
        assert task.audio or not (task.speech_file or task.sound_file)
        assert task.bgm or not task.bgm_file


def test_files_beside_a_clip_have_a_lifetime_of_their_own_in_every_creation() -> None:
    task = SandboxTask(
        id="8",
        clips=("neon.mp4", "dunes.mp4"),
        aside_lifetime_s=77,
        speech_file="a.wav",
        sound_file="b.mp3",
        bgm_file="c.m4a",
        watermarked_file="d.mp4",
        moderation_files=("e.jpeg", "f.jpeg"),
    )
    for creation in creations_at(task, 0):
        told = {field: creation[field] for field in OPTIONAL}
        assert told == {
            "speech_url": "http://files.test/files/a.wav?life=77",
            "sound_url": "http://files.test/files/b.mp3?life=77",
            "bgm_url": "http://files.test/files/c.m4a?life=77",
            "watermarked_url": "http://files.test/files/d.mp4?life=77",
            "moderation_url": [
                "http://files.test/files/e.jpeg?life=77",
                "http://files.test/files/f.jpeg?life=77",
            ],
        }


def test_a_picture_task_has_a_picture_and_no_cover() -> None:
    task = next(task for task in DEMO_TASKS if task.type == "reference2image")
    (creation,) = creations_at(task, 120)
    assert "/crowd.png?" in str(creation["url"])
    assert creation["cover_url"] == ""


def test_links_live_as_long_as_their_task_says() -> None:
    task = SandboxTask(id="7", lifetime_s=90, cover_lifetime_s=30)
    (creation,) = creations_at(task, 0)
    assert creation["url"] == "http://files.test/files/sunset.mp4?life=90"
    assert creation["cover_url"] == "http://files.test/files/sunset.cover.jpeg?life=30"


def test_open_and_keyed_links_ask_for_no_signature() -> None:
    for kind in ("open", "keyed"):
        task = SandboxTask(id="gf03:task_y", links=kind)
        (creation,) = creations_at(task, 0)
        assert creation["url"] == f"http://files.test/{kind}/sunset.mp4?life=0"
        assert creation["id"] == "gf03:task_y-creation-01"
