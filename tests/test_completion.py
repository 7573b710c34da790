"""completion: real shells complete verbs, options, files and the ids of the list."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui import arguments
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist

FIRST, SECOND = "940107923630096384", "task_a:1.b"
VERBS = set(arguments.VERBS)


def needs(shell: str) -> pytest.MarkDecorator:
    """Skip where a shell is not installed."""
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


class Shell:
    """A shell that completes by our script, in a home with two tasks."""

    def __init__(self, home: Path):
        self.environ = environ_of(home)
        Watchlist(Paths.find(self.environ).watchlist_file).add(
            [Listed(FIRST, "hero shot"), Listed(SECOND, "it's $(touch gone) `x` [b] 100%")]
        )
        tools = home / "bin"
        tools.mkdir()
        program = tools / "vidu-tui"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vidu_tui "$@"\n')
        program.chmod(0o700)
        self.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
        self.home = home

    def script(self, shell: str) -> Path:
        """Write our script for a shell to a file."""
        file = self.home / f"vidu-tui.{shell}"
        file.write_text(self.run("vidu-tui", "completion", shell))
        return file

    def run(self, *command: str) -> str:
        """Run a command that must go well and say nothing on stderr."""
        done = subprocess.run(
            command,
            env=self.environ,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def bash(self, line: str, kind: int = 9) -> list[str]:
        """Give what bash would offer at the end of a line; ``kind`` 63 lists all there is."""
        code = (
            f"source '{self.script('bash')}'\n"
            "COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=$2 COMP_WORDBREAKS=$' \\t\\n\"=><;|&(:'\n"
            'COMP_WORDS=($1); _vidu_tui; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        return self.run("bash", "--norc", "-c", code, "bash", line, str(kind)).split("\n")[:-1]

    def fish(self, line: str) -> dict[str, str]:
        """Give what fish offers at the end of a line, with what it says of each."""
        code = f"source '{self.script('fish')}'; complete -C $argv[1]"
        told = self.run("fish", "--no-config", "-c", code, line)
        pairs = (offer.partition("\t") for offer in told.splitlines())
        return {offer: said for offer, _, said in pairs}


@pytest.fixture
def shell(home: Path) -> Shell:
    return Shell(home)


@needs("bash")
def test_bash_completes_verbs_options_and_shells(shell: Shell) -> None:
    assert set(shell.bash("vidu-tui ")) == VERBS
    assert shell.bash("vidu-tui --gateway x ver") == ["verify"]
    assert shell.bash("vidu-tui verify --re") == ["--repair"]
    assert shell.bash("vidu-tui --de") == ["--demo"]
    assert shell.bash("vidu-tui completion ") == ["bash", "zsh", "fish"]
    assert shell.bash("vidu-tui add ") == [""]


@needs("bash")
def test_bash_completes_ids_and_shows_their_labels_where_it_lists(shell: Shell) -> None:
    assert shell.bash("vidu-tui rm ") == [SECOND, FIRST]
    for verb in ("status", "wait --timeout 30m", "download", "--ascii rm"):
        assert shell.bash(f"vidu-tui {verb} 94") == [FIRST]
    listed = shell.bash("vidu-tui rm ", kind=63)
    assert listed == [f"{SECOND}  (it's $(touch gone) `x` [b] 100%)", f"{FIRST}  (hero shot)"]
    assert not (shell.home / "gone").exists()


@needs("bash")
def test_bash_goes_on_after_the_colon_of_an_id(shell: Shell) -> None:
    assert shell.bash("vidu-tui rm task_a:") == ["1.b"]


@needs("bash")
def test_bash_completes_files_and_folders_with_spaces(shell: Shell) -> None:
    (shell.home / "my clips").mkdir()
    (shell.home / "my config.toml").touch()
    assert shell.bash("vidu-tui ls --download-dir my") == ["my clips"]
    assert sorted(shell.bash("vidu-tui --config my")) == ["my clips", "my config.toml"]


def interactive(shell: Shell, name: str, *words: str) -> Terminal:
    """Start a shell on a terminal of its own."""
    code = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
    environ = {**shell.environ, "PS1": "ready> ", "PROMPT": "ready> "}
    return Terminal([name, *words], environ, program=("-c", code), term="dumb")


@needs("bash")
def test_bash_puts_an_id_in_at_a_tab(shell: Shell) -> None:
    script = shell.script("bash")
    with interactive(shell, "bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("ready>")
        terminal.press(f"source '{script}'; echo sour''ced\n")
        terminal.wait_for("sourced")
        terminal.press("vidu-tui rm 94\t")
        terminal.wait_for(f"rm {FIRST} ")
        terminal.press("\n")
        terminal.wait_for(f"{FIRST}\tremoved")


@needs("zsh")
def test_zsh_puts_an_id_a_verb_and_an_option_in_at_a_tab(shell: Shell) -> None:
    script = shell.script("zsh")
    with interactive(shell, "zsh", "-f", "-i") as terminal:
        terminal.wait_for("ready>")
        terminal.press(f"autoload -U compinit; compinit -u; source '{script}'; echo sour''ced\n")
        terminal.wait_for("sourced")
        seen = terminal.count
        terminal.press("vidu-tui verif\t--rep\t\n")
        terminal.wait_for("Nothing is saved yet", after=seen)
        seen = terminal.count
        terminal.press("vidu-tui rm \t")
        terminal.wait_for("hero shot", after=seen)
        terminal.wait_for("$(touch gone)", after=seen)
        terminal.press("94\t\n")
        terminal.wait_for(f"{FIRST}\tremoved", after=seen)
        terminal.press("vidu-tui rm ta\t\n")
        terminal.wait_for(f"{SECOND}\tremoved", after=seen)
    assert not (shell.home / "gone").exists()


@needs("fish")
def test_fish_completes_verbs_options_files_and_ids(shell: Shell) -> None:
    assert set(shell.fish("vidu-tui ")) == VERBS
    assert shell.fish("vidu-tui verif") == {"verify": "Look at every saved file"}
    assert shell.fish("vidu-tui verify --rep") == {
        "--repair": "fetch again what the gateway still has"
    }
    assert shell.fish("vidu-tui rm ") == {
        SECOND: "it's $(touch gone) `x` [b] 100%",
        FIRST: "hero shot",
    }
    assert set(shell.fish("vidu-tui completion ")) == {"bash", "zsh", "fish"}
    assert shell.fish("vidu-tui --ascii rm 94") == {FIRST: "hero shot"}
    (shell.home / "my clips").mkdir()
    assert set(shell.fish("vidu-tui ls --download-dir my")) == {"my clips/"}


def test_a_broken_list_offers_nothing_and_says_nothing(shell: Shell) -> None:
    Paths.find(shell.environ).watchlist_file.write_text("no list [")
    assert shell.run("vidu-tui", "completion", "ids") == ""


def test_a_label_moves_no_cursor(shell: Shell) -> None:
    file = Paths.find(shell.environ).watchlist_file
    file.write_text('version = 1\n[[task]]\nid = "1"\nlabel = "a\\u001b[2J\\tb\\nc"\n')
    assert shell.run("vidu-tui", "completion", "ids") == "1\ta [2J b c\n"
