"""A bug ends the program with a report that holds no key, and with a status that is not 0."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from tests.ui import look, stage
from tests.ui.scenes import ended
from vidu_tui.ui import crash

KEY = "vd_crash_0123456789abcdef"

CRASH = """
import sys
from tests.ui import stage
from tests.ui.scenes import ended

KEY = {key!r}


class Crashing(stage.StillEngine):
    async def run(self):
        secret = KEY
        if "worker" in sys.argv:
            raise ValueError(f"cannot use {{secret}} here")

    def pause(self, *, is_paused):
        secret = KEY
        raise RuntimeError(f"cannot use {{secret}} here")


app, _ = stage.app_of(ended())
app.engine = Crashing(ended())
app.options = __import__("dataclasses").replace(
    app.options, redact=lambda words: words.replace(KEY, "***")
)
if "handler" in sys.argv:
    app.begin = lambda: app.engine.pause(is_paused=True)
app.run()
sys.exit(app.return_code)
"""


@pytest.mark.parametrize("where", ["worker", "handler"])
def test_a_crash_shows_no_key_and_exits_non_zero(where: str, home: Path) -> None:
    script = CRASH.format(key=KEY)
    with Terminal([where], environ_of(home), program=("-c", script)) as terminal:
        assert terminal.status() == 1
        assert KEY not in terminal.written.decode("utf-8", "replace")
        assert KEY[3:20] not in terminal.text
        assert terminal.text.count("vidu-tui ended because of a bug") == 1
        assert "cannot use *** here" in terminal.text
        assert "Start it again with: vidu-tui" in terminal.text


async def test_the_report_names_the_cause_inside_a_group_and_no_values() -> None:
    async def fail() -> None:
        secret = KEY
        raise LookupError(f"{len(secret)} letters")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    except* LookupError:
        report = crash.report()
    assert "LookupError: 25 letters" in report
    assert "in fail" in report
    assert KEY not in report


async def test_a_bug_in_a_handler_of_the_screen_is_reported_by_the_redactor() -> None:
    app, _ = stage.app_of(ended())

    async def crash_it() -> None:
        async with app.run_test() as pilot:
            await look.settle(pilot)
            app.screen.call_later(lambda: 1 // 0)
            await look.settle(pilot)

    with pytest.raises(ZeroDivisionError):
        await crash_it()
    assert app.return_code == 1
    assert "ZeroDivisionError" in app.crash_report


def test_a_report_holds_no_escape_sequence_of_a_server() -> None:
    try:
        int("state \x1b]0;PWNED\x07\x1b[31m\x9b2J\nvidu-tui: forged line")
    except ValueError:
        report = crash.report()
    assert "\x1b" not in report
    assert "\x9b" not in report
    assert "\nvidu-tui: forged" not in report


def test_a_report_is_redacted_before_it_is_cut() -> None:
    nothing: dict[str, int] = {}
    try:
        nothing["x" * 3_975 + KEY]
    except KeyError:
        report = crash.report(lambda words: words.replace(KEY, "•••"))
    assert KEY[:8] not in report
