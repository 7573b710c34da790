"""Numbers as words, and foreign text made harmless."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core import text

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("  a\tb\r\nc\u2028d\x85e  ", "a b c d e"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdcs\x1b\\x", "x"),
        ("\x1b\x1b[31m[31mx", "[31mx"),
        ("\x9b31mx", "31mx"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("a\u200db", "ab"),
        ("a\u200d", "a"),
        ("\u200d", ""),
        (FAMILY, FAMILY),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("👩\u200d\u202e\u200d👧", "👩👧"),
        ("\ud800", "\ufffd"),
        ("\ue000", "\ufffd"),
        ("夜の街", "夜の街"),
        ("oops [/nope] [bold]", "oops [/nope] [bold]"),
        ("", ""),
    ],
)
def test_foreign_text_becomes_one_harmless_line(raw: str, shown: str) -> None:
    assert text.inert(raw) == shown


@settings(deadline=None)
@given(st.text() | st.text(alphabet="\x1b[]m\x07\\\u200d👩👧\u202ea 1;"), st.integers(0, 60))
def test_no_text_stays_dangerous(raw: str, limit: int) -> None:
    shown = text.inert(raw, limit)
    assert len(shown) <= limit
    assert shown.replace("\u200d", "").isprintable()
    assert "\x1b" not in shown
    for at, char in enumerate(shown):
        if char == "\u200d":
            near = (shown[at - 1 : at], shown[at + 1 : at + 2])
            assert all(c and unicodedata.category(c) not in ("Zs", "Lu", "Ll") for c in near)
        else:
            assert unicodedata.category(char) not in ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def test_ten_thousand_characters_are_cut_with_a_sign() -> None:
    shown = text.inert("x" * 10_000, 20)
    assert shown == "x" * 19 + "…"


@pytest.mark.parametrize(
    ("bytes_per_s", "shown"),
    [
        (0, "0.0 kB/s"),
        (500, "0.5 kB/s"),
        (820_000, "820 kB/s"),
        (3_200_000, "3.2 MB/s"),
        (9_960_000, " 10 MB/s"),
        (14_000_000, " 14 MB/s"),
        (999_600_000, "1.0 GB/s"),
        (-5, "0.0 kB/s"),
        (1e30, "999 PB/s"),
    ],
)
def test_a_speed_takes_eight_cells(bytes_per_s: float, shown: str) -> None:
    assert text.speed(bytes_per_s) == shown


@settings(deadline=None)
@given(st.floats(0, 1e20))
def test_every_speed_takes_eight_cells(bytes_per_s: float) -> None:
    assert len(text.speed(bytes_per_s)) == 8


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, " 0s"),
        (-3, " 0s"),
        (3.2, " 4s"),
        (58, "58s"),
        (59.2, " 1m"),
        (720, "12m"),
        (3569, "59m"),
        (3600, " 1h"),
        (10_800, " 3h"),
        (99 * 3600, "99h"),
        (100 * 3600, " 4d"),
        (float("inf"), "99d"),
    ],
)
def test_the_time_left_takes_three_cells(seconds: float, shown: str) -> None:
    assert text.left(seconds) == shown


@settings(deadline=None)
@given(st.floats(-10, 1e12))
def test_every_time_left_takes_three_cells(seconds: float) -> None:
    assert len(text.left(seconds)) == 3


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0s"),
        (41.9, "41s"),
        (72, "1m12s"),
        (600, "10m00s"),
        (10_020, "2h47m"),
        (273_600, "3d04h"),
    ],
)
def test_a_span_has_two_units(seconds: float, shown: str) -> None:
    assert text.span(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown", "short"),
    [
        (85_260, "23h41m", "23h"),
        (90_000, "1d01h", "25h"),
        (2820, "47m", "47m"),
        (2280, "38m", "38m"),
        (120, "2m", "2m"),
        (119.5, "119s", "99s"),
        (98.5, "99s", "99s"),
        (0.5, "1s", "1s"),
        (0, "expired", "0s"),
        (-9, "expired", "0s"),
        (1e9, "11574d01h", "99h"),
    ],
)
def test_the_life_of_a_link_is_said_in_full_and_in_three_cells(
    seconds: float, shown: str, short: str
) -> None:
    assert (text.lifetime(seconds), text.lifetime_short(seconds)) == (shown, short)
    assert len(short) <= 3


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1200, "1.2 kB"),
        (820_000, "820 kB"),
        (8_400_000, "8.4 MB"),
        (14_200_000, "14.2 MB"),
        (82_000_000, "82 MB"),
        (212_400_000, "212 MB"),
        (999_600_000, "1 GB"),
    ],
)
def test_a_size_is_decimal(size_bytes: int, shown: str) -> None:
    assert text.size(size_bytes) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, "—"),
        (0, "0"),
        (60, "60"),
        (1240, "1,240"),
        (30.0, "30"),
        (7.5, "7.5"),
        (1e9, "1,000,000,000"),
    ],
)
def test_credits_have_thousands_apart_and_decimals_only_if_there_are_any(
    number: float | None, shown: str
) -> None:
    assert text.count(number) == shown


@pytest.mark.parametrize(
    ("share", "width", "shown"),
    [
        (0, 10, "──────────"),
        (0.41, 8, "━━━╸────"),
        (0.41, 6, "━━╸───"),
        (0.62, 10, "━━━━━━────"),
        (0.999, 10, "━━━━━━━━━╸"),
        (1, 10, "━━━━━━━━━━"),
        (7, 3, "━━━"),
        (-1, 3, "───"),
    ],
)
def test_a_bar_is_full_only_when_done(share: float, width: int, shown: str) -> None:
    assert "".join(text.bar(share, width)) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.29, "29%"), (0.999, "99%"), (1, "100%"), (2, "100%"), (-1, "0%")],
)
def test_a_per_cent_is_rounded_down(share: float, shown: str) -> None:
    assert text.per_cent(share) == shown


def test_numbers_have_their_nouns() -> None:
    assert (text.files(1), text.files(2)) == ("1 file", "2 files")
    assert text.plural(1000, "task") == "1,000 tasks"
    assert (text.seconds(5), text.seconds(3.85)) == ("5", "3.85")


@pytest.mark.parametrize(
    ("path", "home", "shown"),
    [
        ("/home/ann/Videos", "/home/ann", "~/Videos"),
        ("/home/ann", "/home/ann/", "~"),
        ("/home/anna/Videos", "/home/ann", "/home/anna/Videos"),
        ("C:\\Users\\ann\\Videos", "C:\\Users\\ann", "~\\Videos"),
        ("/srv/videos", "/", "/srv/videos"),
        ("/srv/\x1b[31mred", "/home/ann", "/srv/�[31mred"),
    ],
)
def test_a_folder_in_the_home_folder_is_shown_from_there(path: str, home: str, shown: str) -> None:
    assert text.tilde(path, home) == shown
