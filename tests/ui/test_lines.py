"""Paragraphs keep every letter at every width."""

from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core.cells import Span
from vidu_tui.ui.widgets.lines import hanging, wrapped
from vidu_tui.ui.widgets.painted import width_of

TEXT = "What has arrived is kept; the next start goes on from there."


@given(st.integers(1, 80))
def test_wrapping_loses_no_word_and_no_line_is_too_wide(width: int) -> None:
    lines = wrapped((Span(TEXT),), width)
    assert all(width_of(line) <= width for line in lines)
    joined = "".join("".join(s.text for s in line) for line in lines)
    assert joined.replace(" ", "") == TEXT.replace(" ", "")


def test_a_line_that_just_fits_is_whole() -> None:
    first = "What has arrived is kept; the next"
    assert "".join(s.text for s in wrapped((Span(TEXT),), len(first))[0]) == first


def test_a_line_keeps_its_indent_when_it_wraps() -> None:
    lines = ["".join(s.text for s in line) for line in wrapped((Span("  cover  "), Span(TEXT)), 20)]
    assert lines[0] == "  cover  What has"
    assert not any(line.startswith(" ") for line in lines[1:])


def test_what_follows_a_name_stands_under_itself() -> None:
    line = (Span("model    "), Span("viduq3-pro-fast"), Span("  text2video"))
    said = ["".join(span.text for span in part).rstrip() for part in hanging(line, 30)]
    assert said == ["model    viduq3-pro-fast", "         text2video"]
    assert hanging(line, 80) == [line]
    assert hanging(line, 18) == wrapped(line, 18), "beside the name there is no room"
