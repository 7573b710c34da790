"""What the README says of the verbs: its script runs word for word, its JSON is that of each."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.test_readme import text
from tests.verbs.conftest import DONE, PENDING, Person, tasks_of
from vidu_tui.core.jsontext import Json
from vidu_tui.verbs.codes import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = re.compile(r"https?://|X-Amz|Signature|vd-sandbox")


def shape(value: Json) -> object:
    """Give the names in a value; of a list those of its first item, of a text nothing."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value[:1]]
    return None


def example(verb: str) -> dict[str, Json]:
    """Read the README's object for a verb."""
    found = re.search(
        rf"<!-- json [a-z ]*\b{verb}\b[a-z ]* -->\n```json\n(.+?)```", text(), re.DOTALL
    )
    assert found is not None, verb
    told: dict[str, Json] = json.loads(found[1])
    return told


def test_the_script_of_the_readme_makes_the_whole_trip(person: Person, tmp_path: Path) -> None:
    found = re.search(r"<!-- trip -->\n```sh\n(.+?)```", text(), re.DOTALL)
    assert found is not None
    names = ("VIDU_BASE_URL", "VIDU_API_KEY")
    environ = {name: value for name, value in person.environ.items() if name not in names}
    environ["PATH"] = f"{_commands(tmp_path)}{os.pathsep}{environ['PATH']}"
    folder = tmp_path / "work"
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", found[1]],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    added, row, told = done.stdout.splitlines()
    assert added == "940119407923630096\tadded"
    assert row.split("\t")[1] == "success"
    assert "1 file as saved, every byte." in done.stderr
    (task,) = json.loads(told)["tasks"]
    assert Path(task["files"][0]["path"]) == person.saved()[0]


def _commands(folder: Path) -> Path:
    """Make a folder with the command in it, as an installation has it."""
    commands = folder / "bin"
    commands.mkdir()
    command = commands / "vidu-tui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vidu_tui "$@"\n')
    command.chmod(0o755)
    return commands


def test_the_json_of_each_verb_is_that_of_the_readme(person: Person) -> None:
    runs: Mapping[str, list[str]] = {
        "add": ["add", DONE.id],
        "status": ["status", PENDING.id],
        "wait": ["wait", PENDING.id, "--timeout", "0s"],
        "download": ["download", PENDING.id],
        "verify": ["verify"],
        "ls": ["ls", "saved"],
        "rm": ["rm", DONE.id],
    }
    for verb, words in runs.items():
        if verb == "verify":
            assert person.run("download", DONE.id).returncode == 0
        done = person.run(*words, "--json")
        told: Json = json.loads(done.stdout)
        assert shape(told) == shape(example(verb)), verb
        assert done.stdout.count("\n") == 1
        assert not SECRET.search(done.stdout), verb


def test_the_json_of_what_looks_after_the_program_is_that_of_the_readme(person: Person) -> None:
    for verb, words in {"doctor": ["doctor"], "config": ["config", "show"]}.items():
        done = person.run(*words, "--json")
        assert shape(json.loads(done.stdout)) == shape(example(verb)), verb
        assert done.stdout.count("\n") == 1


def test_ids_are_text_and_links_of_an_unsaved_film_are_not_told(person: Person) -> None:
    (task,) = tasks_of(person.run("status", DONE.id, "--json"))
    assert (task["id"], task["is_unsaved"]) == (DONE.id, True)
    assert not SECRET.search(json.dumps(task))


def test_the_table_of_exit_statuses_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| (\d+) \| ", text(), re.MULTILINE)
    assert [int(row) for row in rows] == sorted(Exit)
