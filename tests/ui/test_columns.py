"""The columns of every width, as look.md section 2 has them."""

import pytest

from vidu_tui.ui.columns import GAP, NAME_LEAST, NAME_MAX, layout

WIDE = [
    "state",
    "progress",
    "name",
    "model",
    "resolution",
    "duration",
    "credits",
    "expires",
    "file",
]
TABLE = [
    # least, most, columns with their widths (None: what is left), cells beside the name
    (132, 300, dict(zip(WIDE, (12, 15, None, 15, 5, 4, 7, 7, 28), strict=True)), 113),
    (
        116,
        131,
        {
            "state": 12,
            "progress": 15,
            "name": None,
            "model": 15,
            "resolution": 5,
            "credits": 7,
            "expires": 7,
            "file": 18,
        },
        97,
    ),
    (
        97,
        115,
        {
            "state": 12,
            "progress": 10,
            "name": None,
            "model": 11,
            "resolution": 5,
            "credits": 7,
            "file": 18,
        },
        79,
    ),
    (
        80,
        96,
        {
            "state": 12,
            "progress": 4,
            "name": None,
            "model": 11,
            "resolution": 5,
            "credits": 7,
            "file": 14,
        },
        69,
    ),
    (70, 79, {"state": 12, "progress": 10, "name": None, "file": 18}, 50),
    (40, 69, {"glyph": 1, "name": None, "file": 14}, 22),
]


@pytest.mark.parametrize(("least", "most", "columns", "beside"), TABLE)
def test_a_width_has_its_columns_and_fills_the_line(
    least: int, most: int, columns: dict[str, int | None], beside: int
) -> None:
    for width in range(least, most + 1):
        found = layout(width)
        assert [c.id for c in found.columns] == list(columns)
        for column in found.columns:
            wanted = columns[column.id]
            if column.id == "name":
                assert column.width == min(NAME_MAX, width - beside)
            elif column.id == "file":
                assert column.width == (wanted or 0) + max(0, width - beside - NAME_MAX)
            else:
                assert column.width == wanted
        assert found.columns[0].start == 3
        for left, right in zip(found.columns, found.columns[1:], strict=False):
            gap = 1 if left.id == "glyph" else GAP
            assert left.start + left.width + gap == right.start
        last = found.columns[-1]
        assert last.start + last.width == width - 1, "one cell of margin"
        assert found.has_heads == (width >= 70)


@pytest.mark.parametrize("width", range(40))
def test_a_narrow_width_has_what_fits(width: int) -> None:
    found = layout(width)
    assert not found.has_heads
    for column in found.columns:
        assert 0 <= column.start <= column.start + column.width <= width
    if width >= 9:
        assert [(c.id, c.width) for c in found.columns] == [
            ("glyph", 1),
            ("now", 4),
            ("name", width - 8),
        ]


@pytest.mark.parametrize("width", range(80, 301))
def test_from_80_cells_up_the_five_columns_are_there(width: int) -> None:
    for name in ("state", "progress", "model", "resolution", "credits"):
        assert layout(width).column(name) is not None


def test_numbers_lean_right_and_words_left() -> None:
    right = {c.id for c in layout(140).columns if c.is_right}
    assert right == {"resolution", "duration", "credits", "expires"}
    per_cent = layout(80).column("progress")
    assert per_cent is not None
    assert per_cent.is_right
    assert per_cent.head == "%"


TWO = frozenset({"theturbo", "vidu"})


@pytest.mark.parametrize("width", range(97, 301))
def test_several_gateways_have_a_column_behind_the_name(width: int) -> None:
    found = layout(width, frozenset(), TWO)
    names = [column.id for column in found.columns]
    assert names.index("gateway") == names.index("name") + 1
    name, gateway = found.column("name"), found.column("gateway")
    assert name is not None
    assert gateway is not None
    assert name.width >= NAME_LEAST
    assert (gateway.width, gateway.start) == (8, name.start + name.width + GAP)
    last = found.columns[-1]
    assert last.start + last.width <= width - 1
    plain = [column.id for column in layout(width).columns]
    assert [each for each in names if each != "gateway"] == plain


@pytest.mark.parametrize("width", [*range(1, 70), *range(80, 93)])
def test_where_there_is_no_room_for_it_all_is_as_with_one(width: int) -> None:
    assert layout(width, frozenset(), TWO) == layout(width)


def test_one_gateway_needs_no_column_and_a_long_name_is_cut() -> None:
    assert layout(200, frozenset(), frozenset({"theturbo"})) == layout(200)
    column = layout(200, frozenset(), frozenset({"a", "a-very-long-gateway"})).column("gateway")
    assert column is not None
    assert column.width == 10
