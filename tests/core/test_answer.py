"""Odd answers: every field may be absent, of another type, or absurd."""

from typing import cast

import pytest

from vidu_tui.core import answer
from vidu_tui.core.answer import LONGEST_STATE, MAX_EXTRA, Json
from vidu_tui.core.answer_fields import LONGEST_TEXT
from vidu_tui.core.errors import GatewayError, KeyRefused, RateLimited, TaskUnknown, UnusableAnswer
from vidu_tui.core.task import Asset, AssetKind, Task, TaskState

LINK = "https://f.example/v.mp4"


def read(**fields: Json) -> Task:
    body: dict[str, Json] = {"state": "processing", **fields}
    found = answer.parse(body, "1", "theturbo")
    assert isinstance(found, Task)
    return found


def refused(body: Json) -> GatewayError:
    found = answer.parse(body, "1", "theturbo")
    assert isinstance(found, GatewayError)
    return found


@pytest.mark.parametrize(
    ("word", "state", "shown"),
    [
        ("created", TaskState.CREATED, "created"),
        ("preparation", TaskState.PREPARING, "preparing"),
        ("scheduling", TaskState.SCHEDULING, "scheduling"),
        ("queueing", TaskState.QUEUEING, "queueing"),
        ("processing", TaskState.PROCESSING, "processing"),
        ("  PROCESSING\n", TaskState.PROCESSING, "processing"),
        ("Success", TaskState.SUCCESS, "success"),
        ("failed", TaskState.FAILED, "failed"),
        ("canceled", TaskState.CANCELED, "canceled"),
        ("cancelled", TaskState.CANCELED, "canceled"),
        (" Moderating ", TaskState.UNKNOWN, "Moderating"),
        ("weird", TaskState.UNKNOWN, "weird"),
    ],
)
def test_a_state_is_compared_trimmed_and_in_lower_case(
    word: str, state: TaskState, shown: str
) -> None:
    task = read(state=word)
    assert (task.state, task.state_word) == (state, shown)


def test_only_success_failed_and_canceled_are_terminal() -> None:
    ended = {s for s in TaskState if s.is_terminal}
    assert ended == {TaskState.SUCCESS, TaskState.FAILED, TaskState.CANCELED}


@pytest.mark.parametrize("state", [None, "", "  ", 5, True, [], {}, ["success"]])
def test_a_missing_or_empty_state_is_a_malformed_answer(state: Json) -> None:
    error = refused({"state": state, "creations": [{"url": LINK}]})
    assert isinstance(error, UnusableAnswer)
    assert "without a state" in str(error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (37, 37.0),
        (37.5, 37.5),
        ("30%", 30.0),
        (" 30 % ", 30.0),
        ("42", 42.0),
        (250, 100.0),
        (None, None),
        (-1, None),
        ("-5%", None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("soon", None),
        ([30], None),
        (10**300, None),
    ],
)
def test_a_progress_is_a_per_cent_or_unknown(value: Json, expected: float | None) -> None:
    assert read(progress=value).progress == expected


def test_an_absent_progress_is_unknown_and_a_success_is_done_whatever_it_says() -> None:
    assert read().progress is None
    assert read(state="success", progress=90).progress == 100.0
    assert read(state="success").progress == 100.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (60, 60.0),
        (30.0, 30.0),
        ("60", 60.0),
        ("7.5", 7.5),
        (0, 0.0),
        (None, None),
        ("", None),
        ("30%", None),
        ("many", None),
        ("1e3", None),
        (True, None),
        (-4, None),
        (10**40, None),
        (1e300, None),
    ],
)
def test_credits_are_a_number_or_unknown_and_never_guessed(
    value: Json, expected: float | None
) -> None:
    assert read(credits=value).credits == expected


def test_ids_are_strings_whatever_comes() -> None:
    body = answer.decode('{"state":"created","id":940107923630096384}')
    task = answer.parse(body, "asked")
    assert isinstance(task, Task)
    assert (task.id, task.answered_id) == ("asked", "940107923630096384")
    assert read(id=" gf03:task_y ").answered_id == "gf03:task_y"
    odd_ids: tuple[Json, ...] = (None, True, 9.4e17, [], {})
    for odd in odd_ids:
        assert read(id=odd).answered_id == ""


@pytest.mark.parametrize(
    ("creations", "count"),
    [
        (None, 0),
        ([], 0),
        ({}, 0),
        ("", 0),
        (7, 0),
        ([None, {}, "", 5, []], 0),
        ([{"url": ""}, {"url": None}, {"url": "your_url"}, {"url": "ftp://h/x"}], 0),
        ([{"url": "https://"}, {"url": "http:///x"}, {"url": "//h/x"}], 0),
        ([{"url": LINK}, None, {}, {"url": LINK}], 2),
        ({"url": LINK}, 1),
        (LINK, 1),
        ([LINK, LINK, "nothing"], 2),
        ([{"url": f"  {LINK}\n"}], 1),
        ([{"cover_url": "https://f.example/c.jpg"}], 1),
        ([{"moderation_url": "https://f.example/m.jpg"}], 1),
    ],
)
def test_creations_are_kept_where_a_link_is_usable(creations: Json, count: int) -> None:
    assert len(read(state="success", creations=creations).creations) == count


def test_every_kind_of_link_is_an_asset_of_its_own() -> None:
    names = ("url", "watermarked_url", "cover_url", "speech_url", "sound_url", "bgm_url")
    entry: dict[str, Json] = {name: f"https://f.example/{name}" for name in names}
    entry["moderation_url"] = ["https://f.example/m1", "", None, "https://f.example/m2"]
    [creation] = read(state="success", creations=[entry]).creations
    assert {a.kind for a in creation.assets} == set(AssetKind)
    assert creation.asset(AssetKind.MODERATION, 1) == Asset(
        AssetKind.MODERATION,
        "https://f.example/m2",
        1,
    )
    assert creation.asset(AssetKind.MODERATION, 2) is None


def test_a_signed_link_is_kept_byte_for_byte() -> None:
    url = "https://h.example/a%2Fb.mp4?X-Amz-Date=1&d=13%253A48&e=%3A+~'\"#f"
    [creation] = read(state="success", creations=[{"url": url}]).creations
    assert creation.assets[0].url == url


def test_the_tasks_duration_wins_unless_it_is_zero() -> None:
    video: Json = [{"url": LINK, "video": {"duration": 3.85, "fps": 16}}]
    assert read(duration=5, creations=video).duration_s == 5
    assert read(duration=0, creations=video).duration_s == 3.85
    assert read(creations=video).duration_s == 3.85
    assert read(duration="8").duration_s == 8
    assert read(duration=0, creations=[{"url": LINK, "video": {"duration": 0}}]).duration_s is None


@pytest.mark.parametrize("video", [None, [], "x", 5, {"duration": None, "resolution": [1]}])
def test_every_part_of_video_is_optional(video: Json) -> None:
    [creation] = read(creations=[{"url": LINK, "video": video}]).creations
    assert creation.video == type(creation.video)()


def test_a_videos_size_may_be_an_object_or_text() -> None:
    sizes: list[Json] = [{"width": 1280, "height": 720}, " 720p "]
    facts = [
        read(creations=[{"url": LINK, "video": {"resolution": s}}]).creations[0].video
        for s in sizes
    ]
    assert (facts[0].width, facts[0].height, facts[1].resolution) == (1280, 720, "720p")


def test_the_two_odd_types_get_their_public_names() -> None:
    assert read(type="headtailimg2video").type == "start-end2video"
    assert read(type="character2video").type == "reference2video"
    assert read(type="lip_sync").type == "lip_sync"


def test_a_megabyte_of_payload_is_held_by_its_beginning_and_length() -> None:
    task = read(payload="x" * 1_048_576)
    assert (task.payload, task.payload_length) == ("x" * 200, 1_048_576)


def test_fields_that_nobody_knows_are_kept_as_they_came() -> None:
    task = read(colour={"a": [1, None]}, creations=[{"url": LINK, "seed": 7}])
    assert task.extra == (("colour", '{"a": [1, null]}'),)
    assert task.creations[0].extra == (("seed", "7"),)


def test_flags_and_words_of_another_type_are_unknown_or_text() -> None:
    task = read(off_peak=1, audio="yes", bgm=None, model=5, resolution=None, cus_priority=10**40)
    assert (task.off_peak, task.audio, task.bgm, task.cus_priority) == (None, None, None, None)
    assert (task.model, task.resolution) == ("5", "")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NOT_START", TaskState.QUEUEING),
        ("SUBMITTED", TaskState.QUEUEING),
        ("QUEUED", TaskState.QUEUEING),
        ("IN_PROGRESS", TaskState.PROCESSING),
        ("SUCCESS", TaskState.SUCCESS),
        ("FAILURE", TaskState.FAILED),
        (" in_progress ", TaskState.PROCESSING),
        ("UNHEARD", TaskState.UNKNOWN),
    ],
)
def test_a_wrapped_answer_is_read_by_its_status(status: str, state: TaskState) -> None:
    data: dict[str, Json] = {"status": status, "progress": "30%", "task_id": "t", "data": None}
    task = answer.parse({"code": "success", "data": data}, "1")
    assert isinstance(task, Task)
    assert task.state is state


def test_an_inner_answer_wins_over_its_wrapping() -> None:
    inner: dict[str, Json] = {"state": "success", "creations": [{"url": LINK}], "credits": 4}
    for body in (
        {"code": 200, "data": inner},
        {"code": "success", "data": {"status": "IN_PROGRESS", "progress": "9%", "data": inner}},
        {"state": "", "data": inner},
    ):
        task = answer.parse(cast("Json", body), "1")
        assert isinstance(task, Task)
        assert (task.state, task.credits, len(task.creations)) == (TaskState.SUCCESS, 4, 1)


def test_creations_without_a_state_take_the_wrappings_status() -> None:
    data: Json = {"status": "SUCCESS", "data": {"creations": [{"url": LINK}]}}
    task = answer.parse({"data": data}, "1")
    assert isinstance(task, Task)
    assert task.is_finished


def test_a_wrapped_failure_says_why() -> None:
    data: Json = {"status": "FAILURE", "fail_reason": " no face ", "progress": "100%", "data": {}}
    task = answer.parse({"code": "success", "data": data}, "1")
    assert isinstance(task, Task)
    assert (task.state, task.err_message) == (TaskState.FAILED, "no face")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"code": 401, "reason": "Unauthorized"}, KeyRefused),
        ({"code": "401", "message": "no"}, KeyRefused),
        ({"code": 404, "reason": "TaskNotFound"}, TaskUnknown),
        ({"code": "task_not_exist", "data": None}, TaskUnknown),
        ({"code": 400, "reason": "TaskNotFound"}, TaskUnknown),
        ({"code": 429, "reason": "TooManyRequests"}, RateLimited),
        ({"code": 429, "state": ""}, RateLimited),
    ],
)
def test_a_code_in_the_body_is_the_error_it_names(body: Json, kind: type[GatewayError]) -> None:
    assert type(refused(body)) is kind


@pytest.mark.parametrize("code", [0, 200, 399, True, None, "success", 10**12, 401])
def test_a_code_beside_a_state_says_nothing(code: Json) -> None:
    assert read(code=code).state is TaskState.PROCESSING


@pytest.mark.parametrize("body", [None, True, 5, "success", [], [{"state": "success"}], {}])
def test_a_body_that_is_no_task_is_one_typed_error(body: Json) -> None:
    assert isinstance(refused(body), UnusableAnswer)


def test_words_without_a_state_are_passed_on_without_secrets() -> None:
    body: Json = {"success": False, "message": "no\x1b[31m quota for vd-secret-1"}
    error = answer.parse(body, "1", "theturbo", secrets=("vd-secret-1",))
    assert isinstance(error, UnusableAnswer)
    assert "no quota for •••" in str(error)


def test_no_text_of_an_answer_is_longer_than_a_screen_can_use() -> None:
    long = "x" * 1_000_000
    task = read(
        state=long,
        err_code=long,
        model=long,
        id=long,
        creations=[{"id": long, "url": LINK, "more": long}],
        **{f"extra{n}": long for n in range(1000)},
    )
    assert len(task.state_word) == LONGEST_STATE
    texts = (task.err_code, task.model, task.answered_id)
    assert {len(text) for text in texts} == {LONGEST_TEXT}
    assert len(task.extra) == MAX_EXTRA
    assert max(len(value) for _, value in (*task.extra, *task.creations[0].extra)) == LONGEST_TEXT
