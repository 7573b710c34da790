"""A folder as a person types it in the dialog of files: whole, or one clear line."""

from pathlib import Path

import pytest

from vidu_tui.assembly import Run
from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import config as configuration
from vidu_tui.storage.paths import Paths


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environ = {"HOME": str(tmp_path), "CLIPS": "/srv/clips", "VIDU_API_KEY": "vd_0123456789"}
    paths = Paths.find(environ)
    return Run(configuration.load(environ=environ, paths=paths), paths, environ)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/srv/clips/", "/srv/clips"),
        ("  /srv/my clips ", "/srv/my clips"),
        ("$CLIPS/fox", "/srv/clips/fox"),
        ("${CLIPS}2", "/srv/clips2"),
        ("/srv/a$", "/srv/a$"),
    ],
)
def test_home_and_variables_are_filled_in(run: Run, typed: str, meant: str) -> None:
    assert run.own_folder(typed) == meant


def test_the_home_folder_is_written_out(run: Run) -> None:
    assert run.own_folder("~/clips") == str(Path.home() / "clips")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("clips/fox", "Begin the folder with / or ~."),
        ("./clips", "Begin the folder with / or ~."),
        ("$NOPE/fox", "There is no folder in $NOPE: the variable is not set."),
        ("/a/$VIDU_API_KEY", "There is no folder in $VIDU_API_KEY: the variable is not set."),
        ("/a\0b", "The name of the folder has characters that cannot be shown."),
        (
            "~nobody-of-that-name/x",
            "The name of the folder begins with a home folder that cannot be found.",
        ),
    ],
)
def test_what_is_no_folder_is_refused_in_one_line(run: Run, typed: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        run.own_folder(typed)
    assert str(refused.value) == said
