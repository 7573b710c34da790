"""What each verb writes, to the letter: on a terminal and in a pipe."""

import re
from dataclasses import replace

import pytest

from tests.verbs.conftest import DONE, FAILED, FIELDS, PENDING, UNKNOWN, Person, tasks_of
from vidu_tui.sandbox.scenario import Phase, SandboxTask
from vidu_tui.verbs.rows import FIELDS as NAMES

OTHER = SandboxTask(id="940107923630000006", phases=(Phase(0, "processing", 20, 20),))
FINISHED = replace(PENDING, phases=DONE.phases, clips=("dunes.mp4",))
REFUSED = (
    "The finished video was refused by the content check. There is no file."
    " Change the prompt or the input picture and submit again."
)
NOT_KNOWN = "theturbo does not know this id: a typing slip, or another gateway's?"


def lines(person: Person, *words: str, columns: int = 100) -> list[str]:
    """Run a verb on a terminal and give the lines that are left there."""
    with person.terminal(*words, columns=columns) as terminal:
        terminal.status()
        written = terminal.written.decode()
    return screen(written)


def screen(written: str) -> list[str]:
    """Play what a terminal was sent: text, line ends, up, and clear to the end."""
    shown: list[str] = [""]
    at = 0
    for part in re.findall(r"\x1b\[(\d+)F|(\x1b\[J)|(\r?\n)|([^\x1b\r\n]+)", written):
        up, clear, end, words = part
        if up:
            at -= int(up)
        elif clear:
            del shown[at + 1 :]
            shown[at] = ""
        elif end:
            at += 1
            shown += [""] * (at + 1 - len(shown))
        else:
            shown[at] += words
    return [line for line in shown if line]


def field_rows(stdout: str) -> list[list[str]]:
    """Part rows at their tabs."""
    rows = [line.split("\t") for line in stdout.splitlines()]
    assert all(len(row) == FIELDS for row in rows)
    return rows


@pytest.fixture
def known(person: Person) -> Person:
    """Three tasks on the list that were asked for once."""
    person.run("add", FAILED.id, DONE.id)
    person.run("add", PENDING.id, "--label", "hero shot")
    person.run("status", FAILED.id, DONE.id, PENDING.id)
    return person


def test_the_fields_of_a_pipe_are_these() -> None:
    assert " ".join(NAMES) == (
        "id state progress name model resolution duration credits expires result gateway"
    )


def test_ls_in_a_pipe(known: Person) -> None:
    film = ["viduq3-turbo", "720p", "5s", "60"]
    assert field_rows(known.run("ls").stdout) == [
        [PENDING.id, "processing", "40%", "hero shot", *film, "", "", "theturbo"],
        [DONE.id, "success", "100%", "", *film, "23h59m", "unsaved", "theturbo"],
        [FAILED.id, "failed", "", "", "viduq2", *film[1:3], "0", "", "result refused", "theturbo"],
    ]


def test_ls_on_a_terminal(known: Person) -> None:
    assert lines(known, "ls") == [
        "► processing   40%  940107923630000001  hero shot  viduq3-turbo  720p  60",
        "✓ success     100%  940107923630000002             viduq3-turbo  720p  60  unsaved · "
        "23h59m",
        "✗ failed            940107923630000003             viduq2        720p   0  result refused",
    ]


def test_ls_on_a_narrow_terminal_leaves_columns_out(known: Person) -> None:
    assert lines(known, "ls", "--ascii", columns=72) == [
        "> processing   40%  940107923630000001  hero shot",
        "+ success     100%  940107923630000002             unsaved - 23h59m",
        "x failed            940107923630000003             result refused",
    ]


def test_ls_finds_what_the_dashboard_finds(known: Person) -> None:
    for query, found in (
        (["hero"], [PENDING.id]),
        (["state:success", "!saved"], [DONE.id]),
        (["problems"], [FAILED.id]),
        (["credits>20"], [PENDING.id, DONE.id]),
        (["expires<3h"], []),
        (['label~"o s"'], [PENDING.id]),
    ):
        assert list(known.rows(*query)) == found


def test_ls_asks_nobody(known: Person) -> None:
    before = len(known.gateway.requests)
    known.run("ls")
    known.run("ls", "--json")
    assert len(known.gateway.requests) == before


def test_add_and_rm_say_the_same_on_a_terminal_and_in_a_pipe(person: Person) -> None:
    added = [f"{DONE.id}\tadded", f"{FAILED.id}\tadded", "a/b\tnot an id"]
    assert person.run("add", DONE.id, FAILED.id, "a/b").stdout.splitlines() == added
    again = [f"{DONE.id}  already watched"]
    told = [re.sub(r"\s\s+|\t", "  ", line) for line in lines(person, "add", DONE.id)]
    assert told == again
    assert person.run("rm", DONE.id).stdout == f"{DONE.id}\tremoved\n"
    assert [t["result"] for t in tasks_of(person.run("rm", DONE.id, "--json"))] == [
        "not on the list"
    ]


def test_rm_says_what_is_not_saved(known: Person) -> None:
    done = known.run("rm", DONE.id, PENDING.id)
    assert done.stderr == (
        f"{DONE.id}: its video is not saved; vidu-tui add brings the task back.\n"
    )


def test_status_in_a_pipe_says_why_on_stderr(person: Person) -> None:
    done = person.run("status", DONE.id, FAILED.id, UNKNOWN)
    assert [row[:2] for row in field_rows(done.stdout)] == [
        [DONE.id, "success"],
        [FAILED.id, "failed"],
        [UNKNOWN, "not found"],
    ]
    assert done.stderr.splitlines() == [f"{FAILED.id}: {REFUSED}", f"{UNKNOWN}: {NOT_KNOWN}"]


def test_status_on_a_terminal(person: Person) -> None:
    assert lines(person, "status", DONE.id, UNKNOWN) == [
        "✓ success     100%  940107923630000002  viduq3-turbo  720p    60  unsaved · 23h59m",
        "? not found         940107923639999999",
        f"{UNKNOWN}: {NOT_KNOWN}",
    ]


def test_wait_in_a_pipe_says_each_change_once(person: Person) -> None:
    person.set('[poll]\nprocessing = "200ms"\n')
    with person.start("wait", PENDING.id) as running:
        person.wait_until(lambda: person.asked(PENDING.id) > 3)
        person.gateway.add(FINISHED)
        out, err = running.communicate(timeout=30)
    assert err.splitlines() == [f"{PENDING.id}: asking", f"{PENDING.id}: processing"]
    assert [row[:3] for row in field_rows(out)] == [[PENDING.id, "success", "100%"]]


def test_wait_on_a_terminal_draws_a_line_for_each_and_leaves_the_rows(person: Person) -> None:
    person.set('[poll]\nprocessing = "200ms"\n')
    person.gateway.add(OTHER)
    with person.terminal("wait", PENDING.id, OTHER.id, "--any") as terminal:
        terminal.wait_for("► processing  ━━━━──────  40%")
        terminal.wait_for("► processing  ━━────────  20%")
        person.gateway.add(FINISHED)
        assert terminal.status() == 0
        written = terminal.written.decode()
    assert written.count("\x1b[2F\x1b[J") >= 1
    assert screen(written) == [
        "✓ success     100%  940107923630000001  viduq3-turbo  720p    60  unsaved · 23h59m"
    ]


def test_wait_says_that_the_time_is_over_and_what_is_known(person: Person) -> None:
    done = person.run("wait", PENDING.id, "--timeout", "0s", "--json")
    assert done.returncode == 124
    assert done.stderr == (
        "vidu-tui: the time is over and 1 task has not ended; what is on the list stays there,"
        " and what has arrived is kept.\n"
    )
    (task,) = tasks_of(done)
    assert (task["id"], task["state"], task["exit"]) == (PENDING.id, "asking", 8)


def test_download_in_a_pipe_and_on_a_terminal(person: Person) -> None:
    done = person.run("download", DONE.id)
    assert done.stderr == f"{DONE.id} is on the list now.\n"
    (row,) = field_rows(done.stdout)
    size = f"{person.saved()[0].stat().st_size / 1000:.0f} kB"
    assert row[9] == f"✓ saved  {size}"
    assert lines(person, "download", DONE.id) == [
        f"✓ success     100%  940107923630000002  viduq3-turbo  720p    60  ✓ saved  {size}"
    ]


def test_nothing_to_do_is_said_and_is_no_failure(person: Person) -> None:
    for words, said in (
        (("download", "--all"), "There is nothing to download.\n"),
        (("wait",), "There is nothing to wait for.\n"),
    ):
        done = person.run(*words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", said)
        assert tasks_of(person.run(*words, "--json")) == []


def test_a_link_in_a_label_is_printed_without_its_query(person: Person) -> None:
    linked = "https://h.example/a.mp4?X-Amz-Signature=abcdef0123456789"
    person.run("add", PENDING.id, "--label", f"hero {linked}")
    for words in (["ls"], ["ls", "--json"]):
        said = person.run(*words).stdout
        assert "hero https://h.example/a.mp4?…" in said.replace("\\u2026", "…")
        assert "abcdef" not in said
    assert "abcdef" not in "".join(lines(person, "ls"))
