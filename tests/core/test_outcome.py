"""The result column, word for word, at 28, 18 and 14 cells."""

import pytest

from tests.core.test_cells import ASKING, DENIED, entry, finished, saved, words
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.cells import Role
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.outcome import GONE, result
from vidu_tui.core.task import AssetKind, TaskState

NOW = 1_700_000_000.0
VIDEO, SECOND = FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)


def file(stage: FileStage, **fields: object) -> Entry:
    state = FileState(VIDEO, stage, received=41_000_000, total=100_000_000)
    return finished()._replace(files=(state._replace(**fields),))  # type: ignore[arg-type] # of a FileState


def trouble(cell: str, *, has_age: bool = True, next_s: float | None = 8) -> Entry:
    next_at = None if next_s is None else NOW + next_s
    return entry(TaskState.QUEUEING)._replace(trouble=Trouble(cell, "", NOW - 72, next_at, has_age))


def failed(code: str, message: str = "") -> Entry:
    return entry(TaskState.FAILED, err_code=code, err_message=message)


RUNNING = file(FileStage.RUNNING, speed_bps=3_200_000, total=53_000_000, received=40_000_000)
BOTH = finished(count=2)._replace(
    files=(
        FileState(VIDEO, FileStage.SAVED, received=8_700_000),
        FileState(SECOND, FileStage.SAVED, received=14_200_000),
    ),
)
PARTLY = BOTH._replace(files=BOTH.files[:1])
NO_FILE = entry(TaskState.SUCCESS)._replace(finished_at=NOW - 10)

TABLE = [
    # nothing to tell
    (ASKING, "", "", "", None),
    (DENIED, "", "", "", None),
    (entry(TaskState.CREATED), "", "", "", None),
    (entry(), "", "", "", None),
    (entry(TaskState.CANCELED), "", "", "", None),
    (entry(TaskState.CANCELED)._replace(is_wanted=True), "", "", "", None),
    (
        entry(TaskState.QUEUEING, off_peak=True),
        "off-peak, up to 48 h",
        "off-peak",
        "off-peak",
        Role.QUIET,
    ),
    # trouble with the poll
    (
        trouble("502"),
        "502 for 1m12s · again in 8s",
        "502 for 1m12s",
        "502 for 1m12s",
        Role.WARNING,
    ),
    (
        trouble("offline"),
        "offline 1m12s · again in 8s",
        "offline 1m12s",
        "offline 1m12s",
        Role.WARNING,
    ),
    (trouble("no answer"), "no answer 1m12s · 8s", "no answer 1m12s", "no answer", Role.WARNING),
    (
        trouble("not known yet", has_age=False),
        "not known yet · again in 8s",
        "not known yet",
        "not known yet",
        Role.WARNING,
    ),
    (
        trouble("not the gateway", has_age=False, next_s=30),
        "not the gateway · 30s",
        "not the gateway",
        "not the gatew…",
        Role.WARNING,
    ),
    (trouble("400", next_s=600), "400 for 1m12s · 10m00s", "400 for 1m12s", "400 for 1m12s", None),
    (trouble("502", next_s=None), "502 for 1m12s", "502 for 1m12s", "502 for 1m12s", None),
    (
        entry()._replace(is_wanted=True),
        "↓ when finished",
        "↓ when finished",
        "↓ wanted",
        Role.QUIET,
    ),
    # downloads
    (file(FileStage.WAITING), "↓ waiting", "↓ waiting", "↓ waiting", Role.QUIET),
    (
        file(FileStage.WAITING, cell="another vidu-tui"),
        "another vidu-tui",
        "another vidu-tui",
        "another vidu-…",
        Role.QUIET,
    ),
    (
        file(FileStage.RETRYING, next_try_at=NOW + 8),
        "↻ 41% · again in 8s",
        "↻ 41% · 8s",
        "↻ 41% · 8s",
        Role.WARNING,
    ),
    (
        file(FileStage.RETRYING, next_try_at=NOW + 8, cell="disk full"),
        "disk full",
        "disk full",
        "disk full",
        Role.ERROR,
    ),
    (
        file(FileStage.RENEWING),
        "↻ getting a fresh link",
        "↻ fresh link",
        "↻ fresh link",
        Role.WARNING,
    ),
    (file(FileStage.STOPPED), "‖ 41% kept · d goes on", "‖ 41% kept", "‖ 41% kept", Role.QUIET),
    (file(FileStage.CHECKING), "↓ checking", "↓ checking", "↓ checking", Role.QUIET),
    (saved(), "✓ saved  14.2 MB", "✓ saved 14.2 MB", "✓ saved", Role.SUCCESS),
    (BOTH, "✓ saved  22.9 MB, 2 files", "✓ saved 2 files", "✓ saved", Role.SUCCESS),
    (PARTLY, "unsaved 1 of 2", "unsaved 1 of 2", "unsaved 1 of 2", Role.WARNING),
    (
        finished(-5),
        "unsaved · d gets a new link",
        "unsaved · expired",
        "expired",
        Role.ERROR,
    ),
    (file(FileStage.FAILED, cell=GONE), "✗ gone at the gateway", "✗ gone", "✗ gone", Role.ERROR),
    (NO_FILE, "no file yet", "no file yet", "no file yet", Role.WARNING),
    (NO_FILE._replace(finished_at=NOW - 600), "✗ no file", "✗ no file", "✗ no file", Role.ERROR),
    (
        file(FileStage.MISSING),
        "! saved file is missing",
        "! file missing",
        "! file missing",
        Role.WARNING,
    ),
    (file(FileStage.FAILED, cell="not a video"), *("not a video",) * 3, Role.ERROR),
    (
        failed("CreationPolicyViolation"),
        "result refused",
        "result refused",
        "result refused",
        Role.ERROR,
    ),
    (
        failed("ImageDownloadFailure"),
        "image unreachable",
        "image unreachable",
        "image unreach…",
        Role.ERROR,
    ),
    (failed("", "no\x1b[31m face"), "no face", "no face", "no face", Role.ERROR),
    (failed(""), "", "", "", None),
]


@pytest.mark.parametrize(("shown", "wide", "middle", "narrow", "role"), TABLE)
def test_the_result_says_one_thing_at_every_width(
    shown: Entry, wide: str, middle: str, narrow: str, role: Role | None
) -> None:
    assert [words(result(shown, NOW, w)) for w in (28, 18, 14)] == [wide, middle, narrow]
    if role:
        assert result(shown, NOW, 28)[0].role is role


def test_a_running_download_has_a_bar_a_per_cent_a_speed_and_the_time_left() -> None:
    shown = file(FileStage.RUNNING, received=41_000_000, total=100_000_000, speed_bps=14_750_000)
    assert words(result(shown, NOW, 28)) == "↓ ━━━╸────  41%  15 MB/s  4s"
    shown = file(FileStage.RUNNING, received=8_200_000, total=20_000_000, speed_bps=3_200_000)
    cell = result(shown, NOW, 28)
    assert words(cell) == "↓ ━━━╸────  41% 3.2 MB/s  4s"
    roles = [span.role for span in cell]
    assert roles == [Role.SECONDARY, Role.SECONDARY, Role.TRACK, Role.PLAIN, Role.PLAIN, Role.QUIET]
    assert words(result(shown, NOW, 18)) == "↓ ━━╸───  41%   4s"
    assert words(result(shown, NOW, 14)) == "↓ 41%   4s"


@pytest.mark.parametrize("speed", [None, 1.0, 9.96e6, 1e12])
@pytest.mark.parametrize("received", [0, 1, 50_000_000, 100_000_000])
def test_a_running_download_never_shifts(speed: float | None, received: int) -> None:
    shown = file(FileStage.RUNNING, received=received, speed_bps=speed)
    assert len(words(result(shown, NOW, 28))) == 28
    assert len(words(result(shown, NOW, 18))) == 18
    assert len(words(result(shown, NOW, 14))) == 10


def test_a_download_of_unknown_length_says_what_has_come() -> None:
    shown = file(FileStage.RUNNING, total=None, speed_bps=3_200_000)
    assert words(result(shown, NOW, 28)) == "↓   41 MB 3.2 MB/s"
    assert words(result(shown, NOW, 14)) == "↓   41 MB"


def test_two_downloads_of_a_row_are_added_up() -> None:
    states = tuple(
        FileState(key, FileStage.RUNNING, received=got, total=50, speed_bps=5)
        for key, got in ((VIDEO, 10), (SECOND, 31))
    )
    shown = finished(count=2)._replace(files=states)
    assert words(result(shown, NOW, 14)) == "↓ 41%   6s"


@pytest.mark.parametrize(
    ("life_s", "middle", "narrow", "role"),
    [
        (85_260, "unsaved · 23h41m", "unsaved 23h41m", Role.PLAIN),
        (10_020, "unsaved · 2h47m", "unsaved 2h47m", Role.WARNING),
        (2280, "unsaved · 38m!", "unsaved 38m!", Role.ERROR),
    ],
)
def test_unsaved_tells_its_time_where_no_column_does(
    life_s: float, middle: str, narrow: str, role: Role
) -> None:
    shown = finished(life_s)
    cell = result(shown, NOW, 18, has_expires=False)
    assert (words(cell), cell[-1].role) == (middle, role)
    assert words(result(shown, NOW, 14, has_expires=False)) == narrow
    wide = result(shown, NOW, 28)
    assert [(span.text, span.role) for span in wide] == [("unsaved", role)]


def test_a_narrow_active_row_shows_its_bar_or_its_state() -> None:
    assert words(result(entry(progress=62.0), NOW, 14)) == "━━━━━╸───  62%"
    assert words(result(entry(TaskState.QUEUEING), NOW, 14, has_state=False)) == "queueing"
    assert words(result(ASKING, NOW, 14, has_state=False)) == "asking"
    assert words(result(entry(TaskState.QUEUEING), NOW, 14)) == ""


def test_no_cell_is_wider_than_its_column() -> None:
    for shown, *_ in TABLE:
        for width in (28, 18, 14):
            assert len(words(result(shown, NOW, width, has_expires=False))) <= width
