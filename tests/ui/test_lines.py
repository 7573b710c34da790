"""Paragraphs keep every letter at every width."""

from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core.cells import Span
from vidu_tui.ui.widgets.lines import wrapped
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
