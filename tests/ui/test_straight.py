"""Columns stay straight: whatever a label is made of, and whatever its digits are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui import stage
from tests.ui.scenes import mixed
from vidu_tui.core import text
from vidu_tui.core.board import Entry, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import AssetKind
from vidu_tui.ui import rows
from vidu_tui.ui.columns import layout

WIDTHS = (400, 220, 140, 132, 116, 97, 96, 80, 70, 69, 50, 40, 39, 34, 20, 12, 8, 5, 1)
LIFETIME_S = 86_400.0
BOARD = mixed()
ODD = [
    *("夜", "の", "街", "한", "ｱ", "Ａ", "e\u0301", "\u0301", "o\u0308\u0323", "ก็", "א", "ﷺ"),
    *("👩‍💻", "👨‍👩‍👧‍👦", "🇩🇪", "🇩", "❤️", "☎️", "1️⃣", "👍🏽", "🏽", "🏴\U000e0067\U000e007f", "✂︎"),
    *("\u200d", "\ufe0f", "\u200b", "\u00ad", "\u202e", "\t", "\x1b[31m", " ", "a", "Z", "—", "…"),
]
labels = st.lists(st.sampled_from(ODD) | st.characters(), max_size=30).map("".join)


def line(entry: Entry, width: int, *, is_cursor: bool = False, is_marked: bool = False) -> str:
    spans = rows.line(
        entry,
        layout(width),
        stage.NOW,
        lifetime_s=LIFETIME_S,
        is_cursor=is_cursor,
        is_marked=is_marked,
    )
    return "".join(span.text for span in spans)


def cells_of(words: str) -> list[str]:
    """Lay words out cell by cell, as a terminal does that knows no joined signs."""
    found: list[str] = []
    for char in words:
        width = cell_len(char)
        if width == 0 and found:
            found[-1] += char
        else:
            found += [char, *([""] * (width - 1))]
    return found


@settings(deadline=None)
@given(label=labels, width=st.sampled_from(WIDTHS), number=st.integers(0, len(BOARD.entries) - 1))
def test_a_label_of_anything_leaves_every_column_in_its_place(
    label: str, width: int, number: int
) -> None:
    entry = list(BOARD.entries.values())[number]._replace(label=label)
    drawn = line(entry, width)
    found = layout(width)
    end = found.columns[-1].start + found.columns[-1].width if found.columns else 3
    assert cell_len(drawn) == len(cells_of(drawn)), "counted together or one by one"
    assert cell_len(drawn) <= max(width, end)
    cells = cells_of(drawn)
    for before, column in zip(found.columns, found.columns[1:], strict=False):
        gap = cells[before.start + before.width : column.start]
        assert not "".join(cell[:1] for cell in gap).strip(), (
            f"something stands in the gap before {column.id}"
        )


@pytest.mark.parametrize(
    ("label", "shown", "width"),
    [
        ("👩‍💻 at work", "👩💻 at work", 12),
        ("❤️ story", "❤ story", 7),
        ("1️⃣ first", "1 first", 7),
        ("👍🏽 take", "👍 take", 7),
        ("a 🏽", "a ", 2),
        ("\u0301\u0308a", "a", 1),
        ("\u0301", "", 0),
        ("🇩🇪 flag", "🇩🇪 flag", 7),
        ("夜の街", "夜の街", 6),
        ("cafe\u0301", "cafe\u0301", 4),
    ],
)
def test_a_sign_takes_the_cells_that_every_terminal_gives_it(
    label: str, shown: str, width: int
) -> None:
    assert text.steady(label) == shown
    assert cell_len(shown) == width == sum(cell_len(char) for char in shown)


digits = st.integers(0, 99_999)


def running(share: float, speed_bps: float) -> Entry:
    entry = stage.named(BOARD, "beach at dusk")
    state = FileState(
        FileKey(0, AssetKind.VIDEO),
        FileStage.RUNNING,
        received=int(14_200_000 * share),
        total=14_200_000,
        speed_bps=speed_bps,
    )
    return with_file(entry, state)


@settings(deadline=None)
@given(
    share=st.floats(0, 0.999),
    speed_bps=st.floats(1000, 9e8),
    width=st.sampled_from([w for w in WIDTHS if w >= 40]),
)
def test_a_download_keeps_its_per_cent_and_its_units_in_place(
    share: float, speed_bps: float, width: int
) -> None:
    usual = line(running(0.41, 3_200_000), width)
    drawn = line(running(share, speed_bps), width)
    assert cell_len(drawn) == cell_len(usual)
    # At 14 cells the per cent is followed by the time, and leans to the arrow.
    for sign in ("%", "/s") if width >= 97 or 70 <= width < 80 else ():
        assert drawn.rfind(sign) == usual.rfind(sign), sign
    for column in layout(width).columns:
        assert (drawn[column.start :].lstrip() == "") == (usual[column.start :].lstrip() == "")


@settings(deadline=None)
@given(progress=st.floats(0, 99.9), credit=digits, width=st.sampled_from(WIDTHS))
def test_other_digits_move_no_column(progress: float, credit: int, width: int) -> None:
    entry = stage.named(BOARD, "rain loop")
    assert entry.task is not None
    usual = entry._replace(task=entry.task._replace(progress=50.0, credits=60.0))
    other = entry._replace(task=entry.task._replace(progress=progress, credits=float(credit)))
    before, after = line(usual, width), line(other, width)
    assert len(before) == len(after)
    for column in layout(width).columns:
        first, last = column.start, column.start + column.width
        if column.is_right or column.id == "progress":
            assert before[last - 1] == " " if after[last - 1] == " " else before[last - 1] != " "
        if column.id not in ("progress", "credits", "now", "file"):
            assert before[first:last] == after[first:last]
