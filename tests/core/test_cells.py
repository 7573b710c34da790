"""The cells of a row, word for word, at every width that the table gives them."""

import pytest

from vidu_tui.core import cells
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Cell, Role
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

NOW = 1_000_000.0
VIDEO = FileKey(0, AssetKind.VIDEO)
KEY = TaskKey("theturbo", "940107923630096384")


def link(life_s: float) -> str:
    return f"https://f.example/v.mp4?Expires={int(1_700_000_000 + life_s)}"


def entry(state: TaskState = TaskState.PROCESSING, **fields: object) -> Entry:
    task = Task(id=KEY.id, state=state, state_word=state.word)
    return Entry(KEY, task=task._replace(**fields))  # type: ignore[arg-type] # fields of a Task


def finished(life_s: float = 9e4, count: int = 1) -> Entry:
    creation = Creation("c", (Asset(AssetKind.VIDEO, link(life_s)),))
    return entry(TaskState.SUCCESS, progress=100.0, creations=(creation,) * count)


def saved(life_s: float = 9e4) -> Entry:
    file = FileState(VIDEO, FileStage.SAVED, received=14_200_000, total=14_200_000)
    return finished(life_s)._replace(files=(file,))


def words(cell: Cell) -> str:
    return "".join(span.text for span in cell)


ASKING = Entry(KEY)
DENIED = Entry(KEY, is_denied=True)
ODD = entry(TaskState.UNKNOWN, state_word="moderating")


@pytest.mark.parametrize(
    ("shown", "text", "ascii_text", "roles", "is_bold"),
    [
        (ASKING, "· asking", ". asking", (Role.QUIET, Role.QUIET), False),
        (entry(TaskState.CREATED), "○ created", "o created", (Role.QUIET, Role.QUIET), False),
        (entry(TaskState.QUEUEING), "◔ queueing", "~ queueing", (Role.QUIET, Role.QUIET), False),
        (entry(), "► processing", "> processing", (Role.PRIMARY, Role.PRIMARY), False),
        (finished(), "✓ success", "+ success", (Role.SUCCESS, Role.SUCCESS), False),
        (saved(), "✓ success", "+ success", (Role.SUCCESS, Role.QUIET), False),
        (entry(TaskState.FAILED), "✗ failed", "x failed", (Role.ERROR, Role.ERROR), True),
        (entry(TaskState.CANCELED), "⊘ canceled", "- canceled", (Role.QUIET, Role.QUIET), False),
        (DENIED, "? not found", "? not found", (Role.WARNING, Role.WARNING), False),
        (ODD, "? moderating", "? moderating", (Role.WARNING, Role.WARNING), False),
    ],
)
def test_a_state_is_a_glyph_a_word_and_a_role(
    shown: Entry, text: str, ascii_text: str, roles: tuple[Role, Role], is_bold: bool
) -> None:
    cell = cells.state(shown)
    assert words(cell) == text
    assert words(cells.state(shown, is_ascii=True)) == ascii_text
    assert tuple(span.role for span in cell) == roles
    assert {span.is_bold for span in cell} == {is_bold}
    assert words(cells.glyph(shown)) == text[0]


def test_a_stale_row_is_quiet() -> None:
    old = entry(progress=62.0, credits=60.0, resolution="720p")._replace(is_stale=True, label="x")
    shown = (*cells.state(old), *cells.name(old, 20), *cells.credits_cell(old))
    assert {span.role for span in shown} == {Role.QUIET}
    roles = {span.role for span in cells.progress(old, 15) if span.text.strip()}
    assert roles == {Role.QUIET, Role.TRACK}


@pytest.mark.parametrize(
    ("shown", "wide", "narrow", "alone"),
    [
        (entry(progress=62.9), "━━━━━━╸───  62%", "━━━──  62%", " 62%"),
        (entry(progress=0.0), "──────────   0%", "─────   0%", "  0%"),
        (entry(progress=99.9), "━━━━━━━━━╸  99%", "━━━━╸  99%", " 99%"),
        (finished(), "           100%", "      100%", "100%"),
        (entry(), "              —", "         —", "   —"),
        (ASKING, "              —", "         —", "   —"),
        (ODD, "              —", "         —", "   —"),
        (entry(TaskState.FAILED, progress=40.0), "", "", ""),
        (entry(TaskState.CANCELED, progress=40.0), "", "", ""),
        (DENIED, "", "", ""),
    ],
)
def test_only_what_moves_has_a_bar(shown: Entry, wide: str, narrow: str, alone: str) -> None:
    assert [words(cells.progress(shown, w)) for w in (15, 10, 4)] == [wide, narrow, alone]


@pytest.mark.parametrize(
    ("shown", "width", "text"),
    [
        (Entry(KEY, label="hero shot"), 20, "hero shot"),
        (Entry(KEY, label="a\x1b[31m\nb"), 20, "a b"),
        (entry(payload="teaser, take 3", payload_length=14), 20, "teaser, take 3"),
        (entry(payload="x" * 61, payload_length=61), 20, KEY.id),
        (entry(payload="two\nlines", payload_length=9), 20, KEY.id),
        (Entry(KEY), 18, KEY.id),
        (Entry(KEY), 14, "…7923630096384"),
        (Entry(KEY), 2, "…4"),
        (finished(count=2), 30, f"{KEY.id} ×2"),
        (finished(count=2), 14, "…3630096384 ×2"),
    ],
)
def test_a_name_is_the_label_the_payload_or_the_id(shown: Entry, width: int, text: str) -> None:
    assert words(cells.name(shown, width)) == text


def test_an_id_is_quiet_and_a_label_is_not() -> None:
    assert cells.name(Entry(KEY), 20)[0].role is Role.QUIET
    assert cells.name(Entry(KEY, label="x"), 20)[0].role is Role.PLAIN
    assert cells.name(finished(count=2)._replace(label="x"), 20)[1].role is Role.QUIET


@pytest.mark.parametrize(
    ("model", "width", "text"),
    [
        ("viduq3-pro-fast", 15, "viduq3-pro-fast"),
        ("viduq3-pro-fast", 11, "q3-pro-fast"),
        ("vidu2.0", 11, "2.0"),
        ("", 15, "—"),
    ],
)
def test_a_narrow_model_drops_vidu(model: str, width: int, text: str) -> None:
    assert words(cells.model(entry(model=model), width)) == text


def test_what_is_not_known_is_a_dash_and_nothing_is_known_before_the_first_answer() -> None:
    for cell in (cells.resolution, cells.credits_cell, cells.duration):
        assert words(cell(entry())) == "—"
        assert words(cell(ASKING)) == ""


def test_numbers_stand_in_their_cells() -> None:
    shown = entry(resolution="1080p", credits=1240.0, duration=5.0)
    assert words(cells.resolution(shown)) == "1080p"
    assert words(cells.credits_cell(shown)) == "1,240"
    pairs = [(span.text, span.role) for span in cells.duration(shown)]
    assert pairs == [("5", Role.PLAIN), ("s", Role.QUIET)]
    assert words(cells.duration(entry(duration=0.0))) == ""


@pytest.mark.parametrize(
    ("life_s", "text", "role", "short"),
    [
        (85_260, "23h41m", Role.PLAIN, " 23h"),
        (10_799, "2h59m", Role.WARNING, "  2h"),
        (3600, "1h00m", Role.WARNING, "  1h"),
        (2820, "47m!", Role.ERROR, "47m!"),
        (119, "119s!", Role.ERROR, "99s!"),
        (41, "41s!", Role.ERROR, "41s!"),
        (0, "expired", Role.ERROR, "  0s"),
        (-5, "expired", Role.ERROR, "  0s"),
    ],
)
def test_the_life_of_an_unsaved_link_is_coloured(
    life_s: float, text: str, role: Role, short: str
) -> None:
    now = 1_700_000_000.0
    [span] = cells.expires(finished(life_s), now)
    assert (span.text, span.role) == (text, role)
    assert words(cells.now_cell(finished(life_s), now)) == short


def test_the_life_of_a_saved_link_is_faint_whatever_the_time() -> None:
    now = 1_700_000_000.0
    running = FileState(VIDEO, FileStage.RUNNING, received=1, total=2)
    for shown in (saved(60), finished(60)._replace(files=(running,))):
        [span] = cells.expires(shown, now)
        assert (span.text, span.role) == ("60s", Role.FAINT)
    assert cells.expires(ASKING, now) == cells.expires(entry(), now) == ()


@pytest.mark.parametrize(
    ("shown", "text", "role"),
    [
        (entry(progress=62.0), " 62%", Role.PLAIN),
        (entry(), "", None),
        (entry(TaskState.FAILED), "fail", Role.ERROR),
        (entry(TaskState.QUEUEING), "", None),
        (ASKING, "", None),
        (saved(), "", None),
        (
            finished()._replace(
                files=(FileState(VIDEO, FileStage.RUNNING, received=41, total=100),),
            ),
            "↓41%",
            Role.SECONDARY,
        ),
    ],
)
def test_now_says_what_matters_most_in_four_cells(
    shown: Entry, text: str, role: Role | None
) -> None:
    cell = cells.now_cell(shown, NOW)
    assert words(cell) == text
    assert [span.role for span in cell] == ([role] if role else [])


def test_a_verb_prints_a_cell_without_its_padding() -> None:
    assert cells.plain(cells.progress(finished(), 15)) == "100%"
