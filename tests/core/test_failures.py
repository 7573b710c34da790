"""Failure codes in words."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core.failures import CELL_WIDTH, KNOWN_CODES, Failure, explain


def explained(code: str, message: str = "") -> Failure:
    failure = explain(code, message)
    assert failure is not None
    return failure


def upper_snake(code: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code).upper()


@pytest.mark.parametrize("code", KNOWN_CODES)
def test_every_known_code_has_calm_whole_sentences(code: str) -> None:
    failure = explained(code)
    assert failure.code == code
    assert 0 < len(failure.cell) <= CELL_WIDTH
    assert failure.move in {"yours", "Vidu's", "the gateway's"}
    for sentence in (failure.what, failure.todo):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert not re.search(r"!|please|oops|an error occurred", sentence, re.IGNORECASE)


@pytest.mark.parametrize("code", KNOWN_CODES)
def test_a_code_is_known_in_any_case_and_in_upper_snake_case(code: str) -> None:
    for spelling in (code.lower(), code.upper(), upper_snake(code), f" {code}\n"):
        assert explained(spelling).what == explained(code).what


@pytest.mark.parametrize(
    ("code", "cell"),
    [
        ("CreationPolicyViolation", "result refused"),
        ("TASK_PROMPT_POLICY_VIOLATION", "prompt refused"),
        ("AuditSubmitIllegal", "input refused"),
        ("ImageDownloadFailure", "image unreachable"),
        ("CreditInsufficient", "no credits left"),
        ("UserCancelled", "canceled"),
        ("UserCanceled", "canceled"),
        ("Canceled", "canceled"),
        ("task_not_exist", "not found"),
    ],
)
def test_the_common_failures_have_their_words(code: str, cell: str) -> None:
    assert explained(code).cell == cell


def test_a_refused_result_says_that_there_is_no_file() -> None:
    failure = explained("CreationPolicyViolation")
    assert failure.what == "The finished video was refused by the content check. There is no file."
    assert failure.todo == "Change the prompt or the input picture and submit again."


def test_the_page_size_is_really_that_of_the_picture() -> None:
    failure = explained("PageSizeOutOfRange")
    assert "picture is over 50 MB" in failure.what
    assert "1:4 to 4:1" in failure.what


def test_a_known_code_tells_what_else_the_gateway_said() -> None:
    assert explained("FieldInvalid", "seed is -2.").what.endswith("The gateway says: “seed is -2”.")
    assert "says" not in explained("FieldInvalid", "field_invalid").what


def test_an_unknown_code_passes_through_as_the_gateways_words() -> None:
    failure = explained("E_PROVIDER_OF_MODELS_IS_AWAY", "generation failed")
    assert failure.cell == "E_PROVIDER_OF_MOD…"
    assert failure.what == ("The gateway says: “E_PROVIDER_OF_MODELS_IS_AWAY: generation failed”.")
    assert explained("", "generation failed").cell == "generation failed"
    assert explained("odd", "odd").what == "The gateway says: “odd”."


def test_a_signed_link_as_a_code_is_shown_without_its_query() -> None:
    failure = explained("https://h/p?X-Amz-Signature=abc", "Bearer vd_1")
    assert failure.code == "https://h/p?…"
    assert "abc" not in failure.what
    assert "vd_1" not in failure.what


@pytest.mark.parametrize(("code", "message"), [("", ""), (" ", "\n"), ("\u200b", "\x1b[0m")])
def test_nothing_said_is_nothing_to_explain(code: str, message: str) -> None:
    assert explain(code, message) is None


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_no_code_is_too_odd(code: str, message: str) -> None:
    failure = explain(code, message)
    if failure is not None:
        assert len(failure.cell) <= CELL_WIDTH
        shown = failure.code + failure.cell + failure.what
        hidden = {c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}
        assert hidden <= {"\u200d"}
