"""The stylesheet and the media are found however the program was installed."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from vidu_tui.sandbox import media
from vidu_tui.ui import stylesheet

ROOT = Path(__file__).resolve().parents[1]
in_a_checkout = pytest.mark.skipif(
    not (ROOT / "vidu_tui").is_dir(), reason="the suite runs against a wheel, without a checkout"
)


def build(kind: str, source: Path, target: Path) -> Path:
    """Build one distribution without a network."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (made,) = target.iterdir()
    return made


def check_wheel(wheel: Path) -> None:
    """Look for all that is not Python."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "vidu_tui/tui.tcss" in names
    assert "vidu_tui/py.typed" in names
    for name in media.names():
        assert f"vidu_tui/sandbox/media/{name}" in names


def test_what_is_installed_here_finds_its_stylesheet_and_media() -> None:
    assert stylesheet.path().read_text(encoding="utf-8").startswith("/*")
    assert all((found := media.path_of(name)) and found.is_file() for name in media.names())


@in_a_checkout
def test_a_wheel_holds_stylesheet_and_media(tmp_path: Path) -> None:
    check_wheel(build("wheel", ROOT, tmp_path))


@in_a_checkout
def test_a_wheel_made_of_the_sdist_holds_them_too(tmp_path: Path) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    assert {"vidu_tui", "tests", "screenshots", "tui.tcss", "README.md", "pyproject.toml"} <= {
        p.name for p in source.iterdir()
    }
    check_wheel(build("wheel", source, tmp_path / "wheel"))


@in_a_checkout
def test_a_bare_checkout_finds_its_stylesheet(tmp_path: Path) -> None:
    probe = "from vidu_tui.ui import stylesheet; print(stylesheet.path())"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == ROOT / "tui.tcss"


@in_a_checkout
def test_no_second_stylesheet_lies_in_the_tree() -> None:
    assert not (ROOT / "vidu_tui" / "tui.tcss").exists()
