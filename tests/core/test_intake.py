"""Task ids out of pasted text: what counts, and what never does."""

import json

import pytest

from vidu_tui.core.intake import Found, is_acceptable_id, is_task_id, read

A = "940107923630096384"
B = "940121773009244160"
CREATION = "940108381828435968"
ULID = "video_01ARZ3NDEKTSV4RRFFQ69G5FAV"
ANSWER = {
    "state": "success",
    "creations": [{"id": CREATION, "url": f"https://h/{CREATION}.mp4?Expires=1789430000"}],
    "id": A,
    "credits": 60,
}


def ids(text: str) -> list[str]:
    return [found.id for found in read(text).finds]


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (A, True),
        ("9" * 15, True),
        ("9" * 19, True),
        ("9" * 14, False),
        ("9" * 20, False),
        ("٩" * 18, False),
        ("task_x", True),
        ("gf03:task_y", True),
        (ULID, True),
        ("video_01ARZ3NDEKTSV4RRFFQ69G5FAU", False),
        ("video_short", False),
        ("task_id", False),
        ("task_not_exist", False),
        ("task_", False),
        ("task_a b", False),
        (f"{A}\n", False),
        ("", False),
    ],
)
def test_the_form_of_a_task_id_is_strict(text: str, is_id: bool) -> None:
    assert is_task_id(text) is is_id


@pytest.mark.parametrize(
    ("text", "is_acceptable"),
    [
        ("a", True),
        ("vidu-task-1", True),
        ("gf03:task_y", True),
        ("A" * 128, True),
        ("A" * 129, False),
        (".", False),
        ("..", False),
        ("-a", False),
        ("a/b", False),
        ("a\n", False),
        ("", False),
    ],
)
def test_by_hand_more_is_taken_as_an_id(text: str, is_acceptable: bool) -> None:
    assert is_acceptable_id(text) is is_acceptable


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}",
        f"{A}\r\n{B}\r\n",
        f"{A}\r{B}",
        f"{A},{B}",
        f"{A};{B}|{A}",
        f'["{A}", "{B}"]',
        f"{{{A},{B}}}",
        f"'{A}' `{B}`",
        f"<{A}>({B})",
        f"{A}\x00{B}\x00",
        f"1. {A}\n2. {B}.",
        f"- *{A}*\n- #{B}!",
        f"\ufeff{A}\u200b \u202e{B}\u202c",
        f"\x1b[1;31m{A}\x1b[0m \x1b]0;title\x07{B}",
        f"任务ID：{A}，{B}完成",
        f"task_id={A}&task={B}",
        f"id: {A}, ID:{B}",
        f"Submitted: {A} → {B}",
        f"export TASK_ID={A}; id='{B}'",
    ],
)
def test_ids_are_found_however_they_are_separated(text: str) -> None:
    assert ids(text) == [A, B]


def test_full_width_digits_are_digits() -> None:
    assert ids("".join(chr(ord(digit) + 0xFEE0) for digit in A)) == [A]


@pytest.mark.parametrize("text", ["gf03:task_y", "x gf03:task_y x", "task_x", "task_abc1 ok", ULID])
def test_ids_that_are_no_numbers_are_found(text: str) -> None:
    assert ids(text) == [next(word for word in text.split() if "_" in word)]


@pytest.mark.parametrize(
    "text",
    [
        "created at 1767225600 done",
        "1767225600000 1767225600000000 x",
        "ts=1767225600000000000 level=info",
        "1767225600000000\tINFO started",
        "20260501123045123 started",
        "2026-05-01T12:30:45.123456789Z",
        f"-{A}",
        f"+{A}",
        f"{A}.5 0.{A} .{A}",
        f"x{A} {A}x {A}_ _{A} 0x{A}",
        f"${A} € {A}",
        f"{A} bytes, {A} ns",
        f"deadbeef-0000-4000-8000-{A}",
        f"00-{A}-01",
        f"creation {CREATION}, creation_id={CREATION}, creation id: {CREATION}",
        f"trace_id: {A} request-id {A} x-request-id: {A}",
        f"seed={A} uid={A} price: {A}",
        f'data-trace-id="{A}"',
        f"+49 151 23456789, {A}00, 12,345,678,901,234,567",
        f"/infer/tasks/26/0417/05/{A}/creation-01/video.mp4",
        "task_id task_type task_not_exist video_url",
    ],
)
def test_other_numbers_are_no_ids(text: str) -> None:
    assert ids(text) == []


def test_what_looks_like_a_time_is_an_id_where_it_stands_alone() -> None:
    assert ids("1767225600000000\n  1767225600000000000 \t\n") == [
        "1767225600000000",
        "1767225600000000000",
    ]


def test_other_numbers_are_counted_and_never_shown() -> None:
    intake = read(f"{A} at 1767225600000, creation {CREATION}\n\n12 files")
    assert (len(intake.finds), intake.ignored, intake.lines) == (1, 2, 2)


@pytest.mark.parametrize(
    ("url", "id_", "origin"),
    [
        (f"https://API.vidu.com/ent/v2/tasks/{A}/creations", A, "https://api.vidu.com"),
        (f"https://h:8443/vidu/ent/v2/tasks/{A}", A, "https://h:8443"),
        (f"https://h/tasks/{A}/?x={B}#{B}", A, "https://h"),
        (f"https://h/v1/video/generations/{A}", A, "https://h"),
        ("https://h/v1/videos/task_x/content", "task_x", "https://h"),
        ("https://h/tasks/gf03%3Atask_y/creations", "gf03:task_y", "https://h"),
        ("https://h/tasks/1767225600000000/creations", "1767225600000000", "https://h"),
        (f"https://user:{B}@h/tasks/{A}", A, "https://h"),
        (rf"https:\/\/h\/tasks\/{A}", A, "https://h"),
        (f"https://******/tasks/{A}", A, ""),
        (f"GET /v1/vidu/tasks/{A}/creations HTTP/1.1", A, ""),
        (f"h.example/v1/vidu/tasks/{A}/creations", A, ""),
    ],
)
def test_a_tasks_link_gives_its_id_and_origin(url: str, id_: str, origin: str) -> None:
    for text in (url, f"({url}).", f'see "{url}" and'):
        assert read(text).finds == (Found(id_, "", origin),)


def test_the_same_id_at_two_gateways_is_two_finds() -> None:
    text = f"https://h/tasks/{A}, https://i/tasks/{A},https://h/tasks/{A} {A} {A}"
    assert [found.origin for found in read(text).finds] == ["https://h", "https://i", ""]


@pytest.mark.parametrize(
    "url",
    [
        f"https://h/infer/tasks/26/0417/05/{A}/creation-01/video.mp4",
        f"https://h/infer/tasks/{A}/video.mp4",
        f"https://h/video.mp4?task={A}",
        f"https://h/?next=https://h/tasks/{A}",
        f"https://h/{A}.mp4",
        f"https://{A}.example/",
        f"https://h/tasks/{A}5555",
        f"https://social.example/watch/videos/{A}/",
    ],
)
def test_ids_elsewhere_in_a_link_are_no_task_ids(url: str) -> None:
    assert read(url) == read(f"<a href='{url}'>")
    assert ids(url) == []
    assert read(url).ignored == 1


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"{A}\thero shot", "hero shot"),
        (f"  {A}  hero\t  shot  ", "hero shot"),
        (f"{A}\t\x1b[1mhero\x1b[0m\u200b\u202e sh\xadot", "hero shot"),
        (f"{A}  英雄，夜", "英雄，夜"),
        (f"{A}  " + "x" * 300, "x" * 199 + "…"),
        (f"{A} hero", ""),
        (f"{A}, hero", ""),
        (f"x {A}  hero", ""),
        (f"{A}  ---", ""),
        (f"{A}\nhero", ""),
        (f"{A}  see https://h/p?Signature=1", "see https://h/p?…"),
        (f"{A}  Token vd_123456", "Token"),
    ],
)
def test_a_label_follows_a_tab_or_two_spaces(text: str, label: str) -> None:
    assert read(text).finds == (Found(A, label),)


def test_a_line_with_several_ids_has_no_label() -> None:
    assert read(f"{A}\tretry of {B}").finds == (Found(A), Found(B))
    assert read(f"{A}\n{A}\tlater\n{A}\tlast").finds == (Found(A, "later"),)


WRAPPED = {"code": "success", "data": {"task_id": "task_x", "data": {"state": "success"}}}
LIST = {"tasks": [{"id": A, "state": "created", "creations": [{"id": CREATION, "state": "x"}]}]}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (ANSWER, [A]),
        ({"task_id": int(A), "type": "img2video", "state": "created", "model": "viduq3"}, [A]),
        ({"task_id": A, "id": 902581304611074048, "state": "created"}, [A]),
        (WRAPPED, ["task_x"]),
        (LIST, [A]),
        ({"data": {"task_id": [A, B]}}, [A, B]),
        ([{"task_id": A}, {"task_id": B}], [A, B]),
        ({"code": 404, "message": f"no task {A}", "metadata": {"trace_id": A}}, []),
        ({"id": A, "name": "no answer"}, []),
        ({"user": {"id": A, "status": "active"}}, []),
        ({"state": "processing", "error": {"id": A, "status": 500}}, []),
        ({"model": "viduq3", "seed": int(A), "payload": A, "images": [f"https://h/tasks/{A}"]}, []),
        ({"id": f"{A}.5", "state": "created"}, []),
        ({"state": "success", "creations": {"id": CREATION, "state": "success"}}, []),
    ],
)
def test_json_gives_task_ids_and_the_ids_of_answers_only(body: object, found: list[str]) -> None:
    compact = json.dumps(body)
    for text in (
        compact,
        json.dumps(body, indent=2),
        "HTTP/2 200\ncontent-type: application/json\nx-request-id: 123456789012345678\n\n"
        + compact,
        f"2026-05-01 12:30:45 INFO body={compact} took 12 ms",
        json.dumps({"log": compact}),
        json.dumps(compact),
        f"curl https://h/v2/img2video -H 'Authorization: Token {B}' -d '{compact}'",
        str(body),
        compact + "\n" + compact,
        compact.replace(", ", ",\n"),
    ):
        assert ids(text) == found, text


def test_json_that_lacks_an_end_gives_nothing_false() -> None:
    whole = json.dumps(ANSWER)
    for cut in range(len(whole)):
        assert set(ids(whole[cut:])) <= {A}
        assert set(ids(whole[:cut])) <= {A}


def test_a_broken_document_does_not_hide_the_next_one() -> None:
    broken = '{"state":"success","creations":[{"id":"' + CREATION + '","url":"https://h/'
    assert ids(broken + "\n" + json.dumps(ANSWER)) == [A]


def test_a_link_that_the_terminal_wrapped_does_not_break_an_answer() -> None:
    assert ids(json.dumps(ANSWER).replace("?Expires", "\n?Exp\nires")) == [A]


def test_no_digit_of_a_number_is_lost() -> None:
    huge = "9" * 10_000
    assert ids('{"n":' + huge + ',"task_id":9401079236300963841}') == ["9401079236300963841"]


KEY = "123456789012345678"


@pytest.mark.parametrize(
    "text",
    [
        f'curl -H "Authorization: Bearer {KEY}" https://h/tasks/{A}/creations',
        f"curl -H 'authorization: token {KEY}' https://h/tasks/{A}",
        f"curl -H Authorization:\\ Bearer\\ {KEY} https://h/tasks/{A}",
        f"curl -H 'Authorization: {KEY}' https://h/tasks/{A}",
        f"curl -H 'x-api-key: {KEY}' https://h/tasks/{A}",
        f"curl -u {KEY}:x https://h/tasks/{A}",
        f"curl -b 'sid={KEY}' https://h/tasks/{A}",
        f"curl --oauth2-bearer {KEY} https://h/tasks/{A}",
        f"VIDU_API_KEY={KEY} vidu-tui status {A}",
        f'{{"api_key":"{KEY}","task_id":"{A}"}}',
        f"{A}  Bearer {KEY}",
        f"{A}\tkey {KEY}",
        f"https://{KEY}:{KEY}@h/tasks/{A}?token={KEY}",
    ],
)
def test_a_key_is_never_part_of_the_result(text: str) -> None:
    for key in (KEY, "vd_1234567890"):
        intake = read(text.replace(KEY, key))
        assert [found.id for found in intake.finds] == [A]
        assert key not in repr(intake)
