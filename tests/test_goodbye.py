"""What is said once the dashboard has closed: what is unsaved, until when, and nothing more."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from tests.ui import stage
from vidu_tui import dashboard
from vidu_tui.assembly import Run
from vidu_tui.core.board import Board
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.sandbox.scenario import DEMO_TASKS, HOUR_S, SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage import config as configuration
from vidu_tui.storage.paths import Paths

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
TASK = "940107923630096384"
CLOSED = "Nothing is watched while vidu-tui is closed.\n"
ENDS = (lambda t: t.press("q"), lambda t: os.kill(t.process.pid, signal.SIGTERM))


@pytest.fixture
def this(tmp_path: Path) -> Run:
    paths = Paths.under(tmp_path)
    config = configuration.load(environ={"HOME": str(tmp_path)}, paths=paths)
    return Run(config, paths, {})


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the dashboard think that it is the day of the pictures."""

    def localtime(at: float = stage.NOW) -> time.struct_time:
        return time.localtime(at)

    clock = SimpleNamespace(localtime=localtime, strftime=time.strftime, time=lambda: stage.NOW)
    monkeypatch.setattr(dashboard, "time", clock)


def board_of(*labels: str) -> Board:
    """Show some tasks of the demo, 90 seconds after its start: their links were made with it."""
    return stage.board_at(90, [task for task in DEMO_TASKS if task.label in labels])


def said(board: Board, this: Run, capsys: pytest.CaptureFixture[str], *, demo: bool = False) -> str:
    dashboard._say_goodbye(board, this, is_demo=demo)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        (["hero shot"], "1 finished video is not saved; the first link expires at 15 Mar 14:03"),
        (["beach at dusk"], "1 finished video is not saved; the first link expires at 14:41"),
        (
            ["hero shot", "beach at dusk", "logo sting", "car chase", "street interview"],
            "3 finished videos are not saved; the first link expires at 14:41",
        ),
    ],
)
def test_what_is_unsaved_is_counted_with_the_end_of_the_link_that_dies_first(
    this: Run, capsys: pytest.CaptureFixture[str], labels: list[str], line: str
) -> None:
    assert said(board_of(*labels), this, capsys) == f"{line}. {CLOSED}"


def test_the_end_of_a_link_whose_video_is_saved_is_not_spoken_of(
    this: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    board = board_of("beach at dusk", "logo sting")
    board = board.with_entry(stage.saved(stage.named(board, "beach at dusk")))
    line = said(board, this, capsys)
    assert line == f"1 finished video is not saved; the first link expires at 16:50. {CLOSED}"


def test_a_task_with_one_of_two_videos_saved_is_still_unsaved(
    this: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    board = board_of("two dancers")
    entry = stage.saved(stage.named(board, "two dancers"))
    board = board.with_entry(entry._replace(files=entry.files[:1]))
    assert said(board, this, capsys).startswith("1 finished video is not saved; ")


@pytest.mark.parametrize("stage_", [FileStage.RUNNING, FileStage.STOPPED, FileStage.FAILED])
def test_a_video_that_did_not_come_whole_is_unsaved(
    this: Run, capsys: pytest.CaptureFixture[str], stage_: FileStage
) -> None:
    board = board_of("beach at dusk")
    entry = stage.named(board, "beach at dusk")
    file = FileState(entry.videos[0], stage_, received=5, total=9, line="https://a.b/c?d=e")
    line = said(board.with_entry(entry._replace(files=(file,))), this, capsys)
    assert line == f"1 finished video is not saved; the first link expires at 14:41. {CLOSED}"


def test_a_link_that_says_no_end_is_believed_to_live_as_long_as_is_set(
    this: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    board = board_of("hero shot")
    entry = stage.named(board, "hero shot")
    assert entry.task is not None
    (made,) = entry.task.creations
    bare = tuple(asset._replace(url=asset.url.partition("?")[0]) for asset in made.assets)
    task = entry.task._replace(creations=(made._replace(assets=bare),))
    board = board.with_entry(entry._replace(task=task))
    download = this.config.download._replace(link_lifetime_s=float(HOUR_S))
    this.config = this.config._replace(download=download)
    line = said(board, this, capsys)
    assert line == f"1 finished video is not saved; the first link expires at 15:05. {CLOSED}"


@pytest.mark.parametrize(
    "board",
    [
        Board(),
        board_of("car chase", "street interview", "night market", "rolling dunes"),
        board_of("old storyboard"),
    ],
    ids=["an empty list", "nothing has succeeded", "nothing was answered"],
)
def test_nothing_is_said_where_nothing_is_unsaved(
    this: Run, capsys: pytest.CaptureFixture[str], board: Board
) -> None:
    assert said(board, this, capsys) == ""


def test_nothing_is_said_when_all_is_saved(this: Run, capsys: pytest.CaptureFixture[str]) -> None:
    board = board_of("hero shot", "two dancers", "car chase")
    board = board.with_entries(stage.saved(entry) for entry in board.entries.values())
    assert said(board, this, capsys) == ""


def test_the_demo_says_where_its_videos_are_and_not_what_is_unsaved(
    this: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(board_of("hero shot", "beach at dusk"), this, capsys, demo=True)
    assert line == f"The demo's videos stay in {this.config.download.dir}.\n"


def last_words(terminal: Terminal) -> str:
    """Give what stands on the terminal once the dashboard has left it."""
    _, left, rest = terminal.written.rpartition(LEAVES_ALTERNATE_SCREEN)
    assert left
    return re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|.)", "", rest.decode()).strip()


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """Be a gateway with one finished video, whose link was made at a fixed moment."""
    now = float(int(time.time()))
    task = SandboxTask(id=TASK, lifetime_s=5 * HOUR_S)
    with Sandbox([task], bytes_per_s=0, now=lambda: now) as running:
        yield running


def environ_with(home: Path, own: Sandbox) -> dict[str, str]:
    keyed = {"VIDU_API_KEY": own.key, "VIDU_BASE_URL": own.base_url}
    return {**environ_of(home), **keyed, "VIDU_DOWNLOAD_DIR": str(home / "videos")}


@pytest.mark.parametrize("end", ENDS, ids=["q", "SIGTERM"])
def test_the_terminal_shows_until_when_the_video_that_was_not_saved_can_be_had(
    home: Path, own: Sandbox, end: Callable[[Terminal], None]
) -> None:
    with Terminal([TASK], environ_with(home, own)) as terminal:
        terminal.wait_for("✓ success")
        end(terminal)
        terminal.status()
        words = last_words(terminal)
    until = time.strftime("%H:%M", time.localtime(own.now() + 5 * HOUR_S))
    line = r"1 finished video is not saved; the first link expires at (\d\d \w{3} )?" + until
    assert re.fullmatch(rf"{line}\. {CLOSED.strip()}", words), words
    assert own.key not in terminal.text


@pytest.mark.parametrize("end", ENDS, ids=["q", "SIGTERM"])
def test_the_terminal_is_left_silently_once_the_video_is_saved(
    home: Path, own: Sandbox, end: Callable[[Terminal], None]
) -> None:
    with Terminal([TASK], environ_with(home, own)) as terminal:
        terminal.wait_for("✓ success")
        terminal.press("d")
        terminal.wait_for("✓ saved")
        end(terminal)
        terminal.status()
        assert last_words(terminal) == ""
    assert len(list((home / "videos").iterdir())) == 1


def test_the_demo_leaves_one_line_on_the_terminal(home: Path, tmp_path: Path) -> None:
    with Terminal(["--demo", "--download-dir", str(tmp_path)], environ_of(home)) as terminal:
        terminal.wait_for("✓ success")
        os.kill(terminal.process.pid, signal.SIGTERM)  # q may ask first: one video saves itself
        terminal.status()
        assert last_words(terminal) == f"The demo's videos stay in {tmp_path}."
