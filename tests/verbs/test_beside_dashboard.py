"""Verbs beside an open dashboard: each sees within two seconds what the other does."""

import itertools
import time
from collections.abc import Iterator

import pytest

from tests.terminal import Terminal
from tests.verbs.conftest import DONE, PENDING, UNKNOWN, Person
from vidu_tui.sandbox.scenario import Phase, SandboxTask

SEEN_S = 2.0
INTERVAL_S = 2.0
LATE = SandboxTask(
    id="940107923630000005",
    label="late shot",
    phases=(Phase(0, "processing", 5, 50), Phase(4, "success")),
    clips=("dunes.mp4",),
)


@pytest.fixture
def dashboard(person: Person) -> Iterator[Terminal]:
    """A dashboard that polls one task, and saves nothing by itself."""
    person.set(f'[poll]\nprocessing = "{INTERVAL_S:.0f}s"\n[download]\nauto = "off"\n')
    person.run("add", PENDING.id)
    with person.terminal(columns=140, rows=40) as window:
        window.wait_for("processing")
        yield window


def seconds_until(person: Person, window: Terminal, words: str, after: int) -> float:
    """Wait for words on the screen; give how long that took."""
    began = time.monotonic()
    window.wait_for(words, after=after)
    return time.monotonic() - began


def test_what_add_and_rm_do_is_on_the_screen_within_two_seconds(
    person: Person, dashboard: Terminal
) -> None:
    seen = dashboard.count
    person.run("add", UNKNOWN, "--label", "crowd plate")
    assert seconds_until(person, dashboard, "crowd plate", seen) < SEEN_S
    seen = dashboard.count
    person.run("rm", UNKNOWN)
    assert seconds_until(person, dashboard, "1 all 1", seen) < SEEN_S


def test_what_download_saves_is_on_the_screen_and_was_fetched_once(
    person: Person, dashboard: Terminal
) -> None:
    seen = dashboard.count
    done = person.run("download", DONE.id)
    assert done.returncode == 0, done.stderr
    assert seconds_until(person, dashboard, "saved", seen) < SEEN_S
    assert len(person.saved()) == 1
    assert person.fetched() == 1


def test_what_the_dashboard_saves_is_known_to_ls_within_two_seconds(
    person: Person, dashboard: Terminal
) -> None:
    person.run("add", DONE.id)
    dashboard.wait_for("success")
    dashboard.press("g")
    dashboard.press("d")
    person.wait_until(lambda: len(person.saved()) == 1)
    began = time.monotonic()
    person.wait_until(lambda: "saved" in person.rows()[DONE.id][9])
    assert time.monotonic() - began < SEEN_S


def test_wait_follows_the_dashboard_and_asks_for_nothing_itself(
    person: Person, dashboard: Terminal
) -> None:
    person.gateway.add(LATE)
    person.run("add", LATE.id)
    done = person.run("wait", LATE.id, "--download")
    assert done.returncode == 0, done.stderr
    assert "A vidu-tui window does the polling" in done.stderr
    times = [r.at_s for r in person.gateway.requests if f"/{LATE.id}/" in r.path]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert all(gap >= INTERVAL_S * 0.9 - 0.05 for gap in gaps[:-1]), gaps
    assert person.fetched() == 1
    dashboard.wait_for("saved")


def test_wait_says_that_the_window_that_polls_is_paused(
    person: Person, dashboard: Terminal
) -> None:
    dashboard.press("P")
    dashboard.wait_for("Polling is paused")
    done = person.run("wait", PENDING.id, "--timeout", "3s")
    assert done.returncode == 124
    assert "That window is paused: nothing is asked until P is pressed there." in done.stderr


@pytest.mark.parametrize("verb", ["status", "wait", "download"])
def test_whoever_polls_asks_for_the_verb_too(
    person: Person, dashboard: Terminal, verb: str
) -> None:
    person.run("add", DONE.id)
    dashboard.wait_for("success")
    person.environ["VIDU_API_KEY"] = "vd-never-sent-to-anybody"
    before = person.asked(DONE.id)
    done = person.run(verb, DONE.id)
    assert done.returncode == 0, done.stderr
    assert person.asked(DONE.id) - before == (0 if verb == "wait" else 1)
    assert not any("never" in (seen.authorization or "") for seen in person.gateway.requests)


def test_a_window_without_a_key_is_not_waited_for(person: Person) -> None:
    key = person.environ.pop("VIDU_API_KEY")
    person.run("add", DONE.id)
    with person.terminal(columns=140, rows=40) as window:
        window.wait_for("wants an API key")
        person.environ["VIDU_API_KEY"] = key
        assert person.run("status", DONE.id).returncode == 0
        assert person.run("download", DONE.id).returncode == 0


def test_an_id_that_is_not_on_the_list_is_asked_for_and_leaves_nothing(
    person: Person, dashboard: Terminal
) -> None:
    done = person.run("status", DONE.id)
    assert done.returncode == 0
    assert person.asked(DONE.id) == 1
    assert list(person.rows()) == [PENDING.id]
    ledger = person.paths.ledger_file
    written = b"".join(p.read_bytes() for p in ledger.parent.glob(f"{ledger.name}*"))
    assert DONE.id.encode() not in written
