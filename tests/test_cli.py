"""The command line: verbs of the list, exit statuses, streams."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environ_of
from vidu_tui import __version__, cli

ID = "940107923630096384"
OTHER = "940108381828435000"
UUID = "a1b2c3d4-1111-2222-3333-444455556666"


def vidu(home: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "vidu_tui", *words],
        input=stdin,
        capture_output=True,
        text=True,
        env=environ_of(home),
        check=False,
        timeout=60,
    )


def ids_and_names(home: Path, *query: str) -> list[tuple[str, str]]:
    """Give what ls prints of each task, in its order."""
    rows = [line.split("\t") for line in vidu(home, "ls", *query).stdout.splitlines()]
    return [(row[0], row[3]) for row in rows]


def test_ctrl_c_while_it_starts_is_one_line_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    from vidu_tui import __main__ as start

    gc.enable()  # it is off from a start on
    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        start.main()
    assert ended.value.code == 130
    said = capsys.readouterr().err
    assert said.startswith("vidu-tui: interrupted; ")
    assert said.count("\n") == 1


def test_version_is_one_line(home: Path) -> None:
    done = vidu(home, "--version")
    assert (done.stdout, done.returncode) == (f"vidu-tui {__version__}\n", 0)


def test_add_says_what_became_of_each_id(home: Path) -> None:
    assert vidu(home, "add", ID).stdout == f"{ID}\tadded\n"
    done = vidu(home, "add", ID, OTHER, "not/an/id")
    assert done.stdout == f"{ID}\talready watched\n{OTHER}\tadded\nnot/an/id\tnot an id\n"
    assert done.returncode == 0


def test_add_of_nothing_usable_is_exit_2(home: Path) -> None:
    done = vidu(home, "add", "..")
    assert (done.stdout, done.returncode) == ("..\tnot an id\n", 2)
    assert vidu(home, "add", "-", stdin="nothing here").returncode == 2


def test_add_reads_a_create_answer_from_a_pipe(home: Path) -> None:
    answer = json.dumps({"task_id": ID, "state": "created", "creations": [{"id": OTHER}]})
    assert vidu(home, "add", "-", stdin=answer).stdout == f"{ID}\tadded\n"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('{"task_id": "abc-123"}', ["abc-123"]),
        (
            '{"data": {"task_id": "a1b2c3d4-1111-2222-3333-444455556666"}}',
            ["a1b2c3d4-1111-2222-3333-444455556666"],
        ),
        ('[{"task_id": "t1xyz"}, {"task_id": "task_abcdef"}]', ["task_abcdef", "t1xyz"]),
        ('{"task_id": "one.a"}\n{"task_id": "one.b"}\n', ["one.a", "one.b"]),
        ('{"task_id": "../x", "name": "t1xyz"}', ["-"]),
        ("[" * 5000 + '{"task_id": "t1xyz"}', ["-"]),
    ],
)
def test_what_json_names_a_task_id_is_one_whatever_its_form(
    home: Path, text: str, ids: list[str]
) -> None:
    done = vidu(home, "add", "-", stdin=text)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == ids


def test_a_link_is_an_id_too(home: Path) -> None:
    link = f"https://gw.example/v1/tasks/{ID}/creations"
    assert vidu(home, "add", link).stdout == f"{ID}\tadded\n"
    assert vidu(home, "add", "https://gw.example/about").returncode == 2


def test_add_gives_a_label_to_what_is_there_already(home: Path) -> None:
    vidu(home, "add", ID, "--label", "old")
    assert vidu(home, "add", ID, OTHER).stdout == f"{ID}\talready watched\n{OTHER}\tadded\n"
    assert ids_and_names(home) == [(OTHER, ""), (ID, "old")]
    assert vidu(home, "add", ID, "--label", "new").stdout == f"{ID}\talready watched\n"
    assert ids_and_names(home) == [(OTHER, ""), (ID, "new")]


def test_add_takes_a_label_for_what_it_adds(home: Path) -> None:
    vidu(home, "add", ID, "--label", "hero shot")
    assert ids_and_names(home) == [(ID, "hero shot")]


def test_a_label_in_the_text_comes_with_its_id(home: Path) -> None:
    vidu(home, "add", "-", stdin=f"{ID}\tcrowd plate\n")
    assert ids_and_names(home, "crowd") == [(ID, "crowd plate")]


def test_rm_takes_ids_off_the_list(home: Path) -> None:
    vidu(home, "add", ID, OTHER)
    done = vidu(home, "rm", ID, "task_unknown")
    assert (done.stdout, done.returncode) == (f"{ID}\tremoved\ntask_unknown\tnot on the list\n", 5)
    assert vidu(home, "rm", OTHER).returncode == 0
    assert vidu(home, "ls").stdout == ""


def test_ls_prints_newest_first_and_json_with_ids_as_strings(home: Path) -> None:
    vidu(home, "add", ID)
    vidu(home, "add", OTHER)
    assert ids_and_names(home) == [(OTHER, ""), (ID, "")]
    told = json.loads(vidu(home, "ls", "--json").stdout)
    assert told["schema"] == 1
    assert [task["id"] for task in told["tasks"]] == [OTHER, ID]


def test_a_broken_list_is_exit_2_with_its_place_and_is_not_touched(home: Path) -> None:
    file = home / "data/vidu-tui/watchlist.toml"
    file.parent.mkdir(parents=True)
    file.write_text("version = 1\n[[task]\n")
    for words in (["ls"], ["add", ID], ["rm", ID]):
        done = vidu(home, *words)
        assert done.returncode == 2
        assert "line 2" in done.stderr
        assert done.stderr.count("\n") == 1
    assert file.read_text() == "version = 1\n[[task]\n"


def test_a_word_that_is_no_id_and_no_verb_is_exit_2_in_one_line(home: Path) -> None:
    done = vidu(home, "--bogus")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_without_a_terminal_the_list_is_printed_and_says_so(home: Path) -> None:
    vidu(home, "add", ID)
    done = vidu(home)
    assert done.stdout.startswith(f"{ID}\tasking\t")
    assert "no terminal" in done.stderr


def test_a_global_option_may_stand_before_or_after_the_verb(home: Path) -> None:
    assert vidu(home, "--ascii", "ls").returncode == 0
    assert vidu(home, "ls", "--ascii").returncode == 0


def test_a_bug_in_a_verb_tells_where_it_is_and_no_link_s_query(home: Path) -> None:
    program = (
        "from vidu_tui import cli, errands\n"
        "def add(options):\n"
        "    key = 'vd-local-4711'\n"
        "    raise RuntimeError('at https://h.example/a?sig=abcdef01 Bearer vd-4711')\n"
        "errands.add = add\n"
        "cli.main(['add', '1'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environ_of(home),
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "vidu-tui ended because of a bug; the list and all files are kept."
    assert "RuntimeError: at https://h.example/a?… Bearer •••" in lines
    assert "  <string>:4 in add" in lines
    assert not any(secret in done.stderr for secret in ("abcdef01", "4711", "Traceback"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["ls"], ["ls", "--json"], ["--version"]], ids=str)
def test_output_that_no_disk_takes_is_said_in_one_line(home: Path, words: list[str]) -> None:
    vidu(home, "add", ID)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vidu_tui", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environ_of(home),
            check=False,
            timeout=60,
        )
    assert done.stderr == (
        "vidu-tui: the system refused (no space left on device); the list is whole.\n"
    )
    assert done.returncode == 6


def test_a_closed_pipe_ends_in_silence(home: Path) -> None:
    vidu(home, "add", *(str(940107923630000000 + n) for n in range(500)))
    program = f"{sys.executable} -m vidu_tui ls"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | head -n 1"],
        capture_output=True,
        text=True,
        env=environ_of(home),
        check=False,
    )
    assert done.stdout.startswith("940107923630000499\t")
    assert done.stderr == ""


def test_the_sandbox_says_where_it_is_and_ends_cleanly_on_ctrl_c(home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "vidu_tui", "sandbox", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ_of(home),
    )
    assert process.stdout is not None
    assert any("http://127.0.0.1:" in line for line in process.stdout)
    process.send_signal(2)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX word")
def test_ids_added_by_many_processes_at_once_are_all_there(home: Path) -> None:
    ids = [str(940107923630000000 + n) for n in range(8)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "vidu_tui", "add", task_id],
            stdout=subprocess.DEVNULL,
            env=environ_of(home),
        )
        for task_id in ids
    ]
    assert [p.wait(60) for p in running] == [0] * len(ids)
    assert {task_id for task_id, _ in ids_and_names(home)} == set(ids)


def test_ids_are_added_first_even_without_a_terminal(home: Path) -> None:
    done = vidu(home, ID)
    assert (done.stdout[: len(ID) + 1], done.returncode) == (f"{ID}\t", 0)
    done = vidu(home, "foo")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_demo_without_a_terminal_says_what_to_do(home: Path) -> None:
    done = vidu(home, "--demo")
    assert (done.stdout, done.returncode) == ("", 2)
    assert "vidu-tui sandbox" in done.stderr


def test_an_escape_sequence_on_the_command_line_is_not_written_back(home: Path) -> None:
    assert "\x1b" not in vidu(home, "--\x1b]0;title\x07").stderr


def test_a_gateway_that_nobody_knows_takes_no_id(home: Path) -> None:
    done = vidu(home, "add", ID, "--gateway", "nosuch")
    assert (done.stdout, done.returncode) == ("", 2)
    assert "nosuch" in done.stderr
    assert vidu(home, "ls").stdout == ""
