"""A secret that is written in another way, parted or cut is a secret still."""

import base64
import json
from urllib.parse import quote

import pytest

from vidu_tui.core import hidden, links, media, refusals

KEY = "vd_9f3Wkq77QmNzpLx/+8dJ2"
CODES = "".join(f"%{ord(character):02x}" for character in KEY)


@pytest.mark.parametrize(
    "written",
    [
        KEY[:9] + "\u200b" + KEY[9:],
        "\u2060".join(KEY),
        KEY[:9] + "\ufe0f" + KEY[9:],
        KEY[:9] + "\u3164" + KEY[9:],
        KEY[:9] + "\x00\x07" + KEY[9:],
        KEY[:9] + "\r\n" + KEY[9:],
        KEY[:9] + "\x1b[31m" + KEY[9:],
        KEY[:9] + "\x1b]8;;http://a\x07" + KEY[9:],
        json.dumps(KEY[:9] + "\u200b" + KEY[9:])[1:-1],
        base64.b64encode(KEY.encode()).decode().replace("4", "\u200d4"),
        quote(KEY, safe=""),
        quote(quote(KEY, safe=""), safe=""),
        CODES,
        CODES[:30] + "\u200b" + CODES[30:],
        "".join(f"\\u{ord(character):04x}" for character in KEY),
    ],
)
def test_a_secret_beneath_escapes_is_hidden(written: str) -> None:
    shown = links.redact(f"before {written} after ключ", [KEY])
    assert shown.startswith("before •••")
    assert " after" in shown
    assert hidden.holds(written, (KEY,))
    assert not hidden.holds(shown, (KEY,))


def test_a_text_without_a_secret_stays_as_it_is() -> None:
    for words in ("семья 👨\u200d👩\u200d👧\u200c.\n100%, \\o/ %41", "", "می\u200cخواهم"):
        assert links.redact(words, [KEY]) == words


def test_a_signature_whose_name_is_parted_by_hidden_characters_is_hidden() -> None:
    for words in ("X-Amz-Sig\u200bnature=5ecret00", "htt\u00adps:/\u2060/h/p?a=5ecret00"):
        assert "5ecret00" not in links.redact(words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("denied /f/v.mp4?k=5ecret for you", "denied /f/v.mp4?… for you"),
        ("denied '/f/v.mp4?5ecret'.", "denied '/f/v.mp4?…'."),
        ("denied v.mp4?k=5ecret, why?", "denied v.mp4?…, why?"),
        ("/f/v.mp4;k=5ecret", "/f/v.mp4;…"),
        ("https://h/f/v.mp4;k=5ecret", "https://h/f/v.mp4;…"),
        ("/f/v.mp4;X-Amz-Signature=5ecret", "/f/v.mp4;…"),
        ("/f/v.mp4%3Fk=5ecret", "/f/v.mp4?…"),
        ("/f/v.mp4%253fk=5ecret x", "/f/v.mp4?… x"),
        ("/f/v.mp4#k=5ecret", "/f/v.mp4#…"),
        ("https://h/hmac=5ecret/v.mp4", "https://h/hmac=•••"),
        ("and/or? a/b; c/d#1 50%/s", "and/or? a/b; c/d#1 50%/s"),
    ],
)
def test_what_stands_behind_a_path_as_a_query_does_is_cut(text: str, shown: str) -> None:
    assert links.redact(text) == shown
    assert links.redact(shown) == shown


def test_a_page_that_repeats_the_asked_path_gives_no_query_away() -> None:
    assert media.page_words(b'{"message": "denied /f/v.mp4?k=5ecret"}') == "denied /f/v.mp4?…"


@pytest.mark.parametrize("filler", ["x" * 3900, "https://h/?" + "y" * 3900, f"{KEY} " * 160])
def test_no_part_of_a_secret_is_left_where_a_text_is_cut(filler: str) -> None:
    for gap in range(150):
        for limit in (100, 4000):
            shown = links.excerpt(filler + " " * gap + KEY * 400, [KEY], limit)
            assert len(shown) <= limit
            assert KEY[:6] not in shown


def test_the_words_of_a_refusal_are_redacted_before_they_are_cut() -> None:
    message = f"https://h/?{'y' * 3900} {KEY * 40}"
    said = refusals.words_of({"message": message}, [KEY])
    assert KEY[:6] not in said + refusals.trace_of({"trace_id": message}, [KEY])
    parted = f"bad {KEY[:9]}\x00{KEY[9:]}"
    assert refusals.words_of({"message": parted}, [KEY]) == "bad •••"


@pytest.mark.parametrize(
    "piece", ["\\", "/", "%25", "%3A%2F%2F", " ", "/;a", "/?", "a=", "://", "\\/", ":", "\x1b["]
)
def test_redaction_takes_time_in_proportion_to_a_text(piece: str) -> None:
    # Where a pattern is quadratic this takes minutes.
    for start in ("secret:", "Authorization:", "Bearer ", "https:"):
        links.redact(f"{start}{piece * (300_000 // len(piece))} ", [KEY])
