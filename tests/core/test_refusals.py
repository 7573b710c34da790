"""Error statuses with every shape of body seen, and what of their words may reach a screen."""

import pytest

from vidu_tui.core.errors import (
    GatewayError,
    KeyRefused,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
)
from vidu_tui.core.jsontext import Json
from vidu_tui.core.refusals import refusal, trace_of, words_of

KEY = "vd-0123456789abcdef"
SIGNED = "https://s3.example/v.mp4?X-Amz-Signature=deadbeefdeadbeef&X-Amz-Expires=60"
TRACE = "04e5c2fe159ff7c574acd0424e78c35f"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, None, KeyRefused),
        (401, {"error": {"message": "Invalid token", "type": "new_api_error"}}, KeyRefused),
        (403, {"success": False, "message": "no"}, KeyRefused),
        (404, None, TaskUnknown),
        (404, {"code": 404, "reason": "NotFound"}, TaskUnknown),
        (400, {"code": "task_not_exist", "message": "task_not_exist", "data": None}, TaskUnknown),
        (400, {"code": 400, "reason": "TaskNotFound"}, TaskUnknown),
        (400, {"error": "Task not found"}, TaskUnknown),
        (400, {"error": {"message": "task_not_exist", "type": "new_api_error"}}, TaskUnknown),
        (429, None, RateLimited),
        (429, {}, RateLimited),
        (400, {"code": 400, "reason": "QuotaExceeded"}, RateLimited),
        (400, {"code": 400, "reason": "TooManyRequests"}, RateLimited),
        (503, {"reason": "SystemThrottling"}, RateLimited),
        (408, None, ServerTrouble),
        (500, {"code": 500, "reason": "InternalServiceFailure"}, ServerTrouble),
        (502, None, ServerTrouble),
        (599, None, ServerTrouble),
        (400, {"code": 400, "reason": "CreditInsufficient"}, QuestionRefused),
        (400, {"message": "Invalid token", "details": ["check your API key"]}, QuestionRefused),
        (402, None, QuestionRefused),
        (418, [], QuestionRefused),
        (451, "gone", QuestionRefused),
    ],
)
def test_a_status_and_its_body_mean_one_error(
    status: int, body: Json, kind: type[GatewayError]
) -> None:
    error = refusal(status, body, "theturbo")
    assert type(error) is kind
    assert str(error).startswith("theturbo ")
    assert error.gateway == "theturbo"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500])
def test_the_trace_is_kept_with_every_error(status: int) -> None:
    body: Json = {"code": status, "reason": "X", "metadata": {"trace_id": TRACE}}
    assert refusal(status, body, "g").trace_id == TRACE


@pytest.mark.parametrize("metadata", [None, [], "x", {}, {"trace_id": None}, {"trace_id": {}}])
def test_a_trace_that_is_not_there_is_empty(metadata: Json) -> None:
    assert trace_of({"metadata": metadata}) == ""


def test_the_servers_own_wait_is_carried() -> None:
    error = refusal(429, None, "g", retry_after_s=7)
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 7


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "task state is scheduled"}, "task state is scheduled"),
        ({"error": {"message": "bad id."}, "message": "other"}, "bad id"),
        ({"error": "plain"}, "plain"),
        ({"reason": "FieldInvalid"}, "FieldInvalid"),
        ({"message": "", "reason": "  "}, ""),
        ({"message": 5}, ""),
        ({"message": "two\nlines\t here"}, "two lines here"),
        ({"message": "\x1b]0;title\x07a\x1b[2Jb\u202ec\u200b"}, "abc"),
        ([], ""),
        (None, ""),
    ],
)
def test_the_gateways_words_are_one_inert_line(body: Json, words: str) -> None:
    assert words_of(body) == words


def test_words_are_cut_to_a_line() -> None:
    assert len(words_of({"message": "x" * 100_000})) <= 160


@pytest.mark.parametrize(
    "message",
    [
        f"cannot fetch {SIGNED}",
        f"Bearer {KEY} is not known",
        f"key {KEY[:5]}\u200b{KEY[5:]} is not known",
        '{"Authorization":"Bearer ' + KEY + '"}',
        SIGNED,
    ],
)
def test_a_refusals_sentence_holds_no_secret(message: str) -> None:
    body: Json = {"code": 400, "message": message, "metadata": {"trace_id": message}}
    error = refusal(400, body, "theturbo", secrets=(KEY,))
    for shown in (str(error), error.trace_id, repr(error)):
        assert KEY not in shown
        assert "deadbeef" not in shown


def test_the_cell_of_a_refusal_is_its_status() -> None:
    assert refusal(400, None, "g").cell == "400"
    assert refusal(502, None, "g").cell == "502"
    assert str(refusal(502, None, "theturbo")) == "theturbo answered 502 Bad Gateway."
