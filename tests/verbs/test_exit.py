"""The matrix of exit statuses: what each verb ends with, and which one counts of several."""

import itertools
import signal

import pytest

from tests.verbs.conftest import CANCELED, DONE, FAILED, PENDING, UNKNOWN, Person
from vidu_tui.verbs.codes import Exit, worst

ORDER = [Exit.KEY, Exit.NETWORK, Exit.UNSAVED, Exit.UNKNOWN, Exit.FAILED, Exit.PENDING, Exit.OK]


def test_the_numbers_are_those_that_scripts_know() -> None:
    assert {code.name: code.value for code in Exit} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "NETWORK": 3,
        "KEY": 4,
        "UNKNOWN": 5,
        "UNSAVED": 6,
        "PENDING": 8,
        "TIMEOUT": 124,
        "INTERRUPTED": 130,
    }


def test_of_several_the_gravest_counts() -> None:
    assert worst([]) is Exit.OK
    for graver, milder in itertools.combinations(ORDER, 2):
        assert worst([milder, graver, milder]) is graver


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("status", DONE.id), 0),
        (("status", FAILED.id), 1),
        (("status", CANCELED.id), 1),
        (("status", "a/b"), 2),
        (("status",), 2),
        (("status", UNKNOWN), 5),
        (("status", PENDING.id), 8),
        (("status", DONE.id, FAILED.id), 1),
        (("status", PENDING.id, FAILED.id), 1),
        (("status", FAILED.id, UNKNOWN, PENDING.id), 5),
        (("wait", DONE.id), 0),
        (("wait", FAILED.id, DONE.id), 1),
        (("wait",), 0),
        (("wait", "--timeout", "soon"), 2),
        (("wait", "--filter", "sttate:failed"), 2),
        (("wait", DONE.id, "--filter", "hero"), 2),
        (("wait", "--timeout", "1s", PENDING.id), 124),
        (("wait", "--timeout", "1s", PENDING.id, FAILED.id), 124),
        (("wait", "--any", PENDING.id, DONE.id), 0),
        (("wait", "--any", PENDING.id, FAILED.id), 1),
        (("download", DONE.id), 0),
        (("download", FAILED.id), 1),
        (("download",), 2),
        (("download", "--assets", "film", DONE.id), 2),
        (("download", UNKNOWN, FAILED.id, PENDING.id), 5),
        (("download", "--assets", "bgm", DONE.id), 6),
        (("download", PENDING.id), 8),
        (("download", "--all"), 0),
        (("rm", UNKNOWN), 5),
        (("ls", "credits~2"), 2),
        (("ls", "--gateway", "nosuch"), 2),
    ],
)
def test_a_verb_ends_with_its_status(person: Person, words: tuple[str, ...], status: int) -> None:
    done = person.run(*words)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["status", "wait", "download"])
def test_a_refused_key_is_4_whatever_else_there_is(person: Person, verb: str) -> None:
    person.environ["VIDU_API_KEY"] = "another"
    done = person.run(verb, DONE.id, FAILED.id)
    assert done.returncode == 4
    assert done.stderr.count("refused the key (401)") == 1


@pytest.mark.parametrize("verb", ["status", "wait", "download"])
def test_no_key_at_all_is_4(person: Person, verb: str) -> None:
    del person.environ["VIDU_API_KEY"]
    done = person.run(verb, DONE.id)
    assert done.returncode == 4
    assert "No API key for theturbo. Set VIDU_API_KEY" in done.stderr


@pytest.mark.parametrize("verb", ["status", "download"])
def test_no_connection_is_3(person: Person, verb: str) -> None:
    person.environ["VIDU_BASE_URL"] = "http://127.0.0.1:9/v1/vidu"
    done = person.run(verb, DONE.id)
    assert done.returncode == 3
    assert "No connection to 127.0.0.1" in done.stderr


def test_a_folder_that_cannot_be_written_is_6(person: Person) -> None:
    person.videos.write_text("not a folder")
    done = person.run("download", DONE.id)
    assert done.returncode == 6
    assert done.stderr.count("\n") == 2


@pytest.mark.parametrize("verb", ["wait", "download"])
def test_ctrl_c_is_130_in_one_line(person: Person, verb: str) -> None:
    person.gateway.latency_s = 20.0
    running = person.start(verb, PENDING.id)
    with running:
        assert running.stderr is not None
        person.wait_until(lambda: person.asked(PENDING.id) > 0)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait(30) == 130
    assert said.splitlines()[-1] == (
        "vidu-tui: interrupted; the list is whole, what has come is kept."
    )
    assert "Traceback" not in said


def test_status_which_asks_once_promises_no_other_try(person: Person) -> None:
    person.environ["VIDU_BASE_URL"] = "http://127.0.0.1:9/v1"
    done = person.run("status", DONE.id)
    assert done.returncode == 3
    assert "again" not in done.stdout + done.stderr
