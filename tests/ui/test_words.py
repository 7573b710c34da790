"""What header, banner and footer say, word for word, and what goes first where it is narrow."""

import errno
from pathlib import Path

import pytest

from tests.ui import stage
from tests.ui.scenes import ended, mixed
from vidu_tui.core.board import Board, Health, HealthKind
from vidu_tui.core.files import FileStage
from vidu_tui.engine.saving import Pressed
from vidu_tui.gateway.disk import disk_error
from vidu_tui.ui import toasts, words

NOW = stage.NOW
OK = Health("t", kind=HealthKind.OK)


def said(hints: tuple[words.Hint, ...]) -> str:
    return "  ".join(f"{hint.key} {hint.word}" for hint in hints)


@pytest.mark.parametrize(
    ("label", "hints"),
    [
        ("rain loop", "a add  Enter details  e label  r poll now  x remove  / filter"),
        (
            "beach at dusk",
            "d download  D choose files  Enter details  c copy id  e label  x remove  / filter",
        ),
        ("hero shot", "d stop  Enter details  D choose files  c copy id  e label"),
        ("logo sting", "d go on  Enter details  D choose files  c copy id  e label"),
        (
            "two dancers",
            "o open  O folder  Enter details  y copy  e label  x remove  / filter",
        ),
        ("car chase", "Enter why  c copy id  e label  x remove  / filter  a add"),
    ],
)
def test_a_row_has_the_hints_of_its_state(label: str, hints: str) -> None:
    assert said(words.hints(stage.named(mixed(), label))) == hints


def test_an_empty_list_has_hints_of_its_own() -> None:
    assert said(words.hints(None)) == "a add  : all actions"


def test_the_gravest_notice_is_said_and_the_others_are_counted() -> None:
    board = mixed()
    line = "theturbo refused the key (401): polling stopped, downloads go on."
    refused = Health("theturbo", kind=HealthKind.REFUSED, line=line)
    offline = Health("other", kind=HealthKind.OFFLINE, line="No connection.", next_at=NOW + 8)
    board = board.with_health(refused).with_health(offline)._replace(paused_since=NOW)
    notice = words.notice(board, NOW)
    assert notice is not None
    assert notice.text == line
    assert notice.hint == words.Hint("K", "enter a key", "enter_key")
    assert notice.more == 2
    notice = words.notice(board.with_health(refused._replace(kind=HealthKind.OK)), NOW)
    assert notice is not None
    wait = "Next try in 8 s; these are the last known states."
    assert notice.text == f"No connection. {wait}"


def test_a_full_disk_is_graver_than_no_connection() -> None:
    line = str(disk_error(OSError(errno.ENOSPC, "no space"), Path("/nowhere")))
    assert line.endswith("Downloads wait and go on by themselves.")
    notice = words.notice(mixed()._replace(disk_line=line), NOW)
    assert notice is not None
    assert notice.text == line


def test_a_ledger_that_was_set_aside_is_named() -> None:
    notice = words.notice(mixed()._replace(ledger_line="The ledger was broken."), NOW)
    assert notice is not None
    assert notice.text == "The ledger was broken."


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (80, "No API key for theturbo: nothing is polled."),
        (30, "No API key for theturbo"),
        (10, "No API ke…"),
        (0, ""),
        (-5, ""),
    ],
)
def test_a_sentence_loses_what_follows_its_colon_first(room: int, shown: str) -> None:
    assert words.shortened("No API key for theturbo: nothing is polled.", room) == shown


def test_a_second_sentence_goes_before_the_first_is_cut() -> None:
    line = "No connection to a (refused). Next try in 8 s; these are the last known states."
    assert words.shortened(line, 40) == "No connection to a (refused)."


@pytest.mark.parametrize(
    ("health", "shown"),
    [
        (
            Health("t", kind=HealthKind.OK, latency_ms=7, polled_at=NOW - 2),
            "● t    7 ms · polled  2 s ago",
        ),
        (
            Health("t", kind=HealthKind.OK, latency_ms=182, polled_at=NOW - 12),
            "● t  182 ms · polled 12 s ago",
        ),
        (Health("t", kind=HealthKind.THROTTLED, next_at=NOW + 12), "● t  next in 12 s"),
        (Health("t", kind=HealthKind.OFFLINE, since=NOW - 180), "○ t  since 14:02"),
        (Health("t", kind=HealthKind.REFUSED), "✗ t  key refused"),
        (Health("t", kind=HealthKind.IDLE), "● t  nothing to poll"),
    ],
)
def test_the_header_says_how_the_gateway_does(health: Health, shown: str) -> None:
    spans = words.health([(health, "t")], Board(), NOW, 140)
    assert "".join(s.text for s in spans) == shown


def test_several_gateways_share_the_header_and_the_worst_latency() -> None:
    one = Health("a", kind=HealthKind.OK, latency_ms=20, polled_at=NOW)
    two = Health("b", kind=HealthKind.OK, latency_ms=300, polled_at=NOW - 9)
    spans = words.health([(one, "a"), (two, "b")], Board(), NOW, 80)
    assert "".join(s.text for s in spans) == "● a   ● b  300 ms"


def test_of_several_gateways_the_gravest_has_the_word() -> None:
    idle, fine = Health("a"), Health("b", kind=HealthKind.OK, latency_ms=20, polled_at=NOW)
    away = Health("c", kind=HealthKind.OFFLINE, since=NOW - 180)
    keyless = Health("d", kind=HealthKind.NO_KEY)

    def said(*told: Health) -> str:
        spans = words.health([(h, h.gateway) for h in told], Board(), NOW, 80)
        return "".join(s.text for s in spans)

    assert said(idle, fine) == "● a   ● b   20 ms"
    assert said(idle, idle) == "● a   ● a  nothing to poll"
    assert said(idle, fine, away) == "● a   ● b   ○ c  since 14:02"
    assert said(away, keyless) == "○ c   ✗ d  no key"


@pytest.mark.parametrize(
    ("width", "room", "shown"),
    [
        (140, 90, "auto-save off   ↓ 1 file  3.2 MB/s   1,388 credits used "),
        (127, 90, "↓ 1 file  3.2 MB/s   1,388 credits used "),
        (99, 90, "↓ 1  3.2 MB/s   1,388 credits used "),
        (140, 50, "↓ 1 file  3.2 MB/s   1,388 credits used "),
        (140, 21, "1,388 credits used "),
        (69, 60, "1,388 credits used "),
        (59, 40, "1,388 cr "),
        (59, 5, ""),
    ],
)
def test_the_right_of_the_header_is_dropped_from_its_left(
    width: int, room: int, shown: str
) -> None:
    assert "".join(s.text for s in words.totals(mixed(), "off", width, room)) == shown


def test_the_header_keeps_the_place_of_a_speed_that_nobody_knows_just_now() -> None:
    board = mixed()
    waiting = stage.coming(stage.named(board, "hero shot"), 0.4, FileStage.CHECKING)
    for width in (140, 99):
        running = words.totals(board, "off", width, 90)
        paused = words.totals(board.with_entry(waiting), "off", width, 90)
        assert len("".join(s.text for s in paused)) == len("".join(s.text for s in running))


def test_unknown_credits_are_marked() -> None:
    entry = stage.named(ended(), "hero shot")
    assert entry.task is not None
    board = ended().with_entry(entry._replace(task=entry.task._replace(credits=None)))
    assert "+ credits used" in "".join(s.text for s in words.totals(board, "off", 100, 60))


def test_an_undone_label_is_not_said_to_be_back_on_the_list() -> None:
    entry = stage.named(mixed(), "hero shot")
    assert toasts.undone((entry,), was_listed=True) == "Label as before: hero shot"
    assert toasts.undone((entry,)) == "Back on the list: hero shot"
    assert toasts.undone(()) == "Nothing to undo"


def test_what_a_key_did_to_many_is_counted_in_one_toast_each() -> None:
    board = mixed()
    two = tuple(stage.named(board, name) for name in ("hero shot", "logo sting"))
    saved = stage.saved(stage.named(board, "two dancers")).files
    done = Pressed(stopped=two, wanted=two, unwanted=two, already=saved, fruitless=two)
    assert toasts.pressed(done) == [
        "Already saved: 2 files",
        "Stopped 2 downloads · d goes on from there",
        "Saved as soon as they are finished: 2 tasks · d takes them back",
        "Not saved by itself any more: 2 tasks",
        "Nothing to download: 2 tasks",
    ]
    assert toasts.pressed(Pressed(started=two)) == []
